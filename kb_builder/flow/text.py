"""How wide a text is and where it may be broken into lines.

Nobody knows the reader's font here, so the widths are those of a wide one of the usual sans-serif fonts, rounded up:
a line that is measured to fit also fits in Segoe UI, Noto Sans, Roboto, Helvetica, PingFang and Noto Sans CJK.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

# Advance widths in hundredths of an em.
_LATIN = {
    **dict.fromkeys("ijl'|`", 28),
    **dict.fromkeys("I.,:;!· ", 32),
    **dict.fromkeys('ft()[]{}/\\-"', 40),
    **dict.fromkeys("rJ*", 44),
    **dict.fromkeys("csz?_", 54),
    **dict.fromkeys("aekvxyLF^", 58),
    **dict.fromkeys("0123456789$#EST+<>=~", 61),
    **dict.fromkeys("bdghnopqu", 66),
    **dict.fromkeys("ABKPRXYZV&", 69),
    **dict.fromkeys("CDGHNOQU", 80),
    **dict.fromkeys("wmMW%@", 98),
}
_DEFAULT, _WIDEST = 70, 100
# Bold faces of the same fonts are wider by no more than this.
BOLD = 1.08

_CLOSING = frozenset("、，。．,.:;：；？！?!）」』】》〉〕］｝)]}%％’”…—～·・々ーㄧ」")
_OPENING = frozenset("（「『【《〈〔［｛([{‘“$＄￥¥")
# In an overlong word a break after one of these shows best that the word goes on.
_SEAMS = frozenset("/.-_?&=#:@,")

# Stands for a space at which a line may not break, nor in what follows it, up to the next punctuation or space.
HOLD = "\ufdd0"

# What stays together: opening punctuation, a word or a wide character, closing punctuation; and the space before it.
# No word before a HOLD is longer than 60 characters, so that nobody looks far for one. What is most frequent is first.
_OPEN = re.escape("".join(sorted(_OPENING)))
_CLOSE = re.escape("".join(sorted(char for char in _CLOSING if char > "\u2e7f"))) + "”’…—"
_WIDE = "\u2e80-\ufdcf\ufdf0-\U0010ffff"
_HAN = rf"[^\0-\u2e7f\ufdd0-\ufdef{_OPEN}{_CLOSE}]"
_WORD = rf"[^ {_WIDE}]{{0,60}}{HOLD}[^ {_CLOSE}]*|[^ {_WIDE}“‘]+"
_ATOM = re.compile(
    rf"{_HAN}[{_CLOSE}]*| ?(?:[{_OPEN}]*(?:{_HAN}|{_WORD})[{_CLOSE}]*|[{_OPEN}]+[{_CLOSE}]*|[{_CLOSE}]+)"
)


class _Widths(dict[str, int]):
    """The advance widths of characters in hundredths of an em, found out when first asked for."""

    def __missing__(self, char: str) -> int:
        if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
            width = 0
        elif unicodedata.east_asian_width(char) in "WFA":
            width = _WIDEST
        else:
            width = _DEFAULT
        self[char] = width
        return width


_WIDTHS = _Widths({**_LATIN, HOLD: _LATIN[" "]})


@lru_cache(8192)
def _hundredths(text: str) -> int:
    return sum(map(_WIDTHS.__getitem__, text))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in pixels at a font size in pixels."""
    return _hundredths(text) * size * (BOLD if bold else 1.0) / 100


def wrap(text: str, width: float, size: float, *, bold: bool = False, first: float = 0.0) -> list[str]:
    """Break a text into lines no wider than `width`; the first line has `first` less.

    Chinese breaks between any two characters, but no closing punctuation begins a line and no opening one ends it;
    other scripts break at spaces, and inside a word only if it is wider than a line.
    """
    scale = size * (BOLD if bold else 1.0) / 100
    room = width / scale
    left = room - first / scale
    text = " ".join(text.split())
    if len(text) * _WIDEST <= left or _hundredths(text) <= left:
        return [text.replace(HOLD, " ")]
    atoms, ends = _atoms(text)
    lines: list[str] = []
    here = 0
    while here < len(atoms):
        begin = atoms[here].lstrip(" ")
        wide = _hundredths(begin)
        if left < wide <= room:
            # Beside what is before the first line there is not even room for one atom.
            lines.append("")
            left = room
        elif wide > left:
            *pieces, begin = _pieces(begin, left, room)
            lines += pieces
            wide = _hundredths(begin)
            left = room if pieces else left
        after = bisect_right(ends, ends[here] - wide + left, here + 1)
        lines.append(begin + "".join(atoms[here + 1 : after]))
        here, left = after, room
    return [each.replace(HOLD, " ") for each in lines]


# The name of a decision is wrapped at several widths one after the other.
@lru_cache(16)
def _atoms(text: str) -> tuple[list[str], list[int]]:
    """Return what stays together in a text, and how far the text reaches with each."""
    atoms = _ATOM.findall(text)
    return atoms, list(accumulate(map(_hundredths, atoms)))


def _pieces(atom: str, left: float, room: float) -> list[str]:
    pieces: list[str] = []
    start = used = seam = 0
    for at, char in enumerate(atom):
        used += _WIDTHS[char]
        if used > left and at > start:
            cut = seam if seam > start else _break(atom, start, at)
            pieces.append(atom[start:cut])
            start, left = cut, room
            used = _hundredths(atom[cut : at + 1])
        if char in _SEAMS:
            seam = at + 1
    pieces.append(atom[start:])
    return pieces


def _break(atom: str, start: int, at: int) -> int:
    """Return the last place up to `at` with nothing there that may not begin or end a line; `at` if there is none."""
    for cut in range(at, start, -1):
        if atom[cut] not in _CLOSING and atom[cut - 1] not in _OPENING:
            return cut
    return at
