"""Names YAML mistakes for what an author did: the tab, the unquoted colon, the lost `#channel`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from yaml import YAMLError

from kb_builder.model.location import Span
from kb_builder.sources.yaml_block import YamlFault

_KEY = re.compile(r"^\s*(?:- +)*(?P<key>[^\s:#][^:#]*?):(?P<gap>[ \t]+)(?P<value>\S.*)$")
_NEEDS_QUOTES = "@`%"


def explain_syntax_error(text: str, error: YAMLError) -> YamlFault:
    """Turn an error of libyaml into the fault an author understands, placed where the mistake is."""
    mark = getattr(error, "problem_mark", None)
    index = mark.index if mark is not None else getattr(error, "position", 0)
    context = getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not valid YAML")
    start, line = _line_at(text, index)
    tab = _tab_fault(text, index)
    if tab:
        return tab
    if "control characters" in problem:
        return YamlFault(
            slug="control-character",
            message=f"control character U+{ord(text[index]) if index < len(text) else 0:04X} in front matter",
            hint="delete it",
            span=Span(start=index, end=index + 1),
        )
    if "mapping values are not allowed" in problem:
        colon = _colon_fault(text, index)
        if colon:
            return colon
    if "document start" in problem or "but found another document" in problem:
        dots = text.rfind("\n...", 0, index)
        at = dots + 1 if dots >= 0 else index
        return _syntax("`...` ends the YAML in the middle of the front matter", "delete the line", at, at + 3)
    if "quoted scalar" in str(getattr(error, "context", "")) and context is not None:
        if "unknown escape" in problem or "escape" in problem:
            return _syntax(
                "backslash in double quotes starts an escape that does not exist",
                "use single quotes, or write the backslash twice",
                index,
                index + 1,
            )
        quote = text[context.index : context.index + 1]
        return _syntax(f"the quote {quote} is never closed", f"close it with {quote}", context.index, context.index + 1)
    match = _KEY.match(line)
    value_at = start + match.start("value") if match else -1
    if match and match["value"][0] in _NEEDS_QUOTES and index <= value_at + 1:
        return _syntax(
            f"a value may not begin with `{match['value'][0]}` unless it is in quotes",
            f"write {match['key']}: \"{match['value'].rstrip()}\"",
            value_at,
            value_at + len(match["value"].rstrip()),
        )
    if "block sequence entries" in problem:
        return _syntax("a list may not begin on the line of its key", "begin the list on the next line", index, index + 1)
    if "flow sequence" in str(getattr(error, "context", "")) and context is not None:
        return _syntax("the list's `[` is never closed, or an entry lacks a comma", "close it with `]`", context.index, context.index + 1)
    if "flow mapping" in str(getattr(error, "context", "")) and context is not None:
        return _syntax("the `{` is never closed, or an entry lacks a comma", "close it with `}`", context.index, context.index + 1)
    if "could not find expected ':'" in problem and context is not None:
        at, line = _line_at(text, context.index)
        return _syntax(
            f"`{line.strip()[:40]}` is no `name: value`",
            "put a colon and a space after the name, or indent the line if it continues the value above",
            at,
            at + len(line.rstrip()),
        )
    if "block mapping" in str(getattr(error, "context", "")) or "block collection" in str(getattr(error, "context", "")):
        return _syntax("the line's indentation fits nothing above it", "align it with its neighbours", index, index + 1)
    return _syntax(f"not valid YAML: {problem}", "put the value in quotes", index, index + 1)


def lost_comments(text: str, hits: Sequence[int], scalars: Sequence[tuple[int, int]]) -> Iterator[YamlFault]:
    """Yield a fault for each `#word` that YAML reads as a comment behind, or in place of, a value.

    A comment on a line of its own is a comment; a `#` inside a value is text.
    """
    for hit in hits:
        if any(start <= hit < end for start, end in scalars):
            continue
        start, line = _line_at(text, hit)
        before = line[: hit - start].strip()
        if not before:
            continue
        lost = text[hit : start + len(line)].rstrip()
        kept = before.split(":", 1)[1].strip() if ":" in before else before.lstrip("- ")
        name = before.split(":", 1)[0].lstrip("- ") if ":" in before else ""
        value = f"{kept} {lost}".strip().strip("\"'")
        what = "the value" if not kept.strip("[{,- ") else "the end of the line"
        yield YamlFault(
            slug="lost-value",
            message=f"{what} `{lost[:60]}` is lost: YAML takes it for a comment",
            hint=f'write {name}: "{value}", or put a space after # if it is a comment' if name else
            f'put it in quotes: "{value}", or put a space after # if it is a comment',
            span=Span(start=hit, end=hit + len(lost)),
        )


def _syntax(message: str, hint: str, start: int, end: int) -> YamlFault:
    return YamlFault(slug="yaml-syntax", message=message, hint=hint, span=Span(start=start, end=end))


def _line_at(text: str, index: int) -> tuple[int, str]:
    """Return start offset and text of the line that holds `index`; past the end, of the last line with text."""
    index = min(index, len(text))
    if index == len(text):
        index = len(text.rstrip())
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", start)
    return start, text[start : end if end != -1 else len(text)]


def _tab_fault(text: str, index: int) -> YamlFault | None:
    """Return the fault of a tab that indents the line of the error or the line before it."""
    start, line = _line_at(text, index)
    previous, above = _line_at(text, max(0, start - 2)) if start else (start, line)
    for at, candidate in ((start, line), (previous, above)):
        indent = candidate[: len(candidate) - len(candidate.lstrip())]
        if "\t" in indent and candidate.strip():
            tab = at + indent.index("\t")
            return YamlFault(
                slug="tab-indentation",
                message="a tab indents this line; YAML allows only spaces there",
                hint="replace the tab by two spaces",
                span=Span(start=tab, end=tab + 1),
            )
    return None


def _colon_fault(text: str, index: int) -> YamlFault | None:
    """Return the fault of a value that holds an unquoted colon followed by a space, if that is what happened."""
    start, line = _line_at(text, index)
    match = _KEY.match(line)
    if match and index > start + match.end("key") + 1:
        value = match["value"].rstrip()
        return YamlFault(
            slug="unquoted-colon",
            message=f"the value of `{match['key']}` holds a colon and must be in quotes",
            hint=f'write {match["key"]}: "{value}"',
            span=Span(start=start + match.start("value"), end=start + match.start("value") + len(value)),
        )
    return YamlFault(
        slug="yaml-syntax",
        message="this line is indented as if it belonged to the value above",
        hint="align it with the other fields, or put the value above in quotes",
        span=Span(start=start + len(line) - len(line.lstrip()), end=start + len(line.rstrip())),
    )
