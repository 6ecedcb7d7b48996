"""Mistakes in and around lists and mappings in brackets, and behind quotes that close too early."""

from __future__ import annotations

import re

from yaml import FlowEntryToken, FlowMappingEndToken, FlowSequenceEndToken, FlowSequenceStartToken, ScalarToken

from kb_builder.model.diagnostic import Remedy
from kb_builder.model.location import Span
from kb_builder.sources.lost_comments import MAYBE_LOST, lost_comments
from kb_builder.sources.syntax_problem import FIELD_LINE, SyntaxProblem, line_from, never_closed, syntax_fault, value_at
from kb_builder.sources.yaml_fault import YamlFault, quoted, replacing

_NEW_ENTRY = re.compile(rf"{FIELD_LINE.pattern}|[ \t]*- ")
_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_PAIRS = {"[": "]", "{": "}"}


def lost_in_brackets(at: SyntaxProblem) -> YamlFault | None:
    """`[#channel]`: the comment swallows the bracket that would close the list."""
    if not at.open_brackets:
        return None
    start = at.open_brackets[-1].start_mark.index
    scalars = [(token.start_mark.index, token.end_mark.index) for token in at.tokens if isinstance(token, ScalarToken)]
    hits = [hit.start() for hit in MAYBE_LOST.finditer(at.text, start, at.index)]
    return next(lost_comments(at.text, hits, scalars, [(start, at.index)]), None)


def goes_on(at: SyntaxProblem) -> YamlFault | None:
    """Text behind a closing quote or bracket."""
    if at.open_brackets or not at.tokens or not at.character.strip():
        return None
    last = at.tokens[-1]
    start, end = last.start_mark.index, last.end_mark.index
    if at.text[end : at.index].strip(" \t") or "\n" in at.text[end : at.index]:
        return None
    if isinstance(last, ScalarToken) and last.style in ("'", '"'):
        lines = at.text[start:end].split("\n")[1:]
        if any(FIELD_LINE.match(line) for line in lines):
            return never_closed(at.text, start)
        return syntax_fault(
            f"the text goes on behind the closing quote {last.style}",
            "write a ' within single quotes twice, or put the whole value in the other quotes"
            if last.style == "'"
            else 'write a " within double quotes as \\", or put the whole value in single quotes',
            at.index,
            at.line_start + len(at.line.rstrip()),
        )
    if isinstance(last, (FlowSequenceEndToken, FlowMappingEndToken)):
        closing = at.text[end - 1]
        return syntax_fault(
            f"the text goes on behind the closing `{closing}`",
            f"move the `{closing}` to the end, or put the whole value in quotes",
            at.index,
            at.line_start + len(at.line.rstrip()),
        )
    return None


def behind_all_fields(at: SyntaxProblem) -> YamlFault | None:
    """A line behind the bracket that closes all fields."""
    if not at.tokens or not isinstance(at.tokens[-1], (FlowSequenceEndToken, FlowMappingEndToken)):
        return None
    closing = at.text[at.tokens[-1].end_mark.index - 1]
    return syntax_fault(
        f"this line stands behind the closing `{closing}`",
        "write all fields without brackets, one `name: value` a line",
        at.index,
        at.line_start + len(at.line.rstrip()),
    )


def brackets(at: SyntaxProblem) -> YamlFault | None:
    """A list in brackets that is never closed, or whose entries lack a comma."""
    if not at.problem.startswith("did not find expected ',") or at.begun < 0:
        return None
    bracket = at.text[at.begun : at.begun + 1]
    closing = _PAIRS.get(bracket, "]")
    if at.character and at.character in "]}":
        return syntax_fault(
            f"`{bracket}` is closed by `{at.character}`", f"close it with `{closing}`", at.index, at.index + 1
        )
    start = at.begun
    margin = at.line_start if at.line_start <= start else at.text.rfind("\n", 0, start) + 1
    shallow = len(at.line) - len(at.line.lstrip()) <= _indent(line_from(at.text, margin))
    if not at.character or (at.line_start > start and shallow and _NEW_ENTRY.match(at.line)):
        return syntax_fault(
            f"the `{bracket}` is never closed", f"close it with `{closing}`", start, start + 1, _closed(at, closing)
        )
    if at.character == ":":
        return _colon_in_brackets(at)
    behind = at.tokens[-1].end_mark.index if at.tokens else at.index
    return syntax_fault(
        "a comma is missing before this entry",
        "put a comma before it",
        at.index,
        at.index + 1,
        replacing(behind, behind, ","),
    )


def _closed(at: SyntaxProblem, closing: str) -> Remedy | None:
    """Put the closing bracket at the end of the line, if all that is within it stands there."""
    line = line_from(at.text, at.begun).rstrip()
    if not line[1:].strip() or " #" in line or any(sign in line[1:] for sign in "[]{}\"'"):
        return None
    end = at.begun + len(line)
    return replacing(end, end, closing) if not at.text[end : at.line_start].strip() else None


def _colon_in_brackets(at: SyntaxProblem) -> YamlFault:
    """Tell `{date: 2026-02-01 by: dba}`, where a comma is missing, from `{name: 檢查: 備份}`."""
    scalar = next(token for token in reversed(at.tokens) if isinstance(token, ScalarToken))
    start, end = scalar.start_mark.index, scalar.end_mark.index
    words = at.text[start:end].rsplit(None, 1)
    if len(words) == 2 and _NAME.fullmatch(words[1]):
        word = end - len(words[1])
        return syntax_fault(
            f"a comma is missing before `{words[1]}`",
            "put a comma before it, or the value in quotes if the colon belongs to it",
            word,
            end,
        )
    opening = at.open_brackets[-1] if at.open_brackets else None
    if isinstance(opening, FlowSequenceStartToken):
        # The whole entry is meant, not only what stands behind its first colon.
        ends = [token for token in at.tokens if isinstance(token, FlowEntryToken)]
        before = max(opening.end_mark.index, ends[-1].end_mark.index if ends else 0)
        start = before + len(at.text[before:]) - len(at.text[before:].lstrip())
    value = value_at(at, start, at.line_start + len(at.line))
    return YamlFault(
        slug="unquoted-colon",
        message="a value in brackets holds a colon and must be in quotes",
        hint=f"write {quoted(value)}",
        span=Span(start=start, end=start + len(value)),
        remedy=replacing(start, start + len(value), quoted(value)),
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
