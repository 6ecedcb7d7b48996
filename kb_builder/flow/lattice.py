"""The ways a line may take between two nodes, on a lattice.

Every role has a column, and the steps stand in rows, at most one in a cell. Odd coordinates are the middles of columns
and rows, even ones the gutters between them. Gutters are free of nodes; the middle of a row or column is free between
two nodes that are neighbours in it. A line leaves its node at the left, right or bottom, goes up or down in at most
one place, and enters at the left, right or top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# What a line costs besides crossings, in hundredths of a corner: a corner; a step to the side; a step down; leaving or
# entering at a poor side.
BEND = 100
ACROSS = 22
DOWN = 3
UPWARD_FROM_BOTTOM = 100
BACK_INTO_TOP = 120
SHARED_BOTTOM = 250

# From where to where a straight piece goes, and where the line goes on at its low and high end: -1 up or left, 1 down
# or right, 0 into the node.
Span = tuple[int, int, int, int]
# A straight piece: whether it is upright, its fixed coordinate, its span.
Segment = tuple[bool, int, Span]


class Route(NamedTuple):
    """A way between two nodes. `leaves` and `enters` are `L`, `R`, `T`, `B`, or `C`: straight along the column.

    `turns` are the fixed coordinates of its pieces, which are upright and level by turns; before them where the first
    one begins, after them where the last one ends. `cost` is that in an empty chart.
    """

    cost: int
    leaves: str
    enters: str
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Which node is where: its row and lane, and the nearest neighbours in its column and row.

    `above` and `below` are rows, `left` and `right` lanes; -1 and the number of rows or lanes mean that there is none.
    """

    rows: tuple[int, ...]
    lanes: tuple[int, ...]
    row_count: int
    lane_count: int
    above: tuple[int, ...]
    below: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]

    @classmethod
    def of(cls, rows: Sequence[int], lanes: Sequence[int], lane_count: int) -> Grid:
        """Return the grid of nodes whose rows, which never decrease, and lanes are given."""
        count = rows[-1] + 1 if rows else 0
        above, below = _neighbours(rows, lanes, lane_count, count)
        across = sorted(range(len(lanes)), key=lambda node: lanes[node])
        left, right = [-1] * len(lanes), [lane_count] * len(lanes)
        last = [-1] * count
        for node in across:
            row = rows[node]
            if last[row] >= 0:
                left[node], right[last[row]] = lanes[last[row]], lanes[node]
            last[row] = node
        return cls(tuple(rows), tuple(lanes), count, lane_count, tuple(above), tuple(below), tuple(left), tuple(right))

    def spans(self, node: int, lane: int) -> bool:
        """Whether the row is free from a node up to the middle of another lane."""
        return self.left[node] < lane < self.right[node]

    def reaches(self, node: int, gutter: int) -> bool:
        """Whether the row is free from a node up to a gutter, counted from the left."""
        return self.left[node] < gutter <= self.right[node]


def _neighbours(
    rows: Sequence[int], lanes: Sequence[int], lane_count: int, row_count: int
) -> tuple[list[int], list[int]]:
    above, below = [-1] * len(lanes), [row_count] * len(lanes)
    last = [-1] * lane_count
    for node, lane in enumerate(lanes):
        if last[lane] >= 0:
            above[node], below[last[lane]] = rows[last[lane]], rows[node]
        last[lane] = node
    return above, below


def plain_routes(grid: Grid, u: int, v: int) -> list[Route]:
    """Return the routes from node `u` to node `v` that turn at most twice and keep to rows and columns."""
    length = ACROSS * abs(2 * (grid.lanes[u] - grid.lanes[v])) + DOWN * 2 * (grid.rows[v] - grid.rows[u])
    return [
        Route(BEND * (len(turns) - 3) + length, leaves, enters, turns) for leaves, enters, turns in _direct(grid, u, v)
    ]


def _direct(grid: Grid, u: int, v: int) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    first, last, from_lane, to_lane = grid.rows[u], grid.rows[v], grid.lanes[u], grid.lanes[v]
    x, y, z, w = 2 * from_lane + 1, 2 * first + 1, 2 * to_lane + 1, 2 * last + 1
    to_u, to_v = ("L", "R") if x > z else ("R", "L")
    if last <= first:
        if first == last and u != v and to_lane in (grid.left[u], grid.right[u]):
            yield to_u, to_v, (x, y, z)
        return
    if x == z:
        if grid.below[u] == last:
            yield "C", "C", (y, x, w)
        return
    # Of two that cost the same the first is taken; charts have fewer crossings if that is the one that goes down first.
    if grid.below[u] > last and grid.spans(v, from_lane):
        yield "C", to_v, (y, x, w, z)
    if grid.above[v] < first and grid.spans(u, to_lane):
        yield to_u, "C", (x, y, z, w)
    if last == first + 1:
        yield "B", "T", (y, x, y + 1, z, w)
    else:
        if grid.above[v] <= first:
            yield "B", "C", (y, x, y + 1, z, w)
        if grid.below[u] >= last:
            yield "C", "T", (y, x, w - 1, z, w)


def span(begin: int, end: int, before: int, after: int) -> Span:
    """Return the span of a piece from `begin` to `end`; the line comes from `before` and goes on to `after`."""
    return (begin, end, before, after) if begin < end else (end, begin, after, before)


def segments(leaves: str, turns: tuple[int, ...]) -> list[Segment]:
    """Return the straight pieces of a route, but for those between a node and the gutter above or below it.

    These are in nobody's way: lines that leave at the bottom get different places there.
    """
    found = []
    upright = leaves not in "LR"
    last = len(turns) - 2
    for i in range(1, last + 1):
        begin, at, end = turns[i - 1], turns[i], turns[i + 1]
        before = 0 if i == 1 else 1 if turns[i - 2] > at else -1
        after = 0 if i == last else 1 if turns[i + 2] > at else -1
        if not (upright and at % 2 and abs(end - begin) == 1):
            found.append((upright, at, span(begin, end, before, after)))
        upright = not upright
    return found
