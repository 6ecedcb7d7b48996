"""Reads the history of the content from Git: which commit changed which page, and what pages held before."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kb_builder.model.history import Commit, FileChange
from kb_builder.sources.git import read_blobs, run_git


def read_commits(root: Path, folder: str, since: date, zone: ZoneInfo) -> tuple[Commit, ...]:
    """Return the commits since a day that touched files in a folder of the project, the newest first.

    Raises KbError where there is no Git or no repository. In a clone that holds only a part of the history, the
    oldest commit seems to have added every file.
    """
    options = ("--raw", "-z", "--no-abbrev", "--no-renames", "--relative", "--no-color", "--no-show-signature")
    form = "--format=%H%x00%ct%x00%s"
    said = run_git(root, "log", *options, form, f"--since={since.isoformat()}T00:00:00Z", "--", folder)
    return tuple(_commits(said, zone))


def read_contents(root: Path, names: Iterable[str]) -> Mapping[str, bytes]:
    """Return contents by Git's names of them; those that are not in this clone are left out."""
    return read_blobs(root, sorted(set(names)))


def _commits(said: bytes, zone: ZoneInfo) -> Iterator[Commit]:
    """Read fields in their order: what a path or a message holds is never taken for a mark."""
    fields = iter(said.split(b"\0"))
    field = next(fields, b"")
    while field:
        id_, seconds, subject = field, next(fields), next(fields)
        changes = []
        for field in fields:
            facts = field.strip(b"\n").split(b" ")
            if len(facts) != 5:
                break
            changes.append(FileChange(path=os.fsdecode(next(fields)), before=_name(facts[2]), after=_name(facts[3])))
        else:
            field = b""
        yield Commit(
            id=id_.decode(),
            day=datetime.fromtimestamp(int(seconds), zone).date(),
            subject=subject.decode(errors="replace"),
            changes=tuple(changes),
        )


def _name(id_: bytes) -> str:
    return "" if not id_.strip(b"0") else id_.decode()
