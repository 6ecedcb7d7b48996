"""Every malformed file gives exactly the findings it must, where an author looks, and hides nothing in other files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Any

import malformed_bytes
import malformed_fences
import malformed_fields
import malformed_files
import malformed_yaml
import pytest
from malformed_case import CASE_PATH, Case, Expected, page

from kb_builder.cli.run import run

CASES: list[Case] = [
    *malformed_fences.CASES,
    *malformed_yaml.CASES,
    *malformed_bytes.CASES,
    *malformed_fields.CASES,
    *malformed_files.CASES,
]
DAY = "2026-03-01"
NOBODY = 65534
CPU_SECONDS = 1.0
# For what waits instead of working, such as reading from a pipe.
WAIT_SECONDS = 30

PROJECT = {
    "kb.yml": "timezone: Asia/Taipei\n",
    "registry/owners.yml": "web-ops: {name: 網站組, kind: team, deputy: dba}\n"
    "dba: {name: 資料庫組, kind: role, deputy: web-ops}\n",
    "content/faq/good.md": page(id="FAQ-001", title="好的一頁"),
    "content/faq/other.md": page(id="FAQ-002", title="另一頁", status="publishd"),
}
OTHER = Expected(code="KB104", says=("did you mean `published`",), line=6, column=9, path="content/faq/other.md")


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Load what is only loaded for findings, so that no case pays for it or needs the right to read it."""
    project = make_project(case_of(page(status="x", owner='"', last_reviewed="[")))
    try:
        run(["--project", str(project), "check", "--as-of", DAY, "--output", os.devnull])
    finally:
        shutil.rmtree(project)


def case_of(text: str) -> Case:
    return Case(id="", expected=(), files={CASE_PATH: text.encode()})


def make_project(case: Case) -> Path:
    """Write a project with the case in a folder that everybody may read."""
    root = Path(tempfile.mkdtemp(prefix="kb-malformed-"))
    root.chmod(0o755)
    files = {**{name: text.encode() for name, text in PROJECT.items()}, **case.files}
    for name, data in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    if case.make:
        case.make(root)
    return root


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_malformed(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    root = make_project(case)
    try:
        with _unprivileged() if case.unprivileged else nullcontext(), _limited():
            # Who may not read the page may not read the folder of what earlier runs left either.
            options = ["--no-cache"] if case.unprivileged else []
            exit_code, report = check(root, "json", capsys, *options)
            _, text = check(root, "text", capsys, *options)
    finally:
        _remove(root)
    assert exit_code == 1
    found = json.loads(report)
    diagnostics = found["diagnostics"]
    wanted = sorted((*case.expected, OTHER), key=lambda each: (each.path, each.line, each.column, each.code))
    assert [place(each) for each in diagnostics] == [(e.path, e.line, e.column, e.code) for e in wanted], text
    for diagnostic, expected in zip(diagnostics, wanted, strict=True):
        words = f"{diagnostic['message']} | {diagnostic['hint']}"
        assert all(word in words for word in expected.says), words
        start = (diagnostic["line"], diagnostic["column"])
        assert start <= (diagnostic["end_line"], diagnostic["end_column"])
    assert len({each["fingerprint"] for each in diagnostics}) == len(diagnostics)
    assert found["summary"]["files"] >= 2
    assert all(line.isprintable() for line in text.split("\n")), text


def test_cases_are_many_and_have_names_of_their_own() -> None:
    names = [case.id for case in CASES]
    assert len(names) == len(set(names))
    assert sum(bool(case.expected) for case in CASES) >= 140


def check(root: Path, format_: str, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    exit_code = run(["--project", str(root), "check", "--as-of", DAY, "--format", format_, *options])
    printed = capsys.readouterr()
    assert printed.err == ""
    return exit_code, printed.out


def place(diagnostic: dict[str, Any]) -> tuple[str, int, int, str]:
    return diagnostic["path"], diagnostic["line"], diagnostic["column"], diagnostic["code"]


@contextmanager
def _limited() -> Iterator[None]:
    """Stop what computes for a second, or waits for half a minute."""

    def stop(number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"stopped by {signal.Signals(number).name}: a malformed file takes too long")

    before = {number: signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    signal.alarm(WAIT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _unprivileged() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _remove(root: Path) -> None:
    for folder, _folders, _files in os.walk(root):
        Path(folder).chmod(0o755)
    shutil.rmtree(root)
