"""A reader that opens pages of two sites all the time, and says whenever it meets a gap or a mix.

Usage: reader.py SITES EXPECTED FAULTS STOP. EXPECTED holds a folder for each generation with what SITES may hold.
Faults are written to the file FAULTS, one a line; when the file STOP is there, the last line is how much was read.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

Tree = dict[str, bytes]


def tree_of(folder: Path) -> Tree:
    """Return all files of a folder by their path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read_single(site: Path, expected: dict[str, Tree], name: str) -> str:
    """Read a page by its path, as a server does; return what is wrong."""
    try:
        data = (site / name).read_bytes()
    except OSError as error:
        return f"gap: {site.name}/{name}: {error.strerror}"
    if not any(tree[name] == data for tree in expected.values()):
        return f"mix: {site.name}/{name} is of no generation ({len(data)} bytes)"
    return ""


def read_many(site: Path, expected: dict[str, Tree], names: list[str]) -> str:
    """Read pages of one folder that is held open; return what is wrong."""
    try:
        folder = os.open(site, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        return f"gap: {site.name}: {error.strerror}"
    try:
        possible = set(expected)
        for name in names:
            try:
                handle = os.open(name, os.O_RDONLY, dir_fd=folder)
            except FileNotFoundError:
                if os.fstat(folder).st_ino in (_number(site), _number(site.with_name(f".{site.name}.previous"))):
                    return f"gap: {site.name}/{name} while its folder is there"
                return ""  # the folder is two generations old
            with os.fdopen(handle, "rb") as file:
                data = file.read()
            possible = {each for each in possible if expected[each][name] == data}
            if not possible:
                return f"mix: {site.name}: {name} is not of the generation of the pages before it"
        return ""
    finally:
        os.close(folder)


def _number(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def main() -> None:
    """Read until told to stop."""
    sites, expected_folder, faults, stop = map(Path, sys.argv[1:])
    generations = sorted(expected_folder.iterdir())
    expected = {name: {each.name: tree_of(each / name) for each in generations} for name in ("staff", "customers")}
    chance = random.Random(7)
    reads = 0
    with faults.open("a", buffering=1) as out:
        print("reading", flush=True)
        while not stop.exists():
            for name, trees in expected.items():
                files = sorted(next(iter(trees.values())))
                chosen = ["index.html", *chance.sample(files, 6)]
                for problem in (
                    *(read_single(sites / name, trees, each) for each in chosen),
                    read_many(sites / name, trees, chosen),
                ):
                    if problem:
                        print(problem, file=out)
                reads += 2 * len(chosen)
            # Builds need the processor too.
            time.sleep(0.005)
        print(f"read {reads}", file=out)


if __name__ == "__main__":
    main()
