"""Plain lines for people: `path:line:column: severity CODE slug: message`, and the remedy below."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence

from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.reporters import Report

# So many files of a cause are named.
_NAMED = 3


def render(report: Report) -> str:
    """Render the report; the last line sums up."""
    lines = [
        line
        for cause in report.causes
        for line in (diagnostic_lines(cause[0]) if len(cause) == 1 else cause_lines(cause))
    ]
    return "\n".join((*lines, summary(report))) + "\n"


def cause_lines(cause: Sequence[Diagnostic]) -> list[str]:
    """Return the lines of findings that have one cause: how many there are, the first files, how to list all."""
    first, paths = cause[0], list(dict.fromkeys(each.path for each in cause))
    lines = [
        f"{folder_of(paths)}: {first.severity.word} {first.code} {first.slug}: {len(paths)} files: {first.message}"
    ]
    if first.hint and all(each.hint == first.hint for each in cause):
        lines.append(f"  hint: {first.hint}")
    lines.append(f"  first: {', '.join(paths[:_NAMED])}; `kb check --select {first.code} --show-all` lists all")
    return [printable(line) for line in lines]


def folder_of(paths: Sequence[str]) -> str:
    """Return the folder that holds all files, with a final slash; `./` for the project itself."""
    return (os.path.commonpath([path.rpartition("/")[0] for path in paths]) or ".") + "/"


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
    said = f"{pages} checked as of {report.as_of}: " + (", ".join(counts) or "nothing to complain about")
    left_out = report.change.left_out if report.change else 0
    return said + (f"; {left_out} on pages that the change leaves alone" if left_out else "")


def printable(text: str) -> str:
    """Escape what could act on a terminal: control characters and marks that turn the writing direction."""
    return "".join(c if is_harmless(c) else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def is_harmless(character: str) -> bool:
    """Whether a character only shows itself: a printable one, or a space such as the wide one of Chinese text."""
    return character.isprintable() or unicodedata.category(character) == "Zs"
