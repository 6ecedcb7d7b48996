"""What browsers are shown: the newest site, findings in place of pages that are at fault, and what changed when."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

# What pages are drawn with; a change of it is a change of every page.
_DRAWN_WITH = frozenset((".css", ".js", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"))
# The box asks these when somebody types.
_SEARCH = "search/"
_NOTHING: Mapping[str, bytes] = MappingProxyType({})


class Shown:
    """A site in the folder `root`. One thread changes it, many read it; each reads what is whole."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._instead: Mapping[str, bytes] = {}
        # States of another run of the server mean nothing here.
        self._session = secrets.token_hex(4)
        # Addresses of the pages that each change changed, None for all.
        self._changes: list[frozenset[str] | None] = []
        self._changed = threading.Condition()

    @property
    def root(self) -> Path:
        """Where the site stands, if there is one."""
        return self._root

    @property
    def instead(self) -> Mapping[str, bytes]:
        """What is shown in the place of pages, by address."""
        return self._instead

    @property
    def state(self) -> str:
        """A name of what is shown now."""
        with self._changed:
            return f"{self._session}.{len(self._changes)}"

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file of the site, None if there is none of that name within it."""
        with self._changed:
            if name in self._instead:
                return self._instead[name]
            try:
                file = (self._root / name).resolve()
                return file.read_bytes() if _is_within(name) and file.is_relative_to(self._root.resolve()) else None
            except (OSError, ValueError):
                return None

    def show(
        self, *, instead: Mapping[str, bytes], pages: Mapping[str, bytes] = _NOTHING, site: Path | None = None
    ) -> None:
        """Show all of this at once: a whole `site`, which is moved here, new `pages` of it, something `instead`."""
        changed = _differences(self._root, site) if site else frozenset()
        old = self._root.with_name(f"{self._root.name}.old")
        with self._changed:
            if site:
                if self._root.exists():
                    self._root.rename(old)
                site.rename(self._root)
            rewritten = {name for name, data in pages.items() if self._put(name, data)}
            covered = {
                name for name in self._instead.keys() | instead.keys() if self._instead.get(name) != instead.get(name)
            }
            self._instead = dict(instead)
            everything = None if changed is None else changed | rewritten | covered
            if everything is None or everything:
                self._changes.append(everything)
                self._changed.notify_all()
        shutil.rmtree(old, ignore_errors=True)

    def wait(self, state: str, seconds: float) -> tuple[str, list[str] | None]:
        """Wait until something is shown that was not in a state; return the new one and the addresses that changed.

        None instead of these: any page may have changed, as the state is not known.
        """
        session, _dot, number = state.partition(".")
        with self._changed:
            if session != self._session or not number.isdecimal() or int(number) > len(self._changes):
                return f"{self._session}.{len(self._changes)}", None
            seen = int(number)
            self._changed.wait_for(lambda: len(self._changes) > seen, seconds)
            now, changes = f"{self._session}.{len(self._changes)}", self._changes[seen:]
        return now, None if None in changes else sorted({page for change in changes for page in change or ()})

    def _put(self, name: str, data: bytes) -> bool:
        """Put a page in place if it says something else; the file may be shared with a site that must not change."""
        file = self._root / name
        if file.exists() and file.read_bytes() == data:
            return False
        file.unlink(missing_ok=True)
        file.write_bytes(data)
        return True


def _is_within(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _differences(old: Path, new: Path) -> frozenset[str] | None:
    """Return the addresses of pages that differ between two sites, None if something differs that all pages use."""
    before, after = dict(_files(old)), dict(_files(new))
    changed = {name for name in before.keys() | after.keys() if name not in before or name not in after} | {
        name for name in before.keys() & after.keys() if not _is_same(before[name], after[name])
    }
    if any(Path(name).suffix in _DRAWN_WITH and not name.startswith(_SEARCH) for name in changed):
        return None
    return frozenset(name for name in changed if name.endswith(".html"))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    return ((file.relative_to(folder).as_posix(), file) for file in folder.rglob("*") if file.is_file())


def _is_same(one: Path, other: Path) -> bool:
    # Unchanged pages are the same file in both.
    return one.samefile(other) or one.read_bytes() == other.read_bytes()
