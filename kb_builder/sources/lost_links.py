"""Finds what was meant as a link and is none: readers see the brackets as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb_builder.model.location import Span

# What is nested is left alone, and so is `a[0][1]`.
_LABEL = r"\[(?![\^ \t])[^\[\]\n]+\]"
_UNDEFINED = re.compile(rf"(?<![A-Za-z0-9_\\\]\[)])!?{_LABEL}(?:\[[^\[\]\n]*\])")
_WIKI = re.compile(r"(?<![\\\[])\[\[([^\s\[\]](?:[^\[\]\n]*[^\s\[\]])?)\]\](?![(\[\]])")
# Brackets in prose are no link: within them must be an address.
_WIDE = re.compile(
    r"(?<![\\\]\[])!?\[[^\[\]\n]+\](?:（|\((?=[^\s()]*）))"
    r"(?:https?://[^\s（）()]+|#[^\s（）()]+|[^\s（）()]*\.[A-Za-z0-9]{1,5}(?:#[^\s（）()]*)?)[）)]"
)
MARK = "kb-lost-{}-"


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that may be a lost link: as written, its place, how it would look on the page, and the remedy."""

    written: str
    span: Span
    look: str
    hint: str
    wiki: str = ""


def may_hold_lost(text: str) -> bool:
    """Whether it is worth looking; plain substrings cost next to nothing."""
    return "][" in text or "[[" in text or "]（" in text or ("）" in text and "](" in text)


def find_lost(text: str, offset: int) -> tuple[Lost, ...]:
    """Return everything that may be a lost link, in the order of the text; some may be code, or links after all."""
    return tuple(sorted(_find(text, offset), key=lambda each: each.span.start)) if may_hold_lost(text) else ()


def _find(text: str, offset: int) -> Iterator[Lost]:
    for match in _UNDEFINED.finditer(text):
        label = match[0].rpartition("[")[2].rstrip("]") or match[0].strip("![]")
        hint = f"write `{match[0].partition(']')[0]}](address)`, or add a line `[{label}]: address`"
        yield Lost(match[0], _span(match, offset), match[0].partition("[")[0] + "[", hint)
    for match in _WIKI.finditer(text):
        hint = f"write [{match[1]}](address), with the path of the page's file"
        yield Lost(match[0], _span(match, offset), "[[", hint, wiki=match[1])
    for match in _WIDE.finditer(text):
        right = match[0].replace("（", "(").replace("）", ")")
        yield Lost(
            match[0],
            _span(match, offset),
            match[0].partition("[")[0] + "[",
            f"write it with ordinary brackets: {right}",
        )


def _span(match: re.Match[str], offset: int) -> Span:
    return Span(start=offset + match.start(), end=offset + match.end())
