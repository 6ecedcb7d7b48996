"""What libyaml says of a block that does not parse, in a form in which a mistake can be recognised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from yaml import (
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    YAMLError,
)
from yaml._yaml import CParser

from kb_builder.model.diagnostic import Remedy
from kb_builder.model.location import Span
from kb_builder.sources.yaml_fault import YamlFault

FIELD_LINE = re.compile(r"[ \t]*(?:- +)*[\w\"'][^:#\n]*:(?:[ \t]|\r?$)")


@dataclass(frozen=True)
class SyntaxProblem:
    """Where and why libyaml gave up: the text, its offset, libyaml's words and where it had begun."""

    text: str
    index: int
    problem: str
    context: str
    begun: int

    @cached_property
    def line_start(self) -> int:
        """Offset of the line of the error."""
        return self.text.rfind("\n", 0, self._on_text) + 1

    @cached_property
    def line(self) -> str:
        """The line of the error; for an error past the end, the last line with text."""
        return line_from(self.text, self.line_start)

    @property
    def _on_text(self) -> int:
        return self.index if self.index < len(self.text) else len(self.text.rstrip())

    @property
    def character(self) -> str:
        """The character at which libyaml gave up; empty at the end."""
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


def syntax_fault(message: str, hint: str, start: int, end: int, remedy: Remedy | None = None) -> YamlFault:
    """Return a fault of the rule `yaml-syntax`."""
    span = Span(start=start, end=max(start, end))
    return YamlFault(slug="yaml-syntax", message=message, hint=hint, span=span, remedy=remedy)


def line_from(text: str, start: int) -> str:
    """Return the line that begins at an offset."""
    end = text.find("\n", start)
    return text[start : end if end != -1 else len(text)]


def never_closed(text: str, start: int) -> YamlFault:
    """Return the fault of the quote at an offset, which no other one closes."""
    quote = text[start : start + 1]
    return syntax_fault(f"the quote {quote} is never closed", f"close it with {quote}", start, start + 1)


def value_at(at: SyntaxProblem, start: int, line_end: int) -> str:
    """Return the value the author meant: in brackets up to the next comma or bracket, else to the line's end."""
    text = at.text[start:line_end]
    if at.open_brackets:
        text = re.split(r"[,\]}]", text, maxsplit=1)[0]
    return re.split(r"[ \t]#", text, maxsplit=1)[0].rstrip()
