"""A term's pages as a short text of ASCII characters, for both languages to read.

Pages are numbered from 0. A posting list is cut into groups of equal figures; a group is one character for the
figures, then for each page the distance from the page before it, in one character where that is below 45.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from kb_builder.search.weights import INDEX

# What JSON writes as it is. The first characters stand for figures, the others are digits.
ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\<')
IMPACTS = len(INDEX.levels) + 2
FIGURES = 4 * IMPACTS
# The last digit of a distance counts to 45, those before it are of a kind of their own.
LAST = 45
_SHIFT = 24
_PAGE = (1 << _SHIFT) - 1
_LAST_AT, _MORE_AT = FIGURES, FIGURES + LAST
_MORE = len(ALPHABET) - _MORE_AT
_VALUES = {character: number for number, character in enumerate(ALPHABET)}


def posting(page: int, place: int = 0, impact: int = 0) -> int:
    """Return page and figures as one number, in which the figures weigh more."""
    return (place * IMPACTS + impact) << _SHIFT | page


def figures(number: int) -> int:
    """Return the figures of a posting."""
    return number >> _SHIFT


def page(number: int) -> int:
    """Return the page of a posting."""
    return number & _PAGE


def encode(postings: Sequence[int]) -> str:
    """Return the text for postings, given as numbers with ascending pages."""
    text = []
    group = before = -1
    for number in sorted(postings):
        if number >> _SHIFT != group:
            group, before = number >> _SHIFT, -1
            text.append(ALPHABET[group])
        number &= _PAGE
        text.append(_distance(number - before - 1))
        before = number
    return "".join(text)


@lru_cache(maxsize=1 << 16)
def _distance(number: int) -> str:
    number, last = divmod(number, LAST)
    text = ALPHABET[_LAST_AT + last]
    while number:
        number, digit = divmod(number - 1, _MORE)
        text = ALPHABET[_MORE_AT + digit] + text
    return text


def decode(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield page, place and impact of each posting."""
    place = impact = number = 0
    here = -1
    for character in text:
        value = _VALUES[character]
        if value < FIGURES:
            place, impact = divmod(value, IMPACTS)
            here = -1
        elif value < _MORE_AT:
            here += number * LAST + value - _LAST_AT + 1
            number = 0
            yield here, place, impact
        else:
            number = number * _MORE + value - _MORE_AT + 1
