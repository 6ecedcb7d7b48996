"""What files look like from outside: enough to tell whether one was written, added or removed since."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

# By path: size, time of the last writing, time of the last change of any kind, number of the file.
Marks = Mapping[str, tuple[int, int, int, int]]


def file_marks(root: Path, names: Iterable[str], without: Collection[str] = ()) -> Marks:
    """Return the marks of files, and of all files in folders, that are named relative to `root`.

    Hidden ones and what lies in `without` are left out, and so is what cannot be looked at: who reads it says why.
    """
    marks: dict[str, tuple[int, int, int, int]] = {}
    for name in names:
        for path, status in _files(root, "" if name == "." else name, frozenset(without)):
            marks[path] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return marks


def differences(before: Marks, after: Marks) -> list[str]:
    """Return the paths of files that were written, added or removed."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _files(root: Path, name: str, without: frozenset[str]) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with os.scandir(root / name) as scan:
            entries = list(scan)
    except NotADirectoryError:
        yield name, (root / name).lstat()
        return
    except OSError:
        return
    for entry in entries:
        path = f"{name}/{entry.name}" if name else entry.name
        if entry.name.startswith(".") or path in without:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(root, path, without)
            continue
        try:
            yield path, entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
