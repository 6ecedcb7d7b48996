"""`kb adopt` on a repository in the style of public handbooks: its figures against a count of our own."""

from __future__ import annotations

import json
import random
import re
import subprocess
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from kb_builder import checks
from kb_builder.adoption.propose import content_folder, propose
from kb_builder.adoption.summary import figures
from kb_builder.adoption.survey import field_use, form_of, survey
from kb_builder.cli.run import run
from kb_builder.config.load import load_settings
from kb_builder.pipeline import check
from tests.conftest import ROOT, TODAY

AS_OF = ["--as-of", TODAY.isoformat()]
TEAMS = ["#platform", "#publishing", "#on-call", "#data", "#identity", "#search", "#docs"]
SECTIONS = ["manual", "kubernetes", "analytics", "accounts", "deployment"]
ENDINGS = [".html.md.erb", ".html.md", ".md"]


@dataclass
class Expected:
    """What the maker of the tree knows about it."""

    pages: int = 0
    dated: int = 0
    owned: int = 0
    overdue: int = 0


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def make_handbook(root: Path, count: int = 240, seed: int = 8) -> Expected:
    """Write a handbook: most pages with team, date and interval, some without one of them."""
    chance = random.Random(seed)
    expected = Expected()
    for number in range(count):
        expected.pages += 1
        lines = [f"title: How to do task {number}", f"section: {chance.choice(['Deploy', 'Operate', 'Learn'])}"]
        lines += ["layout: manual_layout", 'parent: "/manual.html"'][: chance.randint(0, 2)]
        if chance.random() < 0.3:
            lines.append(f"weight: {number}")
        team = chance.random()
        if team < 0.8:
            lines.append(f'owner_slack: "{chance.choice(TEAMS)}"')
        elif team < 0.9:
            lines.append(f'owner_slack: ["{TEAMS[0]}", "{chance.choice(TEAMS[1:])}"]')
        expected.owned += team < 0.9
        day, months = None, 0
        if chance.random() < 0.93:
            day = TODAY - timedelta(days=chance.randint(0, 500))
            lines.append(f"last_reviewed_on: {day}")
        if chance.random() < 0.97:
            months = chance.choice([1, 3, 6, 12])
            text = (
                "1 year"
                if months == 12 and chance.random() < 0.5
                else f"{months} months".replace("1 months", "1 month")
            )
            lines.append(f"review_in: {text}")
        expected.dated += day is not None
        expected.overdue += bool(day and months and months_after(day, months) < TODAY)
        body = f"# How to do task {number}\n\n<%= partial 'links' %>\n\n1. `kubectl get pods`\n"
        path = f"source/{chance.choice(SECTIONS)}/task-{number}{chance.choice(ENDINGS)}"
        write(root, path, "---\n" + "\n".join(lines) + f"\n---\n\n{body}")
    write(root, "README.md", "# Handbook\n")
    write(root, "source/partials/_links.md", "[on call]: /manual/on-call.html\n")
    write(root, "source/manual/README.md", "What lies here.\n")
    write(root, "config.rb", "GovukTechDocs.configure(self)\n")
    write(root, "node_modules/x/readme.md", "---\ntitle: not ours\n---\n")
    return expected


def test_the_mapping_is_proposed_and_the_figures_are_those_of_the_maker(tmp_path: Path) -> None:
    expected = make_handbook(tmp_path)
    assert expected.pages >= 200 and 20 < expected.overdue < expected.dated < expected.pages
    proposal = propose(survey(tmp_path))
    assert proposal.content == "source"
    (name, entry), *others = proposal.types.items()
    assert (name, others) == ("source", [])
    assert entry["aliases"] == {
        "last_reviewed_on": "last_reviewed", "review_in": "review_interval", "owner_slack": "owner",
    }  # fmt: skip
    assert sorted(entry["include"]) == ["**/*.html.md", "**/*.html.md.erb", "**/*.md"]
    assert entry["exclude"] == ["**/_*", "**/README.md"]
    assert sorted(entry["ignore"]) == ["layout", "parent", "weight"]
    assert run(["adopt", str(tmp_path), "--write", *AS_OF]) == 0
    counted = figures(check(load_settings(tmp_path, checks.rules()), TODAY).catalog)
    assert (counted.pages, counted.dated, counted.owned, counted.overdue) == (
        expected.pages, expected.dated, expected.owned, expected.overdue,
    )  # fmt: skip


def test_it_prints_a_report_and_writes_nothing_unasked(tmp_path: Path, capsys) -> None:
    expected = make_handbook(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert run(["adopt", str(tmp_path), *AS_OF]) == 0
    out = capsys.readouterr().out
    assert sorted(tmp_path.rglob("*")) == before
    assert "240 pages with front matter in source/, 2 without" in out
    assert "last_reviewed_on → last_reviewed" in out
    assert "owners: 7: #platform" in out
    assert f"{expected.dated} with a day of review, {expected.owned} with an owner, {expected.overdue} overdue" in out
    assert "  aliases:\n" in out.replace("        ", "  ") and "nothing was written" in out


def test_ci_fails_only_on_what_is_new(tmp_path: Path, capsys) -> None:
    make_handbook(tmp_path)
    assert run(["adopt", str(tmp_path), "--write", *AS_OF]) == 0
    project = ["--project", str(tmp_path)]
    assert run([*project, "check", *AS_OF]) == 0
    held = json.loads((tmp_path / "kb-baseline.json").read_text(encoding="utf-8"))["findings"]
    assert {each["since"] for each in held} == {TODAY.isoformat()}
    assert {"KB101", "KB301"} <= {each["code"] for each in held}
    stale = '---\ntitle: New\nowner_slack: "#docs"\nlast_reviewed_on: 2025-01-01\nreview_in: 6 months\n---\n\nText.\n'
    write(tmp_path, "source/manual/new.md", stale)
    capsys.readouterr()
    assert run([*project, "check", *AS_OF]) == 1
    assert capsys.readouterr().out.count(" error ") == 1


def test_an_existing_kb_yml_is_left_alone(tmp_path: Path, capsys) -> None:
    make_handbook(tmp_path, 5)
    write(tmp_path, "kb.yml", "content: source\n")
    assert run(["adopt", str(tmp_path), "--write", *AS_OF]) == 2
    assert (tmp_path / "kb.yml").read_text(encoding="utf-8") == "content: source\n"
    assert "--force" in capsys.readouterr().err
    assert run(["adopt", str(tmp_path), "--write", "--force", *AS_OF]) == 0
    assert "lenient" in (tmp_path / "kb.yml").read_text(encoding="utf-8")


def test_pages_that_git_keeps_are_not_touched(tmp_path: Path) -> None:
    make_handbook(tmp_path, 20)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "pages"], check=True)
    run(["adopt", str(tmp_path), "--write", *AS_OF])
    changed = subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True, text=True).stdout
    assert changed.split() == ["??", "kb-baseline.json", "??", "kb.yml"]


def tree(root: Path, **pages: str) -> None:
    for number, (name, fields) in enumerate(pages.items()):
        write(root, f"docs/{name.replace('__', '/')}-{number}.md", f"---\n{fields}\n---\n\nText.\n")


def aliases(root: Path) -> dict[str, str]:
    proposal = propose(survey(root))
    load_settings_of(root, proposal.kb_yml())
    found: dict[str, str] = dict(next(iter(proposal.types.values())).get("aliases", {}))
    return found


def load_settings_of(root: Path, text: str) -> None:
    from kb_builder.config.load import settings_from

    settings_from(root, text, checks.rules())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("last-reviewed: 2026-01-01\nmaintainer: ann", {"last-reviewed": "last_reviewed", "maintainer": "owner"}),
        ("lastReviewedOn: 2026/01/01\nreviewEvery: 6m", {
            "lastReviewedOn": "last_reviewed", "reviewEvery": "review_interval"}),
        ("最後審閱: 2026-01-01\n審閱週期: 6 months\n負責單位: 維運組", {
            "最後審閱": "last_reviewed", "審閱週期": "review_interval", "負責單位": "owner"}),
        ("page_review_done: 1 May 2026\nowner: a", {"page_review_done": "last_reviewed"}),
        ("next_review: 2026-01-01\nreview_by: 2026-01-01\nauthor: ann", {}),
        ("last_reviewed: soon\nowner: 3", {}),
        ("description: A page\nkeywords: [a]", {"description": "summary", "keywords": "tags"}),
    ],
)  # fmt: skip
def test_fields_are_known_by_name_and_value(tmp_path: Path, fields: str, expected: dict[str, str]) -> None:
    tree(tmp_path, a=fields, b=fields, c=fields)
    assert aliases(tmp_path) == expected


def test_two_names_for_one_field_are_taken_if_no_page_has_both(tmp_path: Path) -> None:
    tree(tmp_path, a="owner_slack: x", b="owner_slack: y", c="team: z")
    assert aliases(tmp_path) == {"owner_slack": "owner", "team": "owner"}
    tree(tmp_path, d="team: z\nowner_slack: x")
    assert aliases(tmp_path) == {"owner_slack": "owner"}
    assert any("`team` may mean owner as well" in each for each in propose(survey(tmp_path)).remarks)


def test_folders_of_records_are_not_asked_for_reviews(tmp_path: Path) -> None:
    dated = "last_reviewed_on: 2026-11-01\nreview_in: 6 months\nowner: a"
    tree(tmp_path, guide__a=dated, guide__b=dated, postmortems__c="owner: a", faq__d=dated)
    assert run(["adopt", str(tmp_path), "--write", *AS_OF]) == 0
    settings = load_settings(tmp_path, checks.rules())
    assert settings.types["postmortems"].record and not settings.types["docs"].record
    assert set(settings.types) == {"docs", "postmortems", "sop", "worklog", "drill"}
    assert [each.code for each in check(settings, TODAY).diagnostics] == []


def test_what_cannot_be_decided_is_remarked(tmp_path: Path) -> None:
    tree(tmp_path, a="last_reviewed: 2026/01/01\nauthor: ann\ndraft: true", b="last_reviewed: 2026-01-01")
    remarks = "\n".join(propose(survey(tmp_path)).remarks)
    assert "no field names an owner" in remarks
    assert "6 months for all is a guess" in remarks
    assert "1 pages write it as YYYY/MM/DD" in remarks
    assert "`author` is not taken for an owner" in remarks and "`draft: true` is not read" in remarks


def test_the_owner_of_pages_that_name_none_is_that_of_the_template(tmp_path: Path) -> None:
    tree(tmp_path, a="last_reviewed_on: 2026-01-01")
    write(tmp_path, "config/tech-docs.yml", 'default_owner_slack: "#docs"\n')
    assert next(iter(propose(survey(tmp_path)).types.values()))["defaults"]["owner"] == "#docs"


def test_the_folder_of_the_pages_is_found(tmp_path: Path) -> None:
    tree(tmp_path, **{f"x{n}": "title: a" for n in range(30)})
    write(tmp_path, "notes.md", "---\ntitle: a\n---\n")
    assert content_folder(survey(tmp_path)) == "docs"
    for n in range(5):
        write(tmp_path, f"guides/{n}.md", "---\ntitle: a\n---\n")
    assert content_folder(survey(tmp_path)) == "."


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2026-01-31", "date: YYYY-MM-DD"), ("2026/1/31", "date: YYYY/MM/DD"), ("2026-1-3", "date: YYYY-M-D"),
        ("31/01/2026", "date: DD/MM/YYYY or MM/DD/YYYY"), ("3 May 2026", "date: a day in words"),
        ("2026年1月3日", "date: a day in words"), ("2026-01-31T10:00:00+08:00", "date: a day and a time"),
        ("6 months", "interval: 6 months"), ("P6M", "interval: P6M"), ("quarterly", "interval: a word"),
        ("半年", "interval: 6 個月"), ("6個月", "interval: 6 個月"), ("90d", "interval: 6m, 90d"),
        ("soon", ""), (3, ""),
    ],
)  # fmt: skip
def test_forms_of_dates_and_intervals(value: object, form: str) -> None:
    assert form_of(value) == form


@pytest.mark.parametrize(
    "text", ["", "\x00", "---\n", "---\n---\n", "---\n- a\n---\n", "---\na: [\n---\n", "---\n: x\n---\n"]
)
def test_whatever_is_in_the_files_it_ends_well(tmp_path: Path, text: str) -> None:
    write(tmp_path, "a.md", text)
    write(tmp_path, "b.md", '---\ntitle: "\\e[31m"\nowner: {a: b}\n---\n')
    assert run(["adopt", str(tmp_path), "--write", *AS_OF]) in (0, 2)


def test_a_folder_without_pages_is_named(tmp_path: Path, capsys) -> None:
    assert run(["adopt", str(tmp_path)]) == 2
    assert "no Markdown with front matter" in capsys.readouterr().err


def test_lists_count_by_entry(tmp_path: Path) -> None:
    tree(tmp_path, a="owner: [x, y]", b="owner: [x]")
    use = field_use("owner", survey(tmp_path).pages)
    assert use.usual == [("x", 2), ("y", 1)] and use.kinds == {"list": 2}


def test_the_commands_of_the_how_to_work(tmp_path: Path, monkeypatch) -> None:
    page = (ROOT / "docs/how-to/adopt-a-repository.md").read_text(encoding="utf-8")
    make_handbook(tmp_path, 30)
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^\$ kb (.*)$", page, re.MULTILINE)
    assert commands == ["adopt", "adopt --write", "check", "check --baselined", "baseline"]
    assert [run([*command.split(), *AS_OF]) for command in commands] == [0] * 5
