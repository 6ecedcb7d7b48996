"""Tells whether anything changed of what a check or a build reads: a hash of names and contents of all inputs.

Files are read only where their size, times or number differ from those at which they were hashed before, as Git does
it. A file that was changed within moments of being looked at may change again and look the same: it is read each time,
as is one whose times lie in the future.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb_builder.cache import Cache, digest
from kb_builder.sources.git import history_state

_KIND, _KEY = "files", "table"
# Some file systems count time in steps of two seconds.
_MOMENT = 2_000_000_000
# What is larger is neither a page nor an asset that is published; then its size and times stand for what is in it.
_MAX_BYTES = 20 * 1024 * 1024
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the inputs of a project lie, all relative to its folder.

    `config` is kb.yml, `files` are what it names besides: schemas and templates. `made` are the folders of the sites,
    which are no input even where the content is the whole project.
    """

    config: str
    content: str
    registry: str
    files: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


def take_fingerprint(root: Path, places: Places, cache: Cache) -> str:
    """Return a hash of every input of the project in `root` but the day.

    Nothing is raised: that something cannot be read is hashed as well.
    """
    looking = _Looking(cache)
    states = {"": history_state(root)}
    for path in (places.config, *places.files):
        states[path] = looking.at(root / path, path)
    states.update(looking.registry(root, places.registry))
    prefix = "" if places.content in ("", ".") else places.content.rstrip("/") + "/"
    states.update(looking.content(root / places.content, prefix, frozenset(places.made)))
    looking.remember()
    return digest(*(part for state in states.items() for part in state))


class _Looking:
    """Looks at files, and remembers for the next time what their bytes were."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._known = _read_table(cache.get(_KIND, [_KEY]).get(_KEY, b""))
        self._seen: dict[str, str] = {}
        # All that is younger may have changed since the clock last moved on.
        self._settled = time.time_ns() - _MOMENT

    def at(self, file: Path | str, path: str, flags: int = 0) -> str:
        """Return the state of a file by a path of its own, following links unless the flags forbid it."""
        try:
            return self._state(file, path, os.stat(file, follow_symlinks=not flags), flags)  # noqa: PTH116
        except OSError as error:
            return f"error {error.errno}"

    def registry(self, root: Path, folder: str) -> Iterator[tuple[str, str]]:
        """Yield the files of a folder, without those below it. Wrong names matter, as they may be meant for others."""
        try:
            names = sorted(os.listdir(root / folder))  # noqa: PTH208 - names alone
        except OSError as error:
            yield f"{folder}/", f"error {error.errno}"
            return
        for name in names:
            path = f"{folder}/{name}"
            yield path, self.at(root / path, path) if name.endswith(".yml") else "name"

    def content(self, folder: Path | str, prefix: str, made: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Yield everything in a folder and below it. Hidden files are no content, but links are refused."""
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            yield prefix, f"error {error.errno}"
            return
        for entry in entries:
            path = prefix + entry.name
            if path in made:
                continue
            if entry.is_symlink():
                yield path, "link"
            elif entry.name.startswith("."):
                continue
            elif entry.is_dir(follow_symlinks=False):
                yield path + "/", "folder"
                yield from self.content(entry.path, path + "/", made)
            else:
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError as error:
                    yield path, f"error {error.errno}"
                else:
                    yield path, self._state(entry.path, path, status, _NO_FOLLOW)

    def remember(self) -> None:
        """Keep what was seen, if it is not what is known."""
        if self._seen != self._known:
            self._cache.put(_KIND, {_KEY: json.dumps(self._seen).encode()})

    def _state(self, file: Path | str, path: str, status: os.stat_result, flags: int) -> str:
        if not stat.S_ISREG(status.st_mode):
            return f"kind {stat.S_IFMT(status.st_mode)}"
        looks = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} "
        if status.st_size > _MAX_BYTES:
            return looks
        known = self._known.get(path, "")
        is_settled = status.st_mtime_ns < self._settled and status.st_ctime_ns < self._settled
        if not (is_settled and known.startswith(looks)):
            try:
                known = looks + digest(_read(file, flags))
            except OSError as error:
                return f"error {error.errno}"
        if is_settled:
            self._seen[path] = known
        return known[len(looks) :]


def _read(file: Path | str, flags: int) -> bytes:
    handle = os.open(file, _OPEN_FLAGS | flags)
    with os.fdopen(handle, "rb") as stream:
        return stream.read(_MAX_BYTES + 1)


def _read_table(data: bytes) -> dict[str, str]:
    """Return by path the looks of a file and the hash of its bytes; nothing if the data is not that."""
    try:
        table = json.loads(data)
    except ValueError:
        return {}
    if not isinstance(table, dict) or not all(isinstance(each, str) for each in table.values()):
        return {}
    return table
