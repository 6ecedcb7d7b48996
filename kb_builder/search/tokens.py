"""Cuts folded text into terms: what the index holds and what a query looks up.

Chinese, Japanese and Korean have no spaces between words: each pair of neighbouring characters is a term, and each
single character. Other scripts are cut into words. A word such as `sop-012`, `utf8` or `max_connections` gives its
parts (`sop`, `12`) and itself (`sop-12`), so that it is found however it is typed. client/tokens.js does the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import add

from kb_builder.search.weights import LIMITS

IDEOGRAPHS = "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_RUN = re.compile(f"[{IDEOGRAPHS}]+")
_LETTERS = f"[^\\W_{IDEOGRAPHS}]+"
_WORD = re.compile(f"{_LETTERS}(?:[-_.]{_LETTERS})*")
_TOKEN = re.compile(f"{_RUN.pattern}|{_WORD.pattern}")
_PART = re.compile(r"[^\W\d_]+|\d+")
_PLAIN = re.compile("[a-z]+")
_VOWEL = re.compile("[aeiouy]")


@dataclass(frozen=True, slots=True)
class Token:
    """A term of a query and the part of the folded text it stands for. `plain` tells a word of a–z alone."""

    term: str
    start: int
    end: int
    plain: bool = False


def count_terms(text: str) -> Counter[str]:
    """Return how often each term occurs in a folded text."""
    runs = _RUN.findall(text)
    counts = Counter("".join(runs))
    counts.update(chain.from_iterable(map(add, run, run[1:]) for run in runs))
    for word, count in Counter(_WORD.findall(text)).items():
        for term in word_terms(word):
            counts[term] += count
    return counts


def terms_in(text: str) -> set[str]:
    """Return the terms that occur in a folded text."""
    runs = set(_RUN.findall(text))
    pairs = chain.from_iterable(map(add, run, run[1:]) for run in runs)
    return {*"".join(runs), *pairs, *chain.from_iterable(map(word_terms, set(_WORD.findall(text))))}


def read_tokens(text: str) -> Iterator[Token]:
    """Yield the terms of a folded query from left to right. A character is a term only where it stands alone."""
    for match in _TOKEN.finditer(text):
        start, token = match.start(), match[0]
        if not _RUN.match(token):
            yield from _word_tokens(token, start)
        elif len(token) == 1:
            yield Token(token, start, start + 1)
        else:
            yield from (Token(token[i : i + 2], start + i, start + i + 2) for i in range(len(token) - 1))


def _word_tokens(word: str, start: int) -> Iterator[Token]:
    parts, whole = _cut(word)
    for part in parts:
        yield Token(_term(part[0]), start + part.start(), start + part.end(), is_plain(part[0]))
    if whole:
        yield Token(whole, start, start + len(word))


@lru_cache(maxsize=1 << 16)
def word_terms(word: str) -> tuple[str, ...]:
    """Return the terms of a folded word: its parts, and the whole where there are several."""
    parts, whole = _cut(word)
    return (*(_term(part[0]) for part in parts), *((whole,) if whole else ()))


def _cut(word: str) -> tuple[list[re.Match[str]], str]:
    parts = list(_PART.finditer(word))
    if len(parts) == 1:
        return parts, ""
    whole = "-".join(_number(part[0]) for part in parts)
    # A word of many parts is a checksum or the like, which nobody looks for in pieces.
    return parts if len(parts) <= LIMITS.parts else [], whole if len(whole) <= LIMITS.whole else ""


def _term(part: str) -> str:
    return stem(part) if is_plain(part) else _number(part)


def _number(part: str) -> str:
    """Return a part without the zeros before a number: SOP-12 is SOP-012."""
    return (part.lstrip("0") or "0") if part[0] == "0" else part


def is_plain(word: str) -> bool:
    """Whether a folded word is of a–z alone."""
    return _PLAIN.fullmatch(word) is not None


def stem(word: str) -> str:
    """Return an English word without the commonest endings: plural, -ing, -ed, final e. Short words stay."""
    if len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and word[-2] not in "sui":
        word = word[:-1]
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word:
            if len(base) >= 3 and _VOWEL.search(base) and not (ending == "ed" and base[-1] == "e"):
                word = base[:-1] if base[-1] == base[-2] and base[-1] not in "lsz" else base
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word
