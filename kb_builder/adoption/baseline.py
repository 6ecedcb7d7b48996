"""The baseline: the findings that a project had when it was taken over, in a file that only becomes shorter.

What is in it does not fail `kb check`. Nothing is built because of it that would not be built without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kb_builder.model.baseline import KnownFinding
from kb_builder.model.dates import parse_date
from kb_builder.model.diagnostic import Diagnostic, Finding, Severity
from kb_builder.model.errors import KbError

FILE_NAME = "kb-baseline.json"
# Codes of what is unsafe, may reach customers or stops a build: somebody must mend it, however old it is.
_NEVER = ("KB6", "KB7", "KB9")
_NEVER_SLUGS = frozenset(("configuration", "unsafe-file"))
# Announcements: what comes of them has a code of its own.
_ANNOUNCED = frozenset(("review-due-soon", "drill-due-soon"))
_FIELDS = ("fingerprint", "code", "path", "since")
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A baseline beside what a check finds: entries that still occur, entries that do not, findings it lacks.

    `refused` are findings that no baseline may hold.
    """

    kept: tuple[KnownFinding, ...]
    gone: tuple[KnownFinding, ...]
    new: tuple[Diagnostic, ...]
    refused: tuple[Diagnostic, ...]


def read_baseline(root: Path) -> tuple[KnownFinding, ...] | None:
    """Return the entries of the project's baseline, None if it has none; KbError if the file cannot be understood."""
    try:
        text = (root / FILE_NAME).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise KbError(f"{FILE_NAME} cannot be read: {reason}", "mend the file, or delete it") from error
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise KbError(
            f"{FILE_NAME}{where}: not valid JSON; a merge may have left its marks",
            "keep the lines of both sides, or take the file of one side and run `kb baseline`",
        ) from error
    if not isinstance(value, dict) or value.get("version") != 1 or not isinstance(value.get("findings"), list):
        raise KbError(
            f"{FILE_NAME} is no baseline of kb: `version` must be 1 and `findings` a list",
            "restore it, or delete it and run `kb baseline`",
        )
    return tuple(_entry(number, each) for number, each in enumerate(value["findings"], 1))


def _entry(number: int, value: Any) -> KnownFinding:
    given = value if isinstance(value, dict) else {}
    texts = [each if isinstance(each := given.get(name), str) else "" for name in _FIELDS]
    since = parse_date(texts[3])
    if since is None or not all(texts):
        raise KbError(
            f"{FILE_NAME}: entry {number} lacks one of {', '.join(_FIELDS)}, or its day is not YYYY-MM-DD",
            "restore the entry, or remove it and run `kb baseline`",
        )
    return KnownFinding(fingerprint=texts[0], code=texts[1], path=texts[2], since=since)


def write_baseline(entries: Iterable[KnownFinding]) -> str:
    """Return the text of the file: one line an entry, sorted, so that two branches seldom clash in it."""
    lines = [
        json.dumps(
            {"code": each.code, "path": each.path, "fingerprint": each.fingerprint, "since": each.since.isoformat()},
            ensure_ascii=False,
        )
        for each in sorted(entries, key=lambda each: (each.path, each.code, each.fingerprint))
    ]
    inner = "".join(f"\n  {line}{',' if number < len(lines) else ''}" for number, line in enumerate(lines, 1))
    return f'{{\n "version": 1,\n "findings": [{inner}{chr(10) + " " if lines else ""}]\n}}\n'


def may_be_held(found: Diagnostic) -> bool:
    """Whether a baseline may hold a finding."""
    return not found.code.startswith(_NEVER) and found.slug not in _NEVER_SLUGS


def compare(entries: Sequence[KnownFinding], diagnostics: Iterable[Diagnostic]) -> Comparison:
    """Compare a baseline with the findings of a check.

    Notices and announcements are no faults, so no baseline takes them up.
    """
    found = {each.fingerprint: each for each in diagnostics}
    faults = [each for each in found.values() if each.severity > Severity.NOTICE and each.slug not in _ANNOUNCED]
    kept = tuple(each for each in entries if each.fingerprint in found and may_be_held(found[each.fingerprint]))
    known, held = {each.fingerprint for each in entries}, set(kept)
    return Comparison(
        kept=kept,
        gone=tuple(each for each in entries if each not in held),
        new=tuple(each for each in faults if each.fingerprint not in known and may_be_held(each)),
        refused=tuple(each for each in faults if not may_be_held(each)),
    )


def with_new(comparison: Comparison, today: date) -> tuple[KnownFinding, ...]:
    """Return the entries that still occur, and those of the findings that the baseline lacks, seen today."""
    added = (
        KnownFinding(fingerprint=each.fingerprint, code=each.code, path=each.path, since=today)
        for each in comparison.new
    )
    return (*comparison.kept, *added)


def outdated(gone: Sequence[KnownFinding]) -> Finding:
    """Say that entries of the baseline can be removed."""
    named = ", ".join(f"{each.code} in {each.path}" for each in gone[:_NAMED])
    more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
    return Finding(
        slug="baseline-outdated",
        path=FILE_NAME,
        message=f"{len(gone)} {'entry is' if len(gone) == 1 else 'entries are'} no longer needed: {named}{more}",
        hint="run `kb baseline`, which removes what was mended, and commit the file",
    )
