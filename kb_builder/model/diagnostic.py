"""What the tool says about content: rules, findings with symbolic places, diagnostics with positions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from kb_builder.model.location import WHOLE_FILE, Location, Position, Span


class Severity(IntEnum):
    """How bad a finding is; a larger number is worse."""

    OFF = 0
    NOTICE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The word used in kb.yml and in reports."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Severity:
        """Return the severity a word of kb.yml names; ValueError for another word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"not a severity: {word!r}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a check is: permanent code and slug, and how bad its findings are unless kb.yml says otherwise.

    `is_fixed` says that kb.yml may not soften the check, since what it finds could not be published in any form.
    `blocks_build` is False for what a reader is told on the page itself, so that the site need not wait for it.
    """

    code: str
    slug: str
    severity: Severity
    blocks_build: bool = True
    is_fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another place that belongs to a finding, such as the first of two equal keys."""

    path: str
    location: Location
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What an author must have meant, where there is one right answer: `value` in the place of `location`.

    A Span takes the text `value` as it is; a Field takes it as its value, or as its name where `on_key`. With `as_text`
    the Field keeps what is written there, in quotes. Where `location` is None it is that of the finding.
    """

    value: Any = None
    location: Location | None = None
    as_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A remedy at its place in the text of a file: `text` instead of what the span, of code points, covers."""

    span: Span
    text: str

    def apply(self, text: str) -> str:
        """Return the text with the edit made."""
        return text[: self.span.start] + self.text + text[self.span.end :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault, named by the slug of its rule, at a symbolic place of a file.

    `path` is relative to the project, with forward slashes. `key` tells findings of one rule in one place
    apart and enters the fingerprint, so it holds nothing that changes from day to day. `remedy` is what
    `kb check --fix` writes, None where somebody must decide.
    """

    slug: str
    path: str
    message: str
    hint: str = ""
    location: Location = WHOLE_FILE
    related: tuple[Related, ...] = ()
    key: str = ""
    severity: Severity | None = None
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedDiagnostic:
    """A related place with its position."""

    path: str
    position: Position
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A finding as reports show it: code, severity and position are settled, and the edit that mends it, if any."""

    code: str
    slug: str
    severity: Severity
    path: str
    position: Position
    message: str
    hint: str
    related: tuple[RelatedDiagnostic, ...]
    fingerprint: str
    edit: Edit | None = None
