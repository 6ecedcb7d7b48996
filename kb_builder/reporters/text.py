"""Plain lines for people: `path:line:column: severity CODE slug: message`, and the remedy below."""

from __future__ import annotations

import unicodedata

from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.reporters import Report


def render(report: Report) -> str:
    """Render the report; the last line sums up."""
    lines = [line for each in report.diagnostics for line in diagnostic_lines(each)]
    return "\n".join((*lines, summary(report))) + "\n"


def diagnostic_lines(each: Diagnostic) -> list[str]:
    """Return the lines of one diagnostic."""
    place = f"{each.path}:{each.position.line}:{each.position.column}"
    lines = [f"{place}: {each.severity.word} {each.code} {each.slug}: {each.message}"]
    if each.hint:
        lines.append(f"  hint: {each.hint}")
    lines += [
        f"  {other.path}:{other.position.line}:{other.position.column}: {other.message}" for other in each.related
    ]
    return [printable(line) for line in lines]


def summary(report: Report) -> str:
    """Return one line that sums up."""
    pages = f"{report.files} {'page' if report.files == 1 else 'pages'}"
    counts = [
        f"{count} {severity.word}{'' if count == 1 else 's'}"
        for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTICE)
        if (count := report.count(severity))
    ]
    return f"{pages} checked as of {report.as_of}: " + (", ".join(counts) or "nothing to complain about")


def printable(text: str) -> str:
    """Escape what could act on a terminal: control characters and marks that turn the writing direction."""
    return "".join(c if is_harmless(c) else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def is_harmless(character: str) -> bool:
    """Whether a character only shows itself: a printable one, or a space such as the wide one of Chinese text."""
    return character.isprintable() or unicodedata.category(character) == "Zs"
