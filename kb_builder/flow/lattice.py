"""The ways a line may take between two nodes, on a lattice.

Every step has a row and every role a column, one node to a row. Odd coordinates are the middles of columns and rows,
even ones the gutters between them. A row's middle belongs to its node alone, so that a line along it meets no other
node; the middle of a column is free between two nodes that follow each other in it. A line leaves its node at the
left, right or bottom, goes up or down in at most one place, and enters at the left, right or top.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# What a line costs besides crossings: a corner; a step to the side; a step down; leaving or entering at a poor side.
BEND = 1.0
ACROSS = 0.22
DOWN = 0.03
UPWARD_FROM_BOTTOM = 1.0
BACK_INTO_TOP = 1.2
SHARED_BOTTOM = 1.5

Point = tuple[int, int]


class Segment(NamedTuple):
    """A straight piece: `at` its fixed coordinate, `low` to `high` the other one.

    `at_low` and `at_high` say where the line goes on at its ends: -1 up or left, 1 down or right, 0 into the node.
    """

    upright: bool
    at: int
    low: int
    high: int
    at_low: int
    at_high: int


class Route(NamedTuple):
    """A way between two nodes. `leaves` and `enters` are `L`, `R`, `T`, `B`, or `C`: straight along the column."""

    cost: float
    leaves: str
    enters: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Which node is where: lane of every row, and the rows of the next nodes above and below in the same lane."""

    lanes: tuple[int, ...]
    lane_count: int
    above: tuple[int, ...]
    below: tuple[int, ...]

    @classmethod
    def of(cls, lanes: tuple[int, ...], lane_count: int) -> Grid:
        """Return the grid of nodes whose lanes are given row by row; -1 and the number of rows mean none."""
        above, below = [-1] * len(lanes), [len(lanes)] * len(lanes)
        last = [-1] * lane_count
        for row, lane in enumerate(lanes):
            above[row] = last[lane]
            if last[lane] >= 0:
                below[last[lane]] = row
            last[lane] = row
        return cls(lanes, lane_count, tuple(above), tuple(below))


def plain_routes(grid: Grid, u: int, v: int) -> list[Route]:
    """Return the routes from row `u` to row `v` that turn at most twice and use the columns, cheapest first."""
    if v <= u:
        return []
    x, y, z, w = 2 * grid.lanes[u] + 1, 2 * u + 1, 2 * grid.lanes[v] + 1, 2 * v + 1
    if x == z:
        return [_route("C", "C", ((x, y), (z, w)))] if grid.below[u] == v else []
    routes = []
    to_u, to_v = ("L", "R") if x > z else ("R", "L")
    down, up = grid.below[u] > v, grid.above[v] < u
    if up:
        routes.append(_route(to_u, "C", ((x, y), (z, y), (z, w))))
    if down:
        routes.append(_route("C", to_v, ((x, y), (x, w), (z, w))))
    if v == u + 1:
        routes.append(_route("B", "T", ((x, y), (x, y + 1), (z, y + 1), (z, w))))
    else:
        if grid.below[u] >= v:
            routes.append(_route("C", "T", ((x, y), (x, w - 1), (z, w - 1), (z, w))))
        if grid.above[v] <= u:
            routes.append(_route("B", "C", ((x, y), (x, y + 1), (z, y + 1), (z, w))))
    routes.sort()
    return routes


def all_routes(grid: Grid, u: int, v: int, *, labelled_sides: bool = True) -> list[Route]:
    """Return the plain routes and those through any gutter, cheapest first.

    Without `labelled_sides` a line leaves at the sides only if nothing else is possible.
    """
    routes = plain_routes(grid, u, v)
    routes += _gutter_routes(grid, u, v)
    if not labelled_sides:
        routes = [r if r.leaves not in "LR" else r._replace(cost=r.cost + 40) for r in routes]
    routes.sort()
    return routes


def _gutter_routes(grid: Grid, u: int, v: int) -> Iterator[Route]:
    x, y, z, w = 2 * grid.lanes[u] + 1, 2 * u + 1, 2 * grid.lanes[v] + 1, 2 * v + 1
    for gutter in range(0, 2 * grid.lane_count + 1, 2):
        side_u, side_v = ("L" if gutter < x else "R"), ("L" if gutter < z else "R")
        starts = ((side_u, ((x, y), (gutter, y))), ("B", ((x, y), (x, y + 1), (gutter, y + 1))))
        ends = ((side_v, ((gutter, w), (z, w))), ("T", ((gutter, w - 1), (z, w - 1), (z, w))))
        for leaves, start in starts:
            for enters, end in ends:
                if start[-1] == end[0]:
                    continue
                if u == v and leaves == enters:
                    continue
                yield _route(leaves, enters, (*start, *end))


def _route(leaves: str, enters: str, points: tuple[Point, ...]) -> Route:
    (_x, first), (_z, last) = points[0], points[-1]
    across = down = 0
    x, y = points[0]
    for p, q in points:
        across += abs(p - x)
        down += abs(q - y)
        x, y = p, q
    cost = BEND * (len(points) - 2) + ACROSS * across + DOWN * down
    if last <= first:
        cost += (UPWARD_FROM_BOTTOM if leaves == "B" else 0.0) + (BACK_INTO_TOP if enters == "T" else 0.0)
    return Route(cost, leaves, enters, points)


def segments(points: tuple[Point, ...]) -> tuple[Segment, ...]:
    """Return the pieces of a route without the stubs between a node and the gutter beside it."""
    found = []
    last = len(points) - 1
    for i in range(last):
        (x, y), (p, q) = points[i], points[i + 1]
        upright = x == p
        a, b = (y, q) if upright else (x, p)
        before = after = 0
        if i:
            before = points[i - 1][0] - x if upright else points[i - 1][1] - y
        if i + 1 < last:
            after = points[i + 2][0] - p if upright else points[i + 2][1] - q
        if a > b:
            a, b, before, after = b, a, after, before
        found.append(
            Segment(upright, x if upright else y, a, b, (before > 0) - (before < 0), (after > 0) - (after < 0))
        )
    return tuple(found)
