"""What the repository's history says of pages, as far as it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kb_builder.model.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file in a commit; `path` is from the project's folder.

    `before` and `after` are Git's names of its contents, empty where the file was not there.
    """

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit: its full id, its day in the project's time zone, the first line of its message, and its files."""

    id: str
    day: date
    subject: str
    changes: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A page that is no longer there: as it last was, and the day it was deleted."""

    document: Document
    day: date


@dataclass(frozen=True, kw_only=True)
class History:
    """Commits that touched content, the newest first, and the contents that somebody asked for, by their names."""

    commits: tuple[Commit, ...] = ()
    contents: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def by_path(self) -> Mapping[str, tuple[tuple[Commit, FileChange], ...]]:
        """Commits and changes by path, the newest first."""
        found: dict[str, list[tuple[Commit, FileChange]]] = {}
        for commit in self.commits:
            for change in commit.changes:
                found.setdefault(change.path, []).append((commit, change))
        return {path: tuple(changes) for path, changes in found.items()}

    def content_on(self, path: str, day: date) -> str:
        """Return the name of what a file held at the end of a day, empty if it was not there or that is not known."""
        changes = self.by_path.get(path, ())
        later = [change for commit, change in changes if commit.day > day]
        if later:
            return later[-1].before
        return changes[0][1].after if changes else ""

    def deleted(self, existing: Iterable[str]) -> tuple[tuple[Commit, FileChange], ...]:
        """Return the last deletion of every file that is no longer there, the newest first."""
        there = set(existing)
        return tuple(
            changes[0] for path, changes in self.by_path.items() if path not in there and not changes[0][1].after
        )
