"""Words of one meaning: their pages are put together when the index is written, under a term of their own.

A query that holds one of the words then looks up one more term, however many others mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from kb_builder.model.search import SynonymGroup
from kb_builder.search.fold import data, fold
from kb_builder.search.inverted import Postings
from kb_builder.search.postings import IMPACTS, figures, page, posting
from kb_builder.search.tokens import is_plain, read_tokens, stem
from kb_builder.search.weights import LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """Folded words that find each other. `found` are those that occur; `regional` those of OpenCC, not the registry."""

    asked: tuple[str, ...]
    found: tuple[str, ...]
    regional: bool
    postings: Sequence[int]


def concept_term(number: int) -> str:
    """Return the term under which a concept's pages are listed."""
    return f"~{number}"


def concepts(found: Postings, groups: Iterable[SynonymGroup]) -> list[Concept]:
    """Return the regional words and the given groups, as far as anything of them occurs in the postings."""
    regional = (SynonymGroup.of(tuple(line.split())) for line in data("regional")["groups"])
    every = [(group, True) for group in regional] + [(group, False) for group in groups]
    return [concept for group, is_regional in every if (concept := _concept(found, group, is_regional))]


def phrase_terms(phrase: str) -> tuple[str, ...]:
    """Return the terms of a folded phrase as a query would give them."""
    return tuple(token.term for token in read_tokens(phrase))


def spelt(found: Postings, meanings: Iterable[Concept]) -> Postings:
    """Return the postings of the English words of given groups, each with the pages of its concept.

    A slip of such a word, or its beginning, is mended from the words of the index: it so finds what the word does. A
    page that holds only another word of the concept has less impact, so that it stays behind one that holds the word.
    """
    merged: dict[str, dict[int, int]] = {}
    for concept in meanings:
        for word in () if concept.regional else concept.asked:
            term = stem(word)
            if len(word) >= LIMITS.typo1 and is_plain(word):
                best = merged.setdefault(term, _by_page(found.get(term, ())))
                for number, each in _by_page(concept.postings).items():
                    best[number] = max(best.get(number, 0), each - 1 if each % IMPACTS else each)
    return {term: list(_postings(best)) for term, best in merged.items()}


def _by_page(postings: Iterable[int]) -> dict[int, int]:
    return {page(each): figures(each) for each in postings}


def _postings(best: Mapping[int, int]) -> Iterator[int]:
    return (posting(number, *divmod(best[number], IMPACTS)) for number in sorted(best))


def _concept(found: Postings, group: SynonymGroup, regional: bool) -> Concept | None:
    pages = {
        word: postings
        for word in dict.fromkeys(map(fold, group.found))
        if (terms := phrase_terms(word)) and (postings := _pages(found, terms))
    }
    asked = tuple(word for word in dict.fromkeys(map(fold, group.asked)) if pages.keys() - {word})
    if not asked:
        return None
    best: dict[int, int] = {}
    for postings in pages.values():
        for number, each in postings.items():
            best[number] = max(best.get(number, 0), each)
    return Concept(
        asked=asked,
        found=tuple(pages),
        regional=regional,
        postings=list(_postings(best)),
    )


def _pages(found: Postings, terms: Sequence[str]) -> Mapping[int, int]:
    """Return the pages that hold all terms, with the lowest of the figures."""
    if any(term not in found for term in terms):
        return {}
    return reduce(_both, (_by_page(found[term]) for term in terms))


def _both(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {number: _lowest(each, other[number]) for number, each in one.items() if number in other}


def _lowest(one: int, other: int) -> int:
    return min(one // IMPACTS, other // IMPACTS) * IMPACTS + min(one % IMPACTS, other % IMPACTS)
