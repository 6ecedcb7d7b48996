"""The formats of a check. The golden files are in tests/golden/reports; UPDATE_GOLDEN=1 rewrites them."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from urllib.parse import unquote

import pytest
from golden import FOLDER, assert_golden
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree

from kb_builder import checks
from kb_builder.model.change import Change, ChangedFlow, ChangedPage, Fate
from kb_builder.model.diagnostic import Diagnostic, RelatedDiagnostic, Severity
from kb_builder.model.location import START_OF_FILE, Position
from kb_builder.pipeline import check
from kb_builder.reporters import MANY, Report, formats, render
from kb_builder.reporters.json import to_json
from kb_builder.reporters.markdown import text
from kb_builder.reporters.text import folder_of, printable, summary
from tests.conftest import TODAY

ENDINGS = {"json": "json", "sarif": "sarif.json", "gitlab": "json", "rdjson": "json", "junit": "xml", "markdown": "md"}
SCHEMAS = Path(__file__).parent.parent / "schemas"
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
MANY_ALIKE = tuple(
    diagnostic(
        code="KB004", slug="front-matter-missing", path=f"content/faq/{n:03}.md", message="no front matter", hint=""
    )
    for n in range(272)
)
CHANGE = Change(
    since="origin/main",
    own=frozenset(("0" * 16, "1" * 16)),
    new=frozenset(("0" * 16,)),
    fixed=(diagnostic(message="review was due 2026-01-01, 323 days ago", hint=""),),
    pages=(
        ChangedPage(
            fate=Fate.CHANGED, path="content/sops/backup.md", id="SOP-003", title="備份 <b>與</b> 還原 | @all",
            owner="dba (資料庫組)", state="In date", next_review=date(2027, 5, 20),
        ),
        ChangedPage(
            fate=Fate.REMOVED, path="content/faq/a.md", id="", title="", owner="", state="", next_review=None
        ),
    ),
    flows=(
        ChangedFlow(
            id="SOP-003", title="備份與還原", steps=(("new", "驗證 #12"), ("removed", "回報 `x`")),
            before="flowchart TB\n  a --> b\n", after="flowchart TB\n  a --> c\n",
        ),
        ChangedFlow(id="SOP-004", title="大", steps=(), before="", after="x" * 40_000),
    ),
    left_out=2,
)  # fmt: skip
CHANGED = Report(
    as_of=TODAY,
    files=3,
    folder="docs/",
    diagnostics=(
        diagnostic(fingerprint="0" * 16, message="`no-one` is not in registry/owners.yml"),
        diagnostic(Severity.WARNING, fingerprint="1" * 16),
        diagnostic(Severity.WARNING, fingerprint="2" * 16, path="content/faq/b.md"),
    ),
    change=CHANGE,
)


@pytest.mark.parametrize("name", formats())
def test_a_report_is_as_committed(name):
    assert_golden(f"reports/check-{name}.{ENDINGS.get(name, 'txt')}", render(name, REPORT))


def test_no_golden_report_is_left_over():
    committed = {file.name for file in (FOLDER / "reports").glob("check-*")}
    assert committed == {
        "check-markdown-change.md",
        "check-text-grouped.txt",
        *(f"check-{name}.{ENDINGS.get(name, 'txt')}" for name in formats()),
    }


def test_the_summary_of_a_change_is_as_committed():
    assert_golden("reports/check-markdown-change.md", render("markdown", CHANGED))


def test_what_one_cause_does_to_many_files_is_one_line():
    report = Report(as_of=TODAY, files=300, diagnostics=(diagnostic(path="a.md"), *MANY_ALIKE, diagnostic()))
    assert_golden("reports/check-text-grouped.txt", render("text", report))


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["findings", "none"])
def test_every_format_ends_its_last_line_and_is_utf8(name, report):
    text = render(name, report)
    assert text.endswith("\n") and not text.endswith("\n\n")
    text.encode("utf-8")


def test_the_modules_of_the_package_are_the_formats():
    assert formats() == ("github", "gitlab", "json", "junit", "markdown", "rdjson", "sarif", "text")


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


# --- one cause in many files ---------------------------------------------------------------------------------


def grouped(*found: Diagnostic, show_all: bool = False) -> list[str]:
    report = Report(as_of=TODAY, files=300, diagnostics=found, show_all=show_all)
    return render("text", report).splitlines()[:-1]


def test_all_are_listed_on_request():
    assert len(grouped(*MANY_ALIKE, show_all=True)) == 272
    assert len(grouped(*MANY_ALIKE)) == 2


def test_few_are_listed_as_they_are():
    assert len(grouped(*MANY_ALIKE[: MANY - 1])) == MANY - 1
    assert len(grouped(*MANY_ALIKE[:MANY])) == 2


def test_many_findings_in_one_file_are_no_common_cause():
    assert len(grouped(*(replace(each, path="a.md") for each in MANY_ALIKE))) == 272


@pytest.mark.parametrize("other", [{"message": "x"}, {"code": "KB005"}, {"severity": Severity.WARNING}])
def test_what_differs_is_not_grouped(other):
    half = [replace(each, **other) if at % 2 else each for at, each in enumerate(MANY_ALIKE[: 2 * MANY - 2])]
    assert len(grouped(*half)) == len(half)


def test_a_hint_that_differs_is_left_out_and_a_common_one_is_shown():
    alike = [replace(each, hint="write it") for each in MANY_ALIKE]
    assert grouped(*alike)[1] == "  hint: write it"
    alike[3] = replace(alike[3], hint="other")
    assert [line for line in grouped(*alike) if "hint" in line] == []


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        (["content/faq/a.md", "content/faq/b.md"], "content/faq/"),
        (["content/faq/a.md", "content/sops/b.md"], "content/"),
        (["content/a.md", "kb.yml"], "./"),
        (["kb.yml", "x.md"], "./"),
    ],
)
def test_the_place_of_a_group_is_the_folder_of_all(paths, folder):
    assert folder_of(paths) == folder


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
@settings(deadline=None)
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


def test_paths_are_those_of_the_repository_where_lines_of_it_are_annotated():
    report = replace(REPORT, folder="docs/knowledge/")
    command = render("github", report).splitlines()[0]
    assert read_command(command)[1]["file"] == "docs/knowledge/content/sops/backup.md"
    assert json.loads(render("gitlab", report))[0]["location"]["path"] == "docs/knowledge/content/sops/backup.md"
    place = json.loads(render("rdjson", report))["diagnostics"][0]["location"]["path"]
    assert place == "docs/knowledge/content/sops/backup.md"
    location = json.loads(render("sarif", report))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "docs/knowledge/content/sops/backup.md"
    assert json.loads(render("json", report))["diagnostics"][0]["path"] == "content/sops/backup.md"


# --- sarif ---------------------------------------------------------------------------------------------------

SARIF = Draft4Validator(
    json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)


@pytest.mark.parametrize("report", [REPORT, EMPTY, CHANGED], ids=["findings", "none", "change"])
def test_sarif_meets_the_official_schema(report):
    assert list(SARIF.iter_errors(json.loads(render("sarif", report)))) == []


@pytest.mark.parametrize("slug", checks.rules())
def test_the_help_of_every_check_fits_into_sarif(slug):
    rule = checks.rules()[slug]
    found = diagnostic(code=rule.code, slug=slug)
    value = json.loads(render("sarif", Report(as_of=TODAY, files=1, diagnostics=(found,))))
    assert list(SARIF.iter_errors(value)) == []
    (shown,) = value["runs"][0]["tool"]["driver"]["rules"]
    assert shown["id"] == rule.code and shown["help"]["markdown"] == checks.documentation(slug)
    assert shown["fullDescription"]["text"].endswith((".", ":"))
    assert not shown["fullDescription"]["text"].startswith("#")


@pytest.mark.parametrize(
    ("field", "wrong"), [("level", "notice"), ("message", {}), ("ruleIndex", -2), ("partialFingerprints", {"a": 1})]
)
def test_the_schema_of_sarif_refuses_what_is_wrong(field, wrong):
    value = json.loads(render("sarif", REPORT))
    value["runs"][0]["results"][0][field] = wrong
    assert list(SARIF.iter_errors(value)) != []


def test_sarif_says_where_and_what():
    (run,) = json.loads(render("sarif", REPORT))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    for each, result in zip(REPORT.diagnostics, run["results"], strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == each.code
        assert set(result["partialFingerprints"].values()) == {each.fingerprint}
        place = result["locations"][0]["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == each.path
        assert place["region"]["startLine"] == each.position.line
        assert place["region"]["endColumn"] == each.position.end_column
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note"]
    assert run["results"][1]["relatedLocations"][0]["message"]["text"] == "first used here"


# --- junit ---------------------------------------------------------------------------------------------------

JUNIT = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))


@pytest.mark.parametrize("report", [REPORT, EMPTY, CHANGED], ids=["findings", "none", "change"])
def test_junit_meets_the_schema_of_jenkins(report):
    JUNIT.assertValid(etree.fromstring(render("junit", report).encode()))


def test_the_schema_of_junit_refuses_what_is_wrong():
    assert not JUNIT.validate(etree.fromstring(render("junit", REPORT).replace("failures=", "fails=").encode()))


def test_in_junit_only_errors_are_failures_and_the_rest_passes():
    root = etree.fromstring(render("junit", REPORT).encode())
    assert len(root.findall(".//failure")) == REPORT.count(Severity.ERROR) == int(root.get("failures"))
    assert len(root.findall(".//testcase")) == len(REPORT.diagnostics) == int(root.get("tests"))
    assert sum(int(suite.get("tests")) for suite in root) == len(REPORT.diagnostics)
    none = etree.fromstring(render("junit", EMPTY).encode())
    assert (none.get("tests"), none.get("failures"), len(none.findall(".//testcase"))) == ("1", "0", 1)


@given(path=ANY, message=ANY, hint=ANY)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_text_breaks_xml_or_a_schema(path, message, hint):
    report = Report(as_of=TODAY, files=1, diagnostics=(diagnostic(path=path, message=message, hint=hint),))
    root = etree.fromstring(render("junit", report).encode())
    JUNIT.assertValid(root)
    assert root.find(".//failure").get("message") == printable(message)
    results = json.loads(render("sarif", report))["runs"][0]["results"]
    assert (
        unquote(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], errors="surrogatepass")
        == path
    )


# --- gitlab and rdjson ---------------------------------------------------------------------------------------

# What the documentation of GitLab asks for; it publishes no schema.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^./]"},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}
# The fields that reviewdog's definition of the format has, none other.
PLACE = {"type": "object", "additionalProperties": False, "properties": {"line": {"type": "integer", "minimum": 1}}}
RDJSON = {
    "type": "object",
    "additionalProperties": False,
    "required": ["source", "diagnostics"],
    "properties": {
        "source": {"type": "object", "required": ["name"]},
        "diagnostics": {
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["message", "location", "severity", "code"],
                "properties": {
                    "message": {"type": "string"},
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {"required": ["value"]},
                    "location": {
                        "required": ["path", "range"],
                        "properties": {"range": {"properties": {"start": PLACE, "end": PLACE}}},
                    },
                },
            }
        },
    },
}


@pytest.mark.parametrize(("name", "schema"), [("gitlab", GITLAB), ("rdjson", RDJSON)])
@pytest.mark.parametrize("report", [REPORT, EMPTY, CHANGED], ids=["findings", "none", "change"])
def test_json_of_others_has_the_fields_that_they_read(name, schema, report):
    assert list(Draft202012Validator(schema).iter_errors(json.loads(render(name, report)))) == []


# --- markdown ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain 中文", "plain 中文"),
        ("`a*b`", "<code>a&#42;b</code>"),
        ("a ` b", "a &#96; b"),
        ("`owner: @all #1`", "<code>owner: &#64;all &#35;1</code>"),
        ("`x` and ` alone", "<code>x</code> and &#96; alone"),
        ("<img src=x>", "&#60;img src=x&#62;"),
        ("a | b\nc", "a &#124; b c"),
        ("[x](y)", "&#91;x&#93;(y)"),
    ],
)
def test_what_is_shown_is_what_was_written(written, shown):
    assert text(written) == shown


@pytest.mark.parametrize("sign", ["@all", "#12", "!12", "$1", "~label", "https://x.y", "www.x.y", "a@b.c"])
def test_nothing_calls_on_people_or_refers_to_anything(sign):
    assert html.unescape(text(sign)) != sign
    assert html.unescape(text(sign)).replace("\u200b", "") == sign


@given(title=ANY, message=ANY, hint=ANY, path=ANY)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_text_breaks_out_of_its_cell(title, message, hint, path):
    page = replace(CHANGE.pages[0], title=title, owner=hint)
    flow = replace(CHANGE.flows[0], title=title, steps=(("new", message),))
    found = diagnostic(path=path, message=message, hint=hint, fingerprint="0" * 16)
    usual = render("markdown", replace(CHANGED, diagnostics=(diagnostic(fingerprint="0" * 16),)))
    report = replace(CHANGED, diagnostics=(found,), change=replace(CHANGE, pages=(page, page), flows=(flow, flow)))
    lines = render("markdown", report).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == sum(line.startswith("|") for line in usual.splitlines())
    for row in rows:
        assert row.count("|") in (5, 6)
    tags = {tag for line in lines for tag in re.findall(r"<[^>]*>", line)}
    assert tags <= {"<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"}


def test_the_summary_groups_and_cuts():
    many = Report(as_of=TODAY, files=300, diagnostics=MANY_ALIKE)
    assert "and 271 more like it" in render("markdown", many)
    different = tuple(replace(each, message=f"fault {at}") for at, each in enumerate(MANY_ALIKE))
    text_ = render("markdown", replace(many, diagnostics=different))
    assert "… and 222 more" in text_ and len(text_) < 65_536


def test_the_committed_reports_are_here():
    assert (Path(__file__).parent.parent / "golden" / "reports" / "check-json.json").exists()


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_number_never_becomes_json(value):
    with pytest.raises(ValueError, match="JSON"):
        to_json({"value": value})
