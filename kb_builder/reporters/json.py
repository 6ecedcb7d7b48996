"""JSON for machines; `check.schema.json` beside this module is the contract."""

from __future__ import annotations

import json
from typing import Any

from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.reporters import Report
from kb_builder.reporters.text import is_harmless


def render(report: Report) -> str:
    """Render the report as one JSON object."""
    value = {
        "version": 1,
        "as_of": report.as_of.isoformat(),
        "summary": {
            "files": report.files,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "notices": report.count(Severity.NOTICE),
        },
        "diagnostics": [_diagnostic(each) for each in report.diagnostics],
    }
    return to_json(value)


def to_json(value: Any) -> str:
    """Return a value as JSON in which Chinese is readable and whatever could act on a terminal is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    return "".join(c if is_harmless(c) or c == "\n" else json.dumps(c)[1:-1] for c in text) + "\n"


def _diagnostic(each: Diagnostic) -> dict[str, Any]:
    return {
        "code": each.code,
        "slug": each.slug,
        "severity": each.severity.word,
        "path": each.path,
        "line": each.position.line,
        "column": each.position.column,
        "end_line": each.position.end_line,
        "end_column": each.position.end_column,
        "message": each.message,
        "hint": each.hint,
        "related": [
            {
                "path": other.path,
                "line": other.position.line,
                "column": other.position.column,
                "message": other.message,
            }
            for other in each.related
        ],
        "docs": f"kb explain {each.code}",
        "fingerprint": each.fingerprint,
    }
