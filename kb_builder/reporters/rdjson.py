"""The format of reviewdog: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf."""

from __future__ import annotations

from kb_builder.model.diagnostic import Severity
from kb_builder.reporters import Report
from kb_builder.reporters.json import to_json
from kb_builder.reporters.text import printable

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTICE: "INFO"}


def render(report: Report) -> str:
    """Render the report as one diagnostic result.

    Places are lines: columns of this format count bytes, and a report knows the code points of a line alone.
    """
    return to_json(
        {
            "source": {"name": "kb"},
            "diagnostics": [
                {
                    "message": printable(each.message) + (f"\nhint: {printable(each.hint)}" if each.hint else ""),
                    "location": {
                        "path": report.folder + each.path,
                        "range": {"start": {"line": each.position.line}, "end": {"line": each.position.end_line}},
                    },
                    "severity": _SEVERITIES[each.severity],
                    "code": {"value": each.code},
                }
                for each in report.diagnostics
            ],
        }
    )
