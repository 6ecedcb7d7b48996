"""A small project with two generations of content, a process that builds it with faults, and a reader of its sites."""

from __future__ import annotations

import json
import mmap
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import OWNERS, ROOT, TODAY
from tests.faults.reader import Tree, tree_of
from tests.unit.test_audience import page

GENERATIONS = ("alpha", "beta")
SITES = ("staff", "customers")
BUILD = ("build", "--as-of", str(TODAY))
# As in fault.c.
KINDS = {"read": 1, "open": 2, "write": 4, "fsync": 8, "rename": 16, "link": 32, "mkdir": 64, "unlink": 128}
KILL_GROUP, KILL_PROCESS = -1, -2
_CONTROL = struct.Struct("16l")
# Seconds that a build of two pages never takes.
_PATIENCE = 120
# What a finished build leaves, and nothing else.
CLEAN = {
    "": {"kb.yml", "registry", "content", "site", ".kb"},
    ".kb": {"lock"},
    "site": {"staff", "customers", ".staff.previous", ".customers.previous", "customers.verify.json"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended: its exit code, or minus a signal; what it printed; calls by kind; those that were hit."""

    code: int
    said: str
    calls: Mapping[str, int]
    hits: int


def files_of(generation: str) -> Mapping[str, str]:
    """Return a project whose every page says which generation it is of."""
    return {
        "kb.yml": "timezone: Asia/Taipei\nsites:\n" + "".join(f"  {name}: {{name: {generation}}}\n" for name in SITES),
        "registry/owners.yml": OWNERS,
        "content/faq/a.md": page("FAQ-001", body=f"{generation} [a](a.txt)"),
        "content/faq/b.md": page("FAQ-900", audience="staff", related="FAQ-001", body=generation),
        "content/faq/a.txt": f"{generation}\n" * 2000,
    }


def compiled(folder: Path) -> Path:
    """Return the library that lets calls fail."""
    library = folder / "fault.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(Path(__file__).with_name("fault.c")), "-ldl"],
        check=True,
    )
    return library


class Lab:
    """A project in `root/project`; all that a build may touch is below `root`, and only there calls count.

    `base` holds what is needed besides.
    """

    def __init__(self, base: Path, root: Path | None = None) -> None:
        self.base = base
        self.root = root or base / "root"
        self.project = self.root / "project"
        self.expected: dict[str, dict[str, Tree]] = {}
        # How many calls of each kind a build makes.
        self.usual: Mapping[str, int] = {}
        for folder in (self.project, self.root / "tmp", self.root / "cache", base / "expected", base / "logs"):
            folder.mkdir(parents=True)
        self._memory_file = base / "control"
        self._memory_file.write_bytes(bytes(_CONTROL.size))
        with self._memory_file.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _CONTROL.size)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forked", str(self.project)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=ROOT,
            env=self.environment(LD_PRELOAD=str(compiled(base)), KB_FAULT_CONTROL=str(self._memory_file),
                                 KB_FAULT_ROOT=str(self.root)),
        )  # fmt: skip

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a command, with all its own files below the root."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.root / "tmp"),
            "KB_CACHE_DIR": str(self.root / "cache"),
            "HOME": str(self.root / "tmp"),
            **more,
        }

    def close(self) -> None:
        """End the process that builds."""
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.close()
        self._server.wait(_PATIENCE)
        self._server.stdout.close()
        self._memory.close()

    def write(self, generation: str) -> None:
        """Give the project the content of a generation."""
        for name, text in files_of(generation).items():
            file = self.project / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def learn(self) -> None:
        """Build both generations undisturbed, and keep what they look like; the second one stays in place."""
        for generation in GENERATIONS:
            self.write(generation)
            ended = self.run(*BUILD)
            assert ended.code == 0, ended.said
            for name in SITES:
                shutil.copytree(self.project / "site" / name, self.base / "expected" / generation / name)
            self.expected[generation] = {name: tree_of(self.base / "expected" / generation / name) for name in SITES}
        assert self.leftovers() == []
        # Now with sites before those that are replaced; with nothing changed a build would do nothing.
        self.write(GENERATIONS[0])
        self.usual = self.run(*BUILD, kinds=sum(KINDS.values())).calls
        self.settle(GENERATIONS[1])

    def run(
        self, *arguments: str, kinds: int = 0, at: int = 0, action: int = 0, sticky: bool = False,
        exchange: bool = True, clock: int = 0, stage: Mapping[str, Any] | None = None, seconds: float | None = None,
    ) -> Ended:  # fmt: skip
        """Run a command; let the call number `at` of some kinds fail with `action`, or kill it there or after a time.

        `sticky`: all calls from there on. `clock`: seconds by which the clock jumps back and forth. `stage`: what
        happens at a function of the pipeline, see `forked`.
        """
        said = self.base / "logs" / "said.txt"
        self._memory[:] = _CONTROL.pack(kinds, at, action, sticky, not exchange, clock, *[0] * 10)
        assert self._server.stdin
        assert self._server.stdout
        print(json.dumps({"arguments": arguments, "said": str(said), "stage": stage}), file=self._server.stdin)
        process = int(self._server.stdout.readline())
        if seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):
                os.killpg(process, signal.SIGKILL)
        status = int(self._server.stdout.readline())
        _mask, _target, _action, _sticky, _exchange, _clock, _calls, hits, *calls = _CONTROL.unpack(self._memory[:])
        self._memory[:] = bytes(_CONTROL.size)
        wait_for_the_group(process)
        return Ended(
            code=os.waitstatus_to_exitcode(status),
            said=said.read_text(encoding="utf-8"),
            hits=hits,
            calls=dict(zip(KINDS, calls, strict=True)),
        )

    def settle(self, generation: str) -> None:
        """Build a generation undisturbed; AssertionError if anything of what came before is left over."""
        self.write(generation)
        ended = self.run(*BUILD)
        assert (ended.code, self.generations(), self.leftovers()) == (0, (generation, generation), []), ended.said

    def generation(self, name: str, *, previous: bool = False) -> str:
        """Return the generation of a site; AssertionError if it is of none."""
        folder = self.project / "site" / (f".{name}.previous" if previous else name)
        tree = tree_of(folder)
        for generation, sites in self.expected.items():
            if sites[name] == tree:
                return generation
        near = self.expected[GENERATIONS[0]][name]
        differing = sorted(path for path in near.keys() | tree.keys() if near.get(path) != tree.get(path))
        raise AssertionError(f"{folder} is of no generation: {differing[:10]}")

    def generations(self) -> tuple[str, ...]:
        """Return the generations of all sites."""
        return tuple(self.generation(name) for name in SITES)

    def leftovers(self) -> list[str]:
        """Return what lies in the project's folders and should not, or should and does not."""
        found: list[str] = []
        for folder, names in CLEAN.items():
            there = {path.name for path in (self.project / folder).iterdir()}
            found += sorted(f"{folder}/{name}" for name in there ^ names)
        return [*found, *sorted(f"tmp/{path.name}" for path in (self.root / "tmp").iterdir())]

    @contextmanager
    def reader(self, *, gaps: bool = False) -> Iterator[list[str]]:
        """Have the sites read all the while; in the end the list holds what the reader met. Gaps may be allowed."""
        faults, stop = self.base / "logs" / "reader.txt", self.base / "logs" / "stop"
        for file in (faults, stop):
            file.unlink(missing_ok=True)
        command = [sys.executable, str(Path(__file__).with_name("reader.py"))]
        process = subprocess.Popen(
            [*command, str(self.project / "site"), str(self.base / "expected"), str(faults), str(stop)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == "reading\n"
        met: list[str] = []
        try:
            yield met
        finally:
            stop.touch()
            assert process.wait(_PATIENCE) == 0
            process.stdout.close()
            lines = faults.read_text(encoding="utf-8").splitlines()
            assert lines[-1].startswith("read ")
            assert int(lines[-1].split()[1]) > 0
            print(lines[-1], "pages while sites were built")
            met += [line for line in lines[:-1] if not (gaps and line.startswith("gap"))]


def other(generation: str) -> str:
    """Return the generation that comes after one."""
    return GENERATIONS[1 - GENERATIONS.index(generation)]


def wait_for_the_group(group: int) -> None:
    """Wait until no process of a group runs any more; AssertionError if one stays."""
    deadline = time.monotonic() + _PATIENCE
    while members := _members(group):
        assert time.monotonic() < deadline, f"processes that a build started outlive it: {members}"
        time.sleep(0.01)


def _members(group: int) -> list[str]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                name, _bracket, rest = (folder / "stat").read_text().rpartition(")")
            except OSError:
                continue
            state, _parent, its_group = rest.split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(name)
    return found
