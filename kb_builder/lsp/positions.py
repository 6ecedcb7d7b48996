"""Places in a text as the protocol counts them: lines from 0, columns in the units of an encoding."""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol import types

from kb_builder.model.location import Position, Span

_LINE_END = re.compile(r"\r\n|\n|\r")
_CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le"}
_UNIT_BYTES = {"utf-8": 1, "utf-16": 2}


class Lines:
    """The lines of a text; `encoding` is what the client counts in: `utf-8`, `utf-16` or `utf-32`."""

    def __init__(self, text: str, encoding: str) -> None:
        self._text = text
        self._encoding = encoding
        self._starts = [0]
        self._ends: list[int] = []
        for match in _LINE_END.finditer(text):
            self._ends.append(match.start())
            self._starts.append(match.end())
        self._ends.append(len(text))
        # Our own positions count line feeds alone, the protocol carriage returns as well.
        self._feeds = self._starts if "\r" not in text else [0, *(m.end() for m in re.finditer("\n", text))]

    def position(self, offset: int) -> types.Position:
        """Return the position of an offset in code points; one past the end counts as the end."""
        offset = max(0, min(offset, len(self._text)))
        line = bisect_right(self._starts, offset) - 1
        before = self._text[self._starts[line] : offset]
        return types.Position(line=line, character=self._units(before))

    def range(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return types.Range(start=self.position(span.start), end=self.position(max(span.start, span.end)))

    def offset(self, position: types.Position) -> int:
        """Return the offset of a position in code points; one past the end of its line counts as that end."""
        if position.line >= len(self._starts):
            return len(self._text)
        start = self._starts[position.line]
        line = self._text[start : self._ends[position.line]]
        if self._encoding not in _CODECS or line.isascii():
            return start + min(position.character, len(line))
        codec = _CODECS[self._encoding]
        units = line.encode(codec, "surrogatepass")[: position.character * _UNIT_BYTES[self._encoding]]
        return start + len(units.decode(codec, "ignore"))

    def span(self, position: Position) -> Span:
        """Return the offsets of a position of ours, which counts lines and columns from 1, columns in code points."""
        start = self._at(position.line, position.column)
        return Span(start=start, end=max(start, self._at(position.end_line, position.end_column)))

    def _at(self, line: int, column: int) -> int:
        if line > len(self._feeds):
            return len(self._text)
        return min(self._feeds[line - 1] + column - 1, len(self._text))

    def _units(self, text: str) -> int:
        if self._encoding not in _CODECS or text.isascii():
            return len(text)
        return len(text.encode(_CODECS[self._encoding], "surrogatepass")) // _UNIT_BYTES[self._encoding]
