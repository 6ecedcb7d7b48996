"""Looks for many needles in many texts, in time that grows with the texts and hardly with the needles.

Each needle is filed under a seed: a whole Latin word of it, or three characters in a row that are not Latin. Of a text
the set of all its words and triples is made, which costs the same whatever is looked for; only needles whose seed is
in that set, and all their other words and triples too, are then looked for themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import add

from kb_builder.leaks.needles import Needle, phone_digits
from kb_builder.leaks.unpack import MARKUP, MIN_NOISY, Part, decoded, from_base64, unpack, visible_text
from kb_builder.search.fold import fold
from kb_builder.search.tokens import terms_in

_WORD = re.compile(r"[a-z0-9]+")
_OTHER = re.compile(r"[^\x00-\x7f]+")
_SPACES = re.compile(r"[^\S\n]+")
_NUMBER = re.compile(r"\+?[0-9][0-9 ().\-/\u2010-\u2015]{5,}[0-9]")
_ESCAPED = re.compile(r"[\\&%]")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A needle and the file in which it was first seen."""

    needle: Needle
    file: str


@dataclass(frozen=True, slots=True)
class _Filed:
    """A needle with its folded text and all grams of it: a text that lacks one of them cannot hold the needle."""

    needle: Needle
    text: str
    grams: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Needles, each filed under a seed, and all grams that any of them has. Made once, for any number of texts."""

    seeds: Mapping[str, Sequence[_Filed]]
    words: frozenset[str]
    triples: frozenset[str]
    short: frozenset[str]
    phones: Sequence[tuple[Needle, str]]

    @classmethod
    def of(cls, needles: Iterable[Needle]) -> Index:
        """File needles, each under the gram that fewest of them have."""
        filed: list[_Filed] = []
        phones: list[tuple[Needle, str]] = []
        for each in needles:
            if each.kind == "phone":
                phones.append((each, phone_digits(each.folded)))
            else:
                filed.append(_Filed(each, each.folded, frozenset(_grams(each.folded))))
        return cls._made(filed, phones)

    @classmethod
    def _made(cls, filed: Sequence[_Filed], phones: Sequence[tuple[Needle, str]]) -> Index:
        counts = Counter(chain.from_iterable(each.grams for each in filed))
        seeds: dict[str, list[_Filed]] = {}
        for each in filed:
            seeds.setdefault(min(each.grams, key=lambda gram: (counts[gram], -len(gram), gram)), []).append(each)
        words = frozenset(gram for gram in counts if gram.isascii())
        triples = frozenset(gram for gram in counts if not gram.isascii() and len(gram) == 3)
        return cls(seeds=seeds, words=words, triples=triples, short=frozenset(counts) - words - triples, phones=phones)

    def only(self, wanted: Iterable[Needle]) -> Index:
        """Return the index of some of the needles."""
        kept = frozenset(wanted)
        return self._made(
            [each for filed in self.seeds.values() for each in filed if each.needle in kept],
            [each for each in self.phones if each[0] in kept],
        )

    def find(self, folded: str, *, noisy: bool = False) -> Iterator[Needle]:
        """Yield the needles in a folded text, which may be among bytes that are no text."""
        grams = self._grams_in(folded)
        for seed in self.seeds.keys() & grams:
            for filed in self.seeds[seed]:
                if noisy and len(filed.text.encode()) < MIN_NOISY:
                    continue
                if filed.grams <= grams and contains(folded, filed.text):
                    yield filed.needle
        if self.phones and (numbers := ",".join(map(phone_digits, _NUMBER.findall(folded)))):
            for needle, digits in self.phones:
                if digits in numbers:
                    yield needle

    def _grams_in(self, folded: str) -> set[str]:
        """Return the grams of needles that a text has."""
        found = set(self.words.intersection(_WORD.findall(folded)))
        if folded.isascii() or not (self.triples or self.short):
            return found
        runs = "\n".join(set(_OTHER.findall(folded)))
        pairs = list(map(add, runs, runs[1:]))
        found |= self.triples.intersection(map(add, pairs, runs[2:]))
        if self.short:
            found |= self.short.intersection(pairs)
            found |= self.short.intersection(runs)
        return found


@dataclass(slots=True)
class Scanner:
    """Searches the files of one site. What stands on several pages alike is searched once.

    `shown` are the words and pairs of characters, as search cuts them, that the page scanned last shows.
    """

    index: Index
    shown: frozenset[str] = frozenset()
    _seen: set[str] = field(default_factory=set)
    _runs: set[str] = field(default_factory=set)

    def scan(self, name: str, data: bytes) -> list[Sighting]:
        """Return the needles in a file's name and bytes."""
        self.shown = frozenset()
        found: dict[Needle, None] = dict.fromkeys(self.index.find(fold(f"/{name}/\n/{decoded(name)}/")))
        for part in unpack(name, data):
            for text, noisy in self._views(part, name):
                found |= dict.fromkeys(self.index.find(text, noisy=noisy))
        return [Sighting(needle, name) for needle in found]

    def _views(self, part: Part, name: str) -> Iterator[tuple[str, bool]]:
        """Yield the folded forms of a text: as it stands, without tags, with escapes undone, with base64 decoded."""
        lines = self._new(part.text.splitlines())
        lines += [other for line in lines if _ESCAPED.search(line) and (other := decoded(line)) != line]
        text = "\n".join(lines)
        yield _SPACES.sub(" ", fold(text)), part.noisy
        if name.endswith(MARKUP):
            blocks = visible_text(part.text)
            if name.endswith(".html"):
                self.shown |= terms_in(fold("\n".join(dict.fromkeys(blocks))))
            yield fold("\n".join(self._new(blocks))), part.noisy
        elif "\n" in part.text:
            # A title may go on in the next line: so what follows what counts, whichever file said a line before.
            whole = part.text if not _ESCAPED.search(part.text) else f"{part.text}\n{decoded(part.text)}"
            yield fold(" ".join(whole.split())), part.noisy
        hidden = from_base64(text, self._runs)
        if hidden:
            yield fold(f"{hidden}\n{decoded(hidden)}"), True

    def _new(self, lines: Iterable[str]) -> list[str]:
        """Return the lines that no file had so far."""
        new = [line for line in dict.fromkeys(lines) if line not in self._seen]
        self._seen.update(new)
        return new


def _grams(folded: str) -> Iterator[str]:
    """Yield what a needle may be filed under: something that is in every text that contains it."""
    yield from _WORD.findall(folded)
    for run in _OTHER.findall(folded):
        yield from (run[at : at + 3] for at in range(max(1, len(run) - 2)))


def contains(folded: str, text: str) -> bool:
    """Whether a folded text contains a needle, not within a longer Latin word or number."""
    at = folded.find(text)
    while at >= 0:
        end = at + len(text)
        before = at > 0 and _is_latin(text[0]) and _is_latin(folded[at - 1])
        after = end < len(folded) and _is_latin(text[-1]) and _is_latin(folded[end])
        if not before and not after:
            return True
        at = folded.find(text, at + 1)
    return False


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def without_known(needles: Iterable[Needle], known: str, index: Index | None = None) -> list[Needle]:
    """Return the needles that a folded text does not contain, neither as it stands nor as search takes its words.

    `index` is one of these needles and maybe others.
    """
    wanted = list(needles)
    index = index or Index.of(wanted)
    plain, undone = _SPACES.sub(" ", known), decoded(known)
    said = {*index.find(plain), *(index.find(undone) if undone not in (plain, known) else ())}
    terms = terms_in(known)
    return [each for each in wanted if each.kind == "canary" or not (each in said or each.folded in terms)]
