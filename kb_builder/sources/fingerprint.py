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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kb_builder.cache import Cache, digest
from kb_builder.sources.git import history_state

_KIND, _KEY = "files", "table"
# Some file systems count time in steps of two seconds.
_MOMENT = 2_000_000_000
# What is larger is neither a page nor an asset that is published; then its size and times stand for what is in it.
_MAX_BYTES = 20 * 1024 * 1024
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_PAGES = (".md", ".markdown")
_NOTHING: Mapping[str, str] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The inputs as they were found at one moment, by path.

    `looks` are sizes, times and numbers of files, and the kind of whatever is none; `states` hashes of their bytes.
    """

    looks: Mapping[str, str]
    states: Mapping[str, str]

    @property
    def digest(self) -> str:
        """A hash of all inputs but the day."""
        return digest(*(part for state in self.states.items() for part in state))

    def agrees(self, later: Look, read: Mapping[str, str]) -> bool:
        """Whether nothing changed up to a later look, and the pages were `read` as they are, by hashes of their bytes.

        What was not hashed at first must look the same.
        """
        return (
            self.looks == later.looks
            and all(later.states.get(path) == state for path, state in self.states.items())
            and all(later.states.get(path) == state for path, state in read.items())
        )


def look(root: Path, places: Places, cache: Cache, *, hashing: bool = True, read: Mapping[str, str] = _NOTHING) -> Look:
    """Look at every input of the project in `root`. Nothing is raised: that something cannot be read is a state.

    Without `hashing`, pages that are not known are left unread, and have no state. `read` are pages that were read
    since an earlier look, by path: their looks then, and the hash of what was read. They need not be read again.
    """
    looking = _Looking(cache, hashing, read)
    looking.note("", history_state(root))
    for path in (places.config, *places.files):
        looking.at(root / path, path)
    looking.registry(root, places.registry)
    prefix = "" if places.content in ("", ".") else places.content.rstrip("/") + "/"
    looking.content(root / places.content, prefix, frozenset(places.made))
    looking.remember()
    return Look(looks=looking.looks, states=looking.states)


class _Looking:
    """Looks at files, and remembers for the next time what their bytes were."""

    def __init__(self, cache: Cache, hashing: bool, read: Mapping[str, str]) -> None:
        self._cache = cache
        self._hashing = hashing
        self._read = read
        self._known = _read_table(cache.get(_KIND, [_KEY]).get(_KEY, b""))
        self._settled_looks: dict[str, str] = {}
        self.looks: dict[str, str] = {}
        self.states: dict[str, str] = {}
        # All that is younger may have changed since the clock last moved on.
        self._settled = time.time_ns() - _MOMENT

    def note(self, path: str, state: str) -> None:
        """Note what is no file, or could not be read."""
        self.looks[path] = self.states[path] = state

    def at(self, file: Path, path: str) -> None:
        """Look at a file, or at where a link leads."""
        try:
            self._file(file, path, file.stat(), 0)
        except OSError as error:
            self.note(path, f"error {error.errno}")

    def registry(self, root: Path, folder: str) -> None:
        """Look at the files of a folder, not below it. Wrong names matter, as they may be meant for the right ones."""
        try:
            names = sorted(os.listdir(root / folder))  # noqa: PTH208 - names alone
        except OSError as error:
            self.note(f"{folder}/", f"error {error.errno}")
            return
        for name in names:
            if name.endswith(".yml"):
                self.at(root / folder / name, f"{folder}/{name}")
            else:
                self.note(f"{folder}/{name}", "name")

    def content(self, folder: Path | str, prefix: str, made: frozenset[str]) -> None:
        """Look at everything in a folder and below it. Hidden files are no content, but links are refused."""
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            self.note(prefix, f"error {error.errno}")
            return
        for entry in entries:
            path = prefix + entry.name
            if path in made:
                continue
            if entry.is_symlink():
                self.note(path, "link")
            elif entry.name.startswith("."):
                continue
            elif entry.is_dir(follow_symlinks=False):
                self.note(path + "/", "folder")
                self.content(entry.path, path + "/", made)
            else:
                try:
                    self._file(entry.path, path, entry.stat(follow_symlinks=False), _NO_FOLLOW)
                except OSError as error:
                    self.note(path, f"error {error.errno}")

    def remember(self) -> None:
        """Keep what is known of the bytes of files, if that is more or less than before."""
        if self._settled_looks != self._known:
            self._cache.put(_KIND, {_KEY: json.dumps(self._settled_looks).encode()})

    def _file(self, file: Path | str, path: str, status: os.stat_result, flags: int) -> None:
        if not stat.S_ISREG(status.st_mode):
            self.note(path, f"kind {stat.S_IFMT(status.st_mode)}")
            return
        looks = f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} "
        if status.st_size > _MAX_BYTES:
            self.note(path, looks)
            return
        self.looks[path] = looks
        is_settled = status.st_mtime_ns < self._settled and status.st_ctime_ns < self._settled
        known = self._known.get(path, "")
        if not known.startswith(looks):
            known = self._read.get(path, "")
        if not (is_settled and known.startswith(looks)):
            if not self._hashing and path.endswith(_PAGES):
                return
            known = looks + digest(_read(file, flags))
        self.states[path] = known[len(looks) :]
        if is_settled:
            self._settled_looks[path] = known


def _read(file: Path | str, flags: int) -> bytes:
    handle = os.open(file, _OPEN_FLAGS | flags)
    with os.fdopen(handle, "rb") as stream:
        return stream.read(_MAX_BYTES + 1)


def _read_table(data: bytes) -> dict[str, str]:
    """Return by path the looks of a file and the hash of its bytes; nothing if the data is not that."""
    try:
        table = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(table, dict) or not all(isinstance(each, str) for each in table.values()):
        return {}
    return table
