"""Builds in odd surroundings: several at once, a full disk, jumping clocks, other users' settings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.conftest import ALL
from tests.faults.lab import BUILD, GENERATIONS, SITES, Lab, other
from tests.faults.reader import tree_of

pytestmark = pytest.mark.xdist_group("faults")

TMPFS = 64 << 20


@pytest.mark.parametrize("builds", [2, 4])
def test_one_of_several_builds_goes_ahead_and_the_others_say_who(settled, builds):
    state = other(settled.generation("staff"))
    settled.write(state)
    command = [sys.executable, "-m", "kb_builder", "--project", str(settled.project), *BUILD]
    with settled.reader() as met, ExitStack() as stack:
        running = [
            stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                                 env=settled.environment()))
            for _number in range(builds)
        ]  # fmt: skip
        ended = [(process.communicate()[0], process.returncode) for process in running]
    assert met == []
    numbers = [process.pid for process in running]
    assert 0 in [code for _said, code in ended]
    for said, code in ended:
        assert code == 0 or (
            code == 2 and any(f"another build is running: process {each} " in said for each in numbers)
        ), said
    assert settled.generations() == (state, state)
    assert settled.leftovers() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system in memory that is soon full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS}", "none", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here: it takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk(lab, small_disk, tmp_path):
    small = Lab(tmp_path, small_disk / "root")
    try:
        small.expected = {}
        small.learn()
        site = sum(len(data) for name in SITES for data in small.expected[GENERATIONS[0]][name].values())
        state = GENERATIONS[1]
        with small.reader() as met:
            for share in (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0) if ALL else (0, 0.5):
                small.write(other(state))
                leave_free(small_disk, int(site * share))
                ended = small.run(*BUILD)
                assert ended.code == 2, (share, ended.said)
                assert "No space left on device" in ended.said
                assert small.generations() == (state, state)
                (small_disk / "filler").unlink()
                assert small.leftovers() == []
            state = other(state)
            small.settle(state)
        assert met == []
    finally:
        small.close()


def leave_free(folder: Path, size: int) -> None:
    """Fill a file system but for so many bytes."""
    free = os.statvfs(folder)
    with (folder / "filler").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free.f_bavail * free.f_frsize - size))


def test_a_clock_that_jumps(settled):
    state = other(settled.generation("staff"))
    settled.write(state)
    for clock in (86_400 * 400, 3):
        ended = settled.run(*BUILD, clock=clock)
        assert ended.code == 0, ended.said
        assert settled.generations() == (state, state)
        assert settled.leftovers() == []


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "C.UTF-8", "TZ": "America/Los_Angeles", "PYTHONHASHSEED": "4711"},
    ],
    ids=["C", "UTF-8"],
)
def test_the_same_bytes_everywhere(settled, tmp_path, environment):
    state = settled.generation("staff")
    settled.write(state)
    project = tmp_path / "elsewhere" / "知識 庫"
    for name in ("kb.yml", "registry", "content"):
        source = settled.project / name
        if source.is_dir():
            shutil.copytree(source, project / name)
        else:
            project.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, project)
    ended = subprocess.run(
        [sys.executable, "-m", "kb_builder", *BUILD], cwd=project, capture_output=True, check=False,
        env=settled.environment(**environment, KB_CACHE_DIR="off", TMPDIR=str(tmp_path)),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for name in SITES:
        assert tree_of(project / "site" / name) == settled.expected[state][name]
