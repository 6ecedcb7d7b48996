"""Tells when something is written into the folders of a project."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

# Editors write a file in several steps, and version control many files at once.
_SETTLED = 0.1
_ROUNDS = 20
# Reading is not told of: a check reads every page.
_WRITING: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirMovedEvent, DirDeletedEvent),
]


class Watch(FileSystemEventHandler):
    """Watches folders from its making to its closing, as far as the file system tells of changes."""

    def __init__(self) -> None:
        self._written = threading.Event()
        self._folders: Mapping[Path, bool] = {}
        self._observer: BaseObserver | None = None

    def at(self, folders: Mapping[Path, bool]) -> None:
        """Watch these folders from now on; True for all below one. Those that are not there, or too many, are not."""
        if folders == self._folders:
            return
        self.close()
        self._folders = dict(folders)
        observer = Observer()
        try:
            for folder, is_recursive in folders.items():
                if folder.is_dir():
                    observer.schedule(self, str(folder), recursive=is_recursive, event_filter=_WRITING)
            observer.start()
        except OSError:
            # As many as the system allows are watched already.
            observer.unschedule_all()
            return
        self._observer = observer

    def wait(self, seconds: float) -> None:
        """Wait until something was written, and no more for a moment; not longer than so many seconds if nothing is."""
        if self._written.wait(seconds):
            for _round in range(_ROUNDS):
                self._written.clear()
                if not self._written.wait(_SETTLED):
                    break

    @property
    def has_news(self) -> bool:
        """Whether something was written since the last `wait`."""
        return self._written.is_set()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note what is not the private matter of an editor."""
        paths = (path for path in (event.src_path, event.dest_path) if path)
        if any(not is_private(Path(str(path)).name) for path in paths):
            self._written.set()

    def close(self) -> None:
        """Stop watching."""
        if self._observer:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_private(name: str) -> bool:
    """Whether a file is one that editors put beside another while they write that."""
    return name.startswith((".", "#")) or name.endswith(("~", ".tmp", ".swp")) or name == "4913"
