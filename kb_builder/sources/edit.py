"""Changes fields in the text of front matter and leaves every other character of it as it was.

A block is the text between the fences, without faults. New text follows what is there: line ends, indentation, quotes,
brackets. Where more than one place would do, they are tried in order, and each result is read again: it must say what
the block said before and what was asked for, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kb_builder.model.errors import KbError
from kb_builder.model.location import FieldSpans, Span
from kb_builder.sources.yaml_block import locate, parse_block, walk_spans
from kb_builder.sources.yaml_fault import YamlFault
from kb_builder.sources.yaml_write import write_fields, write_value

_INDENT = 2
_OPENS_WITH_BRACE = re.compile(r"(?:\s|#[^\n]*\n)*\{")
# What may stand between two entries in brackets besides the comma.
_GAP = re.compile(r"(?:\s|#[^\n]*)*")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?\r?\n")
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_COMMENT_LINE = re.compile(r"(?P<indent> *)#[^\n]*\n")
_NOTHING = re.compile(r"~|null|Null|NULL|\[[ \t]*\]|")


def set_text(block: str, name: str, value: str, after: Sequence[str] = ()) -> str:
    """Return the block with a text in the field `name`, which keeps its quotes and the comment behind it.

    Where the field is absent, it is inserted below the first field of `after` that there is, else at the end.
    KbError if the field is written in a way that does not bear it.
    """
    spans = locate(block, (name,))
    values = parse_block(block).values
    if isinstance(values.get(name), (list, dict)):
        raise KbError(f"`{name}` is no text", f"write `{name}: {value}`")
    wanted = {**values, name: value}
    places = _insertions(block, name, value, after) if spans is None else _replacements(block, spans.value, value)
    return _first_good(places, name, wanted)


def append_entry(block: str, name: str, entry: Mapping[str, Any], after: Sequence[str] = ()) -> str:
    """Return the block with one more entry, a mapping of texts, lists and mappings, at the end of the list `name`.

    Where the list is absent, it is inserted as `set_text` does. KbError if there is no list in the field, or if it is
    written in a way that does not bear one more entry.
    """
    spans = locate(block, (name,))
    values = parse_block(block).values
    entries = values.get(name)
    if entries is not None and not isinstance(entries, list):
        raise KbError(f"`{name}` is no list", f"write `{name}:` and below it one entry a line, each behind a hyphen")
    wanted = {**values, name: [*(entries or ()), dict(entry)]}
    if spans is None:
        places = _insertions(block, name, [dict(entry)], after)
    elif not entries:
        places = _first_entries(block, spans, entry)
    elif block[spans.value.start] == "[":
        places = iter((_in_brackets(block, name, len(entries), entry),))
    else:
        places = _below_last(block, name, len(entries), entry)
    return _first_good(places, name, wanted)


def _first_good(candidates: Iterable[str], name: str, wanted: Mapping[str, Any]) -> str:
    faults: list[YamlFault] = []
    for candidate in candidates:
        read = parse_block(candidate)
        if not read.faults and read.values == wanted:
            return candidate
        faults += read.faults
    for fault in faults:
        if fault.slug in ("front-matter-limit", "control-character"):
            raise KbError(f"`{name}` cannot be written: {fault.message}", fault.hint)
    raise KbError(
        f"`{name}` is written in a way that kb cannot change without changing more",
        "make the change by hand, or write the field plainly: one entry a line, without tricks of YAML",
    )


# --- texts ------------------------------------------------------------------


def _replacements(block: str, span: Span, value: str) -> Iterator[str]:
    old = span.cut(block)
    if not old:
        yield _put(block, span, _blank_before(block, span) + write_value(value))
        return
    if old[0] in "|>" and "\n" in old:
        # The header, with its comment, and the indentation stay.
        start = span.start + old.index("\n") + 1
        start += len(block[start : span.end]) - len(block[start : span.end].lstrip())
        yield _put(block, Span(start=start, end=span.end), value)
    elif old[0] in "\"'":
        yield _put(block, span, old[0] + value + old[0])
    yield _put(block, span, write_value(value))


# --- fields that are not there yet ------------------------------------------


def _insertions(block: str, name: str, value: str | list[Any], after: Sequence[str]) -> Iterator[str]:
    fields = [(path[0], spans) for path, spans, _text in walk_spans(block) if len(path) == 1]
    anchor = next((spans for wanted in after for field, spans in fields if field == wanted), None)
    last = fields[-1][1] if fields else None
    if _OPENS_WITH_BRACE.match(block):
        for spans in filter(None, (anchor, last)):
            at = Span(start=spans.value.end, end=spans.value.end)
            yield _put(block, at, f", {write_value(name)}: {write_value(value)}")
        return
    margin = _column(block, fields[0][1]) if fields else 0
    if isinstance(value, str):
        lines = [f"{write_value(name)}: {write_value(value)}"]
    else:
        dash = _list_indent(block)
        lines = [f"{write_value(name)}:", *(line for each in value for line in _item(each, dash, 1))]
    lines = [" " * margin + line if line else line for line in lines]
    if anchor is not None:
        yield _put_lines(block, _below(block, anchor.value.end, margin), lines)
    yield _put_lines(block, len(block), lines)
    if last is not None:
        yield _put_lines(block, _below(block, last.value.end, margin), lines)


def _list_indent(block: str) -> int:
    """Return by how much the file indents lists below their names; two where it has none."""
    parent: FieldSpans | None = None
    for path, spans, _text in walk_spans(block):
        if len(path) == 1:
            parent = spans
        elif len(path) == 2 and path[1] == 0 and parent is not None and block[parent.value.start] == "-":
            return _column_of(block, parent.value.start) - _column(block, parent)
    return _INDENT


# --- lists ------------------------------------------------------------------


def _first_entries(block: str, spans: FieldSpans, entry: Mapping[str, Any]) -> Iterator[str]:
    """Put an entry into a list without any: on lines of its own if it is all there is behind the name."""
    value, old = spans.value, spans.value.cut(block)
    name_end = spans.key.end if spans.key else value.start
    in_braces = _OPENS_WITH_BRACE.match(block)
    if not in_braces and _NOTHING.fullmatch(old) and "\n" not in block[name_end : value.start]:
        start = name_end + len(block[name_end : value.start].rstrip(" \t"))
        margin = _column(block, spans)
        lines = _item(entry, margin + _list_indent(block), 1)
        at = _below(block, value.end, margin)
        yield block[:start] + _put_lines(block, at, lines)[value.end :]
    if old.startswith("["):
        yield _put(block, Span(start=value.start + 1, end=value.start + 1), write_value(dict(entry)))
    else:
        yield _put(block, value, f"{_blank_before(block, value)}[{write_value(dict(entry))}]")


def _below_last(block: str, name: str, count: int, entry: Mapping[str, Any]) -> Iterator[str]:
    """Put an entry below the last one of a list whose entries each begin with a hyphen."""
    first, last = _entry(block, name, 0), _entry(block, name, count - 1)
    whole = locate(block, (name,))
    start = whole.value.start if whole else first.start
    margin = _column_of(block, start)
    gap = block[start + 1 : first.start]
    width = len(gap) if gap.strip(" ") == "" and gap else 1
    if block[last.start] == "{":
        lines = [" " * margin + "-" + " " * width + write_value(dict(entry))]
    else:
        lines = _item(entry, margin, width)
    below = _below(block, last.end, margin)
    yield _put_lines(block, below, lines)
    # A text that keeps its blank lines (`|+`) ends with them.
    blank = _BLANK_LINES.match(block, below)
    yield _put_lines(block, blank.end() if blank else below, lines)


def _in_brackets(block: str, name: str, count: int, entry: Mapping[str, Any]) -> str:
    """Put an entry behind the last one in brackets, on a line of its own if that one has one."""
    last = _entry(block, name, count - 1)
    text = write_value(dict(entry))
    gap = _GAP.match(block, last.end)
    comma = gap.end() if gap and block[gap.end()] == "," else -1
    stop = comma + 1 if comma >= 0 else last.end
    indent = block[block.rfind("\n", 0, last.start) + 1 : last.start]
    if not indent.strip():
        line = indent + text + ("," if comma >= 0 else "")
        rest = _REST_OF_LINE.match(block, stop)
        if rest:
            comment = ("" if comma >= 0 else ",") + rest[0]
            return block[:stop] + comment + line + _line_break(block, rest.end()) + block[rest.end() :]
        return block[:stop] + ("" if comma >= 0 else ",") + _line_break(block, last.start) + line + block[stop:]
    if comma >= 0:
        return block[:stop] + f" {text}," + block[stop:]
    return block[:stop] + f", {text}" + block[stop:]


def _entry(block: str, name: str, index: int) -> Span:
    spans = locate(block, (name, index))
    assert spans is not None, name
    return spans.value


def _item(entry: Mapping[str, Any], margin: int, gap: int) -> list[str]:
    """Return an entry as lines behind a hyphen, which stands `margin` blanks from the edge."""
    first, *others = write_fields(entry)
    indent = " " * (margin + 1 + gap)
    return [" " * margin + "-" + " " * gap + first, *(indent + line if line else "" for line in others)]


# --- places -----------------------------------------------------------------


def _put(block: str, span: Span, text: str) -> str:
    return block[: span.start] + text + block[span.end :]


def _put_lines(block: str, at: int, lines: Sequence[str]) -> str:
    end = _line_break(block, at)
    return block[:at] + "".join(line + end for line in lines) + block[at:]


def _blank_before(block: str, span: Span) -> str:
    return "" if block[span.start - 1].isspace() else " "


def _below(block: str, end: int, margin: int) -> int:
    """Return where the line after a value begins, and after the comments that are indented as parts of it."""
    at = block.find("\n", end) + 1 or len(block)
    while (comment := _COMMENT_LINE.match(block, at)) and len(comment["indent"]) > margin:
        at = comment.end()
    return at


def _line_break(block: str, at: int) -> str:
    """Return the line break before an offset, else the first one of the block."""
    end = block.rfind("\n", 0, at)
    if end < 0:
        end = block.find("\n")
    return "\r\n" if end > 0 and block[end - 1] == "\r" else "\n"


def _column(block: str, spans: FieldSpans) -> int:
    return _column_of(block, spans.key.start if spans.key else spans.value.start)


def _column_of(block: str, offset: int) -> int:
    return offset - (block.rfind("\n", 0, offset) + 1)
