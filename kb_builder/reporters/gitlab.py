"""The code quality report of GitLab: findings on the lines of a merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from kb_builder.model.diagnostic import Severity
from kb_builder.reporters import Report
from kb_builder.reporters.json import to_json
from kb_builder.reporters.text import printable

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTICE: "info"}


def render(report: Report) -> str:
    """Render the report as a JSON list; the hint follows the message, as there is no place for it."""
    return to_json(
        [
            {
                "description": printable(f"{each.message}; {each.hint}" if each.hint else each.message),
                "check_name": f"{each.code} {each.slug}",
                "fingerprint": each.fingerprint,
                "severity": _SEVERITIES[each.severity],
                "location": {"path": report.folder + each.path, "lines": {"begin": each.position.line}},
            }
            for each in report.diagnostics
        ]
    )
