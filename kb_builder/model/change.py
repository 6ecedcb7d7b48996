"""What a change does to the pages of a project: findings it causes and mends, pages and flowcharts it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kb_builder.model.diagnostic import Diagnostic


class Fate(StrEnum):
    """What became of a page."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPage:
    """A page that the change touches; `state` and `next_review` are those after it, and say nothing of a removed one.

    `owner` is as people read it. `next_review` is None for a page that needs none or was never reviewed.
    """

    fate: Fate
    path: str
    id: str
    title: str
    owner: str
    state: str
    next_review: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFlow:
    """A flowchart that the change alters: its steps with a mark, and Mermaid text before and after.

    `steps` are pairs of a mark (new, changed, removed) and the name of a step. `before` is empty for a new chart,
    `after` for a removed one.
    """

    id: str
    title: str
    steps: tuple[tuple[str, str], ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened since `since`, a revision as people call it.

    `own` holds the fingerprints of the findings that count: those on touched pages and those that the change causes
    elsewhere; `new` those of them that were not there before. `fixed` are the findings that are no longer there.
    `left_out` is the number of findings that are not reported since they are not the change's own.
    """

    since: str
    own: frozenset[str]
    new: frozenset[str] = frozenset()
    fixed: tuple[Diagnostic, ...] = ()
    pages: tuple[ChangedPage, ...] = ()
    flows: tuple[ChangedFlow, ...] = ()
    left_out: int = 0
