"""What the tool says about content: rules, findings with symbolic places, diagnostics with positions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from kb_builder.model.location import WHOLE_FILE, Location, Position


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
class Finding:
    """One fault, named by the slug of its rule, at a symbolic place of a file.

    `path` is relative to the project, with forward slashes. `key` tells findings of one rule in one place
    apart and enters the fingerprint, so it holds nothing that changes from day to day.
    """

    slug: str
    path: str
    message: str
    hint: str = ""
    location: Location = WHOLE_FILE
    related: tuple[Related, ...] = ()
    key: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedDiagnostic:
    """A related place with its position."""

    path: str
    position: Position
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A finding as reports show it: code, severity and position are settled."""

    code: str
    slug: str
    severity: Severity
    path: str
    position: Position
    message: str
    hint: str
    related: tuple[RelatedDiagnostic, ...]
    fingerprint: str
