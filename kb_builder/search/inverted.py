"""Turns pages into postings: for every term the pages that hold it, and how much they are about it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from kb_builder.model.search import SearchPage
from kb_builder.search.page_terms import PageTerms, read_terms
from kb_builder.search.postings import posting
from kb_builder.search.weights import INDEX

# Terms of this kind are no words: what a page can be filtered by, `@type:sop`.
FACETS = ("type", "owner", "state", "tag")

Postings = dict[str, list[int]]


def invert(pages: Sequence[SearchPage], terms_of: Callable[[SearchPage], PageTerms] = read_terms) -> Postings:
    """Return the postings of all terms; a page's number is its place in the list."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    lengths = [sum(len(section.text) + len(section.heading) for section in page.sections) for page in pages]
    mean = sum(lengths) / len(lengths) if any(lengths) else 1
    for number, (page, length) in enumerate(zip(pages, lengths, strict=True)):
        _add(found, number, page, terms_of(page), _thresholds(length / mean))
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


def _add(
    found: defaultdict[str, list[int]], number: int, page: SearchPage, terms: PageTerms, thresholds: list[float]
) -> None:
    for (place, frequency), group in terms.items():
        impact = 1 + bisect_right(thresholds, frequency) if frequency else 0
        each = posting(number, place, impact)
        for term in group:
            found[term].append(each)
    for facet, value in facet_values(page):
        found[facet_term(facet, value)].append(posting(number))
