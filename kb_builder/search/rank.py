"""Finds pages in a written index and puts them in order. client/rank.js does the same, to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb_builder.search.boot import Boot, read_boot
from kb_builder.search.fold import fold
from kb_builder.search.guess import guesses, split
from kb_builder.search.inverted import facet_term
from kb_builder.search.postings import decode
from kb_builder.search.query import Query, Slot, key, missing_words, read_query
from kb_builder.search.write import read_file

# Sixteenths of a literal match.
_FULL = 16
# Where a row says that the page is a record.
_RECORD = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A page that was found. `missing` are the words of the query, as typed, that it does not hold."""

    url: str
    id: str
    title: str
    type: str
    owner: str
    state: str
    language: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best results of a query, and the number of all pages that match it."""

    results: tuple[Result, ...]
    count: int


@dataclass(frozen=True, slots=True)
class _Match:
    """How a page matches one slot: sixteenths, and points by impact and by place."""

    weight: int
    impact: int
    place: int


class Searcher:
    """A written index. `load` returns the content of a file by its name, such as `boot.js`; each is loaded once."""

    def __init__(self, load: Callable[[str], str]) -> None:
        self._load = load
        self._files: dict[str, Any] = {}
        self._terms: dict[str, Sequence[tuple[int, int, int]]] = {}
        self._boot: Boot = read_boot(self._file("boot"))

    def query(
        self,
        text: str,
        limit: int | None = None,
        *,
        type: Collection[str] = (),
        owner: Collection[str] = (),
        tag: Collection[str] = (),
        state: Collection[str] = (),
    ) -> Answer:
        """Find pages by words; of each facet given, a page must have one of the values."""
        limits = self._boot.limits
        limit = limits.results if limit is None else limit
        query = read_query(text, self._boot)
        slots, matches = self._match(query.slots)
        scores = self._scores(matches)
        for facet, values in (("type", type), ("owner", owner), ("tag", tag), ("state", state)):
            if values:
                pages = {page for value in values for page, _place, _impact in self._postings(facet_term(facet, value))}
                scores = {page: score for page, score in scores.items() if page in pages}
        best = sorted(scores, key=lambda page: (-scores[page], page))[: max(limit, limits.depth)]
        wanted = key(query.folded)
        rows = sorted(
            ((page, self._row(page)) for page in best),
            key=lambda pair: (not _is_named(pair[1], wanted), -self._titled(scores[pair[0]], pair[1], wanted)),
        )
        results = [
            self._result(query, [slot for slot, found in zip(slots, matches, strict=True) if page in found], row)
            for page, row in rows[:limit]
        ]
        return Answer(results=tuple(results), count=len(scores))

    def facet(self, name: str) -> Mapping[str, str]:
        """Return the values of a facet that occur on the site, each with the words shown for it."""
        return {value: label for value, label in self._boot.facets[name]}  # noqa: C416

    def label(self, facet: str, value: str) -> str:
        """Return the words shown for a value of a facet."""
        return self.facet(facet).get(value, value)

    def _match(self, asked: Sequence[Slot]) -> tuple[list[Slot], list[dict[int, _Match]]]:
        """Return the slots that any page matches, and how the pages do."""
        weights = self._boot.weights
        slots: list[Slot] = []
        matches: list[dict[int, _Match]] = []
        for slot in self._known(asked):
            found: dict[int, _Match] = {}
            for term, weight in ((slot.term, _FULL), *slot.others):
                for page, place, impact in self._postings(term):
                    match = _Match(weight, weight * weights.impact[impact], weight * weights.place[place])
                    if page not in found or _rank(match) > _rank(found[page]):
                        found[page] = match
            if found:
                slots.append(slot)
                matches.append(found)
        return slots, matches

    def _known(self, asked: Sequence[Slot]) -> list[Slot]:
        """Return the slots; a word not in the index makes room for its parts, or is joined by what was meant."""
        slots: list[Slot] = []
        for slot in asked:
            count = len(self._postings(slot.term))
            if count > self._boot.limits.rare or slot.others or not slot.plain:
                slots.append(slot)
                continue
            parts = [Slot(part.term, [(part.start, part.end)], True) for part in slot.humps]
            if not count and any(self._postings(part.term) for part in parts):
                slots += parts
                continue
            slot.others += self._guesses(slot, count)
            halves = None if count or slot.others else split(slot.term, self._words, self._boot.limits.half)
            slots += [Slot(half, slot.spans, True) for half in halves] if halves else [slot]
        return slots[: self._boot.limits.slots]

    def _guesses(self, slot: Slot, count: int) -> list[tuple[str, int]]:
        """Look among the words with the same first letter, then among those that begin with the second."""
        for letter in dict.fromkeys(slot.term[:2]):
            if found := guesses(slot, self._words(letter), self._boot, count):
                return found
        return []

    def _words(self, letter: str) -> Mapping[str, int]:
        file = self._boot.words_of(letter)
        return {word: count for word, count in self._file(file).items() if word[0] == letter} if file else {}

    def _scores(self, matches: Sequence[Mapping[int, _Match]]) -> dict[int, int]:
        """Return the score of every page: points by impact, less where words are missing, and points by place."""
        weights = [self._boot.weight_of(len(found)) for found in matches]
        total = _FULL * sum(weights)
        sums: dict[int, list[int]] = {}
        for weight, found in zip(weights, matches, strict=True):
            for page, match in found.items():
                each = sums.setdefault(page, [0, 0, 0])
                each[0] += weight * match.weight
                each[1] += weight * match.impact
                each[2] += weight * match.place
        scores = {}
        for page, (covered, impact, place) in sums.items():
            for _ in range(self._boot.weights.coverage if total else 0):
                impact = impact * covered // total
            scores[page] = impact + place
        return scores

    def _titled(self, score: int, row: Sequence[Any], wanted: str) -> int:
        """Return the score with what the title adds, less what a record loses."""
        title = key(fold(row[2]))
        common = longest_common(wanted, title)
        shares = (score * common // (len(whole) * self._boot.weights.title) for whole in (wanted, title) if whole)
        return score + sum(shares) - int(row[_RECORD]) * (score // self._boot.weights.record)

    def _result(self, query: Query, matched: Sequence[Slot], row: Sequence[Any]) -> Result:
        url, identifier, title, kind, owner, state, language, *_ = row
        return Result(
            url=url,
            id=identifier,
            title=title,
            type=self._value("type", kind),
            owner=self._value("owner", owner),
            state=self._value("state", state),
            language=self._boot.languages[language],
            missing=tuple(missing_words(query, matched, self._boot)),
        )

    def _value(self, facet: str, number: int) -> str:
        return self._boot.facets[facet][number][0] if number >= 0 else ""

    def _postings(self, term: str) -> Sequence[tuple[int, int, int]]:
        if term not in self._terms:
            shard = self._boot.shard_of(term)
            self._terms[term] = list(decode(self._file(shard).get(term, ""))) if shard else []
        return self._terms[term]

    def _row(self, page: int) -> Sequence[Any]:
        table, place = self._boot.table_of(page)
        row: Sequence[Any] = self._file(table)[place]
        return row

    def _file(self, name: str) -> Any:
        if name not in self._files:
            self._files[name] = read_file(self._load(f"{name}.js"))
        return self._files[name]


def _rank(match: _Match) -> tuple[int, int]:
    return match.impact + match.place, match.weight


def _is_named(row: Sequence[Any], wanted: str) -> bool:
    """Whether the query is the page's whole id or title."""
    return wanted in (key(fold(row[1])), key(fold(row[2]))) if wanted else False


def longest_common(one: str, other: str) -> int:
    """Return the length of the longest piece that is in both texts."""
    length = start = 0
    while start + length < len(one):
        if one[start : start + length + 1] in other:
            length += 1
        else:
            start += 1
    return length
