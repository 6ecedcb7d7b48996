"""Names YAML mistakes for what an author did: the tab, the unquoted colon, the missing comma.

Only loaded when a block does not parse. libyaml says where it gave up, which is often behind the mistake; each
function knows one mistake and returns its fault, or None if it was another.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from yaml import ScalarToken, YAMLError
from yaml.reader import ReaderError

from kb_builder.model.location import Span
from kb_builder.sources.bracket_faults import behind_all_fields, brackets, goes_on, lost_in_brackets
from kb_builder.sources.syntax_problem import SyntaxProblem, line_from, never_closed, syntax_fault, value_at
from kb_builder.sources.yaml_fault import YamlFault, character_name, quoted, replacing

_KEY = re.compile(r"^\s*(?:- +)*(?P<key>[^\s:#][^:#]*?):(?P<gap>[ \t]+)(?P<value>\S.*)$")
_WIDE_COLON = re.compile(r"^\s*(?:- +)*[^\s:：]+(?P<bad>：)")
_ODD_SPACE = re.compile(r"^(?: *|\s*(?:- +)*[\w-]+:)(?P<bad>[\u00a0\u2000-\u200b\u202f\u2060\u3000\ufeff])")
# A value that is partly in quotes or brackets, or has a comment behind it, may be meant in more than one way.
_MAYBE_MORE = re.compile(r"^[\"'\[{]|\s#")
_WIDE = "\u3000"
_NO_WIDTH = "\u200b\u2060\ufeff"
_NOT_FIRST = "@`%|>*&!?]},"


def explain_syntax_error(text: str, error: YAMLError) -> YamlFault:
    """Turn an error of libyaml into the fault an author understands, placed where the mistake is."""
    if isinstance(error, ReaderError):
        return _unreadable_character(text, error)
    mark = getattr(error, "problem_mark", None)
    begun = getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or "not valid YAML")
    at = SyntaxProblem(
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
    # What is missing at the very end is shown at the last character.
    start = min(at.index, max(len(at.text) - 1, 0))
    return syntax_fault(f"not valid YAML: {problem}", "put the value in quotes", start, min(start + 1, len(at.text)))


def _unreadable_character(text: str, error: ReaderError) -> YamlFault:
    character = chr(error.character) if isinstance(error.character, int) else str(error.character)[:1]
    at = max(text.find(character), 0)
    return YamlFault(
        slug="control-character",
        message=f"{character_name(character)} may not stand in front matter",
        hint="delete it",
        span=Span(start=at, end=at + 1),
    )


def _tab(at: SyntaxProblem) -> YamlFault | None:
    """A tab where YAML wants spaces, or, when all else fails, one that indents this line or the one above."""
    if at.character == "\t" or "tab" in at.problem:
        start = at.text.find("\t", at.index if at.character == "\t" else at.line_start)
        return _tab_fault(at.text, start) if start != -1 else None
    return None


def _tab_nearby(at: SyntaxProblem) -> YamlFault | None:
    above = at.text.rfind("\n", 0, max(0, at.line_start - 1)) + 1
    for start in (at.line_start, above):
        line = line_from(at.text, start)
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent and line.strip():
            return _tab_fault(at.text, start + indent.index("\t"))
    return None


def _tab_fault(text: str, start: int) -> YamlFault:
    tabs = len(text[start:]) - len(text[start:].lstrip("\t"))
    return YamlFault(
        slug="tab-indentation",
        message="a tab stands where YAML allows only spaces",
        hint="replace the tab by two spaces",
        span=Span(start=start, end=start + 1),
        remedy=replacing(start, start + tabs, "  " * tabs),
    )


def _quotes(at: SyntaxProblem) -> YamlFault | None:
    """A quote that is never closed, and a backslash that means nothing."""
    if "quoted scalar" not in at.context:
        return None
    if "escape" in at.problem or "hex" in at.problem:
        start = at.text.rfind("\\", at.begun, at.index + 1)
        return syntax_fault(
            "a backslash in double quotes starts an escape that does not exist",
            "use single quotes, or write the backslash twice",
            start,
            at.index + 1,
        )
    return never_closed(at.text, at.begun)


def _reserved_first_character(at: SyntaxProblem) -> YamlFault | None:
    """A value that begins with a character that means something to YAML."""
    begins_token = any(word in at.context for word in ("alias", "anchor", "tag", "directive", "block scalar"))
    start = at.begun if begins_token else at.index
    first = at.text[start : start + 1]
    if not first or first not in _NOT_FIRST or at.problem.startswith("did not find expected ',"):
        return None
    if first in ",]}" and (at.open_brackets or first == ","):
        return syntax_fault(
            "there is no entry before the comma", "delete the comma, or write the entry", start, start + 1
        )
    if first in "|>" and "block scalar" in at.context and at.character.strip():
        return syntax_fault(
            f"behind `{first}` the text begins on the next line",
            f"begin it there, indented, or delete the `{first}`",
            at.index,
            at.line_start + len(at.line.rstrip()),
        )
    line_start = at.text.rfind("\n", 0, start) + 1
    line = line_from(at.text, line_start)
    value = value_at(at, start, line_start + len(line))
    before = line[: start - line_start]
    key = before.strip().removesuffix(":") if before.rstrip().endswith(":") and not at.open_brackets else ""
    shown = "a backtick" if first == "`" else f"`{first}`"
    if first == "%" and not before.strip():
        return syntax_fault("a line may not begin with `%`", "delete it", start, start + len(value))
    return syntax_fault(
        f"a value may not begin with {shown} unless it is in quotes",
        f"write {key.lstrip('- ')}: {quoted(value)}" if key else f"write {quoted(value)}",
        start,
        start + len(value),
        replacing(start, start + len(value), quoted(value)) if first in "@`%*&!" else None,
    )


def _second_document(at: SyntaxProblem) -> YamlFault | None:
    """`---`, `...` or `%YAML` in the middle."""
    if "document" not in at.problem:
        return None
    marks = list(re.finditer(r"^(?:\.\.\.|---|%)", at.text[: at.index + 3], re.MULTILINE))
    if not marks:
        first = next((token for token in at.tokens if isinstance(token, ScalarToken)), None)
        return behind_all_fields(at) or (wide_colon(at.text, first.start_mark.index) if first else None)
    start = marks[-1].start()
    shown = marks[-1][0]
    return syntax_fault(
        f"`{shown}` at the beginning of a line ends the YAML in the middle",
        "delete the line",
        start,
        start + len(line_from(at.text, start).rstrip()),
    )


def _colon(at: SyntaxProblem) -> YamlFault | None:
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
            remedy=None if _MAYBE_MORE.search(value) else replacing(start, start + len(value), quoted(value)),
        )
    if at.line[:1].isspace():
        return syntax_fault(
            "this line is indented as if it belonged to the value above",
            "align it with the other fields, or put the value above in quotes",
            at.line_start + len(at.line) - len(at.line.lstrip()),
            at.line_start + len(at.line.rstrip()),
        )
    # The first line of the block is no field; libyaml took this one for its continuation.
    scalar = next((token for token in reversed(at.tokens) if isinstance(token, ScalarToken)), None)
    return _no_field(at.text, scalar.start_mark.index if scalar else 0)


def _list_beside_key(at: SyntaxProblem) -> YamlFault | None:
    if "block sequence entries" not in at.problem:
        return None
    return syntax_fault(
        "a list may not begin on the line of its key", "begin the list on the next line", at.index, at.index + 1
    )


def _no_colon(at: SyntaxProblem) -> YamlFault | None:
    return _no_field(at.text, at.begun) if "could not find expected ':'" in at.problem and at.begun >= 0 else None


def wide_colon(text: str, index: int) -> YamlFault | None:
    """Return the fault of a line at `index` that is no field for its full-width colon alone."""
    line = line_from(text, text.rfind("\n", 0, index) + 1)
    return _no_field(text, index) if _WIDE_COLON.match(line) else None


def _no_field(text: str, index: int) -> YamlFault:
    """Say why the line at `index` is not `name: value`."""
    start = text.rfind("\n", 0, index) + 1
    line = line_from(text, start)
    odd = _WIDE_COLON.match(line) or _ODD_SPACE.match(line)
    if odd:
        bad = start + odd.start("bad")
        what = "colon and a space" if odd["bad"] == "：" else "space"
        return syntax_fault(
            f"{character_name(odd['bad'])} stands where YAML wants an ordinary {what}",
            f"replace it by an ordinary {what}",
            bad,
            bad + 1,
            replacing(bad, bad + 1, _instead_of(odd["bad"], line[odd.end("bad") :])),
        )
    indented = start + len(line) - len(line.lstrip())
    shown = line.strip()
    glued = re.match(r"(?:- +)*([A-Za-z_][\w-]*):(\S.*)", shown)
    hint = (
        f"put a space behind the colon: {glued[1]}: {glued[2]}"
        if glued
        else "put a colon and a space after the name, or indent the line if it continues the value above"
    )
    gap = indented + glued.start(2) if glued else 0
    remedy = replacing(gap, gap, " ") if glued and glued[2][0] not in "/:#" else None
    return syntax_fault(f"`{shown[:40]}` is no `name: value`", hint, indented, start + len(line.rstrip()), remedy)


def _instead_of(odd: str, rest: str) -> str:
    """Return what stands for a full-width colon or an odd space, before the rest of its line."""
    if odd == "：":
        return ":" if rest[:1] in ("", " ", "\r") else ": "
    if odd in _NO_WIDTH:
        return "" if rest[:1] == " " else " "
    return "  " if odd == _WIDE else " "


def _indentation(at: SyntaxProblem) -> YamlFault | None:
    if "block mapping" not in at.context and "block collection" not in at.context:
        return None
    here = at.text[at.index : at.line_start + len(at.line)]
    if re.match(r"- |-\r?$", here):
        message, hint = "this list entry belongs to no field", "put the name of its field on a line of its own above it"
    elif here.startswith(":"):
        message, hint = "there is no name before the colon", "write the field's name, or delete the line"
    else:
        message, hint = "the line's indentation fits nothing above it", "align it with its neighbours"
    return syntax_fault(message, hint, at.index, at.index + 1)


_MISTAKES: tuple[Callable[[SyntaxProblem], YamlFault | None], ...] = (
    _tab,
    lost_in_brackets,
    _quotes,
    goes_on,
    _second_document,
    _colon,
    _reserved_first_character,
    brackets,
    _list_beside_key,
    _no_colon,
    _tab_nearby,
    _indentation,
)
