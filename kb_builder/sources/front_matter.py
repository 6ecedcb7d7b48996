"""One parser for front matter, used for checking and for building: fences, near-misses, fields."""

from __future__ import annotations

import re

from kb_builder.model.diagnostic import Finding, Related
from kb_builder.model.document import RawDocument
from kb_builder.model.location import LineMap, Span
from kb_builder.sources.yaml_block import YamlBlock, YamlFault, parse_block

_OPENING = re.compile(r"---[ \t]*\r?(?:\n|$)")
_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_NEAR_OPENING = re.compile(r"(?:[ \t]+-{2,}|--|-{4,}|[\u2010-\u2015\u2212\uff0d]+|- - -|={3,}|\*{3,})[ \t]*\r?$", re.MULTILINE)
_NEAR_CLOSING = re.compile(r"^(?:[ \t]*--|[ \t]*-{4,}|[ \t]+---|[\u2010-\u2015\u2212\uff0d]+|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\r?(?:\n|$)")
_FIELD_LINE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*:(?:[ \t]|\r?$)", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<{7} |>{7} |={7}\r?$)", re.MULTILINE)
_CODE_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_LOOK_AHEAD = 2000
_MAX_FILE_BYTES = 1024 * 1024


def parse_front_matter(path: str, content_path: str, text: str, faults: tuple[Finding, ...] = ()) -> RawDocument:
    """Cut a page into front matter and body and read the fields.

    Never raises: whatever is wrong is in the document's `faults`, and then `values` may be empty.
    """
    found = list(faults)
    block, body = _cut(path, text, found)
    values = {}
    if block is not None and not _conflict(path, text, block, found):
        parsed = parse_block(block.cut(text))
        values = parsed.values
        found.extend(_finding(path, text, block.start, fault) for fault in parsed.faults)
    _conflict_in_body(path, text, body, found)
    return RawDocument(
        path=path,
        content_path=content_path,
        text=text,
        block=block,
        body=body,
        values=values,
        faults=tuple(found),
    )


def parse_yaml_file(path: str, text: str) -> tuple[YamlBlock, tuple[Finding, ...]]:
    """Read a YAML file of our own (kb.yml, a registry) by the rules of front matter."""
    parsed = parse_block(text, _MAX_FILE_BYTES)
    return parsed, tuple(_finding(path, text, 0, fault) for fault in parsed.faults)


def _finding(path: str, text: str, offset: int, fault: YamlFault) -> Finding:
    related: tuple[Related, ...] = ()
    message = fault.message
    if fault.other is not None:
        other = Span(start=offset + fault.other.start, end=offset + fault.other.end)
        line, _column = LineMap(text).point(other.start)
        message = message.replace("{line}", str(line))
        related = (Related(path=path, location=other, message=fault.other_message),)
    return Finding(
        slug=fault.slug,
        path=path,
        message=message,
        hint=fault.hint,
        location=Span(start=offset + fault.span.start, end=offset + fault.span.end),
        related=related,
    )


def _cut(path: str, text: str, found: list[Finding]) -> tuple[Span | None, Span]:
    """Return the spans of front matter (None if there is none to read) and body."""
    opening = _OPENING.match(text)
    if opening is None:
        found.append(_no_opening(path, text))
        return None, Span(start=0, end=len(text))
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        found.append(_no_closing(path, text, opening.end()))
        return None, Span(start=len(text), end=len(text))
    end = closing.end()
    body = end + 1 if text.startswith("\n", end) else end
    return Span(start=opening.end(), end=closing.start()), Span(start=body, end=len(text))


def _fence_fault(path: str, message: str, hint: str, start: int, end: int) -> Finding:
    return Finding(slug="front-matter-fence", path=path, message=message, hint=hint, location=Span(start=start, end=end))


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text[: end if end != -1 else len(text)].rstrip())


def _no_opening(path: str, text: str) -> Finding:
    """Say why the first line is no opening fence."""
    first = _line_end(text, 0)
    line = text[:first]
    if _TOML.match(text):
        return _fence_fault(
            path, "front matter is TOML (`+++`)", "write it as YAML between two lines of `---`", 0, first
        )
    if _NEAR_OPENING.match(text):
        return _fence_fault(
            path, f"the first line is `{line}`, not the fence `---`", "write exactly three hyphens at the line's start", 0, first
        )
    head = text[:_LOOK_AHEAD]
    fence = _CLOSING.search(head)
    if fence and _FIELD_LINE.match(text, fence.end() + 1) and _CLOSING.search(text, fence.end()):
        at = len(text) - len(text.lstrip())
        what = "blank lines stand" if at >= fence.start() else "text stands"
        return _fence_fault(
            path,
            f"{what} before the opening fence on line {text.count(chr(10), 0, fence.start()) + 1}",
            "the fence `---` must be the very first line",
            min(at, fence.start()),
            _line_end(text, min(at, fence.start())),
        )
    if _FIELD_LINE.match(text):
        return _fence_fault(path, "the opening fence `---` is missing", "put a line `---` before the first field", 0, first)
    return Finding(
        slug="front-matter-missing",
        path=path,
        message="the page has no front matter",
        hint="begin the file with a line `---`, the fields (id, title, summary, owner, status) and another `---`",
        location=Span(start=0, end=first),
    )


def _no_closing(path: str, text: str, start: int) -> Finding:
    """Say where the closing fence should have been."""
    near = _NEAR_CLOSING.search(text, start)
    if near:
        at = near.start()
        return _fence_fault(
            path,
            f"`{text[at : near.end()].strip()}` does not close the front matter",
            "write exactly three hyphens, `---`, at the line's start",
            at,
            near.end(),
        )
    return _fence_fault(
        path, "the front matter is never closed", "put a line `---` after the last field", 0, _line_end(text, 0)
    )


def _conflict(path: str, text: str, block: Span, found: list[Finding]) -> bool:
    match = _CONFLICT.search(text, block.start, block.end) if "<<<<<<< " in text or ">>>>>>> " in text else None
    if match is None:
        return False
    found.append(_conflict_finding(path, text, match.start()))
    return True


def _conflict_in_body(path: str, text: str, body: Span, found: list[Finding]) -> None:
    """Report the first conflict marker that stands outside fenced code."""
    if "<<<<<<< " not in text and ">>>>>>> " not in text:
        return
    for match in _CONFLICT.finditer(text, body.start, body.end):
        if text[match.start()] != "=" and len(_CODE_FENCE.findall(text, body.start, match.start())) % 2 == 0:
            found.append(_conflict_finding(path, text, match.start()))
            return


def _conflict_finding(path: str, text: str, start: int) -> Finding:
    return Finding(
        slug="merge-conflict",
        path=path,
        message="a merge was left unfinished: conflict marker",
        hint="keep one side and delete the lines with <<<<<<<, ======= and >>>>>>>",
        location=Span(start=start, end=_line_end(text, start)),
    )
