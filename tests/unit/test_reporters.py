"""The formats of a check. The golden files are in tests/golden/reports; UPDATE_GOLDEN=1 rewrites them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from golden import FOLDER, assert_golden
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kb_builder import checks
from kb_builder.model.diagnostic import Diagnostic, RelatedDiagnostic, Severity
from kb_builder.model.location import START_OF_FILE, Position
from kb_builder.pipeline import check
from kb_builder.reporters import Report, formats, render
from kb_builder.reporters.json import to_json
from kb_builder.reporters.text import printable, summary
from tests.conftest import TODAY

ENDINGS = {"json": "json"}
SCHEMA = json.loads(resources.files("kb_builder.reporters").joinpath("check.schema.json").read_text(encoding="utf-8"))


def diagnostic(severity: Severity = Severity.ERROR, **values: object) -> Diagnostic:
    usual = Diagnostic(
        code="KB301",
        slug="review-overdue",
        severity=severity,
        path="content/sops/backup.md",
        position=Position(line=7, column=1, end_line=7, end_column=14),
        message="review was due 2026-08-14, 98 days ago",
        hint="read the page, then run `kb review SOP-003`; owner: dba (資料庫組)",
        related=(),
        fingerprint="0123456789abcdef",
    )
    return replace(usual, **values)  # type: ignore[arg-type]


REPORT = Report(
    as_of=TODAY,
    files=3,
    diagnostics=(
        diagnostic(),
        diagnostic(
            code="KB401",
            slug="duplicate-id",
            path="content/faq/備份.md",
            message="`FAQ-001` is already the id of content/faq/a.md",
            hint="",
            related=(
                RelatedDiagnostic(
                    path="content/faq/a.md",
                    position=Position(line=2, column=5, end_line=2, end_column=12),
                    message="first used here",
                ),
            ),
        ),
        diagnostic(
            Severity.WARNING,
            message="100 % of a, b: c;\r\nnext\ttab \x1b[31mred\x1b[0m \u202eturned 全形　空格 🙂",
            hint="first line\n::error::second line",
            path="content/a,b:c%d.md",
            position=START_OF_FILE,
        ),
        diagnostic(Severity.NOTICE, code="KB108", slug="foreign-fields", path="kb.yml", hint="map them"),
    ),
)
EMPTY = Report(as_of=TODAY, files=0, diagnostics=())


@pytest.mark.parametrize("name", formats())
def test_a_report_is_as_committed(name):
    assert_golden(f"reports/check-{name}.{ENDINGS.get(name, 'txt')}", render(name, REPORT))


def test_no_golden_report_is_left_over():
    committed = {file.name for file in (FOLDER / "reports").glob("check-*")}
    assert committed == {f"check-{name}.{ENDINGS.get(name, 'txt')}" for name in formats()}


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["findings", "none"])
def test_every_format_ends_its_last_line_and_is_utf8(name, report):
    text = render(name, report)
    assert text.endswith("\n") and not text.endswith("\n\n")
    text.encode("utf-8")


def test_the_modules_of_the_package_are_the_formats():
    assert set(formats()) >= {"text", "json", "github"}


# --- text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (EMPTY, "0 pages checked as of 2026-11-20: nothing to complain about"),
        (replace(EMPTY, files=1), "1 page checked as of 2026-11-20: nothing to complain about"),
        (REPORT, "3 pages checked as of 2026-11-20: 2 errors, 1 warning, 1 notice"),
        (
            Report(as_of=date(2026, 1, 2), files=2, diagnostics=(diagnostic(Severity.WARNING),) * 2),
            "2 pages checked as of 2026-01-02: 2 warnings",
        ),
    ],
)
def test_the_last_line_sums_up(report, expected):
    assert summary(report) == expected
    assert render("text", report).splitlines()[-1] == expected


def test_a_line_of_text_is_as_design_says():
    text = render("text", Report(as_of=TODAY, files=1, diagnostics=(diagnostic(),)))
    assert text.splitlines()[:2] == [
        "content/sops/backup.md:7:1: error KB301 review-overdue: review was due 2026-08-14, 98 days ago",
        "  hint: read the page, then run `kb review SOP-003`; owner: dba (資料庫組)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain 中文　全形", "plain 中文　全形"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("\u202e\u2066\ufeff\u200b", "\\u202e\\u2066\\ufeff\\u200b"),
        ("\u2028", "\\u2028"),
        ("\udcff", "\\udcff"),
        ("\U000e0041", "\\U000e0041"),
        ("é ñ 🙂 が", "é ñ 🙂 が"),
    ],
)
def test_what_could_act_is_escaped(text, expected):
    assert printable(text) == expected


# --- json ----------------------------------------------------------------------------------------------------


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["findings", "none"])
def test_json_meets_its_schema(report):
    value = json.loads(render("json", report))
    assert list(Draft202012Validator(SCHEMA).iter_errors(value)) == []


def test_the_fields_of_json_are_those_of_design():
    value = json.loads(render("json", REPORT))
    assert list(value) == ["version", "as_of", "summary", "diagnostics"]
    assert value["version"] == 1 and value["as_of"] == "2026-11-20"
    assert value["summary"] == {"files": 3, "errors": 2, "warnings": 1, "notices": 1}
    for each in value["diagnostics"]:
        assert list(each) == [
            "code", "slug", "severity", "path", "line", "column", "end_line", "end_column", "message", "hint",
            "related", "docs", "fingerprint",
        ]  # fmt: skip
    assert value["diagnostics"][0]["docs"] == "kb explain KB301"


def test_json_says_the_same_as_the_report():
    value = json.loads(render("json", REPORT))
    for each, said in zip(REPORT.diagnostics, value["diagnostics"], strict=True):
        assert (said["path"], said["message"], said["hint"]) == (each.path, each.message, each.hint)
        assert (said["line"], said["end_column"]) == (each.position.line, each.position.end_column)
        assert [other["message"] for other in said["related"]] == [other.message for other in each.related]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"as_of": "today"},
        {"summary": {"files": 1}},
        {"diagnostics": [{}]},
        {"more": 1},
    ],
)
def test_the_schema_refuses_what_is_not_the_report(change):
    value = {**json.loads(render("json", EMPTY)), **change}
    assert list(Draft202012Validator(SCHEMA).iter_errors(value)) != []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("line", 0), ("severity", "off"), ("code", "KB1"), ("fingerprint", "x"), ("path", ""), ("related", [{}])],
)
def test_the_schema_refuses_a_wrong_diagnostic(field, wrong):
    value = json.loads(render("json", REPORT))
    value["diagnostics"][0][field] = wrong
    assert list(Draft202012Validator(SCHEMA).iter_errors(value)) != []


def test_json_of_a_real_check_meets_the_schema(make_project):
    broken = "---\nid: FAQ-001\nid: FAQ-002\ntitle: [a\n"
    clash = "---\nid: FAQ-003\ntitle: 問題？\nsummary: 摘要\nowner: nobody\nstatus: live\n---\n\n[x](y.md)\n"
    settings = make_project(
        {"content/faq/a.md": broken, "content/faq/b.md": clash, "content/faq/c.md": clash, "content/x.exe": "x"}
    )
    checked = check(settings, TODAY)
    report = Report(as_of=TODAY, files=checked.files, diagnostics=checked.diagnostics)
    value = json.loads(render("json", report))
    assert list(Draft202012Validator(SCHEMA).iter_errors(value)) == []
    assert len(value["diagnostics"]) == len(checked.diagnostics) > 5
    assert any(each["related"] for each in value["diagnostics"])
    assert {each["code"] for each in value["diagnostics"]} <= {rule.code for rule in checks.rules().values()}


# --- github --------------------------------------------------------------------------------------------------

# What the runner does with a workflow command; see the page that the reporter names.
UNESCAPED = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def unescape(text: str) -> str:
    for code, character in UNESCAPED:
        text = text.replace(code, character)
    return text


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """Return the name of a workflow command, its properties and its text, as GitHub reads them."""
    assert line.startswith("::")
    head, text = line[2:].split("::", 1)
    name, _space, rest = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in rest.split(","))
    return name, {key: unescape(value) for key, value in properties.items()}, unescape(text)


def test_github_reads_what_was_meant():
    *commands, last = render("github", REPORT).splitlines()
    assert len(commands) == len(REPORT.diagnostics)
    assert last == summary(REPORT)
    for each, line in zip(REPORT.diagnostics, commands, strict=True):
        name, properties, text = read_command(line)
        assert name == each.severity.word
        assert properties == {
            "file": printable(each.path),
            "line": str(each.position.line),
            "col": str(each.position.column),
            "endLine": str(each.position.end_line),
            "endColumn": str(each.position.end_column),
            "title": f"{each.code} {each.slug}",
        }
        assert text == printable(each.message) + (f"\nhint: {printable(each.hint)}" if each.hint else "")


ANY = st.text(alphabet=st.one_of(st.sampled_from(":%,=\n\r \x1b備0ADC"), st.characters()), max_size=30)


@given(path=ANY, message=ANY, hint=ANY)
def test_no_text_breaks_out_of_its_command(path, message, hint):
    report = Report(as_of=TODAY, files=1, diagnostics=(diagnostic(path=path, message=message, hint=hint),))
    lines = render("github", report).split("\n")
    assert len(lines) == 3 and lines[-1] == ""
    _name, properties, text = read_command(lines[0])
    assert properties["file"] == printable(path)
    assert text == printable(message) + (f"\nhint: {printable(hint)}" if hint else "")


@given(path=ANY, message=ANY, hint=ANY)
def test_no_text_breaks_out_of_its_line_or_its_json(path, message, hint):
    report = Report(as_of=TODAY, files=1, diagnostics=(diagnostic(path=path, message=message, hint=hint),))
    assert render("text", report).count("\n") == (3 if hint else 2)
    text = render("json", report)
    said = json.loads(text)["diagnostics"][0]
    assert (said["path"], said["message"], said["hint"]) == (path, message, hint)
    assert text == "".join(c if c == "\n" else printable(c) for c in text), "nothing in it acts on a terminal"


def test_github_is_told_apart_by_severity():
    names = [read_command(line)[0] for line in render("github", REPORT).splitlines()[:-1]]
    assert names == ["error", "error", "warning", "notice"]


def test_the_committed_reports_are_here():
    assert (Path(__file__).parent.parent / "golden" / "reports" / "check-json.json").exists()


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_number_never_becomes_json(value):
    with pytest.raises(ValueError, match="JSON"):
        to_json({"value": value})
