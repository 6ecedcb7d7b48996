"""Names YAML mistakes for what an author did: the tab, the unquoted colon, the missing comma.

Only loaded when a block does not parse. libyaml says where it gave up, which is often behind the mistake; each
function below knows one mistake and returns its fault, or None if it was another.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from yaml import (
    FlowEntryToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
    YAMLError,
)
from yaml._yaml import CParser
from yaml.reader import ReaderError

from kb_builder.model.location import Span
from kb_builder.sources.lost_comments import MAYBE_LOST, lost_comments
from kb_builder.sources.yaml_fault import YamlFault, character_name, quoted

_KEY = re.compile(r"^\s*(?:- +)*(?P<key>[^\s:#][^:#]*?):(?P<gap>[ \t]+)(?P<value>\S.*)$")
_FIELD = re.compile(r"[ \t]*(?:- +)*[\w\"'][^:#\n]*:(?:[ \t]|\r?$)")
_NEW_ENTRY = re.compile(rf"{_FIELD.pattern}|[ \t]*- ")
_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_WIDE_COLON = re.compile(r"^\s*(?:- +)*[^\s:：]+(?P<bad>：)")
_ODD_SPACE = re.compile(r"^(?: *|\s*(?:- +)*[\w-]+:)(?P<bad>[\u00a0\u2000-\u200b\u202f\u2060\u3000\ufeff])")
_NOT_FIRST = "@`%|>*&!?]},"
_PAIRS = {"[": "]", "{": "}"}


@dataclass(frozen=True)
class _Error:
    """Where and why libyaml gave up: the text, its offset, libyaml's words and where it had begun."""

    text: str
    index: int
    problem: str
    context: str
    begun: int

    @cached_property
    def line_start(self) -> int:
        return self.text.rfind("\n", 0, self._on_text) + 1

    @cached_property
    def line(self) -> str:
        """The line of the error; for an error past the end, the last line with text."""
        return _line_from(self.text, self.line_start)

    @property
    def _on_text(self) -> int:
        return self.index if self.index < len(self.text) else len(self.text.rstrip())

    @property
    def character(self) -> str:
        return self.text[self.index : self.index + 1]

    @cached_property
    def tokens(self) -> list[Any]:
        """The tokens before the error."""
        found: list[Any] = []
        parser = CParser(self.text)
        try:
            while (token := parser.get_token()) is not None and token.end_mark.index <= self.index:
                # Some tokens are places without text, at the error itself.
                if token.start_mark.index < self.index:
                    found.append(token)
        except YAMLError:
            pass
        return found

    @cached_property
    def open_brackets(self) -> list[Any]:
        """The tokens of the brackets that are open where the error is, outermost first."""
        stack: list[Any] = []
        for token in self.tokens:
            if isinstance(token, (FlowSequenceStartToken, FlowMappingStartToken)):
                stack.append(token)
            elif isinstance(token, (FlowSequenceEndToken, FlowMappingEndToken)) and stack:
                stack.pop()
        return stack


def explain_syntax_error(text: str, error: YAMLError) -> YamlFault:
    """Turn an error of libyaml into the fault an author understands, placed where the mistake is."""
    if isinstance(error, ReaderError):
        return _unreadable_character(text, error)
    mark = getattr(error, "problem_mark", None)
    begun = getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or "not valid YAML")
    at = _Error(
        text=text,
        index=mark.index if mark is not None else 0,
        problem=problem,
        context=str(getattr(error, "context", None) or ""),
        begun=begun.index if begun is not None else -1,
    )
    for recognise in _MISTAKES:
        fault = recognise(at)
        if fault is not None:
            return fault
    return _syntax(f"not valid YAML: {problem}", "put the value in quotes", at.index, at.index + 1)


def _unreadable_character(text: str, error: ReaderError) -> YamlFault:
    character = chr(error.character) if isinstance(error.character, int) else str(error.character)[:1]
    at = max(text.find(character), 0)
    return YamlFault(
        slug="control-character",
        message=f"{character_name(character)} may not stand in front matter",
        hint="delete it",
        span=Span(start=at, end=at + 1),
    )


def _tab(at: _Error) -> YamlFault | None:
    """A tab where YAML wants spaces, or, when all else fails, one that indents this line or the one above."""
    if at.character == "\t" or "tab" in at.problem:
        start = at.text.find("\t", at.index if at.character == "\t" else at.line_start)
        return _tab_fault(start) if start != -1 else None
    return None


def _tab_nearby(at: _Error) -> YamlFault | None:
    above = at.text.rfind("\n", 0, max(0, at.line_start - 1)) + 1
    for start in (at.line_start, above):
        line = _line_from(at.text, start)
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent and line.strip():
            return _tab_fault(start + indent.index("\t"))
    return None


def _tab_fault(start: int) -> YamlFault:
    return YamlFault(
        slug="tab-indentation",
        message="a tab stands where YAML allows only spaces",
        hint="replace the tab by two spaces",
        span=Span(start=start, end=start + 1),
    )


def _lost_in_brackets(at: _Error) -> YamlFault | None:
    """`[#channel]`: the comment swallows the bracket that would close the list."""
    if not at.open_brackets:
        return None
    start = at.open_brackets[-1].start_mark.index
    scalars = [(token.start_mark.index, token.end_mark.index) for token in at.tokens if isinstance(token, ScalarToken)]
    hits = [hit.start() for hit in MAYBE_LOST.finditer(at.text, start, at.index)]
    return next(lost_comments(at.text, hits, scalars, [(start, at.index)]), None)


def _quotes(at: _Error) -> YamlFault | None:
    """A quote that is never closed, and a backslash that means nothing."""
    if "quoted scalar" not in at.context:
        return None
    if "escape" in at.problem or "hex" in at.problem:
        start = at.text.rfind("\\", at.begun, at.index + 1)
        return _syntax(
            "a backslash in double quotes starts an escape that does not exist",
            "use single quotes, or write the backslash twice",
            start,
            at.index + 1,
        )
    return _never_closed(at.text, at.begun)


def _never_closed(text: str, start: int) -> YamlFault:
    quote = text[start : start + 1]
    return _syntax(f"the quote {quote} is never closed", f"close it with {quote}", start, start + 1)


def _goes_on(at: _Error) -> YamlFault | None:
    """Text behind a closing quote or bracket."""
    if at.open_brackets or not at.tokens or not at.character.strip():
        return None
    last = at.tokens[-1]
    start, end = last.start_mark.index, last.end_mark.index
    if at.text[end : at.index].strip(" \t") or "\n" in at.text[end : at.index]:
        return None
    if isinstance(last, ScalarToken) and last.style in ("'", '"'):
        lines = at.text[start:end].split("\n")[1:]
        if any(_FIELD.match(line) for line in lines):
            return _never_closed(at.text, start)
        return _syntax(
            f"the text goes on behind the closing quote {last.style}",
            "write a ' within single quotes twice, or put the whole value in the other quotes"
            if last.style == "'"
            else 'write a " within double quotes as \\", or put the whole value in single quotes',
            at.index,
            at.line_start + len(at.line.rstrip()),
        )
    if isinstance(last, (FlowSequenceEndToken, FlowMappingEndToken)):
        closing = at.text[end - 1]
        return _syntax(
            f"the text goes on behind the closing `{closing}`",
            f"move the `{closing}` to the end, or put the whole value in quotes",
            at.index,
            at.line_start + len(at.line.rstrip()),
        )
    return None


def _reserved_first_character(at: _Error) -> YamlFault | None:
    """A value that begins with a character that means something to YAML."""
    begins_token = any(word in at.context for word in ("alias", "anchor", "tag", "directive", "block scalar"))
    start = at.begun if begins_token else at.index
    first = at.text[start : start + 1]
    if not first or first not in _NOT_FIRST or at.problem.startswith("did not find expected ',"):
        return None
    if first in ",]}" and (at.open_brackets or first == ","):
        return _syntax("there is no entry before the comma", "delete the comma, or write the entry", start, start + 1)
    if first in "|>" and "block scalar" in at.context and at.character.strip():
        return _syntax(
            f"behind `{first}` the text begins on the next line",
            f"begin it there, indented, or delete the `{first}`",
            at.index,
            at.line_start + len(at.line.rstrip()),
        )
    line_start = at.text.rfind("\n", 0, start) + 1
    line = _line_from(at.text, line_start)
    value = _value_at(at, start, line_start + len(line))
    before = line[: start - line_start]
    key = before.strip().removesuffix(":") if before.rstrip().endswith(":") and not at.open_brackets else ""
    shown = "a backtick" if first == "`" else f"`{first}`"
    if first == "%" and not before.strip():
        return _syntax("a line may not begin with `%`", "delete it", start, start + len(value))
    return _syntax(
        f"a value may not begin with {shown} unless it is in quotes",
        f"write {key.lstrip('- ')}: {quoted(value)}" if key else f"write {quoted(value)}",
        start,
        start + len(value),
    )


def _value_at(at: _Error, start: int, line_end: int) -> str:
    """Return the value the author meant: in brackets up to the next comma or bracket, else to the line's end."""
    text = at.text[start:line_end]
    if at.open_brackets:
        text = re.split(r"[,\]}]", text, maxsplit=1)[0]
    return re.split(r"[ \t]#", text, maxsplit=1)[0].rstrip()


def _second_document(at: _Error) -> YamlFault | None:
    """`---`, `...` or `%YAML` in the middle."""
    if "document" not in at.problem:
        return None
    marks = list(re.finditer(r"^(?:\.\.\.|---|%)", at.text[: at.index + 3], re.MULTILINE))
    if not marks:
        return _behind_all_fields(at)
    start = marks[-1].start()
    shown = marks[-1][0]
    return _syntax(
        f"`{shown}` at the beginning of a line ends the YAML in the middle",
        "delete the line",
        start,
        start + len(_line_from(at.text, start).rstrip()),
    )


def _behind_all_fields(at: _Error) -> YamlFault | None:
    if not at.tokens or not isinstance(at.tokens[-1], (FlowSequenceEndToken, FlowMappingEndToken)):
        return None
    closing = at.text[at.tokens[-1].end_mark.index - 1]
    return _syntax(
        f"this line stands behind the closing `{closing}`",
        "write all fields without brackets, one `name: value` a line",
        at.index,
        at.line_start + len(at.line.rstrip()),
    )


def _colon(at: _Error) -> YamlFault | None:
    """A value that holds an unquoted colon and a space."""
    if "mapping values are not allowed" not in at.problem:
        return None
    match = _KEY.match(at.line)
    if match and at.index > at.line_start + match.end("key"):
        value = match["value"].rstrip()
        start = at.line_start + match.start("value")
        return YamlFault(
            slug="unquoted-colon",
            message=f"the value of `{match['key']}` holds a colon and must be in quotes",
            hint=f"write {match['key']}: {quoted(value)}",
            span=Span(start=start, end=start + len(value)),
        )
    if at.line[:1].isspace():
        return _syntax(
            "this line is indented as if it belonged to the value above",
            "align it with the other fields, or put the value above in quotes",
            at.line_start + len(at.line) - len(at.line.lstrip()),
            at.line_start + len(at.line.rstrip()),
        )
    # The first line of the block is no field; libyaml took this one for its continuation.
    scalar = next((token for token in reversed(at.tokens) if isinstance(token, ScalarToken)), None)
    return _no_field(at.text, scalar.start_mark.index if scalar else 0)


def _brackets(at: _Error) -> YamlFault | None:
    """A list in brackets that is never closed, or whose entries lack a comma."""
    if not at.problem.startswith("did not find expected ',") or at.begun < 0:
        return None
    bracket = at.text[at.begun : at.begun + 1]
    closing = _PAIRS.get(bracket, "]")
    if at.character and at.character in "]}":
        return _syntax(
            f"`{bracket}` is closed by `{at.character}`", f"close it with `{closing}`", at.index, at.index + 1
        )
    start = at.begun
    margin = at.line_start if at.line_start <= start else at.text.rfind("\n", 0, start) + 1
    shallow = len(at.line) - len(at.line.lstrip()) <= _indent(_line_from(at.text, margin))
    if not at.character or (at.line_start > start and shallow and _NEW_ENTRY.match(at.line)):
        return _syntax(f"the `{bracket}` is never closed", f"close it with `{closing}`", start, start + 1)
    if at.character == ":":
        return _colon_in_brackets(at)
    return _syntax("a comma is missing before this entry", "put a comma before it", at.index, at.index + 1)


def _colon_in_brackets(at: _Error) -> YamlFault:
    """Tell `{date: 2026-02-01 by: dba}`, where a comma is missing, from `{name: 檢查: 備份}`."""
    scalar = next(token for token in reversed(at.tokens) if isinstance(token, ScalarToken))
    start, end = scalar.start_mark.index, scalar.end_mark.index
    words = at.text[start:end].rsplit(None, 1)
    if len(words) == 2 and _NAME.fullmatch(words[1]):
        word = end - len(words[1])
        return _syntax(
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
    value = _value_at(at, start, at.line_start + len(at.line))
    return YamlFault(
        slug="unquoted-colon",
        message="a value in brackets holds a colon and must be in quotes",
        hint=f"write {quoted(value)}",
        span=Span(start=start, end=start + len(value)),
    )


def _list_beside_key(at: _Error) -> YamlFault | None:
    if "block sequence entries" not in at.problem:
        return None
    return _syntax(
        "a list may not begin on the line of its key", "begin the list on the next line", at.index, at.index + 1
    )


def _no_colon(at: _Error) -> YamlFault | None:
    return _no_field(at.text, at.begun) if "could not find expected ':'" in at.problem and at.begun >= 0 else None


def _no_field(text: str, index: int) -> YamlFault:
    """Say why the line at `index` is not `name: value`."""
    start = text.rfind("\n", 0, index) + 1
    line = _line_from(text, start)
    odd = _WIDE_COLON.match(line) or _ODD_SPACE.match(line)
    if odd:
        bad = start + odd.start("bad")
        what = "colon and a space" if odd["bad"] == "：" else "space"
        return _syntax(
            f"{character_name(odd['bad'])} stands where YAML wants an ordinary {what}",
            f"replace it by an ordinary {what}",
            bad,
            bad + 1,
        )
    indented = start + len(line) - len(line.lstrip())
    shown = line.strip()
    glued = re.match(r"(?:- +)*([A-Za-z_][\w-]*):(\S.*)", shown)
    hint = (
        f"put a space behind the colon: {glued[1]}: {glued[2]}"
        if glued
        else "put a colon and a space after the name, or indent the line if it continues the value above"
    )
    return _syntax(f"`{shown[:40]}` is no `name: value`", hint, indented, start + len(line.rstrip()))


def _indentation(at: _Error) -> YamlFault | None:
    if "block mapping" not in at.context and "block collection" not in at.context:
        return None
    here = at.text[at.index : at.line_start + len(at.line)]
    if re.match(r"- |-\r?$", here):
        message, hint = "this list entry belongs to no field", "put the name of its field on a line of its own above it"
    elif here.startswith(":"):
        message, hint = "there is no name before the colon", "write the field's name, or delete the line"
    else:
        message, hint = "the line's indentation fits nothing above it", "align it with its neighbours"
    return _syntax(message, hint, at.index, at.index + 1)


_MISTAKES: tuple[Callable[[_Error], YamlFault | None], ...] = (
    _tab,
    _lost_in_brackets,
    _quotes,
    _goes_on,
    _second_document,
    _colon,
    _reserved_first_character,
    _brackets,
    _list_beside_key,
    _no_colon,
    _tab_nearby,
    _indentation,
)


def _syntax(message: str, hint: str, start: int, end: int) -> YamlFault:
    return YamlFault(slug="yaml-syntax", message=message, hint=hint, span=Span(start=start, end=max(start, end)))


def _line_from(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end != -1 else len(text)]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
