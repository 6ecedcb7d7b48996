"""What is odd about the figures of one service level agreement. Checks report it, and the page of policies shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from kb_builder.model.sla import CLOCKS, FIGURES, Level, Policy


class OddityKind(StrEnum):
    """What is odd about a figure, as the slug of its check says it."""

    MILDER_LEVEL_FASTER = "sla-milder-level-faster"
    CLOCKS_OUT_OF_ORDER = "sla-clocks-out-of-order"
    FIGURE_MISSING = "sla-figure-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """A figure of a level that is odd, and the figure it does not fit with: the same one where it is missing."""

    kind: OddityKind
    level: Level
    figure: str
    other_level: Level
    other_figure: str

    @property
    def is_explained(self) -> bool:
        """Whether the agreement says why: a figure may be missing for a reason."""
        return self.kind is OddityKind.FIGURE_MISSING and bool(self.level.reason)


def oddities(policy: Policy) -> tuple[Oddity, ...]:
    """Return all that is odd about the figures of a policy."""
    return (*milder_levels_faster(policy), *clocks_out_of_order(policy), *figures_missing(policy))


def milder_levels_faster(policy: Policy) -> Iterator[Oddity]:
    """Yield each limit that is too short, with the nearest graver level whose limit is longer.

    Limits are compared where the same calendar holds: four hours of an office are longer than four hours.
    """
    for figure in FIGURES:
        for index, milder in enumerate(policy.levels):
            limit = milder.minutes(figure)
            for graver in reversed(policy.levels[:index]):
                other = graver.minutes(figure)
                if limit is not None and other is not None and limit < other and milder.calendar == graver.calendar:
                    yield _oddity(OddityKind.MILDER_LEVEL_FASTER, milder, figure, graver, figure)
                    break


def clocks_out_of_order(policy: Policy) -> Iterator[Oddity]:
    """Yield each limit that is longer than that of a clock of the same level which stops later."""
    for level in policy.levels:
        given = [clock for clock in CLOCKS if clock in level.limits]
        for early, late in combinations(given, 2):
            if level.limits[early].minutes > level.limits[late].minutes:
                yield _oddity(OddityKind.CLOCKS_OUT_OF_ORDER, level, early, level, late)


def figures_missing(policy: Policy) -> Iterator[Oddity]:
    """Yield each figure that a level should give and does not, with a reason or without."""
    for level in policy.levels:
        for figure in policy.promised:
            if figure not in level.limits:
                yield _oddity(OddityKind.FIGURE_MISSING, level, figure, level, figure)


def _oddity(kind: OddityKind, level: Level, figure: str, other_level: Level, other_figure: str) -> Oddity:
    return Oddity(kind=kind, level=level, figure=figure, other_level=other_level, other_figure=other_figure)
