"""The steps of our GitHub action, as they stand in action.yml, on real repositories."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import OWNERS, ROOT
from tests.deploy.runner import INSTALL, Done, action, environment, run_action, shell, write_kb

SOP = """\
---
id: SOP-001
title: 還原備份
summary: 從備份還原資料庫。
owner: dba
status: published
category: routine
version: "1.0"
effective_date: 2025-01-10
review_interval: 6 months
last_reviewed: 2026-01-10
reviewers: [ops]
approver: ops
reviews:
  - date: 2026-01-10
    by: dba
    trigger: scheduled
    checks: [complete, effective, applicable, operable]
    outcome: 無修改
steps:
  - {name: 停止服務, role: dba, time_limit: 5 minutes, expected: 服務已停}
  - {name: 還原資料庫, role: dba, time_limit: 1 hour, expected: 資料已回復}
---

## 步驟

1. 停止服務，再從備份還原。
"""
STALE = "content/sops/restore.md"
LINE = SOP.splitlines().index("last_reviewed: 2026-01-10") + 1
FILES = {"kb.yml": "timezone: Asia/Taipei\n", "registry/owners.yml": OWNERS, STALE: SOP, ".gitignore": ".kb/\nsite/\n"}


class Project:
    """A repository with one stale SOP, and a runner with `kb` on its path."""

    def __init__(self, folder: Path, inside: str = ".") -> None:
        self.top, self.root = folder / "workspace", folder / "workspace" / inside
        self.top.mkdir()
        home = folder / "home"
        home.mkdir()
        self.around = environment(home, write_kb(folder / "programs"))
        self.git("init", "-q", "-b", "main")
        self.commit(FILES)

    def git(self, *arguments: str) -> str:
        names = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        done = subprocess.run(["git", *names, *arguments], cwd=self.top, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str]) -> str:
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def run(self, base: str = "", **inputs: str) -> Done:
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        return run_action(self.top, self.around, given, base=base)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def properties(annotation: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in annotation.partition(" ")[2].partition("::")[0].split(","))


def test_a_stale_sop_fails_the_job_with_one_annotation_and_a_review_mends_it(project: Project) -> None:
    done = project.run()
    assert done.returncode == 1, done.stdout + done.stderr
    (annotation,) = done.annotations
    assert annotation.startswith("::error ")
    assert (properties(annotation)["file"], properties(annotation)["line"]) == (STALE, str(LINE))
    assert "KB301" in annotation and "kb review SOP-001" in annotation
    assert "1 error" in done.summary and "SOP-001" in done.summary
    answers = "--by dba --trigger scheduled --checks complete,effective,applicable,operable"
    reviewed = shell(f"kb review SOP-001 {answers} --outcome 無修改 --yes", project.top, project.around)
    assert reviewed.returncode == 0, reviewed.stdout + reviewed.stderr
    after = project.run()
    assert (after.returncode, after.annotations) == (0, []), after.stdout + after.stderr


def test_a_pull_request_is_failed_for_its_own_pages_only(project: Project) -> None:
    base = project.git("rev-parse", "HEAD")
    note = "content/faq/a.md"
    page = (
        SOP.partition("category")[0].replace("SOP-001", "FAQ-001")
        + "topic: 備份\nlast_reviewed: 2026-11-01\n---\n\n答。\n"
    )
    project.commit({note: page})
    done = project.run(base=base)
    assert (done.returncode, done.annotations) == (0, []), done.stdout + done.stderr
    assert "1 on pages that the change leaves alone" in done.stdout
    assert "| FAQ-001 |" in done.summary.replace("還原備份 FAQ-001", "| FAQ-001") and "2027-11-01" in done.summary
    project.commit({STALE: SOP.replace("停止服務", "先停止服務")})
    done = project.run(base=base)
    assert done.returncode == 1
    assert [properties(each)["file"] for each in done.annotations] == [STALE]


def test_the_project_may_lie_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    project = Project(tmp_path, "docs/kb")
    done = project.run(project="docs/kb")
    assert [properties(each)["file"] for each in done.annotations] == [f"docs/kb/{STALE}"]


def test_what_is_asked_for_is_passed_on(project: Project) -> None:
    done = project.run(fail_on="never", sarif="kb.sarif")
    assert (done.returncode, len(done.annotations)) == (0, 1)
    results = json.loads((project.top / "kb.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert results[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == LINE
    hostile = project.run(since="$(touch ../ran)", sarif='"; touch ../ran; "')
    assert hostile.returncode == 2 and not (project.top.parent / "ran").exists()


def test_a_stale_sop_is_built_and_says_so(project: Project) -> None:
    done = project.run(fail_on="never", build="true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project.top / "site/staff/sops/restore.html").exists()
    (project.top / "site").rename(project.top / "site-before")
    assert project.run(fail_on="never").returncode == 0
    assert not (project.top / "site").exists()


def test_the_installation_takes_the_exact_versions_of_the_action_itself() -> None:
    first = action()["runs"]["steps"][0]
    assert first["name"] == INSTALL
    assert first["env"] == {"KB_SOURCE": "${{ github.action_path }}"}
    assert '--constraint "$KB_SOURCE/constraints.txt" "$KB_SOURCE"' in first["run"]
    assert (ROOT / "constraints.txt").exists() and (ROOT / "pyproject.toml").exists()


@pytest.mark.parametrize("arguments", [["kb-check"], ["kb-check-changed"]])
def test_the_hooks_of_pre_commit_do_what_they_say(
    project: Project, arguments: list[str], load_hooks: Callable[[], dict[str, list[str]]]
) -> None:
    command = load_hooks()[arguments[0]]
    # As within a commit: Git sets these for the hooks that it calls.
    around = {**project.around, "GIT_INDEX_FILE": str(project.top / ".git/index"), "GIT_DIR": str(project.top / ".git")}
    others = subprocess.run(command, cwd=project.top, env=around, capture_output=True, text=True)
    assert others.returncode == (1 if arguments == ["kb-check"] else 0), others.stdout + others.stderr
    (project.top / STALE).write_text(SOP.replace("停止服務", "先停止服務"), encoding="utf-8")
    assert subprocess.run(command, cwd=project.top, env=around, capture_output=True).returncode == 1


@pytest.fixture
def load_hooks() -> Callable[[], dict[str, list[str]]]:
    import yaml

    def load() -> dict[str, list[str]]:
        hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        return {hook["id"]: [*hook["entry"].split(), *hook.get("args", [])] for hook in hooks}

    return load
