"""Looks for many needles in many texts, in time that grows with the texts and hardly with the needles.

Each needle is filed under a seed: a whole Latin word of it, or three characters in a row that are not Latin. Of a text
the set of all its words and triples is made, which costs the same whatever is looked for; only needles whose seed is
in that set are then looked for themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import add

from kb_builder.leaks.needles import Needle, phone_digits
from kb_builder.leaks.unpack import MARKUP, MIN_NOISY, Part, decoded, from_base64, unpack, visible_text
from kb_builder.search.fold import fold
from kb_builder.search.tokens import count_terms

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


@dataclass(slots=True)
class Scanner:
    """Searches the files of one site. What stands on several pages alike is searched once.

    `shown` are the words and pairs of characters, as search cuts them, that the pages show.
    """

    needles: Sequence[Needle]
    size: int = 0
    shown: set[str] = field(default_factory=set)
    _words: dict[str, list[tuple[Needle, str]]] = field(default_factory=dict)
    _triples: dict[str, list[tuple[Needle, str]]] = field(default_factory=dict)
    _short: dict[str, list[tuple[Needle, str]]] = field(default_factory=dict)
    _phones: list[tuple[Needle, str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _runs: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """File the needles, each under the seed that fewest of them have."""
        texts = [(each, each.folded) for each in self.needles]
        counts = Counter(gram for _each, folded in texts for gram in set(_grams(folded)))
        for needle, folded in texts:
            if needle.kind == "phone":
                self._phones.append((needle, phone_digits(folded)))
                continue
            seed = min(_grams(folded), key=lambda gram: (counts[gram], -len(gram), gram))
            kind = self._words if seed.isascii() else self._triples if len(seed) == 3 else self._short
            kind.setdefault(seed, []).append((needle, folded))

    def scan(self, name: str, data: bytes) -> list[Sighting]:
        """Return the needles in a file's name and bytes."""
        self.size += len(data)
        found: dict[Needle, None] = dict.fromkeys(self.find(fold(f"/{name}/\n/{decoded(name)}/")))
        for part in unpack(name, data):
            for text, noisy in self._views(part, name):
                found |= dict.fromkeys(self.find(text, noisy=noisy))
        return [Sighting(needle, name) for needle in found]

    def _views(self, part: Part, name: str) -> Iterator[tuple[str, bool]]:
        """Yield the folded forms of a text: as it stands, without tags, with escapes undone, with base64 decoded."""
        lines = self._new(part.text.splitlines())
        lines += [other for line in lines if _ESCAPED.search(line) and (other := decoded(line)) != line]
        text = "\n".join(lines)
        yield _SPACES.sub(" ", fold(text)), part.noisy
        if name.endswith(MARKUP):
            shown = fold("\n".join(self._new(visible_text(part.text))))
            if name.endswith(".html"):
                self.shown.update(count_terms(shown))
            yield shown, part.noisy
        elif "\n" in part.text:
            # A title may go on in the next line.
            yield fold(" ".join(text.split())), part.noisy
        hidden = from_base64(text, self._runs)
        if hidden:
            yield fold(f"{hidden}\n{decoded(hidden)}"), True

    def _new(self, lines: Iterable[str]) -> list[str]:
        """Return the lines that no file had so far."""
        new = [line for line in dict.fromkeys(lines) if line not in self._seen]
        self._seen.update(new)
        return new

    def find(self, folded: str, *, noisy: bool = False) -> Iterator[Needle]:
        """Yield the needles in a folded text, which may be among bytes that are no text."""
        for seed, filed in self._seeds_in(folded):
            for needle, text in filed[seed]:
                if (not noisy or len(text.encode()) >= MIN_NOISY) and contains(folded, text):
                    yield needle
        if self._phones and (numbers := ",".join(map(phone_digits, _NUMBER.findall(folded)))):
            for needle, digits in self._phones:
                if digits in numbers:
                    yield needle

    def _seeds_in(self, folded: str) -> Iterator[tuple[str, Mapping[str, list[tuple[Needle, str]]]]]:
        for seed in self._words.keys() & set(_WORD.findall(folded)):
            yield seed, self._words
        if folded.isascii() or not (self._triples or self._short):
            return
        runs = "\n".join(set(_OTHER.findall(folded)))
        for seed in frozenset(self._triples).intersection(map(add, map(add, runs, runs[1:]), runs[2:])):
            yield seed, self._triples
        for seed in self._short.keys() & {*map(add, runs, runs[1:]), *runs} if self._short else ():
            yield seed, self._short


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


def without_known(needles: Iterable[Needle], known: str) -> list[Needle]:
    """Return the needles that a folded text does not contain, neither as it stands nor as search takes its words."""
    wanted = list(needles)
    scanner = Scanner([each for each in wanted if each.kind != "canary"])
    terms = count_terms(known)
    said = set(scanner.find(_SPACES.sub(" ", known))) | set(scanner.find(decoded(known)))
    return [each for each in wanted if each not in said and (each.kind == "canary" or each.folded not in terms)]
