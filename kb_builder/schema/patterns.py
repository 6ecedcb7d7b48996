"""Regular expressions of JSON Schema (ECMA-262) as Python understands them.

The fast engine reads them as its standard says. Python differs: `$` also matches before a final line feed, `\\d` and
`\\w` take digits and letters of all scripts, `\\s` knows other blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

Range = tuple[int, int]

_DIGITS: tuple[Range, ...] = ((0x30, 0x39),)
_WORD: tuple[Range, ...] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
# https://tc39.es/ecma262/#sec-white-space and the line terminators below it.
_SPACE: tuple[Range, ...] = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_LAST = 0x10FFFF


@cache
def compile_pattern(expression: str) -> re.Pattern[str]:
    """Compile an expression of a schema so that `search` decides as JSON Schema does; re.error if it cannot be."""
    parts: list[str] = []
    in_class = False
    rest = iter(expression)
    for character in rest:
        if character == "\\":
            parts.append(_escape(next(rest, ""), in_class))
        elif character == "$" and not in_class:
            parts.append(r"\Z")
        elif character == "[" and in_class:
            parts.append(r"\[")
        else:
            in_class = character == "[" or (in_class and character != "]")
            parts.append(character)
    return re.compile("".join(parts))


def _escape(letter: str, in_class: bool) -> str:
    ranges = _CLASSES.get(letter.lower())
    if ranges is None:
        return "\\" + letter
    text = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in (ranges if letter.islower() else _others(ranges)))
    return text if in_class else f"[{text}]"


def _others(ranges: Iterable[Range]) -> list[Range]:
    """Return the ranges of all other characters."""
    found: list[Range] = []
    at = 0
    for low, high in ranges:
        found.append((at, low - 1))
        at = high + 1
    return [*found, (at, _LAST)]
