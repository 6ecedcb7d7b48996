"""The fences around front matter: finding them, and saying what went wrong where they are not."""

from __future__ import annotations

import re

from kb_builder.model.diagnostic import Finding, Remedy
from kb_builder.model.location import Span
from kb_builder.sources.yaml_fault import character_name

_OPENING = re.compile(r"---[ \t]*\r?(?:\n|$)")
_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\r?(?:\n|$)")
_INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u202a-\u202f\u2060-\u2064\u3000\ufeff]")
_HYPHENS = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_NEAR_FENCE = re.compile(rf"[{_HYPHENS}]{{2,}}|[\u2013\u2014]|- - -|(?P<other>[=*_+~`])(?P=other){{2,}}")
# Three hyphens with something beside them, YAML in a code block, JSON.
_ONLY_HYPHENS = re.compile(rf"[{_HYPHENS} ]+")
_WITH_FIELDS = re.compile(r"[^\w\n]*---|```[ \t]*ya?ml")
_NAME = r"[A-Za-z_][\w-]*"
_FIELD_LINE = re.compile(rf"{_NAME}:(?:[ \t]|\r?$)", re.MULTILINE)
# Comments and blank lines may stand before the first field.
_FIELDS = re.compile(rf"(?:[ \t]*(?:#[^\n]*)?\r?\n)*{_NAME}:(?:[ \t]|\r?$)", re.MULTILINE)
# `name: value`, or a line that continues one.
_YAML_LINE = re.compile(rf"(?:{_NAME}|\"[^\"\n]*\"|'[^'\n]*')(?::(?:\s|$)|：)|[ \t]")
_MAYBE_FIELD = re.compile(rf"^{_NAME}[ \t]*[:：]", re.MULTILINE)
_LOOK_AHEAD = 2000
_FENCE = "---"


def cut(path: str, text: str, found: list[Finding]) -> tuple[Span | None, Span]:
    """Return the spans of front matter (None if there is none to read) and body, and add what is wrong to `found`."""
    opening = _OPENING.match(text)
    if opening is None:
        found.append(_no_opening(path, text))
        return None, Span(start=0, end=len(text))
    closing = _closing(text, opening.end())
    if closing is None:
        found.append(_no_closing(path, text, opening.end()))
        return None, Span(start=len(text), end=len(text))
    end = closing.end()
    body = end + 1 if text.startswith("\n", end) else end
    return Span(start=opening.end(), end=closing.start()), Span(start=body, end=len(text))


def _closing(text: str, start: int) -> re.Match[str] | None:
    """Return the first closing fence from the beginning of a line on; only lines that begin like one are looked at."""
    at = start - 1
    while at != -1:
        closing = _CLOSING.match(text, at + 1)
        if closing:
            return closing
        at = text.find("\n---", at + 1)
    return None


def missing_closing(path: str, text: str, block: Span, fault: int) -> Finding | None:
    """Tell whether the error at offset `fault` is one because the closing fence is missing or misspelt.

    Then the block reaches to a `---` that is a line across the page, and the error is in the body: going up from
    it there is nothing but text until a near-miss of a fence or a blank line.
    """
    start = text.rfind("\n", 0, min(fault, block.end - 1)) + 1
    text_below = False
    end = -1
    while start >= block.start:
        line = text[start : _line_end(text, start)]
        above = text.rfind("\n", block.start, start - 1) + 1 or block.start
        if _is_near_fence(line) and not _FIELDS.match(text, start + len(line) + 1):
            return _near_closing(path, line, start)
        if not line and text_below:
            end = start
        elif line and (_YAML_LINE.match(line) or (line[0] in "-#" and text[above:start].strip())):
            break
        text_below = text_below or bool(line)
        start = above if start > block.start else -1
    return _never_closed(path, text, end, block.end) if end >= 0 else None


def _no_opening(path: str, text: str) -> Finding:
    """Say why the first line is no opening fence."""
    first = _line_end(text, 0)
    line = text[:first] or text.strip()
    if _TOML.match(text):
        return _fault(path, "front matter is TOML (`+++`)", "write it as YAML between two lines of `---`", 0, first)
    if re.match(r"---[ \t]*\r", text):
        return _fault(path, "lines end in a carriage return alone", "save the file with LF or CRLF line ends", 0, 3)
    if _is_near_fence(line) and (line.strip()[0] not in "=*_+~`" or _FIELDS.match(text, first + 1)):
        return _near_opening(path, line)
    if _WITH_FIELDS.match(text) and _FIELDS.match(text, first + 1):
        return _near_opening(path, line)
    if re.match(r"\{\s*\"", text):
        return _fault(path, "front matter is JSON", "write it as YAML between two lines of `---`", 0, first)
    fence = _CLOSING.search(text, 0, _LOOK_AHEAD)
    if fence and _FIELDS.match(text, fence.end() + 1) and _CLOSING.search(text, fence.end()):
        what = "text stands" if text[: fence.start()].strip() else "blank lines stand"
        number = text.count("\n", 0, fence.start()) + 1
        return _fault(
            path,
            f"{what} before the opening fence on line {number}",
            "the fence `---` must be the very first line",
            0,
            first,
            None if text[: fence.start()].strip() else _instead(0, fence.start(), ""),
        )
    if _FIELD_LINE.match(text):
        return _fault(
            path,
            "the opening fence `---` is missing",
            "put a line `---` before the first field",
            0,
            first,
            _instead(0, 0, _FENCE + _line_break(text)),
        )
    return Finding(
        slug="front-matter-missing",
        path=path,
        message="the page has no front matter" if line else "the file is empty",
        hint="begin the file with a line `---`, the fields (id, title, summary, owner, status) and another `---`",
        location=Span(start=0, end=first),
    )


def _no_closing(path: str, text: str, start: int) -> Finding:
    """Say where the closing fence should have been."""
    blank = -1
    while start < len(text):
        line = text[start : _line_end(text, start)]
        if _is_near_fence(line):
            return _near_closing(path, line, start)
        if not line:
            blank = start if blank < 0 else blank
        elif blank >= 0 and not _YAML_LINE.match(line):
            break
        else:
            blank = -1
        start = text.find("\n", start) + 1 or len(text)
    return _never_closed(path, text, blank if blank >= 0 else len(text))


def _is_near_fence(line: str) -> bool:
    """Whether a line, no fence itself, was meant as one: other hyphens, other signs, something beside the hyphens."""
    bare = _INVISIBLE.sub("", line).strip()
    return bool(_NEAR_FENCE.fullmatch(bare)) or line == "..." or bare.startswith(("--- ", "---\t"))


def _near_opening(path: str, line: str) -> Finding:
    hidden = _hidden_beside(path, line, 0)
    return hidden or _fault(
        path,
        f"the first line is `{line[:40]}`, not the fence `---`",
        "write exactly three hyphens and nothing else on the line",
        0,
        len(line),
        _fence_for(line, 0),
    )


def _near_closing(path: str, line: str, start: int) -> Finding:
    hidden = _hidden_beside(path, line, start)
    return hidden or _fault(
        path,
        f"`{line[:40]}` does not close the front matter",
        "write exactly three hyphens, `---`, and nothing else on the line",
        start,
        start + len(line),
        _fence_for(line, start),
    )


def _fence_for(line: str, start: int) -> Remedy | None:
    """Put a fence in the place of a line of hyphens or dashes; other signs may be a line across the page, or more."""
    bare = _INVISIBLE.sub("", line).strip()
    is_fence = bool(_ONLY_HYPHENS.fullmatch(bare)) or line == "..."
    return _instead(start, start + len(line), _FENCE) if is_fence else None


def _hidden_beside(path: str, line: str, start: int) -> Finding | None:
    """Name the character that cannot be seen beside what looks like a fence."""
    hidden = _INVISIBLE.search(line)
    if hidden is None or _INVISIBLE.sub("", line).strip() != "---":
        return None
    at = start + hidden.start()
    return _fault(
        path,
        f"{character_name(hidden[0])} stands beside the fence `---`",
        "delete it",
        at,
        at + 1,
        _instead(start, start + len(line), _FENCE),
    )


def _never_closed(path: str, text: str, end: int, below: int | None = None) -> Finding:
    """`end` is where the last field ends, so far as one can tell, `below` where a line across the page stands."""
    last = text.count("\n", 0, len(text[:end].rstrip())) + 1
    return _fault(
        path,
        "the front matter is never closed",
        f"put a line `---` behind line {last}",
        0,
        _line_end(text, 0),
        _closing_behind(text, len(text[:end].rstrip())) if below is None or _is_text(text[end:below]) else None,
    )


def _is_text(text: str) -> bool:
    """Whether what stands before a line across the page can only be text, and the line no fence."""
    return not _MAYBE_FIELD.search(text) and bool(re.search(r"\n[ \t]*\r?\n\Z", text))


def _closing_behind(text: str, end: int) -> Remedy | None:
    """Put a fence behind the last field; none where blank lines lie between fields, as these may be text already."""
    first = text.find("\n") + 1
    if not first or re.search(r"\n[ \t]*\r?\n", text[:end]):
        return None
    start = text.find("\n", end) + 1
    line_break = _line_break(text)
    line = _FENCE + line_break
    return _instead(start, start, line) if start else _instead(end, end, line_break + line)


def _line_break(text: str) -> str:
    return "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"


def _instead(start: int, end: int, text: str) -> Remedy:
    return Remedy(value=text, location=Span(start=start, end=end))


def _fault(path: str, message: str, hint: str, start: int, end: int, remedy: Remedy | None = None) -> Finding:
    return Finding(
        slug="front-matter-fence",
        path=path,
        message=message,
        hint=hint,
        location=Span(start=start, end=end),
        remedy=remedy,
    )


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    # Not every blank: one that is no space has no business beside a fence.
    return start + len(text[start : end if end != -1 else len(text)].rstrip(" \t\r"))
