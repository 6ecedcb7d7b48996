"""Formats in which a check is reported: one module each, with `render(report) -> str`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

from kb_builder.model.change import Change
from kb_builder.model.diagnostic import Diagnostic, Severity

# So many files with the same fault have one cause, and are shown as one.
MANY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found, ready to be shown. `files` is the number of pages that were looked at.

    `folder` is where the project lies in its repository, empty or with a final slash: those who show findings beside
    the lines of a repository know only its own paths. `change` says what became of the findings since a revision,
    where that was asked. `show_all` is False where findings of one cause may be shown as one.
    """

    as_of: date
    files: int
    diagnostics: tuple[Diagnostic, ...]
    folder: str = ""
    change: Change | None = None
    show_all: bool = False

    def count(self, severity: Severity) -> int:
        """Number of diagnostics of a severity."""
        return sum(each.severity is severity for each in self.diagnostics)

    @property
    def causes(self) -> Sequence[Sequence[Diagnostic]]:
        """The diagnostics, those of one cause put together where they may be."""
        return [(each,) for each in self.diagnostics] if self.show_all else by_cause(self.diagnostics)


def formats() -> tuple[str, ...]:
    """Return the names of all formats: those of the modules of this package."""
    return tuple(sorted(info.name for info in iter_modules(__path__)))


def render(name: str, report: Report) -> str:
    """Render a report in the named format, with a final line feed."""
    function: Callable[[Report], str] = import_module(f"{__name__}.{name}").render
    return function(report)


def by_cause(diagnostics: Iterable[Diagnostic]) -> list[list[Diagnostic]]:
    """Put diagnostics together that say the same of `MANY` files or more, at the place of the first; others stay alone.

    They say the same if check, severity and message are the same; what to do may differ from page to page.
    """
    found = list(diagnostics)
    causes: dict[tuple[object, ...], list[Diagnostic]] = {}
    for each in found:
        causes.setdefault(_cause(each), []).append(each)
    large = {cause for cause, alike in causes.items() if len({each.path for each in alike}) >= MANY}
    first = {id(alike[0]) for alike in causes.values()}
    return [
        causes[_cause(each)] if _cause(each) in large else [each]
        for each in found
        if _cause(each) not in large or id(each) in first
    ]


def _cause(each: Diagnostic) -> tuple[object, ...]:
    return each.code, each.severity, each.message
