"""Runs the steps of our GitHub action in bash, as a runner does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

INSTALL = "Install kb"
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
# What GitHub calls on Linux for `shell: bash`.
_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a job: exit code of the last step, all output, and what was written to the summary."""

    returncode: int
    stdout: str
    stderr: str
    summary: str

    @property
    def annotations(self) -> list[str]:
        """The workflow commands that annotate lines."""
        return [line for line in self.stdout.splitlines() if line.startswith(("::error", "::warning", "::notice"))]


def action() -> dict[str, Any]:
    """Return our action."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return found


def write_kb(folder: Path) -> Path:
    """Write a program `kb` of this source tree, which takes 2026-11-20 for today, into a folder and return that."""
    folder.mkdir(exist_ok=True)
    program = folder / "kb"
    program.write_text(
        "#!/bin/sh\ncommand=$1\nshift\n"
        'case "$command" in report) command="report $1"; shift;; esac\n'
        f'exec {sys.executable} -m kb_builder $command --as-of 2026-11-20 "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return folder


def shell(script: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the commands of a step in a folder."""
    return subprocess.run([*_BASH, script], cwd=folder, env=dict(environment), capture_output=True, text=True)


def environment(home: Path, programs: Path) -> dict[str, str]:
    """Return what the commands of a step find around them."""
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
        "RUNNER_TEMP": str(home),
        "GITHUB_STEP_SUMMARY": str(home / "summary.md"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "KB_CACHE_DIR": "off",
    }


def run_action(workspace: Path, around: Mapping[str, str], given: Mapping[str, str], *, base: str = "") -> Done:
    """Run all steps of the action but the installation, which needs a network; the first that fails is the last.

    `base` is the commit that a pull request is for, if there is one.
    """
    known = {name: entry.get("default", "") for name, entry in action()["inputs"].items()}
    assert set(given) <= set(known)
    values = {"github.event.pull_request.base.sha": base, "github.action_path": str(ROOT)}
    inputs = {name: _filled(given.get(name, default), values) for name, default in known.items()}
    values.update({f"inputs.{name}": value for name, value in inputs.items()})
    values["inputs.build == 'true'"] = str(inputs["build"] == "true").lower()
    summary = Path(around["GITHUB_STEP_SUMMARY"])
    summary.write_text("", encoding="utf-8")
    out, err, code = "", "", 0
    for step in action()["runs"]["steps"]:
        if step["name"] == INSTALL or _filled(step.get("if", "true"), values) != "true":
            continue
        more = {name: _filled(value, values) for name, value in step.get("env", {}).items()}
        done = shell(step["run"], workspace / _filled(step["working-directory"], values), {**around, **more})
        out, err, code = out + done.stdout, err + done.stderr, done.returncode
        if code:
            break
    return Done(returncode=code, stdout=out, stderr=err, summary=summary.read_text(encoding="utf-8"))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: values[match[1]], text)
