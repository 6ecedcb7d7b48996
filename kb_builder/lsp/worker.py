"""Checks projects in the background, one after the other; a check whose texts have changed meanwhile is broken off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from kb_builder.cache import Cache
from kb_builder.lsp.project import Job, Result, run

# A page that must be tried takes so long at most; a check ends behind it.
_WAIT = 8.0


class _Outdated(Exception):
    """What is being checked has changed."""


class Worker:
    """A thread that checks. `done` and `failed` are called in it; `open_cache` opens what earlier runs left."""

    def __init__(
        self,
        *,
        open_cache: Callable[[Path], Cache],
        done: Callable[[Job, Result], None],
        failed: Callable[[Job, Exception], None],
    ) -> None:
        self._open_cache = open_cache
        self._done = done
        self._failed = failed
        self._news = threading.Condition()
        self._waiting: dict[Path, Job] = {}
        self._running: Path | None = None
        self._outdated = threading.Event()
        self._is_closed = False
        self._caches: dict[Path, Cache] = {}
        self._thread = threading.Thread(target=self._work, name="kb-check", daemon=True)
        self._thread.start()

    def ask(self, job: Job) -> None:
        """Check a project as soon as may be; an earlier check of it is of no use any more."""
        with self._news:
            self._break_off(job.root)
            self._waiting[job.root] = job
            self._news.notify()

    def cancel(self, root: Path) -> None:
        """Break off the check of a project: its texts are changing."""
        with self._news:
            self._break_off(root)

    def close(self) -> None:
        """End the thread, with the check that it is at."""
        with self._news:
            self._is_closed = True
            self._outdated.set()
            self._news.notify()
        self._thread.join(_WAIT)

    def _break_off(self, root: Path) -> None:
        self._waiting.pop(root, None)
        if self._running == root:
            self._outdated.set()

    def _work(self) -> None:
        while True:
            with self._news:
                self._running = None
                self._news.wait_for(lambda: self._is_closed or self._waiting)
                if self._is_closed:
                    break
                root = next(iter(self._waiting))
                job = self._waiting.pop(root)
                self._running = root
                self._outdated.clear()
            try:
                self._done(job, run(job, self._cache(root), self._between))
            except _Outdated:
                continue
            except Exception as error:
                self._failed(job, error)
        for cache in self._caches.values():
            cache.close()

    def _cache(self, root: Path) -> Cache:
        # Opened in this thread: SQLite lets no other one use it.
        if root not in self._caches:
            self._caches[root] = self._open_cache(root)
        return self._caches[root]

    def _between(self) -> None:
        if self._outdated.is_set():
            raise _Outdated
