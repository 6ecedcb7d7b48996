"""`kb renumber`: every reference follows, nothing else changes, and what is not certain is listed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kb_builder.authoring import renumber as renumbering
from kb_builder.cli import renumber as renumber_command
from kb_builder.cli.run import run
from kb_builder.model.errors import KbError
from kb_builder.sources import write

SOP = """\
---
id: {id}  # permanent
title: {title}
summary: '{title}, see SOP-0010 and SOP-001-A.'
owner: ops
status: draft
category: routine
related: {related}
steps:
  - {{name: 啟動, role: dba, time_limit: 5 minutes, expected: 回應 200}}
---

{body}
"""
FIRST = SOP.format(id="SOP-001", title="重新啟動", related="[SOP-002]", body="本文。")
SECOND = SOP.format(
    id='"SOP-002"',
    title="依SOP-001處理（SOP-001/SOP-003）",
    related="[SOP-003, SOP-001]",
    body="""\
見 [SOP-001：重新啟動](a.md)、SOP-001。`kb review SOP-001`

    SOP-001

<https://wiki.example/SOP-001> [log](SOP-001.txt) ![](SOP-001-map.png) SOP-001.txt
SOP-001-A SOP-0010 XSOP-001 sop-001 https://wiki.example/?id=SOP-001""",
)
ALERTS = """\
# SOP-001 answers most of them.
down: {name: Down, threshold: 2, sop: [SOP-001, SOP-002], owner: ops}
"""


@pytest.fixture
def project(make_project: Callable[..., object], tmp_path: Path) -> Path:
    make_project({
        "kb.yml": "timezone: Asia/Taipei # SOP-001\n",
        "content/sops/a.md": FIRST,
        "content/sops/b.md": SECOND,
        "content/sops/c.md": SOP.format(id="SOP-003", title="Third", related="[]", body="x").replace("\n", "\r\n"),
        "content/sops/SOP-001.txt": "a log\n",
        "content/sops/SOP-001-map.png": "",
        "registry/alerts.yml": ALERTS,
    })  # fmt: skip
    return tmp_path


def texts(root: Path) -> dict[str, str]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes().decode()
        for file in sorted(root.rglob("*"))
        if file.is_file() and file.suffix in (".md", ".yml")
    }


def renumber(root: Path, *arguments: str) -> int:
    return run(["--project", str(root), "renumber", *arguments, "--as-of", "2026-11-20"])


def test_every_reference_follows_and_nothing_else_changes(project, capsys):
    before = texts(project)
    assert renumber(project, "SOP-001", "SOP-042") == 0
    after = texts(project)
    wanted = dict(before)
    for path in ("kb.yml", "registry/alerts.yml", "content/sops/a.md"):
        wanted[path] = re.sub(r"SOP-001(?![0-9]|-A)", "SOP-042", before[path])
    wanted["content/sops/b.md"] = (
        before["content/sops/b.md"]
        .replace("依SOP-001處理（SOP-001/SOP-003）", "依SOP-042處理（SOP-042/SOP-003）")
        .replace("[SOP-003, SOP-001]", "[SOP-003, SOP-042]")
        .replace(
            "[SOP-001：重新啟動](a.md)、SOP-001。`kb review SOP-001`",
            "[SOP-042：重新啟動](a.md)、SOP-042。`kb review SOP-042`",
        )
        .replace("    SOP-001\n", "    SOP-042\n")
    )
    assert after == wanted
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "SOP-001 is now SOP-042 in 13 places of 4 files"
    start = said.index("left as they are, to be looked at by hand (SOP-001):")
    why = "part of an address or of the name of a file, which stay as they are"
    places = [(17, 23), (17, 38), (17, 55), (17, 72), (18, 62)]
    assert said[start + 1 : -1] == [f"  content/sops/b.md:{line}:{column}: {why}" for line, column in places]
    assert "-id: SOP-001  # permanent" in said and "+id: SOP-042  # permanent" in said


def test_the_next_free_id_is_taken_unless_one_is_given(project, capsys):
    assert renumber(project, "content/sops/a.md") == 0
    assert "SOP-001 is now SOP-004" in capsys.readouterr().out
    assert (project / "content/sops/a.md").read_text("utf-8") == FIRST.replace("SOP-001  #", "SOP-004  #")


def test_a_page_may_be_named_from_where_one_is(project, monkeypatch, capsys):
    monkeypatch.chdir(project / "content/sops")
    assert run(["renumber", "a.md", "SOP-009", "--dry-run"]) == 0
    assert "+id: SOP-009" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(project, capsys):
    before = texts(project)
    assert renumber(project, "SOP-001", "--dry-run") == 0
    assert texts(project) == before
    assert capsys.readouterr().out.endswith("nothing was written: this was a dry run\n")


def test_a_terminal_is_asked(project, monkeypatch, capsys):
    before = texts(project)
    monkeypatch.setattr(renumber_command.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(renumber_command.click, "confirm", lambda *_args, **_more: False)
    assert renumber(project, "SOP-001") == 1
    assert texts(project) == before
    assert renumber(project, "SOP-001", "--yes") == 0


def test_of_two_pages_the_one_in_the_path_gets_another_id(project, capsys):
    twin = SOP.format(id="SOP-001", title="Twin", related="[SOP-002]", body="SOP-001, [SOP-001](a.md), [SOP-001](z.md)")
    (project / "content/sops/z.md").write_text(twin, "utf-8")
    (project / "content/sops/d.md").write_text(
        SOP.format(id="SOP-005", title="D", related="[SOP-001]", body="[the SOP-001 twin](z.md) [SOP-001](a.md)"),
        "utf-8",
    )
    before = texts(project)
    assert renumber(project, "SOP-001") == 2
    said = capsys.readouterr().err
    assert "content/sops/a.md and content/sops/z.md have the same id, SOP-001" in said
    assert "`kb renumber content/sops/z.md`" in said
    assert texts(project) == before
    assert renumber(project, "content/sops/z.md") == 0
    after = texts(project)
    assert {path for path in before if before[path] != after[path]} == {"content/sops/z.md", "content/sops/d.md"}
    assert after["content/sops/z.md"] == twin.replace("id: SOP-001", "id: SOP-006").replace(
        "[SOP-001](z", "[SOP-006](z"
    )
    assert after["content/sops/d.md"] == before["content/sops/d.md"].replace("the SOP-001", "the SOP-006")
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.endswith("either page may be meant")]
    assert lines == [
        "content/sops/z.md:13:1: either page may be meant",
        "content/sops/b.md:3:9: either page may be meant",
        "content/sops/b.md:3:19: either page may be meant",
        "content/sops/b.md:4:12: either page may be meant",
        "content/sops/b.md:4:22: either page may be meant",
        "content/sops/b.md:8:20: either page may be meant",
        "content/sops/b.md:13:24: either page may be meant",
        "content/sops/b.md:13:43: either page may be meant",
        "content/sops/b.md:15:5: either page may be meant",
        "content/sops/d.md:8:11: either page may be meant",
        "registry/alerts.yml:1:3: either page may be meant",
        "registry/alerts.yml:2:40: either page may be meant",
        "kb.yml:1:25: either page may be meant",
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("SOP-01",), "there is no page `SOP-01`; did you mean `SOP-001`?"),
        (("SOP-001", "SOP-001"), "content/sops/a.md has the id SOP-001 already"),
        (("SOP-001", "SOP-002"), "SOP-002 is taken by content/sops/b.md; SOP-010 is free"),
        (("SOP-001", "FAQ-009"), "`FAQ-009` is no id of a page of type sop, such as SOP-001"),
        (("content/sops/x.md",), "content/sops/x.md cannot be read, so its id cannot be changed"),
        (("content/sops/y.md",), "content/sops/y.md has no id of its own"),
        (("content/sops/q.md",), "its field is written in a way that kb cannot change"),
    ],
)
def test_what_is_refused(project, capsys, arguments, expected):
    (project / "content/sops/x.md").write_text(FIRST.replace("title:", "\ttitle:"), "utf-8")
    (project / "content/sops/y.md").write_text(FIRST.replace("id: SOP-001  # permanent\n", ""), "utf-8")
    (project / "content/sops/q.md").write_text(FIRST.replace("id: SOP-001", r'id: "SOP-0\x30\x39"'), "utf-8")
    before = texts(project)
    assert renumber(project, *arguments) == 2
    assert texts(project) == before
    assert expected in capsys.readouterr().err


def test_what_only_escapes_say_is_listed(project, capsys):
    (project / "content/sops/e.md").write_text(
        SOP.format(id="SOP-007", title="E", related=r'["SOP-0\x301"]', body="SOP-001"), "utf-8"
    )
    assert renumber(project, "content/sops/a.md", "SOP-042") == 1
    said = capsys.readouterr().out
    assert "content/sops/e.md:8:11: error KB402 broken-reference: there is no page `SOP-001`" in said
    assert "content/sops/e.md:13:1: written in a way that kb cannot change without changing more" in said


def test_what_broken_pages_say_is_changed_or_listed(project, capsys):
    (project / "content/sops/l.md").write_bytes("---\nid: SOP-001\ntitle: 標題\n---\n".encode("big5"))
    (project / "content/sops/u.md").write_text(FIRST.replace("---\n\n", "--\n\n"), "utf-8")
    assert renumber(project, "content/sops/a.md", "SOP-042") == 0
    assert "content/sops/l.md:2:5: the file is not UTF-8" in capsys.readouterr().out
    assert "id: SOP-042" in (project / "content/sops/u.md").read_text("utf-8")


def test_an_anchor_that_goes_with_the_id_is_reported(project, capsys):
    (project / "content/sops/a.md").write_text(FIRST + "\n## 取代 SOP-001\n", "utf-8")
    (project / "content/sops/d.md").write_text(
        SOP.format(id="SOP-005", title="D", related="[]", body="[see](a.md#取代-sop-001)"), "utf-8"
    )
    assert run(["--project", str(project), "check", "--select", "broken-anchor"]) == 0
    capsys.readouterr()
    assert renumber(project, "SOP-001", "SOP-042") == 1
    assert "content/sops/d.md:13:7: error KB404 broken-anchor" in capsys.readouterr().out


def test_all_files_are_written_or_none(project, monkeypatch, capsys):
    before = texts(project)
    real = write.replace_text

    def fail(file: Path, path: str, old: str, new: str) -> None:
        if path == "registry/alerts.yml":
            raise KbError(f"cannot write {path}: no room", "make room")
        real(file, path, old, new)

    monkeypatch.setattr(write, "replace_text", fail)
    assert renumber(project, "SOP-001") == 2
    assert texts(project) == before
    assert "cannot write registry/alerts.yml: no room" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("SOP-001", True), ("依SOP-001，", True), ("SOP-001.", True), ("(SOP-001)", True), ("SOP-001/SOP-002", True),
        ("SOP-009/SOP-001", True), ("#SOP-001", True), ("SOP-001-", True), ("SOP-0010", False), ("XSOP-001", False),
        ("SOP-001-A", False), ("SOP-001.md", False), ("SOP-001_a", False), ("a/SOP-001", False), ("SOP-001/a", False),
        ("-SOP-001", False),
    ],
)  # fmt: skip
def test_what_is_the_id_and_what_only_holds_it(text, is_one):
    assert bool(renumbering.id_pattern("SOP-001").search(text)) is is_one
