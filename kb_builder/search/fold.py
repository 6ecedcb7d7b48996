"""One form for what readers take for the same: width, case, accents, Traditional and Simplified characters."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

_ACCENTS = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """Return a text in the form in which it is indexed and looked up.

    Every code point is folded by itself: NFKC, lower case, no accents, then one character for all that are alike.
    """
    return text.translate(_table())


def alike() -> dict[str, str]:
    """Return every character that has a commoner form, with that form."""
    return {other: group[0] for line in data("fold")["groups"] for group in line.split() for other in group[1:]}


def data(name: str) -> dict[str, Any]:
    """Return one of the tables that are shipped with search."""
    text = resources.files(__package__).joinpath(f"data/{name}.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


@cache
def _table() -> _Table:
    return _Table(alike())


class _Table(dict[int, str]):
    """What `str.translate` asks for code points; answers are kept."""

    def __init__(self, characters: dict[str, str]) -> None:
        super().__init__()
        self._alike = characters

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", chr(code)).lower())
        folded = unicodedata.normalize("NFC", _ACCENTS.sub("", plain))
        self[code] = text = "".join(self._alike.get(each, each) for each in folded)
        return text
