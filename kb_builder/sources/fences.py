"""The fences around front matter: finding them, and saying what went wrong where they are not."""

from __future__ import annotations

import re

from kb_builder.model.diagnostic import Finding
from kb_builder.model.location import Span
from kb_builder.sources.yaml_fault import character_name

_OPENING = re.compile(r"---[ \t]*\r?(?:\n|$)")
_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\r?(?:\n|$)")
_INVISIBLE = "\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff"
_HYPHENS = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
# A line of signs, perhaps with words behind the hyphens, where a fence was meant.
_NEAR_FENCE = re.compile(
    rf"[ \t{_INVISIBLE}]*(?:[{_HYPHENS}]{{2,}}|[\u2013\u2014]|- ?- ?-|={{3,}}|\*{{3,}}|_{{3,}}|\+{{3,}}|~{{3,}}|`{{3,}})"
    rf"[ \t{_INVISIBLE}]*\r?$",
    re.MULTILINE,
)
_FENCE_WITH_TEXT = re.compile(r"(?:[\"'>]|---)[^\n]*---|---[^\n]+|```[ \t]*ya?ml|\{")
_NAME = r"[A-Za-z_][\w-]*"
_FIELD_LINE = re.compile(rf"{_NAME}:(?:[ \t]|\r?$)", re.MULTILINE)
# Comments and blank lines may stand before the first field.
_FIELDS = re.compile(rf"(?:[ \t]*(?:#[^\n]*)?\r?\n)*{_NAME}:(?:[ \t]|\r?$)", re.MULTILINE)
# What may stand in front matter besides `name: value`: an entry of a list, a continuation, a comment.
_YAML_LINE = re.compile(rf"(?:{_NAME}|\"[^\"\n]*\"|'[^'\n]*'):(?:\s|$)|[ \t]|- |#")
_LOOK_AHEAD = 2000


def cut(path: str, text: str, found: list[Finding]) -> tuple[Span | None, Span]:
    """Return the spans of front matter (None if there is none to read) and body, and add what is wrong to `found`."""
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


def missing_closing(path: str, text: str, block: Span, fault: int) -> Finding | None:
    """Tell whether a syntax error at offset `fault` is one because the closing fence is missing or misspelt.

    Then the block reaches to a `---` that is a line across the page, and the error is in the body: going up from
    it there is nothing but text until a near-miss of a fence or a blank line.
    """
    start = text.rfind("\n", 0, min(fault, block.end - 1)) + 1
    first_text = -1
    while start >= block.start:
        line = text[start : _line_end(text, start)]
        if _is_near_fence(line) and not _FIELDS.match(text, _line_end(text, start) + 1):
            return _near_closing(path, start, line)
        if not line.strip():
            if first_text >= 0:
                return _never_closed(path, text, block.start, start)
        elif _YAML_LINE.match(line) and not (line.startswith(("#", "- ")) and _after_blank(text, block, start)):
            return None
        else:
            first_text = start
        if start == block.start:
            return None
        start = text.rfind("\n", block.start, start - 1) + 1 or block.start
    return None


def _after_blank(text: str, block: Span, start: int) -> bool:
    above = text.rfind("\n", block.start, start - 1) + 1
    return start > block.start and not text[above:start].strip()


def _no_opening(path: str, text: str) -> Finding:
    """Say why the first line is no opening fence."""
    first = _line_end(text, 0)
    line = text[:first]
    if _TOML.match(text):
        return _fault(path, "front matter is TOML (`+++`)", "write it as YAML between two lines of `---`", 0, first)
    if re.match(r"---[ \t]*\r", text):
        return _fault(path, "lines end in a carriage return alone", "save the file with LF or CRLF line ends", 0, 3)
    shown = line.lstrip(f"{_INVISIBLE_CHARACTERS} \t")
    hidden = next((character for character in line[: len(line) - len(shown)] if character not in " \t"), "")
    if hidden and _OPENING.match(shown):
        at = line.index(hidden)
        return _fault(path, f"{character_name(hidden)} stands before the fence `---`", "delete it", at, at + 1)
    if _NEAR_FENCE.match(text) or (_FENCE_WITH_TEXT.match(text) and _FIELDS.match(text, first + 1)):
        return _fault(
            path,
            f"the first line is `{line[:40]}`, not the fence `---`",
            "write exactly three hyphens and nothing else",
            0,
            first,
        )
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
        )
    if _FIELD_LINE.match(text):
        return _fault(path, "the opening fence `---` is missing", "put a line `---` before the first field", 0, first)
    return Finding(
        slug="front-matter-missing",
        path=path,
        message="the page has no front matter",
        hint="begin the file with a line `---`, the fields (id, title, summary, owner, status) and another `---`",
        location=Span(start=0, end=first),
    )


def _no_closing(path: str, text: str, start: int) -> Finding:
    """Say where the closing fence should have been."""
    blank = -1
    at = start
    while at < len(text):
        line = text[at : _line_end(text, at)]
        if _is_near_fence(line):
            return _near_closing(path, at, line)
        if not line.strip():
            blank = at
        elif blank >= 0 and not _YAML_LINE.match(line):
            return _never_closed(path, text, start, blank)
        at = text.find("\n", at) + 1 or len(text)
    return _never_closed(path, text, start, len(text))


def _is_near_fence(line: str) -> bool:
    return bool(_NEAR_FENCE.match(line)) or line == "..." or (line.startswith("---") and line[3:4] in (" ", "\t"))


def _near_closing(path: str, start: int, line: str) -> Finding:
    return _fault(
        path,
        f"`{line.strip()[:40]}` does not close the front matter",
        "write exactly three hyphens, `---`, and nothing else on the line",
        start,
        start + len(line),
    )


def _never_closed(path: str, text: str, start: int, end: int) -> Finding:
    """`end` is where the last field ends, so far as one can tell."""
    last = text.count("\n", 0, start + len(text[start:end].rstrip())) + 1
    return _fault(
        path, "the front matter is never closed", f"put a line `---` behind line {last}", 0, _line_end(text, 0)
    )


def _fault(path: str, message: str, hint: str, start: int, end: int) -> Finding:
    return Finding(
        slug="front-matter-fence", path=path, message=message, hint=hint, location=Span(start=start, end=end)
    )


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return start + len(text[start : end if end != -1 else len(text)].rstrip())
