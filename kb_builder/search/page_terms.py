"""What one page says, before anything that depends on the other pages: its terms, where they stand and how often."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kb_builder.cache import Cache, digest
from kb_builder.model.search import SearchPage
from kb_builder.search.fold import fold
from kb_builder.search.tokens import count_terms, word_terms
from kb_builder.search.weights import INDEX

# The terms of a page by place and frequency. Place is 0 for what stands in text alone (`weights.IndexWeights` has the
# others); a heading counts more than text.
PageTerms = Mapping[tuple[int, float], Sequence[str]]
# So many pages are written to the cache at once.
_MOST = 500


@contextmanager
def known_terms(cache: Cache, site: str) -> Iterator[Callable[[SearchPage], PageTerms]]:
    """Yield a function that returns the terms of a page; those of pages that an earlier run saw come from the cache.

    `site` tells apart what is kept for several sites of a project: pages that nobody asked for are forgotten.
    """
    kind = f"search: terms of {site}"
    asked: list[str] = []
    new: dict[str, bytes] = {}

    def terms_of(page: SearchPage) -> PageTerms:
        key = _key(page)
        asked.append(key)
        known = cache.get(kind, [key])
        terms = _loaded(known[key]) if key in known else None
        if terms is None:
            terms = read_terms(page)
            new[key] = _dumped(terms)
            if len(new) == _MOST:
                cache.put(kind, new)
                new.clear()
        return terms

    yield terms_of
    cache.put(kind, new)
    cache.keep(kind, asked)


def read_terms(page: SearchPage) -> PageTerms:
    """Return the terms of a page."""
    # Packed ones are unpacked each time.
    sections = tuple(page.sections)
    text = count_terms(fold("\n".join(section.text for section in sections)))
    headings = count_terms(fold("\n".join((*(section.heading for section in sections), *page.tags))))
    places = dict.fromkeys(headings, 1) | _strong(page)
    found: dict[tuple[int, float], list[str]] = {}
    for term, place in places.items():
        found.setdefault((place, text.pop(term, 0) + INDEX.heading * headings[term]), []).append(term)
    plain: defaultdict[int, list[str]] = defaultdict(list)
    for term, count in text.items():
        plain[count].append(term)
    return found | {(0, float(count)): each for count, each in plain.items()}


def _strong(page: SearchPage) -> dict[str, int]:
    """Return the terms of the page's names with their place."""
    places: dict[str, int] = {}
    for name in (page.title, *page.aliases):
        terms: Counter[str] = count_terms(fold(name))
        # Single characters double every pair; they are not what makes a title long.
        length = sum(count for term, count in terms.items() if len(term) > 1 or term.isascii())
        place = 3 if length <= INDEX.short_title else 2
        for term in terms:
            places[term] = max(places.get(term, 0), place)
    return places | dict.fromkeys(word_terms(fold(page.id)) if page.id else (), 3)


def _key(page: SearchPage) -> str:
    """Return a hash of all that the terms come from. Each list says first how long it is."""
    names = (page.id, page.title, str(len(page.aliases)), *page.aliases, str(len(page.tags)), *page.tags)
    return digest(*names, *(part for section in page.sections for part in (section.heading, section.text)))


def _dumped(terms: PageTerms) -> bytes:
    # No term holds a space.
    groups = [(place, frequency, " ".join(each)) for (place, frequency), each in terms.items()]
    return json.dumps(groups, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _loaded(data: bytes) -> PageTerms | None:
    """Return what an entry holds, None if it cannot be read."""
    try:
        groups: list[Any] = json.loads(data.decode("utf-8", "surrogatepass"))
        return {(int(place), float(frequency)): each.split(" ") for place, frequency, each in groups}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
