"""JUnit XML, for CI services that show results of tests. Only an error is a failure."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.reporters import Report
from kb_builder.reporters.text import diagnostic_lines, printable, summary


def render(report: Report) -> str:
    """Render a suite for every file with findings and a case for each of them; without any, one case that passes.

    Warnings and notices are cases that pass, with what they say as their output. There are no times in it: the same
    findings give the same file.
    """
    counts = _counts(len(report.diagnostics) or 1, report.count(Severity.ERROR))
    suites = ET.Element("testsuites", {"name": "kb check", **counts})
    for path, found in groupby(report.diagnostics, key=lambda each: each.path):
        cases = list(found)
        failures = sum(each.severity is Severity.ERROR for each in cases)
        suite = ET.SubElement(suites, "testsuite", {"name": printable(path), **_counts(len(cases), failures)})
        for each in cases:
            _add_case(suite, each)
    if not report.diagnostics:
        suite = ET.SubElement(suites, "testsuite", {"name": "kb check", **counts})
        ET.SubElement(suite, "testcase", name=summary(report), classname="kb check")
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _counts(tests: int, failures: int) -> dict[str, str]:
    return {"tests": str(tests), "failures": str(failures), "errors": "0"}


def _add_case(suite: ET.Element, each: Diagnostic) -> None:
    name = f"{each.code} {each.slug} (line {each.position.line}, column {each.position.column})"
    case = ET.SubElement(suite, "testcase", name=name, classname=printable(each.path))
    if each.severity is Severity.ERROR:
        said = ET.SubElement(case, "failure", type=each.code, message=printable(each.message))
    else:
        said = ET.SubElement(case, "system-out")
    said.text = "\n".join(diagnostic_lines(each))
