"""Tells in which field a cursor stands, from the lines around it: text that is being typed is rarely good YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from kb_builder.lsp.fields import ENTRY, Path
from kb_builder.model.location import Span

# Longer lines, and more of them, are not looked at: nobody types there.
_LONGEST = 4000
_MOST = 3000
_START = re.compile(r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)")
_KEY = re.compile(
    r"(?P<key>\"[^\"\n]*\" *|'[^'\n]*' *|[^\s\-#:,\[\]{}\"'][^:#\[\]{}\n]*|-[^\s:]+):(?:[ \t]+(?P<value>.*)|$)"
)
_COMMENT = re.compile(r"(?:^|\s)#")
_REST_OF_WORD = re.compile(r"[\w./-]*")
_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


class Kind(Enum):
    """What may stand at the cursor: the name of a field, a value, or an entry of a list, which may be either."""

    NAME = "name"
    VALUE = "value"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a cursor stands.

    `path` is that of the field, for a name that of the mapping it will stand in; entries of lists are `*`. `word` is
    the word at the cursor, up to its end; `typed` the part of it before the cursor. `given` are the names the mapping
    has already. `is_flow` tells that the cursor is within brackets.
    """

    kind: Kind
    path: Path
    word: Span
    typed: str
    given: frozenset[str] = frozenset()
    is_flow: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block: columns of its dashes, the column of what follows, and its name and value if it has them."""

    dashes: tuple[int, ...]
    column: int
    key: str
    value: str


def front_matter(text: str) -> Span | None:
    """Return where the fields of a page are: from the first line on, up to the closing fence if there is one."""
    first = _FENCE.match(text)
    if first is None:
        return None
    last = _FENCE.search(text, first.end() + 1)
    return Span(start=min(first.end() + 1, len(text)), end=last.start() if last else len(text))


def look(text: str, block: Span, offset: int) -> Cursor | None:
    """Return where in a block of YAML a cursor stands; None in comments, in texts over several lines, and elsewhere."""
    if not block.start <= offset <= block.end:
        return None
    start = text.rfind("\n", 0, offset) + 1
    prefix = text[start:offset]
    if offset - start > _LONGEST or "\t" in prefix:
        return None
    line = _line(prefix)
    above = _above(text, block.start, start)
    rest = prefix[line.column :]
    if _COMMENT.search(rest):
        return None
    path = _path(above, line)
    if path is None:
        return None
    found = _KEY.match(rest)
    if found:
        value = found["value"] or ""
        return _in_value(text, offset, (*path, line.key), value)
    if rest.startswith(("[", "{")):
        return _in_value(text, offset, path, rest)
    if path and above and _opens_flow(above, line):
        return _in_value(text, offset, path, "[" + rest)
    begin = offset - len(rest)
    word = Span(start=begin, end=_end_of_word(text, offset))
    if line.dashes:
        return Cursor(kind=Kind.ENTRY, path=path, word=word, typed=rest, given=_given(text, block, start, line))
    return Cursor(kind=Kind.NAME, path=path, word=word, typed=rest, given=_given(text, block, start, line))


def path_at(text: str, block: Span, offset: int) -> Path:
    """Return the path of the field in whose name or value an offset lies; empty if it lies in none."""
    end = text.find("\n", offset)
    behind = text[offset : end if end >= 0 else len(text)]
    name = re.match(r"[^\s:,\[\]{}]*(?=[ \t]*:(?:\s|$))", behind)
    cursor = look(text, block, offset + (name.end() if name else 0))
    if cursor is None:
        return ()
    return (*cursor.path, cursor.typed.strip("\"' ")) if cursor.kind is not Kind.VALUE and name else cursor.path


def _line(text: str) -> _Line:
    match = _START.match(text)
    dashes = match["dashes"] if match else ""
    indent = len(match["indent"]) if match else 0
    columns = tuple(indent + at for at, sign in enumerate(dashes) if sign == "-")
    found = _KEY.match(text, indent + len(dashes))
    key = found["key"].strip("\"' ") if found else ""
    return _Line(columns, indent + len(dashes), key, (found["value"] or "").strip() if found else "")


def _above(text: str, first: int, start: int) -> list[_Line]:
    """Return the lines above a place, the nearest first, without blank ones and comments."""
    found = []
    for raw in reversed(text[first:start].split("\n")[-_MOST:]):
        if raw.strip() and not raw.lstrip().startswith("#"):
            found.append(_line(raw[:_LONGEST].rstrip()))
    return found


def _path(above: list[_Line], line: _Line) -> Path | None:
    """Return the path of the mapping or list in which a line stands; None within a text over several lines."""
    path: list[str] = []
    limit, is_entry = line.column, False
    for column in reversed(line.dashes):
        path.insert(0, ENTRY)
        limit, is_entry = column, True
    for each in above:
        if limit == 0 and not is_entry:
            break
        if each.key and (each.column < limit or (is_entry and each.column == limit)):
            if each.value[:1] in ("|", ">"):
                return None
            path.insert(0, each.key)
            limit, is_entry = each.column, False
        elif each.column > limit and not any(column < limit for column in each.dashes):
            continue
        for column in reversed(each.dashes):
            if column < limit:
                path.insert(0, ENTRY)
                limit, is_entry = column, True
    return tuple(path)


def _opens_flow(above: list[_Line], line: _Line) -> bool:
    """Whether the line above with a smaller indentation began a list in brackets that goes on here."""
    parent = next((each for each in above if each.column < line.column and each.key), None)
    return parent is not None and parent.value.startswith("[") and "]" not in parent.value


def _given(text: str, block: Span, start: int, line: _Line) -> frozenset[str]:
    """Return the names in the mapping to which a line belongs, but for the line's own."""
    column = line.column
    names: set[str] = set()
    if not line.dashes:
        for each in _above(text, block.start, start):
            if each.column < column:
                break
            if each.column == column:
                names.add(each.key)
                if each.dashes:
                    break
    end = text.find("\n", start)
    below = text[end + 1 : block.end].split("\n")[:_MOST] if 0 <= end < block.end else []
    for raw in below:
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        each = _line(raw[:_LONGEST].rstrip())
        if each.column < column or (each.dashes and each.dashes[0] < column):
            break
        if each.column == column and not each.dashes:
            names.add(each.key)
    return frozenset(names - {""})


@dataclass(slots=True)
class _Level:
    """A bracket that is open: what it is, where its last entry began, and the names in it."""

    opener: str
    start: int
    key: str = ""
    given: set[str] = field(default_factory=set)


def _in_value(text: str, offset: int, path: Path, value: str) -> Cursor | None:
    """Return where a cursor at the end of a value stands; brackets in it hold entries of their own."""
    if value[:1] in ("|", ">"):
        return None
    levels = list(_levels(value))
    for level in levels[1:]:
        path = (*path, ENTRY) if level.opener == "[" else (*path, level.key) if level.key else path
    last = levels[-1]
    raw = value[last.start :]
    typed = raw.lstrip()
    if typed[:1] in ("'", '"'):
        typed = typed[1:]
    word = Span(start=offset - len(typed), end=_end_of_word(text, offset))
    if last.opener == "{" and not last.key:
        return Cursor(kind=Kind.NAME, path=path, word=word, typed=typed, given=frozenset(last.given), is_flow=True)
    kind = Kind.ENTRY if last.opener == "[" else Kind.VALUE
    return Cursor(kind=kind, path=path, word=word, typed=typed, is_flow=len(levels) > 1)


def _levels(value: str) -> Iterator[_Level]:
    """Yield the brackets that are open at the end of a value, the outermost first, after the value itself."""
    levels = [_Level("", 0)]
    quote = ""
    for at, sign in enumerate(value):
        last = levels[-1]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and not value[last.start : at].strip():
            quote = sign
        elif sign in "[{" and not value[last.start : at].strip():
            levels.append(_Level(sign, at + 1))
        elif sign in "]}" and len(levels) > 1:
            levels.pop()
        elif sign == "," and len(levels) > 1:
            last.key, last.start = "", at + 1
        elif sign == ":" and last.opener == "{" and value[at + 1 : at + 2] in ("", " "):
            last.key, last.start = value[last.start : at].strip(" \"'"), at + 1
            last.given.add(last.key)
    yield from levels


def _end_of_word(text: str, offset: int) -> int:
    match = _REST_OF_WORD.match(text, offset)
    return match.end() if match else offset
