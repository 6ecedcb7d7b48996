"""Where something is: symbolic places in a document, and the positions they resolve to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a text: `start` inclusive, `end` exclusive, both code point offsets from 0."""

    start: int
    end: int

    def cut(self, text: str) -> str:
        """Return the text the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpans:
    """Spans of one front matter entry; `key` is None for an entry of a list."""

    key: Span | None
    value: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A place in front matter, named by the path of its field: `("reviews", 0, "date")`.

    `on_key` points at the key instead of the value. A path that does not exist resolves to its nearest
    existing parent, and an empty path to the first line of the block.
    """

    path: FieldPath = ()
    on_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeFile:
    """The file as such: shown as its first line and column."""


Location = Span | Field | WholeFile
WHOLE_FILE = WholeFile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A resolved place: lines and columns from 1, columns in code points, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


START_OF_FILE = Position(line=1, column=1, end_line=1, end_column=1)


class LineMap:
    """Turns code point offsets of one text into lines and columns (both from 1)."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> Sequence[int]:
        starts = [0]
        find = self._text.find
        at = find("\n")
        while at != -1:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def point(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset; an offset past the end counts as the end."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def position(self, span: Span) -> Position:
        """Return the position of a span."""
        line, column = self.point(span.start)
        end_line, end_column = self.point(max(span.start, span.end))
        return Position(line=line, column=column, end_line=end_line, end_column=end_column)
