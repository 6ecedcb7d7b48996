"""Holds the search index of a site against its pages: a term that no page says came from somewhere else.

The index keeps words in pieces, in which a phrase is not found. So this asks the other way round.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from kb_builder.search.fold import fold
from kb_builder.search.tokens import terms_in


def unexplained_terms(terms: Iterable[str], shown: Container[str], said: str) -> Iterator[str]:
    """Yield, sorted, the terms of an index that are neither among those `shown` nor in the folded text `said`.

    `~1` stands for a group of synonyms, whose words are searched for like others; `@tag:x` is what can be filtered by.
    """
    left = {term for term in terms if term not in shown and term[:1] != "~"}
    left -= {term for term in left if term[:1] == "@" and fold(" ".join(term.partition(":")[2].split())) in said}
    if left:
        left -= terms_in(said)
    yield from sorted(left)
