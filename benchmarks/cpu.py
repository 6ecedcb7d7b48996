"""Measures commands by the CPU time of their processes, children included. Only ratios of one run travel."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType


def script(name: str) -> str:
    """Return the path of a command that is installed beside this Python."""
    return str(Path(sys.executable).with_name(name))


def cpu_seconds(command: Sequence[str], folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> float:
    """Run a command to its end in a folder and return its CPU seconds; RuntimeError if it fails.

    `more` are environment variables.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=folder, env={**environment(), **more}, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(command)} exited with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def best_of(rounds: int, commands: Mapping[str, Sequence[str]], folder: Path) -> dict[str, float]:
    """Return the least CPU seconds of every command.

    The commands take turns, so that a busy machine is busy for all of them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seconds[name].append(cpu_seconds(command, folder))
    return {name: min(each) for name, each in seconds.items()}


def environment() -> dict[str, str]:
    """Return the environment of measured commands."""
    # Compiled modules are kept, as they are where people work.
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**given, "PYTHONHASHSEED": "0", "NO_COLOR": "1"}
