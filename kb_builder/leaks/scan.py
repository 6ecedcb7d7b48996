"""Looks for many needles in many texts, in time that grows with the texts and hardly with the needles.

Each needle is filed under a seed: a whole Latin word of it, or its first three characters that are not Latin. Of a text
the set of all its words and triples is made, which costs the same whatever is looked for; only needles whose seed is
in that set are then looked for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import add

from kb_builder.leaks.needles import Needle, phone_digits
from kb_builder.leaks.unpack import MARKUP, MIN_NOISY, Part, decoded, from_base64, unpack, visible_text
from kb_builder.search.fold import fold

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
    """Searches the files of one site. What stands on several pages alike is searched once."""

    needles: Sequence[Needle]
    size: int = 0
    _seeds: dict[str, list[tuple[Needle, str]]] = field(default_factory=dict)
    _phones: list[tuple[Needle, str]] = field(default_factory=list)
    _lines: set[str] = field(default_factory=set)
    _runs: set[str] = field(default_factory=set)
    _parts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """File the needles."""
        for needle in self.needles:
            folded = needle.folded
            if needle.kind == "phone":
                self._phones.append((needle, phone_digits(folded)))
            else:
                self._seeds.setdefault(_seed(folded), []).append((needle, folded))

    def scan(self, name: str, data: bytes) -> list[Sighting]:
        """Return the needles in a file's name and bytes."""
        self.size += len(data)
        found: dict[Needle, None] = dict.fromkeys(self.find(fold(f"/{name}/\n/{decoded(name)}/")))
        for part in unpack(name, data):
            for text, noisy in self._views(part, name.endswith(MARKUP)):
                found |= dict.fromkeys(self.find(text, noisy=noisy))
        return [Sighting(needle, name) for needle in found]

    def _views(self, part: Part, markup: bool) -> Iterator[tuple[str, bool]]:
        """Yield the folded forms of a text: as it stands, without tags, with escapes undone, with base64 decoded."""
        if part.text in self._parts:
            return
        self._parts.add(part.text)
        lines = [line for line in part.text.splitlines() if line not in self._lines]
        self._lines.update(lines)
        lines += [other for line in lines if _ESCAPED.search(line) and (other := decoded(line)) != line]
        text = "\n".join(lines)
        yield _SPACES.sub(" ", fold(text)), part.noisy
        whole = visible_text(part.text) if markup else " ".join(part.text.split())
        yield fold(whole), part.noisy
        hidden = from_base64(text, self._runs)
        if hidden:
            yield fold(f"{hidden}\n{decoded(hidden)}"), True

    def find(self, folded: str, *, noisy: bool = False) -> Iterator[Needle]:
        """Yield the needles in a folded text, which may be among bytes that are no text."""
        grams = set(_WORD.findall(folded))
        runs = " ".join(set(_OTHER.findall(folded)))
        grams.update(runs)
        grams.update(map(add, runs, runs[1:]))
        grams.update(map(add, map(add, runs, runs[1:]), runs[2:]))
        for seed in grams & self._seeds.keys():
            for needle, text in self._seeds[seed]:
                if (not noisy or len(text.encode()) >= MIN_NOISY) and contains(folded, text):
                    yield needle
        if self._phones:
            numbers = ",".join(phone_digits(each) for each in _NUMBER.findall(folded))
            for needle, digits in self._phones:
                if digits in numbers:
                    yield needle


def _seed(folded: str) -> str:
    """Return what a needle is filed under: something that is in every text that contains it."""
    words, others = _WORD.findall(folded), _OTHER.findall(folded)
    other = max(others, key=len, default="")
    word = max(words, key=len, default="")
    return other[:3] if 2 * len(other) >= len(word) else word


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
    from kb_builder.search.tokens import count_terms

    wanted = list(needles)
    scanner = Scanner([each for each in wanted if each.kind != "canary"])
    terms = count_terms(known)
    said = set(scanner.find(_SPACES.sub(" ", known))) | set(scanner.find(decoded(known)))
    return [each for each in wanted if each not in said and (each.kind == "canary" or each.folded not in terms)]
