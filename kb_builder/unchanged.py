"""Knows whether a build would give what is published already, without doing any of it.

That is so if the inputs are those of the last build, and if every file of every published site has the size and the
time that it had when it was published.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kb_builder.cache import Cache, digest
from kb_builder.model.settings import Settings
from kb_builder.outcome import places_of
from kb_builder.sources.fingerprint import look

_KIND = "build"
# What is put in place with a site, beside it.
_BESIDE = ".verify.json"


def inputs_fingerprint(settings: Settings, as_of: date, cache: Cache) -> str:
    """Return a hash of all that a build depends on: kb.yml, registry, content, the day, the state of Git."""
    return digest(as_of.isoformat(), look(settings.root, places_of(settings), cache).digest)


def last_report(cache: Cache, fingerprint: str, outs: Mapping[str, Path]) -> str | None:
    """Return what the last build reported, None if another one is needed. `outs` are the sites asked for."""
    key = _key(fingerprint, outs)
    data = cache.get(_KIND, [key]).get(key)
    try:
        kept: Any = json.loads(data or b"")
        report, sites = kept["report"], kept["sites"]
        is_same = isinstance(report, str) and sites == [_manifest(out) for out in outs.values()]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return report if is_same else None


def remember(cache: Cache, fingerprint: str, outs: Mapping[str, Path], report: str) -> None:
    """Keep what a build that published its sites reported, in place of whatever was kept before."""
    key = _key(fingerprint, outs)
    try:
        kept = {"report": report, "sites": [_manifest(out) for out in outs.values()]}
    except OSError:
        # The sites are in place all the same; the next build looks again.
        return
    cache.put(_KIND, {key: json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()})
    cache.keep(_KIND, [key])


def _key(fingerprint: str, outs: Mapping[str, Path]) -> str:
    return digest(fingerprint, *(part for name, out in outs.items() for part in (name, os.fspath(out))))


def _manifest(out: Path) -> str:
    """Return a hash of the names, sizes and times of all files of a site, and of the report beside it."""
    beside = out.with_name(out.name + _BESIDE)
    rows = [*_rows(os.fspath(out), ""), *([_row(beside.name, beside.lstat())] if beside.exists() else [])]
    return digest(*sorted(rows))


def _rows(folder: str, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _rows(entry.path, f"{name}/")
            else:
                yield _row(name, entry.stat(follow_symlinks=False))


def _row(name: str, status: os.stat_result) -> str:
    return f"{name}\0{status.st_mode}\0{status.st_size}\0{status.st_mtime_ns}"
