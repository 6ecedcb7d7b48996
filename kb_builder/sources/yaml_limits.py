"""What a block of YAML may not be, decided before any value is built: too large, too deep, with anchors or tags."""

from __future__ import annotations

import re
from typing import Any

from yaml import AliasEvent, CollectionEndEvent, CollectionStartEvent, YAMLError
from yaml._yaml import CParser

from kb_builder.model.diagnostic import Remedy
from kb_builder.model.location import Span
from kb_builder.sources.yaml_fault import YamlFault, character_name, quoted, replacing

MAX_BYTES = 16 * 1024
MAX_DEPTH = 8
MAX_DIGITS = 18

# Only a text that matches one of these can hold an anchor, alias, tag or merge key, or nest deeply on one line; over
# several lines nesting costs indentation, and the size limit keeps that short of what a stack bears.
_MAYBE_FEATURE = re.compile(r"(?:^|[\s,\[{:?-])[&*!]|<<", re.MULTILINE)
_MAYBE_DEEP = re.compile(r"(?:[-?]\s+){8}")
_MAX_HARMLESS_BRACKETS = 200
# libyaml breaks lines at these, editors and reviewers do not see it: a field could hide behind one.
_HIDDEN_BREAK = re.compile("\r(?!\n)|[\u2028\u2029]")
_NAMED_TAGS = "tag:yaml.org,2002:"


def refusal(text: str, max_bytes: int) -> YamlFault | None:
    """Return the refusal of a block that is too large, too deep, or uses anchors, aliases or tags."""
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError as error:
        return YamlFault(
            slug="control-character",
            message=f"U+{ord(text[error.start]):04X} is half a character",
            hint="delete it",
            span=Span(start=error.start, end=error.start + 1),
        )
    if size > max_bytes:
        return YamlFault(
            slug="front-matter-limit",
            message=f"{'front matter' if max_bytes == MAX_BYTES else 'the file'} has {size:,} bytes; "
            f"the limit is {max_bytes:,}",
            hint="move long text into the body of the page" if max_bytes == MAX_BYTES else "shorten it",
            span=Span(start=0, end=0),
        )
    if (not text.isascii() and ("\u2028" in text or "\u2029" in text)) or "\r" in text:
        hidden = _HIDDEN_BREAK.search(text)
        if hidden:
            return _hidden_break(hidden)
    return _scan_events(text) if _is_doubtful(text) else None


def _is_doubtful(text: str) -> bool:
    """Whether the parser's events must be looked at. Plain substrings come first: they cost next to nothing."""
    if ("&" in text or "*" in text or "!" in text or "<<" in text) and _MAYBE_FEATURE.search(text):
        return True
    if ("- -" in text or "-  " in text or "\t" in text or "?" in text) and _MAYBE_DEEP.search(text):
        return True
    return text.count("[") + text.count("{") > _MAX_HARMLESS_BRACKETS


def _hidden_break(hidden: re.Match[str]) -> YamlFault:
    name = "carriage return without line feed (U+000D)" if hidden[0] == "\r" else character_name(hidden[0])
    return YamlFault(
        slug="control-character",
        message=f"{name} begins a new line that editors do not show",
        hint="replace it by an ordinary line break",
        span=Span(start=hidden.start(), end=hidden.end()),
    )


def _scan_events(text: str) -> YamlFault | None:
    """Walk the parser's events, which never recurse, and stop at the first thing that is refused."""
    parser: Any = CParser(text)
    depth = 0
    try:
        while (event := parser.get_event()) is not None:
            span = Span(start=event.start_mark.index, end=event.end_mark.index)
            if isinstance(event, AliasEvent):
                remedy = _in_quotes(text, span) if f"&{event.anchor}" not in text else None
                return feature(
                    f"`*{event.anchor}` is a YAML alias", "write the value out, or put it in quotes", span, remedy
                )
            anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
            if anchor:
                return feature(f"`&{anchor}` is a YAML anchor", "write the value out, or put it in quotes", span)
            if tag:
                shown = "!!" + tag.removeprefix(_NAMED_TAGS) if tag.startswith(_NAMED_TAGS) else tag
                remedy = _in_quotes(text, span) if re.match(r"![^\x00-\x7f]|!\Z", tag) else None
                return feature(f"`{shown}` is a YAML tag", "remove the tag, or put the value in quotes", span, remedy)
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    return too_deep(span.start)
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
    except YAMLError as error:
        from kb_builder.sources.yaml_faults import explain_syntax_error

        return explain_syntax_error(text, error)
    return None


def _in_quotes(text: str, span: Span) -> Remedy | None:
    """Put the line's value, which begins as something of YAML and was meant as text, in quotes."""
    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    end = text.find("\n", span.start)
    value = text[span.start : end if end != -1 else len(text)].rstrip()
    if not re.fullmatch(r"\s*(?:- +)*(?:[\w-]+:\s+)?", before) or re.search(r"\s#|^[&*!]\s*[\[{|>]", value):
        return None
    return replacing(span.start, span.start + len(value), quoted(value))


def feature(what: str, hint: str, span: Span, remedy: Remedy | None = None) -> YamlFault:
    """Return the fault of something of YAML that front matter does without."""
    message = f"{what}, which is not allowed here"
    return YamlFault(slug="yaml-feature", message=message, hint=hint, span=span, remedy=remedy)


def too_deep(start: int) -> YamlFault:
    """Return the fault of a collection that nests too deep and begins at `start`."""
    return YamlFault(
        slug="front-matter-limit",
        message=f"the fields nest deeper than {MAX_DEPTH} levels",
        hint="flatten the field",
        span=Span(start=start, end=start + 1),
    )
