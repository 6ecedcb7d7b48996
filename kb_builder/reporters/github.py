"""Workflow commands that GitHub shows as annotations on the lines of a pull request.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from kb_builder.model.diagnostic import Diagnostic
from kb_builder.reporters import Report
from kb_builder.reporters.text import printable, summary

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report) -> str:
    """Render one command a diagnostic, and a last line that sums up."""
    return "\n".join((*(_command(report, each) for each in report.diagnostics), summary(report))) + "\n"


def _command(report: Report, each: Diagnostic) -> str:
    position = each.position
    properties = {
        "file": report.folder + each.path,
        "line": str(position.line),
        "col": str(position.column),
        "endLine": str(position.end_line),
        "endColumn": str(position.end_column),
        "title": f"{each.code} {each.slug}",
    }
    shown = ",".join(f"{key}={printable(value).translate(_PROPERTY)}" for key, value in properties.items())
    text = printable(each.message) + (f"\nhint: {printable(each.hint)}" if each.hint else "")
    return f"::{each.severity.word} {shown}::{text.translate(_DATA)}"
