"""`kb check --fix`: what it writes, what it shows, what it leaves alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kb_builder.cli.run import run
from tests.conftest import OWNERS

DAY = "2026-03-01"
PAGE = """\
---
id: {id}
title: 問題 {id[6]}？
summary: 摘要
owner: ops
status: published
topic: 主題
last_reviewed: {day}{more}
---

答案。
"""


def page(id_: str, day: str = "2026-02-18", *more: str) -> str:
    return PAGE.format(id=id_, day=day, more="".join("\n" + line for line in more))


ONE, TWO = "content/faq/one.md", "content/faq/two.md"
Kb = Callable[..., tuple[int, str, str]]
Project = Callable[[Mapping[str, str]], Kb]


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return a function that writes a project and returns `kb check` in it."""

    def make(files: Mapping[str, str]) -> Kb:
        for name, text in {"kb.yml": "timezone: Asia/Taipei\n", "registry/owners.yml": OWNERS, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(text.encode())

        def kb(*options: str) -> tuple[int, str, str]:
            code = run(["--project", str(tmp_path), "check", "--as-of", DAY, *options])
            printed = capsys.readouterr()
            return code, printed.out, printed.err

        return kb

    return make


def test_fix_writes_and_shows_what_changed(project: Project, tmp_path: Path) -> None:
    kb = project({ONE: page("FAQ-001", "2026/2/18"), TWO: page("faq-002", "2026-2-1", "tags: a")})
    code, out, err = kb("--fix")
    assert (code, err) == (0, "")
    assert "-last_reviewed: 2026/2/18\n+last_reviewed: 2026-02-18\n" in out
    assert "4 findings mended in 2 files" in out
    assert out.endswith("nothing to complain about\n")
    assert (tmp_path / ONE).read_text(encoding="utf-8") == page("FAQ-001")
    assert (tmp_path / TWO).read_text(encoding="utf-8") == page("FAQ-002", "2026-02-01", "tags: [a]")
    assert kb("--fix")[1] == "nothing to mend\n2 pages checked as of 2026-03-01: nothing to complain about\n"


def test_dry_run_writes_nothing(project: Project, tmp_path: Path) -> None:
    kb = project({ONE: page("FAQ-001", "2026/2/18")})
    code, out, _ = kb("--fix", "--dry-run")
    assert code == 1
    assert "+last_reviewed: 2026-02-18\n" in out
    assert "1 finding would be mended in 1 file" in out
    assert "KB106" in out
    assert (tmp_path / ONE).read_text(encoding="utf-8") == page("FAQ-001", "2026/2/18")


def test_dry_run_alone_is_refused(project: Project) -> None:
    code, _, err = project({ONE: page("FAQ-001")})("--dry-run")
    assert code == 2
    assert "--dry-run goes with --fix" in err


def test_a_report_for_machines_stays_one(project: Project) -> None:
    kb = project({ONE: page("FAQ-001", "2026/2/18", "tag: [a]", "x: y")})
    _, out, err = kb("--fix", "--format", "json")
    assert [each["message"] for each in json.loads(out)["diagnostics"]] == ["unknown field `x`"]
    assert "+tags: [a]" in err and "2 findings mended" in err


@pytest.mark.parametrize("options", [("--select", "KB102"), ("--ignore", "invalid-date"), (TWO,)])
def test_only_what_was_asked_for_is_mended(project: Project, tmp_path: Path, options: tuple[str, ...]) -> None:
    kb = project({ONE: page("FAQ-001", "2026/2/18"), TWO: page("FAQ-002", "2026-02-18", "tag: [a]")})
    assert "1 finding mended in 1 file" in kb("--fix", *options)[1]
    assert (tmp_path / ONE).read_text(encoding="utf-8") == page("FAQ-001", "2026/2/18")
    assert (tmp_path / TWO).read_text(encoding="utf-8") == page("FAQ-002", "2026-02-18", "tags: [a]")


def test_what_is_turned_off_is_not_mended(project: Project, tmp_path: Path) -> None:
    off = "timezone: Asia/Taipei\nchecks: {unknown-field: {severity: off, reason: x}}\n"
    kb = project({"kb.yml": off, ONE: page("FAQ-001", "2026-02-18", "tag: [a]")})
    assert "nothing to mend" in kb("--fix")[1]


@pytest.mark.parametrize(
    ("second", "more"),
    [
        ("faq-001", ()),  # the id would be that of the other page
        ("FAQ-002", ("related: [faq-009]",)),  # there is no such page
        ("FAQ-002", ("audiance: customers",)),  # who may read a page is not guessed
        ("FAQ-002", ("audience: Customers",)),
        ("FAQ-002", ("approver: NOBODY", "effective_date: 02/03/2026")),
        ("FAQ-002", ("ownr: ops",)),  # there is one already
        ("FAQ-002", ("reveiwers: [nobody]",)),  # mended, it would name an owner who is not there
        ("FAQ-002", ("tags: -a",)),
        ("FAQ-002", ("tags: a, b",)),
        ("FAQ-002", ("version: v1 #2",)),  # a comment, or part of the value
        ("FAQ-002", ("version: '1'", "version: '2'")),
        ("FAQ-002", ("version: '1'", "version: '1'  # new")),  # the comment would go
    ],
)
def test_what_needs_a_decision_is_left(project: Project, tmp_path: Path, second: str, more: tuple[str, ...]) -> None:
    text = page(second, "2026-02-18", *more)
    code, out, _ = project({ONE: page("FAQ-001"), TWO: text})("--fix")
    assert "nothing to mend" in out
    assert code == 1
    assert (tmp_path / TWO).read_text(encoding="utf-8") == text


def test_of_two_pages_one_takes_the_id(project: Project, tmp_path: Path) -> None:
    project({ONE: page("faq-001"), TWO: page("ＦＡＱ-001")})("--fix")
    ids = [(tmp_path / name).read_text(encoding="utf-8").split("\n")[1] for name in (ONE, TWO)]
    assert ids == ["id: FAQ-001", "id: ＦＡＱ-001"]


def test_fields_are_not_cut_off_by_a_fence_in_the_wrong_place(project: Project, tmp_path: Path) -> None:
    text = page("FAQ-001", "2026-02-18", "", "version 1", "tags: [a]")
    project({ONE: text})("--fix")
    assert (tmp_path / ONE).read_text(encoding="utf-8") == text


def test_line_ends_and_byte_order_mark_stay(project: Project, tmp_path: Path) -> None:
    wrong, right = ("\ufeff" + page("FAQ-001", day).replace("\n", "\r\n") for day in ("2026/2/18", "2026-02-18"))
    project({ONE: wrong})("--fix")
    assert (tmp_path / ONE).read_bytes() == right.encode()


def test_a_fault_that_hides_others_is_mended_with_them(project: Project, tmp_path: Path) -> None:
    wrong = page("FAQ-001", "2026/2/18", "tags: a").replace("topic: ", "topic：").replace("---", "——", 1)
    code, out, _ = project({ONE: wrong})("--fix")
    assert code == 0, out
    assert (tmp_path / ONE).read_text(encoding="utf-8") == page("FAQ-001", "2026-02-18", "tags: [a]")


def test_a_link_is_not_written_through(project: Project, tmp_path: Path) -> None:
    kb = project({ONE: page("FAQ-001"), "registry/owners.yml": OWNERS})
    (tmp_path / "registry/owners.yml").unlink()
    (tmp_path / "owners.yml").write_text(OWNERS.replace("kind: role", "kind: Role"), encoding="utf-8")
    (tmp_path / "registry/owners.yml").symlink_to(tmp_path / "owners.yml")
    code, _, err = kb("--fix")
    assert code == 2
    assert "registry/owners.yml is not a regular file" in err
    assert "kind: Role" in (tmp_path / "owners.yml").read_text(encoding="utf-8")
