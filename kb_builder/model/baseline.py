"""Findings that were there when a repository was taken over: they are owed, and do not fail a check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFinding:
    """A finding in the baseline: its fingerprint, code and path, and the day on which it was first seen."""

    fingerprint: str
    code: str
    path: str
    since: date
