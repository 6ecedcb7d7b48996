"""The lines that a chart already has while routes are chosen, and what a further piece of line costs among them."""

from __future__ import annotations

from collections.abc import Iterable

from kb_builder.flow.lattice import Grid, Segment, Span

# All prices are in hundredths of a corner, as in `lattice`.
CROSSING = 600
# One more line in a gutter makes the chart wider.
BESIDE = 12
# What a piece costs that cannot be there.
BLOCKED = 10**9
# Crossings that stand for two lines lying on each other.
_IMPOSSIBLE = 50
# How many pairs of lines are compared for one chart. Nobody can follow the lines of a chart that has more, however they
# go: from then on gutters are taken to be empty, so that time does not run away.
_PAIRS = 200_000


class Traffic:
    """The pieces of all lines; some of them have the same target, and only those may lie on each other."""

    def __init__(self, grid: Grid) -> None:
        width, height = 2 * grid.lane_count + 1, 2 * grid.row_count + 1
        # How many lines pass over a point: level ones by column and row, upright ones by row and column.
        self._passing = ([[0] * height for _ in range(width)], [[0] * width for _ in range(height)])
        # The lines in every row and in every column, gutter or not: edge, target and where.
        self._lines: tuple[list[list[tuple[int, int, Span]]], ...]
        self._lines = ([[] for _ in range(height)], [[] for _ in range(width)])
        self._pairs_left = _PAIRS

    @property
    def is_dense(self) -> bool:
        """Whether there are too many lines to look at all of them."""
        return self._pairs_left <= 0

    def mark(self, edge: int, target: int, pieces: Iterable[Segment], by: int) -> None:
        """Add a line (1) or take it away (-1)."""
        for upright, at, way in pieces:
            passing = self._passing[upright]
            for i in range(way[0] + 1, way[1]):
                passing[i][at] += by
            if by > 0:
                self._lines[upright][at].append((edge, target, way))
            else:
                self._lines[upright][at].remove((edge, target, way))

    def crossed_at_least(self, gutter: int, rows: slice) -> int:
        """Return what it costs to cross the lines over a gutter."""
        return CROSSING * sum(self._passing[False][gutter][rows])

    def price(self, target: int, upright: bool, at: int, way: Span) -> int:
        """Return what a piece of a line to `target` costs besides its length."""
        low, high, _at_low, _at_high = way
        lines = self._lines[upright][at]
        if at % 2:
            for _edge, other, (start, end, _at_start, _at_end) in lines:
                if other != target and start < high and low < end:
                    return BLOCKED
        cost = CROSSING * sum(self._passing[not upright][at][low + 1 : high])
        if at % 2 == 0 and self._pairs_left > 0:
            self._pairs_left -= len(lines)
            for _edge, other, there in lines:
                if other != target and there[0] <= high and low <= there[1]:
                    cost += BESIDE + CROSSING * _pair_crossings(way, there)
        return cost

    def crossings(self) -> int:
        """Return how often lines cross, as far as that does not depend on the order in gutters."""
        count = 0
        for at, lines in enumerate(self._lines[True]):
            passing = self._passing[False][at]
            count += sum(sum(passing[way[0] + 1 : way[1]]) for _edge, _target, way in lines)
        if self.is_dense:
            return count
        for lines in (*self._lines[False][::2], *self._lines[True][::2]):
            for i, (_edge, target, one) in enumerate(lines):
                for _other, same, two in lines[:i]:
                    if target != same and one[0] <= two[1] and two[0] <= one[1]:
                        count += _pair_crossings(one, two)
        return count


def _pair_crossings(one: Span, two: Span) -> int:
    """Return how often two lines of one gutter cross at least, whichever of them is left of (above) the other."""
    low, high, at_low, at_high = one
    p, q, at_p, at_q = two
    if low in (p, q) or high in (p, q):
        return _touching(one, two)
    # Once if the first is on the left and goes on to the right between the ends of the second, and so on.
    before = after = 0
    if at_low and p < low < q:
        if at_low > 0:
            before += 1
        else:
            after += 1
    if at_high and p < high < q:
        if at_high > 0:
            before += 1
        else:
            after += 1
    if at_p and low < p < high:
        if at_p < 0:
            before += 1
        else:
            after += 1
    if at_q and low < q < high:
        if at_q < 0:
            before += 1
        else:
            after += 1
    return before if before < after else after


def _touching(one: Span, two: Span) -> int:
    """Return the same for two lines that end at one height, or with one end at the height of the other's.

    In the middle of a row or column, their ends would lie on each other in the wrong order. In a gutter they find room.
    """
    before = after = 0
    for (low, high, at_low, at_high), (p, q, _at_p, _at_q), sign in ((one, two, 1), (two, one, -1)):
        for place, way in ((low, at_low * sign), (high, at_high * sign)):
            meets = place in (p, q)
            if meets and place % 2 == 0:
                continue
            if meets or p < place < q:
                price = _IMPOSSIBLE if meets else 1
                before += price if way > 0 else 0
                after += price if way < 0 else 0
    return min(before, after)
