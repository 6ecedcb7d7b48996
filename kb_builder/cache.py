"""Remembers what earlier runs worked out; every entry may be lost at any time without harm.

The store lies outside the project, in the user's own cache folder, so that no content and no pull request can plant
an entry. An entry's key is a hash of everything that its data depends on; its data is bytes that readers must check as
they would a file from anywhere: JSON, never pickled objects. Entries of another version of kb, of Python or of the
installed packages are not read.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TypeVar

from kb_builder import __version__

T = TypeVar("T")
# Where the store is, if not in the user's cache folder; `off` for none.
ENVIRONMENT = "KB_CACHE_DIR"
_FILE = "cache.sqlite"
# SQLite takes no more values in one question on old systems.
_MOST = 500
_BATCH = 200
# Seconds to wait for another process that writes.
_WAIT = 1.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS stamp (value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    kind TEXT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
"""


def digest(*parts: bytes | str) -> str:
    """Return a hash of parts, 32 hexadecimal digits; where one ends and the next begins matters."""
    state = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()


def in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield items some at a time, as many as are to be asked for and in memory at once."""
    left = iter(items)
    while some := list(islice(left, _BATCH)):
        yield some


class Cache:
    """A store of bytes by kind and key. Nothing it does raises; `notice` says why it is of no use, if so."""

    def __init__(self, connection: sqlite3.Connection | None = None, notice: str = "") -> None:
        self._connection = connection
        self.notice = notice

    @property
    def is_kept(self) -> bool:
        """Whether anything that is put here is there for the next run."""
        return self._connection is not None

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the entries that are there, by key; damaged ones are as good as none."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, bytes] = {}
        with self._careful() as connection:
            for start in range(0, len(wanted), _MOST):
                some = wanted[start : start + _MOST]
                marks = ",".join("?" * len(some))
                question = f"SELECT key, digest, data FROM entries WHERE kind = ? AND key IN ({marks})"
                for key, checksum, data in connection.execute(question, (kind, *some)):
                    if isinstance(data, bytes) and checksum == _checksum(kind, key, data):
                        found[key] = data
        return found

    def put(self, kind: str, entries: Mapping[str, bytes]) -> None:
        """Keep entries, in place of those with the same keys."""
        rows = [(kind, key, _checksum(kind, key, data), data) for key, data in entries.items()]
        with self._careful() as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", rows)

    def keep(self, kind: str, keys: Iterable[str]) -> None:
        """Drop all entries of a kind but these."""
        kept = set(keys)
        with self._careful() as connection, connection:
            every = [key for (key,) in connection.execute("SELECT key FROM entries WHERE kind = ?", (kind,))]
            gone = [(kind, key) for key in every if key not in kept]
            connection.executemany("DELETE FROM entries WHERE kind = ? AND key = ?", gone)

    def close(self) -> None:
        """Let go of the file."""
        with self._careful() as connection:
            connection.close()
        self._connection = None

    @contextlib.contextmanager
    def _careful(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection; from the first fault on the store is as if empty."""
        connection = self._connection
        if connection is None:
            connection = sqlite3.connect(":memory:")
            connection.executescript(_SCHEMA)
            with contextlib.closing(connection):
                yield connection
            return
        try:
            yield connection
        except sqlite3.OperationalError as error:
            # Full, read-only or held by another process for too long: this run goes without.
            self._give_up(f"the cache is not used: {error}")
        except sqlite3.Error as error:
            self._give_up(f"the cache was damaged and begins anew: {error}")

    def _give_up(self, notice: str) -> None:
        self.notice = notice
        with contextlib.suppress(sqlite3.Error):
            if self._connection is not None:
                self._connection.close()
        self._connection = None


def open_cache(root: Path, environment: Mapping[str, str]) -> Cache:
    """Open the store of the project in `root`, made if need be; one that cannot be used is empty and says why."""
    home = cache_home(environment)
    if home is None:
        return Cache()
    folder = home / digest(os.fsencode(root.resolve()))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
            return Cache(notice=f"the cache is not used: others may write into {folder}")
    except OSError as error:
        return Cache(notice=f"the cache is not used: {folder}: {error.strerror}")
    notice = ""
    for _attempt in range(2):
        try:
            return Cache(_connect(folder / _FILE), notice)
        except sqlite3.OperationalError as error:
            return Cache(notice=f"the cache is not used: {error}")
        except sqlite3.Error as error:
            notice = f"the cache was damaged and begins anew: {error}"
            for file in folder.glob(_FILE + "*"):
                with contextlib.suppress(OSError):
                    file.unlink()
    return Cache(notice=notice)


def cache_home(environment: Mapping[str, str]) -> Path | None:
    """Return the folder of all stores, after the XDG base directory specification; None if none is wanted."""
    chosen = environment.get(ENVIRONMENT, "")
    if chosen == "off":
        return None
    if chosen:
        return Path(chosen)
    # A relative path is to be ignored, says the specification.
    given = environment.get("XDG_CACHE_HOME", "")
    if given.startswith("/"):
        return Path(given) / "kb"
    home = environment.get("HOME", "")
    return Path(home) / ".cache" / "kb" if home.startswith("/") else None


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_WAIT)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # What a power cut loses is worked out again.
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_SCHEMA)
        stamp = _stamp()
        if connection.execute("SELECT value FROM stamp").fetchall() != [(stamp,)]:
            with connection:
                connection.execute("DELETE FROM entries")
                connection.execute("DELETE FROM stamp")
                connection.execute("INSERT INTO stamp VALUES (?)", (stamp,))
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _stamp() -> str:
    """Return a text that differs for every version of kb, of Python and of the packages beside it."""
    ours = Path(__file__).parent
    seen: list[str] = [__version__, sys.version]
    for file in sorted(ours.rglob("*")):
        # What Python compiles changes with the first run, and with it the times of folders.
        if file.suffix != ".pyc" and file.is_file():
            status = file.stat()
            seen.append(f"{file.relative_to(ours)} {status.st_size} {status.st_mtime_ns}")
    # Installing or removing a package changes the folder it lies in.
    for name in ("purelib", "platlib"):
        seen.append(str(Path(sysconfig.get_path(name)).stat().st_mtime_ns))
    return digest(*seen)


def _checksum(kind: str, key: str, data: bytes) -> bytes:
    return bytes.fromhex(digest(kind, key, data))
