"""`kb report` on the command line: its forms, its options, what it refuses, and the reports as committed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import icalendar
import pytest
from golden import FOLDER, assert_golden

from kb_builder.cli.run import run
from tests.conftest import OWNERS, ROOT

FORMS = {
    "reviews": ("table", "json", "csv", "ics"),
    "owners": ("table", "json", "csv", "markdown"),
    "actions": ("table", "json", "csv", "ics"),
    "coverage": ("table", "json", "csv"),
    "sla": ("table", "json", "csv"),
    "kpis": ("table", "json", "csv", "ics"),
}
ALL = [(report, form) for report, forms in FORMS.items() for form in forms]
EMPTY = {
    "reviews": "there are no documents",
    "owners": "there are no owners",
    "actions": "there are no action items",
    "coverage": "there are no procedures",
    "sla": "there are no service levels: there is no registry/sla.yml",
    "kpis": "there are no key figures: there is no registry/kpis.yml",
}
ENDINGS = {"markdown": "md", "json": "json", "csv": "csv"}
GOLDEN = [(report, form) for report, form in ALL if form in ENDINGS]

Kb = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kb:
    """Return a function that makes a report on 2026-11-20 and returns its exit code, output and errors."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795132800")  # 2026-11-20T00:00:00Z

    def call(project: Path, *arguments: str) -> tuple[int, str, str]:
        code = run(["--project", str(project), "report", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def project(make_project, tmp_path: Path) -> Callable[..., Path]:
    def make(files: dict[str, str]) -> Path:
        make_project({"kb.yml": "timezone: Asia/Taipei\nlanguage: en\n", "content/.keep": "", **files})
        return tmp_path

    return make


def faq(id_: str, title: str = "Page", owner: str = "dba", day: str = "2025-01-01") -> str:
    return (
        f"---\nid: {id_}\ntitle: {json.dumps(title)}\nsummary: x\nowner: {owner}\nstatus: published\n"
        f"last_reviewed: {day}\n---\n\nText.\n"
    )


@pytest.mark.parametrize(("report", "form"), GOLDEN)
def test_the_report_of_the_golden_project_is_as_committed(kb, report, form):
    code, out, err = kb(FOLDER / "project", report, "--format", form)
    assert (code, err) == (0, "")
    assert_golden(f"reports/{report}.{ENDINGS[form]}", out)


def test_no_golden_report_is_left_over():
    committed = {file.name for file in (FOLDER / "reports").iterdir() if not file.name.startswith("check-")}
    assert committed == {f"{report}.{ENDINGS[form]}" for report, form in GOLDEN}


@pytest.mark.parametrize(("report", "form"), ALL)
def test_the_sample_has_every_report(kb, report, form):
    code, out, err = kb(ROOT, report, "--format", form)
    assert (code, err) == (0, "")
    if form == "ics":
        assert len(icalendar.Calendar.from_ical(out).walk("VEVENT")) > 3
    else:
        assert out.count("\n") > 5 and out.endswith("\n")


@pytest.mark.parametrize("report", FORMS)
def test_json_and_csv_have_the_same_columns_and_rows(kb, report):
    rows = json.loads(kb(ROOT, report, "--format", "json")[1])
    header, *lines = csv.reader(io.StringIO(kb(ROOT, report, "--format", "csv")[1]))
    assert len(rows) == len(lines) > 0
    for row, line in zip(rows, lines, strict=True):
        assert list(row) == header
        for value, cell in zip(row.values(), line, strict=True):
            if isinstance(value, dict) and "records" in value:
                assert value["count"] == len(value["records"]) == int(cell)
                assert all(set(each) == {"id", "path"} for each in value["records"])
            elif isinstance(value, dict):
                assert cell == value["id"]
            elif isinstance(value, list):
                assert cell == ", ".join(each["id"] if isinstance(each, dict) else each for each in value)
            else:
                assert cell == ("" if value is None else str(value).lower() if isinstance(value, bool) else str(value))


def test_every_path_behind_a_number_is_a_file(kb):
    paths: list[str] = []

    def collect(value: dict[str, object]) -> None:
        if "path" in value:
            paths.append(str(value["path"]))

    for report in FORMS:
        json.loads(kb(ROOT, report, "--format", "json")[1], object_hook=collect)
    assert {Path(path).parts[0] for path in paths} == {"content", "registry"}
    assert all((ROOT / path).is_file() for path in paths)


@pytest.mark.parametrize("report", FORMS)
@pytest.mark.parametrize("form", ["ics", "markdown", "xml"])
def test_a_form_that_a_report_cannot_have_is_refused_with_those_it_can(kb, project, report, form):
    if form in FORMS[report]:
        return
    code, out, err = kb(project({}), report, "--format", form)
    assert (code, out) == (2, "")
    assert f"'{form}' is not one of " + ", ".join(f"'{each}'" for each in FORMS[report]) in err


@pytest.mark.parametrize("report", FORMS)
def test_a_table_that_would_be_empty_says_so(kb, project, report):
    registry = {"registry/owners.yml": "{}\n"} if report == "owners" else {}
    assert kb(project(registry), report) == (0, f"{EMPTY[report]}\n", "")
    assert kb(project(registry), report, "--format", "json") == (0, "[]\n", "")
    assert kb(project(registry), report, "--format", "csv")[1].count("\n") == 1


@pytest.mark.parametrize(("report", "form"), ALL)
def test_what_is_printed_is_what_is_written_to_a_file(kb, project, tmp_path, report, form):
    root = project({"content/faq/a.md": faq("FAQ-001")})
    printed = kb(root, report, "--format", form)[1]
    out = tmp_path / "out.txt"
    code, said, err = kb(root, report, "--format", form, "--output", str(out))
    if form == "table":
        assert (code, said) == (2, "") and "--output needs --format " in err
        assert not out.exists()
    else:
        assert (code, said, err) == (0, "", "")
        assert out.read_bytes() == printed.encode()


@pytest.mark.parametrize(
    ("owner", "said"), [("dbaa", "did you mean `dba`?"), ("xyz", "`kb report owners` lists all"), ("", "lists all")]
)
@pytest.mark.parametrize("report", FORMS)
def test_an_unknown_owner_is_refused(kb, project, report, owner, said):
    code, out, err = kb(project({}), report, "--owner", owner)
    assert (code, out) == (2, "")
    assert f"there is no owner `{owner}`; " in err and said in err


def test_an_owner_gets_what_it_answers_for(kb, project):
    sla = (ROOT / "registry/sla.yml").read_text(encoding="utf-8").replace("owner: duty-lead", "owner: dba")
    item = "action_items:\n  - {id: A1, title: x, owner: dba, due: 2026-11-01}\n  - {id: A2, title: x, owner: ops}\n"
    sop = faq("SOP-001").replace("summary: x\n", "summary: x\ncategory: routine\n")
    root = project(
        {
            "content/faq/a.md": faq("FAQ-001"),
            "content/faq/b.md": faq("FAQ-002", owner="ops"),
            "content/faq/c.md": faq("FAQ-003", owner="stranger"),
            "content/sops/a.md": sop,
            "content/worklogs/a.md": faq("WL-2026-001", owner="ops").replace("status:", f"{item}status:"),
            "registry/kpis.yml": "".join(
                f"k-{owner}: {{name: K, unit: s, target: 1, direction: at_most, owner: {owner}, readings: {{}}}}\n"
                for owner in ("dba", "ops")
            ),
            "registry/sla.yml": sla,
        }
    )

    def found(report: str, column: str, owner: str) -> list[str]:
        rows = json.loads(kb(root, report, "--owner", owner, "--format", "json")[1])
        return sorted({row[column] for row in rows})

    assert found("reviews", "id", "dba") == ["FAQ-001", "SOP-001"]
    assert found("owners", "id", "dba") == ["dba"]
    assert found("actions", "id", "dba") == ["A1"]
    assert found("coverage", "name", "dba") == ["routine"]
    assert found("kpis", "id", "dba") == ["k-dba"]
    assert found("reviews", "id", "stranger") == ["FAQ-003"], "a name that only a page knows will do"
    policies = {row["policy"]: row["owner"] for row in json.loads(kb(root, "sla", "--format", "json")[1])}
    some = sorted(set(policies.values()))[0]
    assert found("sla", "policy", some) == sorted(name for name, owner in policies.items() if owner == some)
    calendar = kb(root, "reviews", "--owner", "ops", "--format", "ics")[1]
    assert [str(event["uid"]) for event in icalendar.Calendar.from_ical(calendar).walk("VEVENT")] == [
        "FAQ-002@kb_builder.invalid"
    ]
    assert "\r\nNAME:Knowledge base: 維運組\r\n" in calendar


def test_what_is_done_is_not_in_the_calendar(kb, project):
    items = "".join(
        f"  - {{id: A-{status}, title: x, owner: dba, due: 2026-12-01, status: {status}}}\n"
        for status in ("open", "in_progress", "done", "verified", "cancelled")
    )
    record = faq("WL-2026-001").replace("status:", f"action_items:\n{items}status:", 1)
    out = kb(project({"content/worklogs/a.md": record}), "actions", "--format", "ics")[1]
    found = [str(event["uid"]).partition("@")[0] for event in icalendar.Calendar.from_ical(out).walk("VEVENT")]
    assert found == ["WL-2026-001/A-in_progress", "WL-2026-001/A-open"]


def test_the_digests_stand_one_below_the_other_and_one_owner_gets_one(kb, project):
    root = project({"content/faq/a.md": faq("FAQ-001"), "content/faq/b.md": faq("FAQ-002", owner="ops")})
    everybody = kb(root, "owners", "--format", "markdown")[1]
    dba = kb(root, "owners", "--format", "markdown", "--owner", "dba")[1]
    ops = kb(root, "owners", "--format", "markdown", "--owner", "ops")[1]
    assert everybody == f"{dba}\n{ops}"
    assert dba.startswith("**資料庫組** · 2026-11-20\n\n**Reviews overdue (1)**\n\n- **Page** FAQ-001 · ")


def test_each_digest_gets_a_file_of_its_own(kb, project, tmp_path):
    files = {"a": faq("FAQ-001"), "b": faq("FAQ-002", owner="ops"), "c": faq("FAQ-003", owner="")}
    root = project({f"content/faq/{name}.md": text for name, text in files.items()})
    folder = tmp_path / "due" / "today"
    code, out, _err = kb(root, "owners", "--format", "markdown", "--folder", str(folder))
    assert (code, out) == (0, "")
    assert {file.name for file in folder.iterdir()} == {"dba.md", "ops.md", "_nobody.md"}
    dba = kb(root, "owners", "--format", "markdown", "--owner", "dba")[1]
    assert (folder / "dba.md").read_text(encoding="utf-8") == dba
    code, _out, err = kb(root, "owners", "--format", "markdown", "--folder", str(folder))
    assert code == 2 and "is not empty" in err
    assert (folder / "dba.md").read_text(encoding="utf-8") == dba


def test_who_has_nothing_to_do_has_no_file(kb, project, tmp_path):
    root = project({"content/faq/a.md": faq("FAQ-001", day="2026-11-01")})
    assert kb(root, "owners", "--format", "markdown", "--folder", str(tmp_path / "due"))[0] == 0
    assert list((tmp_path / "due").iterdir()) == []


@pytest.mark.parametrize("owner", ["../../x", "a/b", ".hidden", "x" * 101])
def test_an_owner_that_cannot_be_a_file_is_named_and_left_out(kb, project, tmp_path, owner):
    root = project({"content/faq/a.md": faq("FAQ-001", owner=f'"{owner}"'), "content/faq/b.md": faq("FAQ-002")})
    before = {file for file in tmp_path.rglob("*") if file.is_file()}
    code, _out, err = kb(root, "owners", "--format", "markdown", "--folder", str(tmp_path / "due"))
    assert code == 0
    written = {file for file in tmp_path.rglob("*") if file.is_file()} - before
    assert written == {tmp_path / "due" / "dba.md"}
    assert f"`{owner}` cannot be the name of a file" in err


@pytest.mark.parametrize("more", [["--format", "json"], [], ["--format", "markdown", "--output", "x.md"]])
def test_a_folder_is_for_digests(kb, project, tmp_path, more):
    code, _out, err = kb(project({}), "owners", "--folder", str(tmp_path / "due"), *more)
    assert code == 2 and "--folder needs --format markdown" in err
    assert not (tmp_path / "due").exists()


def test_a_digest_with_nothing_in_it_says_so(kb, project):
    root = project({"content/faq/a.md": faq("FAQ-001", day="2026-11-01")})
    said = "Nothing is late, nothing is due within 30 days.\n"
    assert kb(root, "owners", "--format", "markdown") == (0, said, "")
    assert kb(root, "owners", "--format", "markdown", "--owner", "ops") == (
        0, f"**維運組** · 2026-11-20\n\n{said}", "",
    )  # fmt: skip


@pytest.mark.parametrize("title", ["=1+1", " =1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠A"])
def test_no_text_in_a_csv_is_a_formula_and_numbers_stay_numbers(kb, project, title):
    kpi = f"a: {{name: {json.dumps(title)}, unit: s, target: 1, direction: at_most, baseline: {{value: 9}}, "
    item = f"action_items:\n  - {{id: A1, title: {json.dumps(title)}}}\n"
    root = project(
        {
            "content/faq/a.md": faq("FAQ-001", title),
            "content/worklogs/a.md": faq("WL-2026-001").replace("status:", f"{item}status:"),
            "registry/kpis.yml": kpi + "readings: {2026-10: -2}}\n",
            "registry/owners.yml": OWNERS.replace("資料庫組", json.dumps(title)),
        }
    )
    for report, column in (("reviews", "title"), ("actions", "title"), ("owners", "name"), ("kpis", "name")):
        rows = list(csv.DictReader(io.StringIO(kb(root, report, "--format", "csv")[1])))
        assert f"'{title}" in [row[column] for row in rows], report
    (row,) = csv.DictReader(io.StringIO(kb(root, "kpis", "--format", "csv")[1]))
    assert (row["value"], row["delta"]) == ("-2.0", "-11.0")


@pytest.mark.parametrize(("report", "form"), ALL)
def test_a_page_that_cannot_be_read_is_named(kb, project, report, form):
    root = project({"content/faq/a.md": "---\nid: a: b\n---\n"})
    code, _out, err = kb(root, report, "--format", form)
    assert (code, err) == (0, "kb: warning: content/faq/a.md cannot be read; `kb check` says why\n")


def test_help_names_every_report(kb, project):
    code, out, _err = kb(project({}), "--help")
    assert code == 0
    for report in FORMS:
        assert f"  {report}  " in out
