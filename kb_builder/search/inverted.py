"""Turns pages into postings: for every term the pages that hold it, and how much they are about it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from kb_builder.model.search import SearchPage
from kb_builder.search.fold import fold
from kb_builder.search.postings import posting
from kb_builder.search.tokens import count_terms, word_terms
from kb_builder.search.weights import INDEX

# Terms of this kind are no words: what a page can be filtered by, `@type:sop`.
FACETS = ("type", "owner", "state", "tag")

Postings = dict[str, list[int]]


def invert(pages: Sequence[SearchPage]) -> Postings:
    """Return the postings of all terms; a page's number is its place in the list."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    lengths = [sum(len(section.text) + len(section.heading) for section in page.sections) for page in pages]
    mean = sum(lengths) / len(lengths) if any(lengths) else 1
    for number, (page, length) in enumerate(zip(pages, lengths, strict=True)):
        _add(found, number, page, _thresholds(length / mean))
    return dict(found)


def facet_term(facet: str, value: str) -> str:
    """Return the term under which the pages with a value are listed."""
    return f"@{facet}:{value}"


def facet_values(page: SearchPage) -> Iterator[tuple[str, str]]:
    """Yield what the page can be filtered by."""
    for facet, value in (("type", page.type), ("owner", page.owner), ("state", page.state)):
        if value:
            yield facet, value
    yield from (("tag", tag) for tag in dict.fromkeys(page.tags) if tag)


def _thresholds(length: float) -> list[float]:
    """Return the frequencies at which the levels of impact begin, on a page so many times as long as others."""
    pivot = INDEX.saturation * (1 - INDEX.length + INDEX.length * length)
    return [level * pivot / (1 - level) for level in INDEX.levels]


def _add(found: defaultdict[str, list[int]], number: int, page: SearchPage, thresholds: list[float]) -> None:
    text = count_terms(fold("\n".join(section.text for section in page.sections)))
    headings = count_terms(fold("\n".join((*(section.heading for section in page.sections), *page.tags))))
    places = dict.fromkeys(headings, 1) | _strong(page)
    for term, place in places.items():
        frequency = text.pop(term, 0) + INDEX.heading * headings[term]
        impact = 1 + bisect_right(thresholds, frequency) if frequency else 0
        found[term].append(posting(number, place, impact))
    # Nearly all terms are here: what they get is looked up by frequency.
    most = int(thresholds[-1]) + 1
    postings = [posting(number, impact=1 + bisect_right(thresholds, frequency)) for frequency in range(most + 1)]
    for term, count in text.items():
        found[term].append(postings[count if count < most else most])
    for facet, value in facet_values(page):
        found[facet_term(facet, value)].append(posting(number))


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
