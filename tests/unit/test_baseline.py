"""The baseline: what was there before does not fail a check; what is new does; the file only becomes shorter."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from kb_builder.adoption.baseline import FILE_NAME, read_baseline
from kb_builder.audience import project as cut
from kb_builder.cli.run import run
from kb_builder.model.errors import KbError
from kb_builder.model.settings import Settings
from kb_builder.pages import reviews
from kb_builder.pages.view import View
from kb_builder.pipeline import check, generate

Make = Callable[[Mapping[str, str]], Settings]
DAY = date(2026, 11, 20)
AS_OF = ["--as-of", "2026-11-20"]


def page(number: int, reviewed: str, owner: str = "ops", text: str = "先看紀錄。") -> str:
    return (
        f"---\nid: FAQ-{number:03}\ntitle: 問題 {number}？\nsummary: 答案。\nowner: {owner}\nstatus: published\n"
        f"topic: 一般\nlast_reviewed: {reviewed}\nreview_interval: 6 months\n---\n\n{text}\n"
    )


def project(make: Make, root: Path) -> Settings:
    return make({
        "content/faq/a.md": page(1, "2025-01-01"),
        "content/faq/b.md": page(2, "2025-02-01", "dba"),
        "content/faq/c.md": page(3, "2026-11-01"),
    })  # fmt: skip


def kb(root: Path, *arguments: str) -> int:
    return run(["--project", str(root), *arguments])


def entries(root: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((root / FILE_NAME).read_text(encoding="utf-8"))["findings"]
    return found


def write(root: Path, name: str, text: str) -> None:
    (root / "content/faq" / name).write_text(text, encoding="utf-8")


def test_old_findings_do_not_fail_and_new_ones_do(make_project: Make, tmp_path: Path, capsys) -> None:
    project(make_project, tmp_path)
    assert kb(tmp_path, "check", *AS_OF) == 1
    assert kb(tmp_path, "baseline", *AS_OF) == 0
    assert [(each["code"], each["path"], each["since"]) for each in entries(tmp_path)] == [
        ("KB301", "content/faq/a.md", "2026-11-20"),
        ("KB301", "content/faq/b.md", "2026-11-20"),
    ]
    capsys.readouterr()
    assert kb(tmp_path, "check", *AS_OF) == 0
    out, err = capsys.readouterr()
    assert "KB301" not in out
    assert "2 findings in kb-baseline.json since 2026-11-20" in err
    write(tmp_path, "d.md", page(4, "2025-03-01"))
    assert kb(tmp_path, "check", *AS_OF) == 1
    assert capsys.readouterr().out.count("KB301") == 1


def test_they_are_shown_when_asked_for(make_project: Make, tmp_path: Path, capsys) -> None:
    project(make_project, tmp_path)
    kb(tmp_path, "baseline", *AS_OF)
    capsys.readouterr()
    assert kb(tmp_path, "check", "--baselined", "--format", "json", *AS_OF) == 0
    shown = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [(each["code"], each["severity"]) for each in shown] == [("KB301", "notice")] * 2
    assert all(each["hint"].startswith("in kb-baseline.json since 2026-11-20; ") for each in shown)


def test_what_was_mended_is_reported_and_removed(make_project: Make, tmp_path: Path, capsys) -> None:
    project(make_project, tmp_path)
    kb(tmp_path, "baseline", *AS_OF)
    write(tmp_path, "a.md", page(1, "2026-11-19"))
    capsys.readouterr()
    assert kb(tmp_path, "check", *AS_OF) == 0
    out = capsys.readouterr().out
    assert "KB908" in out and "1 entry is no longer needed: KB301 in content/faq/a.md" in out
    assert kb(tmp_path, "baseline", "--as-of", "2026-11-22") == 0
    assert [(each["path"], each["since"]) for each in entries(tmp_path)] == [("content/faq/b.md", "2026-11-20")]
    kb(tmp_path, "check", *AS_OF)
    assert "KB908" not in capsys.readouterr().out


def test_it_never_grows_unasked(make_project: Make, tmp_path: Path, capsys) -> None:
    project(make_project, tmp_path)
    kb(tmp_path, "baseline", *AS_OF)
    write(tmp_path, "d.md", page(4, "2025-03-01"))
    before = (tmp_path / FILE_NAME).read_bytes()
    assert kb(tmp_path, "baseline", *AS_OF) == 0
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert "1 finding not in it" in capsys.readouterr().out
    assert kb(tmp_path, "baseline", "--add", "--as-of", "2026-11-21") == 0
    assert [each["since"] for each in entries(tmp_path)] == ["2026-11-20", "2026-11-20", "2026-11-21"]


def test_what_is_unsafe_is_never_in_it(make_project: Make, tmp_path: Path, capsys) -> None:
    project(make_project, tmp_path)
    write(tmp_path, "d.md", page(4, "2026-11-01", text="<script>alert(1)</script>"))
    kb(tmp_path, "baseline", *AS_OF)
    assert "KB710" not in {each["code"] for each in entries(tmp_path)}
    assert "no baseline may hold (KB710)" in capsys.readouterr().out
    assert kb(tmp_path, "check", *AS_OF) == 1
    # Nor does it help to write it in by hand.
    found = next(each for each in check(project(make_project, tmp_path), DAY).diagnostics if each.code == "KB710")
    value = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    value["findings"].append(
        {"code": "KB710", "path": found.path, "fingerprint": found.fingerprint, "since": "2026-11-20"}
    )
    (tmp_path / FILE_NAME).write_text(json.dumps(value), encoding="utf-8")
    assert kb(tmp_path, "check", *AS_OF) == 1


def test_announcements_are_no_debt(make_project: Make, tmp_path: Path) -> None:
    make_project({"content/faq/a.md": page(1, "2026-05-25")})
    kb(tmp_path, "check", *AS_OF)
    assert kb(tmp_path, "baseline", *AS_OF) == 0
    assert not (tmp_path / FILE_NAME).exists()


def test_a_page_with_old_faults_is_still_not_built(make_project: Make, tmp_path: Path) -> None:
    settings = make_project({"content/faq/a.md": page(1, "2026-11-01").replace("title: 問題 1？\n", "")})
    kb(tmp_path, "baseline", *AS_OF)
    assert kb(tmp_path, "check", *AS_OF) == 0
    assert [each.slug for each in check(settings, DAY).blockers] == ["missing-field"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<<<<<<< HEAD\n{}", "not valid JSON"),
        ('{"version": 2, "findings": []}', "no baseline of kb"),
        ('{"version": 1, "findings": [{"code": "KB301", "path": "a.md", "since": "2026-11-20"}]}', "entry 1 lacks"),
        ('{"version": 1, "findings": [{"code": "KB301", "path": "a.md", "fingerprint": "x", "since": "soon"}]}', "day"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(KbError, match=said):
        read_baseline(tmp_path)


def test_the_dashboard_shows_the_debt_by_owner(make_project: Make, tmp_path: Path) -> None:
    settings = project(make_project, tmp_path)
    tree = generate(check(settings, DAY).catalog, "staff")
    assert "kb-debt" not in next(each for each in tree.pages if each.path == "reviews.md").body
    kb(tmp_path, "baseline", *AS_OF)
    write(tmp_path, "e.md", page(5, "2025-03-01", "dba"))
    kb(tmp_path, "baseline", "--add", "--as-of", "2026-12-01")
    catalog = check(settings, date(2026, 12, 2)).catalog
    assert [(each.owner, len(each.findings), each.pages, each.since, list(each.codes))
            for each in reviews.debt_by_owner(catalog)] == [
        ("dba", 2, 2, DAY, [("KB301", 2)]),
        ("ops", 1, 1, DAY, [("KB301", 1)]),
    ]  # fmt: skip
    body = next(reviews.pages(View(catalog=catalog, site=settings.sites["staff"]))).body
    assert 'id="kb-debt"' in body or "{#kb-debt}" in body
    assert "KB301 × 2" in body and "2026-11-20" in body
    assert catalog.debt and not cut(catalog, "customers").debt


def test_the_file_is_no_content_where_the_content_is_the_whole_project(make_project: Make, tmp_path: Path) -> None:
    settings = make_project({"kb.yml": "content: .\n", "faq/a.md": page(1, "2025-01-01")})
    kb(tmp_path, "baseline", *AS_OF)
    assert [each.code for each in check(settings, DAY).diagnostics] == ["KB301"]
