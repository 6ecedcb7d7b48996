"""One parser for front matter, used for checking and for building: fences, near-misses, fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kb_builder.model.diagnostic import Finding, Related, Remedy
from kb_builder.model.document import RawDocument
from kb_builder.model.location import LineMap, Span
from kb_builder.sources.fences import cut, missing_closing
from kb_builder.sources.yaml_block import YamlBlock, parse_block
from kb_builder.sources.yaml_fault import YamlFault

_MARKER = re.compile(r"^(?:[ \t]*(?:```|~~~)|(?:<{7}|>{7}|\|{7}|={7})(?:\s|$))", re.MULTILINE)
_MAX_FILE_BYTES = 1024 * 1024


def parse_front_matter(path: str, content_path: str, text: str, faults: tuple[Finding, ...] = ()) -> RawDocument:
    """Cut a page into front matter and body and read the fields.

    Never raises: whatever is wrong is in the document's `faults`, and then `values` may be empty.
    """
    found: list[Finding] = []
    block, body = cut(path, text, found)
    values: Mapping[str, Any] = {}
    conflicts = _conflicts(text, body) if _may_hold_conflict(text, body) else []
    if conflicts and (conflicts[0] < body.start or not text[: conflicts[0]].strip()):
        # What a conflict did to fences and fields is no fault of its own.
        found.clear()
    elif block is not None:
        parsed = parse_block(block.cut(text))
        values = parsed.values
        if parsed.faults:
            found += _findings(path, text, block, parsed)
    return RawDocument(
        path=path,
        content_path=content_path,
        text=text,
        block=block,
        body=body,
        values=values,
        faults=(*faults, *found, *(_conflict(path, text, start) for start in conflicts)),
    )


def parse_yaml_file(path: str, text: str) -> tuple[YamlBlock, tuple[Finding, ...]]:
    """Read a YAML file of our own (kb.yml, a registry) by the rules of front matter."""
    parsed = parse_block(text, _MAX_FILE_BYTES)
    lines = LineMap(text)
    return parsed, tuple(_finding(path, lines, 0, fault) for fault in parsed.faults)


def _findings(path: str, text: str, block: Span, parsed: YamlBlock) -> Iterator[Finding]:
    lines = LineMap(text)
    for fault in parsed.faults:
        if not parsed.values:
            fence = missing_closing(path, text, block, block.start + fault.span.start)
            if fence is not None:
                yield fence
                return
        yield _finding(path, lines, block.start, fault)


def _finding(path: str, lines: LineMap, offset: int, fault: YamlFault) -> Finding:
    related: tuple[Related, ...] = ()
    message = fault.message
    if fault.other is not None:
        other = Span(start=offset + fault.other.start, end=offset + fault.other.end)
        line, _column = lines.point(other.start)
        message = message.replace("{line}", str(line), 1)
        related = (Related(path=path, location=other, message=fault.other_message),)
    return Finding(
        slug=fault.slug,
        path=path,
        message=message,
        hint=fault.hint,
        location=Span(start=offset + fault.span.start, end=offset + fault.span.end),
        related=related,
        remedy=_moved(fault.remedy, offset),
    )


def _moved(remedy: Remedy | None, offset: int) -> Remedy | None:
    """Return a remedy with offsets in the file instead of in its block."""
    if remedy is None or not isinstance(remedy.location, Span):
        return remedy
    at = remedy.location
    return replace(remedy, location=Span(start=offset + at.start, end=offset + at.end))


def _may_hold_conflict(text: str, body: Span) -> bool:
    return "<<<<<<<" in text or ">>>>>>>" in text or text.find("\n=======", 0, body.start) != -1


def _conflicts(text: str, body: Span) -> list[int]:
    """Return where every unfinished merge begins: its first marker, outside fenced code of the body.

    In the body a line of `=======` alone may underline a heading, so there it only counts within a conflict.
    """
    found: list[int] = []
    is_open = in_code = False
    for match in _MARKER.finditer(text):
        sign = match[0].lstrip()[:1]
        if sign in "`~":
            in_code = match.start() >= body.start and not in_code
        elif not in_code:
            begins = sign == "<" or (not is_open and (sign == ">" or match.start() < body.start))
            if begins:
                found.append(match.start())
            is_open = sign != ">" and (is_open or begins)
    return found


def _conflict(path: str, text: str, start: int) -> Finding:
    end = text.find("\n", start)
    return Finding(
        slug="merge-conflict",
        path=path,
        message="a merge was left unfinished: conflict marker",
        hint="keep one side and delete the lines with <<<<<<<, ======= and >>>>>>>",
        location=Span(start=start, end=start + len(text[start : end if end != -1 else len(text)].rstrip())),
    )
