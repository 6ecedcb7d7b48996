"""What Git knows of pages, from real repositories."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb_builder.model.errors import KbError
from kb_builder.model.history import History
from kb_builder.sources.history import read_commits, read_contents

TAIPEI = ZoneInfo("Asia/Taipei")


def git(root: Path, *arguments: str, day: str = "2026-03-01T20:00:00Z") -> None:
    identity = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(
        ["git", *arguments],
        cwd=root,
        env={**os.environ, **identity, **dates, **settings},
        check=True,
        capture_output=True,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "repo" / "project"
    (project / "content").mkdir(parents=True)
    git(project.parent, "init", "-q", "-b", "main")
    return project


def write(root: Path, path: str, text: str, message: str, day: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    git(root, "add", "-A", day=day)
    git(root, "commit", "-q", "-m", message, day=day)


def test_commits_with_their_files_newest_first(root):
    write(root, "content/備份.md", "one", "first\n\nmore", "2026-03-01T20:00:00Z")
    write(root, "kb.yml", "x: 1", "elsewhere", "2026-03-02T00:00:00Z")
    write(root, "content/備份.md", "two", "\x02" + "a" * 40, "2026-03-03T00:00:00Z")
    (root / "content/備份.md").unlink()
    write(root, "content/a b\n.md", "three", "moved", "2026-03-04T00:00:00Z")
    commits = read_commits(root, "content", date(2026, 1, 1), TAIPEI)
    assert [commit.subject for commit in commits] == ["moved", "\x02" + "a" * 40, "first"]
    assert [commit.day for commit in commits] == [date(2026, 3, 4), date(2026, 3, 3), date(2026, 3, 2)], "in Taipei"
    assert sorted(change.path for change in commits[0].changes) == ["content/a b\n.md", "content/備份.md"]
    history = History(commits=commits)
    name = history.content_on("content/備份.md", date(2026, 3, 2))
    assert read_contents(root, [name, "0" * 40])[name] == b"one"
    ((_commit, gone),) = history.deleted(["content/a b\n.md"])
    assert read_contents(root, [gone.before]) == {gone.before: b"two"}


def test_only_commits_since_a_day(root):
    write(root, "content/a.md", "one", "old", "2025-03-01T00:00:00Z")
    write(root, "content/a.md", "two", "new", "2026-03-01T00:00:00Z")
    assert [each.subject for each in read_commits(root, "content", date(2026, 1, 1), TAIPEI)] == ["new"]


def test_a_merge_hides_no_change(root):
    write(root, "content/a.md", "one", "base", "2026-03-01T00:00:00Z")
    git(root, "checkout", "-q", "-b", "side")
    write(root, "content/b.md", "b", "side", "2026-03-02T00:00:00Z")
    git(root, "checkout", "-q", "main")
    write(root, "content/a.md", "two", "main", "2026-03-03T00:00:00Z")
    git(root, "merge", "-q", "-m", "merge", "side", day="2026-03-04T00:00:00Z")
    commits = read_commits(root, "content", date(2026, 1, 1), TAIPEI)
    assert {change.path for commit in commits for change in commit.changes} == {"content/a.md", "content/b.md"}


def test_without_a_repository_there_is_no_history(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(KbError):
        read_commits(tmp_path, "content", date(2026, 1, 1), TAIPEI)


def test_a_repository_without_commits_is_an_error_too(root):
    with pytest.raises(KbError):
        read_commits(root, "content", date(2026, 1, 1), TAIPEI)
