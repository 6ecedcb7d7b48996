"""The commands of the CI templates, as they stand there, on real repositories with a hostile request from a fork."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.conftest import OWNERS, ROOT
from tests.deploy.runner import Done, action, environment, run_action, shell, write_kb

CI = ROOT / "deploy" / "ci"
PAGE = """\
---
id: FAQ-001
title: 忘記密碼怎麼辦？
summary: 在登入頁選「忘記密碼」。
owner: {owner}
status: published
audience: staff
topic: 帳號
last_reviewed: {reviewed}
---

## 步驟

{text}
"""
GOOD = PAGE.format(owner="dba", reviewed="2026-11-01", text="照信件裡的連結重設。")
STALE = PAGE.format(owner="dba", reviewed="2020-01-01", text="照信件裡的連結重設。")
UNKNOWN_OWNER = PAGE.format(owner="nobody", reviewed="2026-11-01", text="照信件裡的連結重設。")
HOOK = "from pathlib import Path\nPath({marker!r}).write_text('run')\n"
MKDOCS = "site_name: x\ndocs_dir: content\nplugins: []\nhooks: [content/hook.py]\n"
SOFT = """\
timezone: Asia/Taipei
checks:
  owner-unknown: {severity: warning, reason: 之後再補}
  review-overdue: {severity: "off", reason: 之後再補}
"""


class Host:
    """Two repositories, the project's and a fork's, and what a CI service does with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marker = folder / "hook-has-run"
        self.base, self.fork, self.work = folder / "project", folder / "fork", folder / "runner" / "work"
        files = {
            "kb.yml": "timezone: Asia/Taipei\n",
            "mkdocs.yml": "site_name: x\n",
            "registry/owners.yml": OWNERS,
            "content/faq/a.md": GOOD,
            ".gitignore": "site/\n.kb/\n",
        }
        self.git(folder, "init", "--quiet", "--initial-branch=main", str(self.base))
        self.commit(self.base, files)
        self.git(folder, "clone", "--quiet", str(self.base), str(self.fork))
        # `kb` of the branch, whose installation needs a network; at a fixed day.
        self.programs = write_kb(folder / "programs")

    def git(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def commit(self, repository: Path, files: Mapping[str, str | Path]) -> None:
        for name, what in files.items():
            file = repository / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(what, Path):
                if file.is_dir():
                    shutil.rmtree(file)
                file.symlink_to(what)
            else:
                file.write_text(what.replace("MARKER", str(self.marker)), encoding="utf-8")
        self.git(repository, "add", "--all")
        self.git(repository, "commit", "--quiet", "--message", "x")

    def run(self, service: str) -> subprocess.CompletedProcess[str] | Done:
        """Do what a service does with a request of the fork's branch main to the project's."""
        shutil.rmtree(self.work.parent, ignore_errors=True)
        self.work.mkdir(parents=True)
        return self.github() if service == "github" else self.gitlab()

    def shell(self, script: str, folder: Path, more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return shell(script, folder, {**environment(self.folder, self.programs), **more})

    def github(self) -> subprocess.CompletedProcess[str] | Done:
        steps = yaml.safe_load((CI / "github.yml").read_text(encoding="utf-8"))["jobs"]["check"]["steps"]
        heads = {
            "base": (self.base, "${{ github.event.pull_request.base.sha }}"),
            "request": (self.fork, "${{ github.event.pull_request.head.sha }}"),
        }
        done: subprocess.CompletedProcess[str] | Done
        for step in steps:
            if step.get("uses") == "./base":
                done = run_action(self.work, environment(self.folder, self.programs), step["with"])
                continue
            if "uses" in step:
                source, ref = heads.pop(step["with"]["path"])
                assert step["with"]["ref"] == ref
                self.git(self.work, "clone", "--quiet", str(source), step["with"]["path"])
                continue
            done = self.shell(step["run"], self.work / step["working-directory"], {})
            if done.returncode:
                break
        assert not heads
        return done

    def gitlab(self) -> subprocess.CompletedProcess[str]:
        job = yaml.safe_load((CI / "gitlab.yml").read_text(encoding="utf-8"))["check"]
        self.git(self.work, "clone", "--quiet", str(self.fork), "checkout")
        lines = [
            line for line in job["script"] if "pip install" not in line and "venv" not in line and "PATH=" not in line
        ]
        assert len(lines) == len(job["script"]) - 3
        project = self.folder / "project.git"
        if not project.exists():
            project.symlink_to(self.base / ".git")
        variables = {
            **job["variables"],
            "CI_PROJECT_DIR": str(self.work / "checkout"),
            "CI_MERGE_REQUEST_PROJECT_URL": str(self.folder / "project"),
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_COMMIT_SHA": self.git(self.fork, "rev-parse", "HEAD"),
        }
        return self.shell("\n".join(lines), self.work / "checkout", variables)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


SERVICES = pytest.mark.parametrize("service", ["github", "gitlab"])


@SERVICES
def test_a_good_request_passes_and_is_built(host: Host, service: str) -> None:
    host.commit(host.fork, {"content/faq/a.md": GOOD.replace("照信件", "請照信件")})
    done = host.run(service)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "請照信件" in (host.work / "base/site/staff/faq/a.html").read_text(encoding="utf-8")


@SERVICES
def test_a_hook_of_a_request_is_not_run(host: Host, service: str) -> None:
    hostile = {
        "mkdocs.yml": MKDOCS,
        "content/hook.py": HOOK.replace("{marker!r}", "'MARKER'"),
        "sitecustomize.py": HOOK.replace("{marker!r}", "'MARKER'"),
        "kb_builder/__init__.py": HOOK.replace("{marker!r}", "'MARKER'"),
        "kb_builder/__main__.py": "",
        ".gitattributes": "* filter=evil diff=evil\n",
    }
    host.commit(host.fork, hostile)
    done = host.run(service)
    assert not host.marker.exists()
    # A program is no content.
    assert done.returncode == 1
    assert "content/hook.py" in done.stdout
    # The hook works: somebody who builds the request's own tree runs it.
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", host.folder / "out"],
        cwd=host.fork,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        check=False,
    )
    assert host.marker.exists()


@SERVICES
@pytest.mark.parametrize(("page", "code"), [(UNKNOWN_OWNER, "KB201"), (STALE, "KB301")])
def test_a_request_cannot_soften_the_checks(host: Host, service: str, page: str, code: str) -> None:
    host.commit(host.fork, {"content/faq/a.md": page, "kb.yml": SOFT})
    done = host.run(service)
    assert done.returncode == 1
    assert code in done.stdout
    assert "content/faq/a.md" in done.stdout
    # With the request's own kb.yml it would have passed.
    own = host.shell("kb check", host.fork, {})
    assert own.returncode == 0, own.stdout


@SERVICES
def test_a_request_is_not_failed_for_a_stale_page_that_it_leaves_alone(host: Host, service: str) -> None:
    other = STALE.replace("FAQ-001", "FAQ-002").replace("忘記密碼怎", "換密碼怎")
    host.commit(host.base, {"content/faq/old.md": other})
    host.git(host.fork, "pull", "--quiet", "origin", "main")
    host.commit(host.fork, {"content/faq/a.md": GOOD.replace("照信件", "請照信件")})
    done = host.run(service)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 on pages that the change leaves alone" in done.stdout
    host.commit(host.fork, {"content/faq/old.md": other.replace("照信件", "請照信件")})
    assert host.run(service).returncode == 1


def test_findings_stand_where_people_look(host: Host) -> None:
    host.commit(host.fork, {"content/faq/a.md": UNKNOWN_OWNER})
    on_github = host.run("github")
    assert isinstance(on_github, Done)
    (annotation,) = on_github.annotations
    assert annotation.startswith("::error file=content/faq/a.md,line=5,")
    assert "#### New (1)" in on_github.summary and "nobody" in on_github.summary
    host.run("gitlab")
    (finding,) = json.loads((host.work / "checkout/gl-code-quality.json").read_text(encoding="utf-8"))
    assert finding["location"] == {"path": "content/faq/a.md", "lines": {"begin": 5}}
    assert 'failures="1"' in (host.work / "checkout/kb-junit.xml").read_text(encoding="utf-8")
    assert "#### New (1)" in (host.work / "checkout/kb-check.md").read_text(encoding="utf-8")


@SERVICES
def test_a_request_cannot_put_a_link_in_the_place_of_the_content(host: Host, service: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "faq"
    elsewhere.mkdir(parents=True)
    (elsewhere / "a.md").write_text(GOOD.replace("照信件", "機密"), encoding="utf-8")
    host.commit(host.fork, {"content": elsewhere.parent})
    assert host.run(service).returncode != 0
    assert not (host.work / "base/site").exists()


@SERVICES
def test_a_request_that_is_behind_takes_nothing_back(host: Host, service: str) -> None:
    """What was corrected on the branch since stays corrected."""
    host.commit(host.fork, {"content/faq/b.md": GOOD.replace("FAQ-001", "FAQ-002").replace("忘記密碼怎", "換密碼怎")})
    host.commit(host.base, {"content/faq/a.md": GOOD.replace("照信件", "更正：照信件")})
    done = host.run(service)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "更正" in (host.work / "base/site/staff/faq/a.html").read_text(encoding="utf-8")
    assert (host.work / "base/site/staff/faq/b.html").exists()


def test_the_templates_ask_for_no_more_than_reading() -> None:
    text = (CI / "github.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True] == "pull_request"
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        for step in job["steps"]:
            # Nothing that a request names gets into a command's text.
            assert "${{" not in step.get("run", "")
            assert step.get("uses", "./base") in ("actions/checkout@v4", "./base")
            if step.get("uses", "").startswith("actions/"):
                assert step["with"]["persist-credentials"] is False
    for step in action()["runs"]["steps"]:
        assert "${{" not in step["run"] and "uses" not in step
    for name in ("github.yml", "gitlab.yml"):
        lines = [line.partition("#")[0] for line in (CI / name).read_text(encoding="utf-8").splitlines()]
        assert "secrets" not in "\n".join(lines)
        assert "TOKEN" not in "\n".join(lines)
