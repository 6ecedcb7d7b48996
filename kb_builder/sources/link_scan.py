"""Scans Markdown for everything that may be a link target, a comment or an empty heading, without rendering it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from kb_builder.model.location import Span
from kb_builder.sources.markdown_structure import render_structure

# `](target)` and `](<target>)`, with or without a title; what is written in a stranger way is left to Markdown itself.
_INLINE = re.compile(
    r"\]\([ \t\n]*(?:<([^<>\n]*)>|([^\s()<>\\\"']*(?:\([^\s()<>\\\"']*\)[^\s()<>\\\"']*)*))"
    r"(?=[ \t\n]*\)|[ \t\n]+(?:\"[^\"()\[\]\n]*\"|'[^'()\[\]\n]*')[ \t\n]*\))"
)
_DEFINITION = re.compile(r"^[ \t>]*\[([^\]\n]*)\]:[ \t]*\n?[ \t]*(?:<([^<>\s]*)>|([^\s<>\\]+))(?=\s|\Z)", re.MULTILINE)
_OTHER_DEFINITION = re.compile(r"^[ \t>]*(?:\[\^[^\]\n]+\]:|\*\[[^\]\n]*\]:)", re.MULTILINE)
_ATTRIBUTES = ("href", "src", "poster", "data", "cite", "action", "background")
_LONGEST = max(map(len, _ATTRIBUTES))
_ATTRIBUTE = rf"\b(?:{'|'.join(_ATTRIBUTES)})[ \t\n]*="
_HTML_VALUE = re.compile(_ATTRIBUTE + r"[ \t\n]*(?:\"([^\"<>\n]*)\"|'([^'<>\n]*)'|([^\s\"'<>=`{}]+))", re.IGNORECASE)
EMPTY_HEADING = re.compile(r"^(?:[ \t>]|[-*+][ \t]|[0-9]+\.[ \t])*#{1,6}(?=[ \t]*#*[ \t]*\r?$)", re.MULTILINE)
LAST_HASH = re.compile(r"#[ \t]*\r?$", re.MULTILINE)
_ENTITY = re.compile(r"&#?\w+;")
COMMENT = "<!--"
_COMMENT_MARK = "kb-comment-{}-"
_MAX_MISSES = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible link target in a page's text."""

    href: str
    span: Span


@dataclass(frozen=True, slots=True)
class Scan:
    """What the source of a page shows of its links, and of headings that may have no text.

    `is_doubtful` if only the rendered page tells what its Markdown holds, whatever the links lead to.
    """

    candidates: list[Candidate]
    empty: list[Span] = field(default_factory=list)
    is_doubtful: bool = False


def scan(text: str, offset: int) -> tuple[list[Candidate], bool]:
    """Return every possible target, and whether no other form of link can be in the text."""
    found = [_candidate(match, offset) for match in _INLINE.finditer(text)]
    certain = len(found) == text.count("](")
    if "]:" in text:
        definitions = [match for match in _DEFINITION.finditer(text) if not match[1].startswith("^")]
        found += [_candidate(match, offset) for match in definitions]
        others = sum(1 for _each in _OTHER_DEFINITION.finditer(text))
        certain = certain and len(definitions) + others == text.count("]:")
    if _may_hold_attribute(text):
        certain = False
        found += [_candidate(match, offset) for match in _HTML_VALUE.finditer(text)]
    return found, certain


def _may_hold_attribute(text: str) -> bool:
    """Whether one of the attributes may be given; looking before each `=` costs a tenth of searching for the names."""
    return any(part.rstrip(" \t\n")[-_LONGEST:].lower().endswith(_ATTRIBUTES) for part in text.split("=")[:-1])


def _candidate(match: re.Match[str], offset: int) -> Candidate:
    # A pattern ends with the target, in one group or another.
    start, end = match.span(match.lastindex or 0)
    href = match.string[start:end]
    if "&" in href:
        href = _ENTITY.sub(lambda entity: unescape(entity[0]), href)
    return Candidate(href, Span(start=offset + start, end=offset + end))


def heading_span(match: re.Match[str], offset: int) -> Span:
    """Return where the hashes of an empty heading stand; `offset` is where the scanned text begins."""
    return Span(start=offset + match.end() - len(match[0].lstrip(" \t>-*+.0123456789")), end=offset + match.end())


def with_tokens(text: str, body: Span, candidates: list[Candidate]) -> str:
    """Return the body with a numbered token in the place of every candidate."""
    return replaced(text, body, [(each.span, f"kb-link-{index}-target") for index, each in enumerate(candidates)])


def replaced(text: str, body: Span, replacements: list[tuple[Span, str]]) -> str:
    """Return the body with spans replaced; of two that overlap the first one counts."""
    parts: list[str] = []
    at = body.start
    for span, replacement in sorted(replacements, key=lambda pair: pair[0].start):
        if span.start >= at:
            parts += (text[at : span.start], replacement)
            at = span.end
    parts.append(text[at : body.end])
    return "".join(parts)


def headings_without_text(text: str, body: Span, empty: list[Span]) -> tuple[Span, ...]:
    """Return which of these are headings when rendered, not lines of code: those whose new text comes out in one."""
    if not empty:
        return ()
    marked = [(Span(start=each.end, end=each.end), f" kb-heading-{number}") for number, each in enumerate(empty)]
    headings = {heading.strip() for heading in render_structure(replaced(text, body, marked)).headings}
    return tuple(each for number, each in enumerate(empty) if f"kb-heading-{number}" in headings)


def find_comments(text: str, body: Span) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the comments of HTML, and each `<!--` that is shown to readers as nothing closes it; not those in code."""
    starts = [match.start() for match in re.finditer(COMMENT, text[body.start : body.end])]
    if not starts:
        return (), ()
    spans = [Span(start=body.start + at, end=body.start + at + len(COMMENT)) for at in starts]
    marked = [(each, COMMENT + _COMMENT_MARK.format(number)) for number, each in enumerate(spans)]
    structure = render_structure(replaced(text, body, marked))
    shown = "".join(structure.text)
    hidden = {number for number, _ in enumerate(spans) for each in structure.comments if _starts(each, number)}
    return (
        tuple(each for number, each in enumerate(spans) if number in hidden),
        tuple(each for number, each in enumerate(spans) if COMMENT + _COMMENT_MARK.format(number) in shown),
    )


def _starts(comment: str, number: int) -> bool:
    return comment.startswith(_COMMENT_MARK.format(number))


class TargetSearch:
    """Finds targets in the source that the scan did not recognise, in the order in which they come."""

    def __init__(self, text: str, body: Span) -> None:
        self._text = text
        self._at = body.start
        self._misses = 0
        self.start = Span(start=body.start, end=body.start)

    def find(self, target: str) -> Span:
        """Return where a target is written, if need be the beginning of the body."""
        if not target or self._misses >= _MAX_MISSES:
            return self.start
        # Within a link rather than where it first occurs, which may be in code. A backslash may stand before any sign.
        written = r"\\?".join(re.escape(character) for character in target)
        pattern = re.compile(rf"(?:\]\(\s*<?|\]:\s*<?|=\s*[\"']?|<)({written})")
        match = pattern.search(self._text, self._at) or pattern.search(self._text, self.start.start)
        if match is None:
            self._misses += 1
            return self.start
        self._at = match.end()
        return Span(start=match.start(1), end=match.end(1))
