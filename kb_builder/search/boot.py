"""The boot file as a query needs it: what is the same for every query on a site."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from kb_builder.search.concepts import concept_term, phrase_terms
from kb_builder.search.neighbours import order
from kb_builder.search.weights import QueryLimits, QueryWeights


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """The boot file, read. `phrases` maps the terms of a phrase to the concepts it asks for, each with its weight."""

    pages: int
    weights: QueryWeights
    limits: QueryLimits
    idf: Sequence[int]
    questions: re.Pattern[str]
    stop_words: frozenset[str]
    particles: str
    phrases: Mapping[tuple[str, ...], Sequence[tuple[str, int]]]
    longest: int
    seats: Mapping[str, int]
    terms: Sequence[str]
    tables: Sequence[int]
    words: Sequence[str]
    facets: Mapping[str, Sequence[Sequence[str]]]
    languages: Sequence[str]

    def weight_of(self, count: int) -> int:
        """Return how much a term weighs that so many pages hold."""
        return bisect_right(self.idf, -count, key=lambda most: -most)

    def shard_of(self, term: str) -> str:
        """Return the name of the file that would hold a term; empty if no file would."""
        number = bisect_right(self.terms, order(term, self.seats), key=lambda first: order(first, self.seats))
        return f"t{number - 1}" if number else ""

    def words_of(self, letter: str) -> str:
        """Return the name of the file with the English words that begin with a letter; empty if there is none."""
        return next((f"w{number}" for number, letters in enumerate(self.words) if letter in letters), "")

    def table_of(self, page: int) -> tuple[str, int]:
        """Return the name of the file with a page's row, and the place of the row in it."""
        number = bisect_right(self.tables, page) - 1
        return f"p{number}", page - self.tables[number]


def read_boot(content: Mapping[str, Any]) -> Boot:
    """Read the content of the boot file."""
    weights = QueryWeights(**{each.name: _tuple(content["weights"][each.name]) for each in fields(QueryWeights)})
    limits = QueryLimits(**{each.name: content["limits"][each.name] for each in fields(QueryLimits)})
    phrases: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for number, (asked, _found) in enumerate(content["concepts"]):
        weight = weights.regional if number < content["regional"] else weights.synonym
        for phrase in asked:
            phrases.setdefault(phrase_terms(phrase), []).append((concept_term(number), weight))
    return Boot(
        pages=content["pages"],
        weights=weights,
        limits=limits,
        idf=content["idf"],
        questions=re.compile("|".join(sorted(map(re.escape, content["question_words"]), key=lambda word: -len(word)))),
        stop_words=frozenset(content["stop_words"]),
        particles=content["particles"],
        phrases=phrases,
        longest=max(map(len, phrases), default=0),
        seats={character: seat for seat, character in enumerate(content["seats"])},
        terms=content["terms"],
        tables=content["tables"],
        words=content["words"],
        facets=content["facets"],
        languages=content["languages"],
    )


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
