"""`kb check` gives the last outcome again only if nothing changed, and it is what a fresh run would say."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb_builder import checking
from kb_builder.cli.run import run
from kb_builder.sources import fingerprint

Kb = Callable[..., tuple[int, str, str]]
KB_YML = "timezone: Asia/Taipei\n"
OWNERS = "dba: {name: 資料庫組, kind: role, deputy: dba2}\ndba2: {name: 代理, kind: role, deputy: dba}\n"
FAQ = """\
---
id: {id}
title: 問題 {id}
summary: 簡短的答案。
owner: dba
status: published
last_reviewed: 2026-11-01
review_interval: 6 months
topic: account
tags: [account]
---

{body}
"""


def page(id_: str, body: str = "內文。") -> str:
    return FAQ.format(id=id_, body=body)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    root = tmp_path / "project"
    write(root / "kb.yml", KB_YML)
    write(root / "registry/owners.yml", OWNERS)
    write(root / "content/faq/a.md", page("FAQ-001", "見 [另一頁](b.md)。"))
    write(root / "content/faq/b.md", page("FAQ-002"))
    monkeypatch.chdir(root)
    monkeypatch.setenv("KB_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795132800")  # 2026-11-20T00:00:00Z
    return root


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def kb(capsys) -> Kb:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["check", "--format", "json", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def runs(monkeypatch) -> list[date]:
    """Return the days of all checks that were really made."""
    made: list[date] = []
    check = checking.check

    def noted(given, as_of, cache=None):
        made.append(as_of)
        return check(given, as_of, cache)

    monkeypatch.setattr(checking, "check", noted)
    return made


def test_nothing_changed(project, kb, runs):
    first = kb()
    assert kb() == first
    assert len(runs) == 1


def test_reports_of_paths_and_checks_come_from_the_same_outcome(project, kb, runs):
    write(project / "content/faq/c.md", page("FAQ-003", "[x](gone.md)"))
    kb()
    code, out, _err = kb("content/faq/c.md", "--select", "KB4")
    assert code == 1 and "broken-link" in out and '"files": 1' in out
    assert kb("content/faq/a.md")[0] == 0
    assert kb("registry/nothing")[0] == 2
    assert len(runs) == 1


def test_no_cache(project, kb, runs, tmp_path):
    first = kb("--no-cache")
    assert not (tmp_path / "cache").exists()
    assert kb("--no-cache") == first and len(runs) == 2


CHANGES: dict[str, Callable[[Path], object]] = {
    "kb.yml": lambda root: write(root / "kb.yml", KB_YML + "review: {due_soon: 30 days}\n"),
    "override": lambda root: write(root / "kb.yml", KB_YML + "checks: {empty-page: {severity: notice, reason: x}}\n"),
    "registry": lambda root: write(root / "registry/owners.yml", OWNERS.replace("dba:", "dbb:")),
    "new registry": lambda root: write(root / "registry/sla.yml", "policies: {}\n"),
    "misspelt registry": lambda root: write(root / "registry/kpi.yml", ""),
    "page": lambda root: write(root / "content/faq/b.md", page("FAQ-001")),
    "new page": lambda root: write(root / "content/faq/c.md", page("FAQ-003")),
    "page gone": lambda root: (root / "content/faq/b.md").unlink(),
    "page renamed": lambda root: (root / "content/faq/b.md").rename(root / "content/faq/c.md"),
    "asset": lambda root: write(root / "content/faq/x.txt", "x"),
    "not allowed": lambda root: write(root / "content/faq/x.exe", "x"),
    "hidden link": lambda root: (root / "content/.x").symlink_to("faq"),
    "folder for a file": lambda root: ((root / "content/faq/b.md").unlink(), (root / "content/faq/b.md").mkdir()),
    "no content": lambda root: shutil.rmtree(root / "content"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes(project, kb, runs, change):
    before = kb()
    CHANGES[change](project)
    found = kb()
    assert len(runs) == 2
    assert found == kb("--no-cache")
    if change not in ("override", "asset", "kb.yml"):
        assert found != before


def test_schema_and_template_of_a_type_are_inputs(project, kb, runs):
    own = "types: {memo: {folder: memos, schema: memo.json, template: memo.md, id_example: MEMO-1}}\n"
    write(project / "kb.yml", KB_YML + own)
    write(project / "memo.json", '{"properties": {"topic": {"type": "string"}}}')
    write(project / "memo.md", "---\n---\n")
    write(project / "content/memos/m.md", page("MEMO-1"))
    first = kb()
    assert kb() == first
    write(project / "memo.json", '{"properties": {"topic": {"type": "integer"}}}')
    changed = kb()
    assert len(runs) == 2 and changed != first
    assert changed == kb("--no-cache")


def test_the_day_and_a_clock_that_goes_back(project, kb, runs):
    today = kb()
    later = kb("--as-of", "2027-08-01")
    assert later != today
    assert kb() == today
    assert kb("--as-of", "2027-08-01") == later
    assert [str(day) for day in runs][:2] == ["2026-11-20", "2027-08-01"]


def test_touched_without_change(project, kb, runs, monkeypatch):
    monkeypatch.setattr(fingerprint, "_MOMENT", 0)
    first = kb()
    os.utime(project / "content/faq/b.md", (1, 1))
    assert kb() == first
    assert len(runs) == 1


def test_changed_within_the_same_instant(project, kb, monkeypatch):
    """The file looks as before in size, times and number; it is young, and so it is read all the same."""
    file = project / "content/faq/b.md"
    first = kb()
    same = file.stat()
    looks = lambda each: (each.st_size, each.st_mtime_ns, each.st_ino)  # noqa: E731
    with file.open("r+", encoding="utf-8") as stream:
        stream.write(page("FAQ-001"))
    os.utime(file, ns=(same.st_atime_ns, same.st_mtime_ns))
    assert looks(file.stat()) == looks(same)
    assert kb() != first


def test_a_young_file_is_not_trusted(project, kb, monkeypatch, tmp_path):
    """Even when nothing at all tells it from the one before."""
    kb()
    kb()
    cache = fingerprint.Cache()
    kept: dict[str, bytes] = {}
    monkeypatch.setattr(cache, "put", lambda _kind, entries: kept.update(entries))
    places = fingerprint.Places(config="kb.yml", content="content", registry="registry")
    fingerprint.look(project, places, cache)
    assert not kept
    monkeypatch.setattr(fingerprint, "_MOMENT", 0)
    fingerprint.look(project, places, cache)
    assert b"faq/b.md" in kept["table"]


def test_a_page_that_changes_while_it_is_checked(project, kb, runs, monkeypatch):
    check = checking.check

    def meddled(given, as_of, cache=None):
        checked = check(given, as_of, cache)
        write(project / "content/faq/b.md", page("FAQ-001"))
        return checked

    with monkeypatch.context() as patch:
        patch.setattr(checking, "check", meddled)
        before = kb()
    after = kb()
    assert after != before
    assert after == kb("--no-cache")


def test_a_page_that_changes_before_it_is_read(project, kb, monkeypatch):
    """The result is that of the new page, the fingerprint that of the old one: they must not be put together."""
    old = (project / "content/faq/b.md").read_text(encoding="utf-8")
    first = kb()
    write(project / "content/faq/a.md", page("FAQ-001", "見 [另一頁](b.md)！"))
    check = checking.check

    def meddled(given, as_of, cache=None):
        write(project / "content/faq/b.md", page("FAQ-001"))
        checked = check(given, as_of, cache)
        write(project / "content/faq/b.md", old)
        return checked

    with monkeypatch.context() as patch:
        patch.setattr(checking, "check", meddled)
        assert kb() != first
    assert kb() == kb("--no-cache")


def test_history(project, kb, runs):
    def git(*arguments: str) -> None:
        name = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *name, *arguments], cwd=project, check=True, capture_output=True)

    first = kb()
    git("init", "-q")
    kb()
    git("add", ".")
    git("commit", "-qm", "one")
    assert kb() == first
    made = len(runs)
    kb()
    assert len(runs) == made
    git("commit", "-qm", "two", "--allow-empty")
    kb()
    assert len(runs) == made + 1


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b'{"rules": 1}', b"\xff", b"null", b"[1,2,3,4,5,6]", b"[" * 9999]
)
def test_entries_that_are_none_of_ours(project, kb, data, monkeypatch):
    write(project / "content/faq/c.md", page("FAQ-003", "[x](gone.md)"))
    expected = kb()
    get = fingerprint.Cache.get
    monkeypatch.setattr(fingerprint.Cache, "get", lambda self, kind, keys: dict.fromkeys(keys, data))
    assert kb() == expected
    monkeypatch.setattr(fingerprint.Cache, "get", get)
    assert kb() == expected


def test_a_damaged_store_is_told_in_one_line(project, kb, tmp_path):
    expected = kb()
    (store,) = (tmp_path / "cache").glob("*/cache.sqlite")
    for file in store.parent.iterdir():
        file.write_bytes(b"no database at all" * 100)
    code, out, err = kb()
    assert (code, out) == expected[:2]
    assert err.startswith("kb: the cache was damaged") and err.count("\n") == 1
    assert kb() == expected


def test_a_place_that_cannot_be_written(project, kb, tmp_path, monkeypatch):
    expected = kb()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KB_CACHE_DIR", str(tmp_path / "file"))
    code, out, err = kb()
    assert (code, out) == expected[:2]
    assert err.startswith("kb: the cache is not used") and err.count("\n") == 1


_BODIES = st.sampled_from(
    ["", "內文。", "[a](a.md)", "[b](b.md#x)", "## x\n\ntext", "[z](z.md)", "<b>", "[[FAQ-001]]", "#"]
)
_PAGES = st.one_of(
    st.builds(page, st.sampled_from(["FAQ-001", "FAQ-002", "FAQ-003"]), _BODIES),
    st.sampled_from(["", "---\nid: [\n---\n", "no fields", "---\nid: FAQ-004\nstatus: obsolete\n---\n\n文字"]),
)
_EDITS = st.one_of(
    st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.one_of(_PAGES, st.none())),
    st.tuples(st.just("touch"), st.sampled_from(["a", "b"])),
    st.tuples(st.just("day"), st.sampled_from(["2026-11-20", "2027-06-01"])),
    st.tuples(st.just("kb"), st.sampled_from(["", "checks: {page-untagged: {severity: error, reason: x}}\n"])),
    st.tuples(st.just("owners"), st.sampled_from([OWNERS, OWNERS.replace("dba:", "dbb:")])),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(_EDITS, min_size=1, max_size=6), moment=st.sampled_from([0, 2_000_000_000]))
def test_after_any_edits_the_result_is_that_of_a_fresh_run(project, kb, monkeypatch, edits, moment):
    monkeypatch.setattr(fingerprint, "_MOMENT", moment)
    day = "2026-11-20"
    for name, value in edits:
        if name == "day":
            day = value
        elif name == "kb":
            write(project / "kb.yml", KB_YML + value)
        elif name == "owners":
            write(project / "registry/owners.yml", value)
        elif name == "touch":
            file = project / f"content/faq/{value}.md"
            if file.exists():
                file.touch()
        elif value is None:
            (project / f"content/faq/{name}.md").unlink(missing_ok=True)
        else:
            write(project / f"content/faq/{name}.md", value)
        assert kb("--as-of", day) == kb("--as-of", day, "--no-cache")
