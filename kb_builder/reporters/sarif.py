"""SARIF 2.1.0 for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from kb_builder import __version__
from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.model.location import Position
from kb_builder.reporters import Report
from kb_builder.reporters.json import to_json
from kb_builder.reporters.text import printable

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
# GitHub knows a finding again by a fingerprint of this name; the other one is ours.
_FINGERPRINTS = ("kbFinding/v1", "primaryLocationLineHash")


def render(report: Report) -> str:
    """Render the report as one run, with the explanation of every check that found something."""
    slugs = sorted({each.slug: each.code for each in report.diagnostics}.items(), key=lambda pair: pair[1])
    indexes = {slug: index for index, (slug, _code) in enumerate(slugs)}
    value = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "kb",
                        "semanticVersion": __version__,
                        "rules": [_rule(slug, code) for slug, code in slugs],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(report, each, indexes[each.slug]) for each in report.diagnostics],
            }
        ],
    }
    return to_json(value)


def _rule(slug: str, code: str) -> dict[str, Any]:
    from kb_builder import checks

    page = checks.documentation(slug)
    # The page begins with a heading of code and slug; its first paragraph says what the check is about.
    _heading, _line, body = page.partition("\n")
    first = re.sub(r"\s+", " ", body.strip().partition("\n\n")[0])
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in slug.split("-")),
        "shortDescription": {"text": slug.replace("-", " ")},
        "fullDescription": {"text": first},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[checks.rules()[slug].severity]},
    }


def _result(report: Report, each: Diagnostic, index: int) -> dict[str, Any]:
    text = printable(each.message) + (f"\nhint: {printable(each.hint)}" if each.hint else "")
    result: dict[str, Any] = {
        "ruleId": each.code,
        "ruleIndex": index,
        "level": _LEVELS[each.severity],
        "message": {"text": text},
        "locations": [_location(report, each.path, each.position)],
        "partialFingerprints": dict.fromkeys(_FINGERPRINTS, each.fingerprint),
    }
    if each.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": printable(other.message)},
                **_location(report, other.path, other.position),
            }
            for number, other in enumerate(each.related, start=1)
        ]
    return result


def _location(report: Report, path: str, position: Position) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {
                "uri": quote(report.folder + path, errors="surrogatepass"),
                "uriBaseId": "%SRCROOT%",
            },
            "region": {
                "startLine": position.line,
                "startColumn": position.column,
                "endLine": position.end_line,
                "endColumn": position.end_column,
            },
        }
    }
