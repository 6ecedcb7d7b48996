"""How wide a text is and where it may be broken into lines.

Nobody knows the reader's font here, so the widths are those of a wide one of the usual sans-serif fonts, rounded up:
a line that is measured to fit also fits in Segoe UI, Noto Sans, Roboto, Helvetica, PingFang and Noto Sans CJK.
"""

from __future__ import annotations

import re
import unicodedata

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
_DEFAULT = 70
# Bold faces of the same fonts are wider by no more than this.
BOLD = 1.08

_CLOSING = frozenset("、，。．,.:;：；？！?!）」』】》〉〕］｝)]}%％’”…—～·・々ーㄧ」")
_OPENING = frozenset("（「『【《〈〔［｛([{‘“$＄￥¥")
# In an overlong word a break after one of these shows best that the word goes on.
_SEAMS = frozenset("/.-_?&=#:@,")

# Stands for a space at which a line may not break, nor in what follows it, up to the next punctuation or space.
HOLD = "\ufdd0"
_SPACE = _LATIN[" "] / 100

# What stays together: opening punctuation, a word or a wide character, closing punctuation.
_OPEN = re.escape("".join(sorted(_OPENING)))
_CLOSE = re.escape("".join(sorted(char for char in _CLOSING if char > "\u2e7f"))) + "”’…—"
_WIDE = "\u2e80-\ufdcf\ufdf0-\U0010ffff"
_ATOM = re.compile(
    rf"[{_OPEN}]*(?:[^ {_WIDE}]*{HOLD}[^ {_CLOSE}]*|[^ {_WIDE}“‘]+|[^ {_CLOSE}{_OPEN}])[{_CLOSE}]*"
    rf"|[{_OPEN}]+[{_CLOSE}]*|[{_CLOSE}]+"
)

_known: dict[str, float] = {HOLD: _LATIN[" "] / 100}


def _char_width(char: str) -> float:
    width = _known.get(char)
    if width is None:
        if char in _LATIN:
            width = _LATIN[char] / 100
        elif unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
            width = 0.0
        elif unicodedata.east_asian_width(char) in "WFA":
            width = 1.0
        else:
            width = _DEFAULT / 100
        _known[char] = width
    return width


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in pixels at a font size in pixels."""
    try:
        total = sum(map(_known.__getitem__, text))
    except KeyError:
        total = sum(map(_char_width, text))
    return total * size * (BOLD if bold else 1.0)


def wrap(text: str, width: float, size: float, *, bold: bool = False, first: float = 0.0) -> list[str]:
    """Break a text into lines no wider than `width`; the first line has `first` less.

    Chinese breaks between any two characters, but no closing punctuation begins a line and no opening one ends it;
    other scripts break at spaces, and inside a word only if it is wider than a line.
    """
    scale = size * (BOLD if bold else 1.0)
    room = width / scale
    left = room - first / scale
    text = " ".join(text.split())
    if text_width(text, 1.0) <= left:
        return [text.replace(HOLD, " ")]
    lines: list[str] = []
    # The line is text[start:end].
    start = end = 0
    used = 0.0
    known = _known
    for match in _ATOM.finditer(text):
        begin, stop = match.span()
        if stop - begin == 1:
            char = text[begin]
            wide = known.get(char) or _char_width(char)
        else:
            wide = text_width(text[begin:stop], 1.0)
        space = _SPACE if begin > end > start else 0.0
        if used + space + wide <= left:
            if end == start:
                start = begin
            end = stop
            used += space + wide
            continue
        if end > start or (left < room and wide <= room):
            lines.append(text[start:end])
            left = room
        start, end, used = begin, stop, wide
        if wide > left:
            *pieces, rest = _pieces(text[begin:stop], left, room)
            lines += pieces
            start = stop - len(rest)
            used = text_width(rest, 1.0)
            left = room if pieces else left
    lines.append(text[start:end])
    return [each.replace(HOLD, " ") for each in lines]


def _pieces(atom: str, left: float, room: float) -> list[str]:
    pieces: list[str] = []
    start, used, seam = 0, 0.0, 0
    for at, char in enumerate(atom):
        used += _char_width(char)
        if used > left and at > start:
            cut = seam if seam > start else at
            if not (seam > start):
                # Step back over what may not begin or end a line, unless nothing would be left.
                while cut - 1 > start and (atom[cut] in _CLOSING or atom[cut - 1] in _OPENING):
                    cut -= 1
            pieces.append(atom[start:cut])
            start, left = cut, room
            used = text_width(atom[cut : at + 1], 1.0)
        if char in _SEAMS:
            seam = at + 1
    pieces.append(atom[start:])
    return pieces
