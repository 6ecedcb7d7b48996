"""Formats in which a check is reported: one module each, with `render(report) -> str`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

from kb_builder.model.diagnostic import Diagnostic, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found, ready to be shown. `files` is the number of pages that were looked at."""

    as_of: date
    files: int
    diagnostics: tuple[Diagnostic, ...]

    def count(self, severity: Severity) -> int:
        """Number of diagnostics of a severity."""
        return sum(each.severity is severity for each in self.diagnostics)


def formats() -> tuple[str, ...]:
    """Return the names of all formats: those of the modules of this package."""
    return tuple(sorted(info.name for info in iter_modules(__path__)))


def render(name: str, report: Report) -> str:
    """Render a report in the named format, with a final line feed."""
    function: Callable[[Report], str] = import_module(f"{__name__}.{name}").render
    return function(report)
