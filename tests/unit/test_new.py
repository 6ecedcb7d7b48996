"""`kb new`: ids, names of files, owners, templates, and what a postmortem takes from a work log."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kb_builder import checks
from kb_builder.authoring.ids import next_id
from kb_builder.authoring.owner_guess import guess_owner
from kb_builder.authoring.slug import slug_of
from kb_builder.cli import new as new_command
from kb_builder.cli.run import run
from kb_builder.config.load import load_settings
from kb_builder.content_types.load import builtin_names, make_type
from kb_builder.model.errors import KbError
from kb_builder.model.owner import Owner
from kb_builder.model.settings import LANGUAGES
from kb_builder.pipeline import check
from kb_builder.sources.branches import files_on_branches
from kb_builder.sources.front_matter import parse_front_matter
from tests.conftest import OWNERS, TODAY

NAMES = builtin_names()
FAQ = """\
---
id: FAQ-007
title: 忘記密碼怎麼辦？
summary: 在登入頁選「忘記密碼」。
owner: ops
status: draft
topic: 帳號
---
"""
WORKLOG = """\
---
id: WL-2025-003
title: 首頁 500
summary: |
  首頁回應 500，
  調高上限後恢復。
owner: dba
status: published
time: 2025-03-11T10:00:00+08:00
description: 首頁回應 500，<b>其他</b>頁面正常。
environment: {server: [web-01, web-02], app: PHP_8}
attempts:
  - {at: 2025-03-11T10:08:00+08:00, step: 重新載入, result: 無效}
  - {step: "- 看日誌", result: 用盡 128M}
  - {at: 2025-03-11T10:20:00+08:00, step: 調為 256M, result: 首頁恢復 200}
solution: 調高為 256M。
verification: 30 分鐘沒有新的 500。
analysis: 用量超過上限。
remarks: 下週比對用量。
tags: [php]
sops: [{id: SOP-001, finding: wrong, note: 沒有寫到 PHP}]
related: [FAQ-007]
references: [{title: PHP 手冊, url: "https://www.php.net/"}]
---
"""
SOP = """\
---
id: SOP-001
title: 重新啟動
summary: 沒有回應時重新啟動。
owner: ops
status: draft
category: routine
steps: [{name: 啟動, role: dba, time_limit: 5 minutes, expected: 回應 200}]
---
"""


@pytest.fixture
def project(make_project: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_project({"content/faq/password.md": FAQ, "content/sops/restart.md": SOP, "content/worklogs/a.md": WORKLOG})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "no-such-file"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "no-such-file"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def kb_new(root: Path, *arguments: str) -> int:
    return run(["--project", str(root), "new", *arguments, "--as-of", "2026-11-20"])


def made(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Path:
    assert kb_new(root, *arguments) == 0
    return root / capsys.readouterr().out.partition(":")[0]


def refused(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    before = sorted(root.rglob("*"))
    assert kb_new(root, *arguments) == 2
    assert sorted(root.rglob("*")) == before
    return capsys.readouterr().err


def git(root: Path, *arguments: str) -> None:
    options = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", "-C", str(root), *options, *arguments], check=True, capture_output=True)


# --- pages --------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_draft_of_every_type_has_nothing_wrong(project, name, language, capsys):
    file = made(project, capsys, name, "Why? 備份: 還原 #1, {id}", "--owner", "ops", "--language", language)
    text = file.read_text(encoding="utf-8")
    page = parse_front_matter("a.md", "a.md", text)
    assert page.values["title"] == "Why? 備份: 還原 #1, {id}"
    assert page.values.get("language", "zh-Hant") == language
    settings = load_settings(project, checks.rules())
    assert [each for each in check(settings, TODAY).diagnostics if each.path == str(file.relative_to(project))] == []
    assert kb_new(project, name, "Why? 備份: 還原 #1, {id}", "--owner", "ops") == 0
    assert file.read_text(encoding="utf-8") == text, "the second one has a name of its own"


def test_it_says_where_the_page_is_and_what_to_do(project, capsys):
    assert kb_new(project, "faq", "Two factors", "--owner", "ops") == 0
    assert capsys.readouterr().out.splitlines() == [
        "content/faq/two-factors.md: FAQ-008, a draft",
        "next:",
        "  fill it in with an editor; the comments say what each field means",
        "  kb check content/faq/two-factors.md",
        "  kb serve    shows it in the browser while you write",
    ]


@pytest.mark.parametrize(
    ("title", "options", "expected"),
    [
        ("重新啟動 Nginx", (), "chong-xin-qi-dong-nginx.md"),
        ("重新啟動 Nginx", ("--slug", "Restart Nginx.md"), "restart-nginx.md"),
        ("重新啟動 Nginx", ("--slug", "id"), "sop-002.md"),
        ("？？？", (), "sop-002.md"),
        ("Index", (), "index-2.md"),
        ("README", (), "readme-2.md"),
        ("RESTART", (), "restart-2.md"),
    ],
)
def test_the_name_of_the_file(project, capsys, title, options, expected):
    assert made(project, capsys, "sop", title, "--owner", "ops", *options).name == expected


def test_records_are_called_after_their_year(project, capsys):
    assert made(project, capsys, "drill", "停電", "--owner", "ops").name == "2026-ting-dian.md"
    assert made(project, capsys, "drill", "2026 停電", "--owner", "ops").name == "2026-ting-dian-2.md"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("長度與銀行", "chang-du-yu-yin-hang"),
        ("Don't panic: Réstart", "dont-panic-restart"),
        ("こんにちは", ""),
        ("a" * 80, "a" * 60),
        ("備份 " * 20, "bei-fen-" * 7 + "bei"),
    ],
)
def test_a_slug(title, slug):
    assert slug_of(title) == slug


@pytest.mark.parametrize("word", ["sop", "SOPs", "sops", "標準作業程序"])
def test_a_type_goes_by_all_its_names(project, capsys, word):
    assert made(project, capsys, word, "A", "--owner", "ops").parent.name == "sops"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("sopp", "A"), "there is no type `sopp`; did you mean `sop`? known are sop (SOP), faq (常見問題)"),
        (("sop", ""), "a title is missing; write it in quotes, such as `kb new sop"),
        (("sop", "a\nb"), "the title holds a line break"),
        (("sop", "x" * 121), "the title has 121 characters; 120 are allowed"),
        (("sop", "A"), "Git does not know your mail address; give --owner (ops, dba), or enter your address"),
        (("sop", "A", "--owner", "dbaa"), "--owner: `dbaa` is not in registry/owners.yml; did you mean `dba`?"),
        (("sop", "A", "--owner", "x"), "known are ops, dba"),
        (("sop", "A", "--owner", "ops", "--slug", "資料夾/？"), None),
        (("sop", "A", "--owner", "ops", "--slug", "？"), "--slug: `？` holds no word; write English words"),
        (("sop", "A", "--from-worklog", "WL-2025-003"), "--from-worklog is for postmortems"),
        (("postmortem", "A", "--from-worklog", "WL-2025-004"), "no page `WL-2025-004`; did you mean `WL-2025-003`?"),
        (("postmortem", "A", "--from-worklog", "FAQ-007"), "FAQ-007 is no work log, but a page of type faq"),
        (("sop", "A", "--owner", "ops", "--edit"), "--edit: no editor is set"),
    ],
)
def test_what_is_refused(project, capsys, monkeypatch, arguments, expected):
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    if expected is None:
        assert made(project, capsys, *arguments).name == "zi-liao-jia.md"
    else:
        assert expected in refused(project, capsys, *arguments)


def test_an_inactive_owner_is_refused(project, capsys):
    (project / "registry/owners.yml").write_text(OWNERS + "old: {name: 舊, kind: team, active: false}\n", "utf-8")
    assert "`old` is no longer active" in refused(project, capsys, "sop", "A", "--owner", "old")


def test_the_editor_is_opened_on_the_page(project, tmp_path, monkeypatch, capsys):
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nsed -i "s/^topic: .*/topic: 帳號/" "$1"\n', encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    file = made(project, capsys, "faq", "A", "--owner", "ops", "--edit")
    assert "\ntopic: 帳號\n" in file.read_text(encoding="utf-8")


# --- ids ----------------------------------------------------------------------


def a_type(**definition: object):
    return make_type("runbook", definition, {}, "")


@pytest.mark.parametrize(
    ("definition", "taken", "expected"),
    [
        ({"id_example": "SOP-001"}, (), "SOP-001"),
        ({"id_example": "SOP-001"}, ("SOP-009", "SOP-002", "FAQ-100"), "SOP-010"),
        ({"id_example": "SOP-001"}, ("SOP-999",), "SOP-1000"),
        ({"id_example": "PM-2025-001"}, ("PM-2025-009", "PM-2026-001"), "PM-2026-002"),
        ({"id_example": "REL-2026-02"}, ("REL-2026-09",), "REL-2026-10"),
        ({}, (), "RUNBOOK-001"),
        ({}, ("RB-07",), "RB-08"),
    ],
)
def test_the_next_id(definition, taken, expected):
    assert next_id(a_type(**definition), taken if not definition else (), taken, 2026) == expected


def test_ids_that_do_not_count_are_named(project):
    with pytest.raises(KbError, match="kb cannot tell which id comes next for pages of type runbook"):
        next_id(a_type(id_example="RB-ONE"), (), (), 2026)
    with pytest.raises(KbError) as caught:
        next_id(a_type(id_example="RB-001", id_pattern="^RB-00[0-9]$"), (), ("RB-009",), 2026)
    assert "types.runbook.id_example" in caught.value.hint


def test_ids_of_other_branches_and_of_deleted_pages_are_taken(project, capsys):
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "a")
    git(project, "checkout", "-b", "theirs")
    theirs = made(project, capsys, "faq", "Theirs", "--owner", "ops")
    quoted = theirs.with_name("q.md")
    quoted.write_text(theirs.read_text("utf-8").replace("id: FAQ-008", 'id: "FAQ-011"'), "utf-8")
    git(project, "add", ".")
    git(project, "commit", "-m", "b")
    git(project, "checkout", "main")
    assert {each.branch for each in files_on_branches(project, "content")} == {"theirs"}
    assert "FAQ-012" in made(project, capsys, "faq", "Ours", "--owner", "ops").read_text("utf-8")
    git(project, "branch", "-D", "theirs")
    (project / "content/faq/ours.md").unlink()
    assert "FAQ-008" in made(project, capsys, "faq", "Ours", "--owner", "ops").read_text("utf-8")
    git(project, "add", ".")
    git(project, "commit", "-m", "c")
    (project / "content/faq/ours.md").unlink()
    git(project, "commit", "-am", "d")
    assert "FAQ-009" in made(project, capsys, "faq", "Ours", "--owner", "ops").read_text("utf-8")


def test_a_clash_is_found_with_the_remedy(project, capsys):
    (project / "content/faq/z.md").write_text(FAQ, "utf-8")
    assert run(["--project", str(project), "check", "--as-of", "2026-11-20"]) == 1
    assert "most likely this one: `kb renumber content/faq/z.md`" in capsys.readouterr().out


# --- owners -------------------------------------------------------------------


def owners(**given: Owner) -> dict[str, Owner]:
    return given


def an_owner(id_: str, kind: str = "team", mail: str = "", name: str = "", **more: object) -> Owner:
    return Owner(id=id_, name=name or id_, kind=kind, channels={"mail": mail} if mail else {}, **more)


ALL = owners(
    ops=an_owner("ops", mail="ops@example.com", members=("an", "bo")),
    dba=an_owner("dba", members=("bo",)),
    an=an_owner("an", "person", mail="an@example.com"),
    bo=an_owner("bo", "person", name="Bo Li"),
    gone=an_owner("gone", "person", mail="gone@example.com", active=False),
)


@pytest.mark.parametrize(
    ("name", "mail", "expected"),
    [
        ("", "OPS@example.com", "ops"),
        ("", "an@example.com", "ops"),
        ("Bo Li", "somebody@example.com", "bo"),
        ("", "bo@elsewhere.example", "bo"),
        ("", "gone@example.com", ""),
        ("", "", ""),
        ("Nobody", "nobody@example.com", ""),
    ],
)
def test_who_is_at_the_keyboard(name, mail, expected):
    assert guess_owner(ALL, name, mail, date(2026, 11, 20)) == expected


def test_a_registry_of_one_leaves_no_choice():
    assert guess_owner({"ops": ALL["ops"], "gone": ALL["gone"]}, "", "", date(2026, 11, 20)) == "ops"


def test_the_owner_comes_from_git(project, capsys):
    git(project, "init")
    git(project, "config", "user.email", "ops@example.com")
    assert "\nowner: ops  # " in made(project, capsys, "faq", "A").read_text("utf-8")


def test_a_terminal_is_asked_for_the_owner(project, capsys, monkeypatch):
    monkeypatch.setattr(new_command.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(new_command.click, "prompt", lambda question: "dba" if question == "Owner (ops, dba)" else "")
    assert kb_new(project, "faq", "A") == 0
    assert "\nowner: dba  # " in (project / "content/faq/a.md").read_text("utf-8")


# --- postmortems from work logs -------------------------------------------------


def test_a_postmortem_begins_with_what_the_work_log_says(project, capsys):
    file = made(project, capsys, "postmortem", "--from-worklog", "WL-2025-003")
    assert file.name == "2025-shou-ye-500.md"
    page = parse_front_matter("a.md", "a.md", file.read_text("utf-8"))
    assert page.values == {
        "id": "PM-2025-001",
        "title": "首頁 500",
        "summary": "首頁回應 500，\n調高上限後恢復。\n",
        "owner": "dba",
        "status": "draft",
        "tags": ["php"],
        "acknowledged_at": "2025-03-11T10:00:00+08:00",
        "root_causes": ["用量超過上限。"],
        "timeline": [
            {"at": "2025-03-11T10:00:00+08:00", "event": "首頁回應 500，<b>其他</b>頁面正常。"},
            {"at": "2025-03-11T10:08:00+08:00", "event": "重新載入 → 無效"},
            {"at": "2025-03-11T10:20:00+08:00", "event": "調為 256M → 首頁恢復 200"},
        ],
        "sops": [{"id": "SOP-001", "finding": "wrong", "note": "沒有寫到 PHP"}],
        "related": ["WL-2025-003", "FAQ-007"],
        "references": [{"title": "PHP 手冊", "url": "https://www.php.net/"}],
    }
    assert "\n# started_at: 2025-03-11T10:00:00+08:00  # 何時開始\n" in page.text
    assert "\n# resolved_at: 2025-03-11T10:20:00+08:00  # 原因何時排除\n" in page.text
    assert page.body_text.strip().split("\n\n") == [
        "## 背景",
        r"首頁回應 500，&lt;b\>其他&lt;/b\>頁面正常。",
        r"環境：web-01, web-02, PHP\_8",
        "## 診斷",
        "用量超過上限。",
        "## 處置",
        "1. 重新載入 → 無效\n2. \\- 看日誌 → 用盡 128M\n3. 調為 256M → 首頁恢復 200",
        "## 結果",
        "調高為 256M。",
        "30 分鐘沒有新的 500。",
        "## 教訓",
        "下週比對用量。",
    ]
    settings = load_settings(project, checks.rules())
    # What is markup in the work log is so in the postmortem as well.
    found = {each.slug for each in check(settings, TODAY).diagnostics if each.path.endswith(file.name)}
    assert found == {"markup-in-field"}


def test_a_bare_work_log_will_do(project, capsys):
    bare = re.sub(r"(?s)\ntime:.*\n---", "\n---", WORKLOG)
    (project / "content/worklogs/a.md").write_text(bare, "utf-8")
    file = made(project, capsys, "pm", "Named anew", "--from-worklog", "WL-2025-003", "--language", "en")
    page = parse_front_matter("a.md", "a.md", file.read_text("utf-8"))
    assert set(page.values) == {"id", "title", "summary", "owner", "status", "language", "tags", "related"}
    assert (page.values["id"], page.values["title"]) == ("PM-2026-001", "Named anew")
    assert page.body_text.split() == ["##", "Background", "##", "Diagnosis", "##", "Response", "##", "Result", "##",
                                      "Lessons"]  # fmt: skip


# --- types of kb.yml --------------------------------------------------------------

RELEASE = """\
timezone: Asia/Taipei
types:
  release:
    folder: releases
    schema: release.json
    {template}
    include: ["**/*.html.md"]
    aliases: {{team: owner}}
    id_example: REL-001
    review: {{interval: 12 months}}
    required_when_published: [released_on]
"""
SCHEMA = """{"properties": {
  "released_on": {"$ref": "#/$defs/date", "description": "Day of the release."},
  "size": {"enum": ["small", "large"], "description": "How large it is."},
  "when": {"type": "string", "format": "date-time"},
  "manager": {"$ref": "#/$defs/owner_id"},
  "parts": {"type": "array", "items": {"type": "string"}}},
  "required": ["size", "when", "manager", "parts"]}"""


@pytest.mark.parametrize("template", ["", "template: release.md"])
def test_a_type_without_front_matter_in_a_template_gets_it_from_its_schema(project, capsys, template):
    (project / "kb.yml").write_text(RELEASE.format(template=template), "utf-8")
    (project / "release.json").write_text(SCHEMA, "utf-8")
    (project / "release.md").write_text("# {title}\n\nby {owner}\n", "utf-8")
    file = made(project, capsys, "release", "Shop: 4.2", "--owner", "ops")
    assert file.name == "shop-4-2.html.md"
    page = parse_front_matter("a.md", "a.md", file.read_text("utf-8"))
    assert page.values == {
        "id": "REL-001", "title": "Shop: 4.2", "summary": "TODO", "team": "ops", "status": "draft", "size": "small",
        "when": "2026-11-20T10:00:00+08:00", "manager": "ops", "parts": [],
    }  # fmt: skip
    assert "\nsize: small  # How large it is.\n" in page.text
    assert "\n# released_on: 2026-11-20  # Day of the release.\n" in page.text
    assert page.body_text.strip() == ("# Shop: 4.2\n\nby ops" if template else "")
    settings = load_settings(project, checks.rules())
    found = [each.slug for each in check(settings, TODAY).diagnostics if each.path.endswith(file.name)]
    assert set(found) <= {"empty-page", "title-in-text"}


def test_what_a_template_leaves_open_is_said(project, capsys):
    (project / "kb.yml").write_text(RELEASE.format(template="template: release.md"), "utf-8")
    (project / "release.json").write_text(SCHEMA, "utf-8")
    (project / "release.md").write_text("---\nid: {id}\ntitle: {title}\nowner: {owner}\nstatus: draft\n---\n", "utf-8")
    assert kb_new(project, "release", "A", "--owner", "ops") == 0
    said = capsys.readouterr().out
    assert "  to fill in: `summary` is missing\n" in said and "  to fill in: `size` is missing\n" in said


def test_a_template_that_makes_no_page_is_named(project, capsys):
    (project / "kb.yml").write_text(RELEASE.format(template="template: release.md"), "utf-8")
    (project / "release.json").write_text(SCHEMA, "utf-8")
    (project / "release.md").write_text("---\nid: {id}\n\ttitle: {title}\n---\n", "utf-8")
    said = refused(project, capsys, "release", "A", "--owner", "ops")
    assert "the template of release makes a page that cannot be read" in said
    assert "types.release.template" in said


def test_a_name_that_no_type_takes_is_refused(project, capsys):
    (project / "kb.yml").write_text("types: {faq: {include: ['q-*.md']}}\n", "utf-8")
    assert "would be no page of type faq" in refused(project, capsys, "faq", "A", "--owner", "ops")
    assert made(project, capsys, "faq", "A", "--owner", "ops", "--slug", "q a").name == "q-a.md"
