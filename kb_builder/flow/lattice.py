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

# What a line costs besides crossings: a corner; a step to the side; a step down; leaving or entering at a poor side.
BEND = 1.0
ACROSS = 0.22
DOWN = 0.03
UPWARD_FROM_BOTTOM = 1.0
BACK_INTO_TOP = 1.2
SHARED_BOTTOM = 2.5

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
    first, last, from_lane, to_lane = grid.rows[u], grid.rows[v], grid.lanes[u], grid.lanes[v]
    x, y, z, w = 2 * from_lane + 1, 2 * first + 1, 2 * to_lane + 1, 2 * last + 1
    to_u, to_v = ("L", "R") if x > z else ("R", "L")
    if first == last and u != v and to_lane in (grid.left[u], grid.right[u]):
        return [_route(to_u, to_v, ((x, y), (z, w)))]
    if last <= first:
        return []
    if x == z:
        return [_route("C", "C", ((x, y), (z, w)))] if grid.below[u] == last else []
    routes = []
    if grid.above[v] < first and grid.spans(u, to_lane):
        routes.append(_route(to_u, "C", ((x, y), (z, y), (z, w))))
    if grid.below[u] > last and grid.spans(v, from_lane):
        routes.append(_route("C", to_v, ((x, y), (x, w), (z, w))))
    if last == first + 1:
        routes.append(_route("B", "T", ((x, y), (x, y + 1), (z, y + 1), (z, w))))
    else:
        if grid.below[u] >= last:
            routes.append(_route("C", "T", ((x, y), (x, w - 1), (z, w - 1), (z, w))))
        if grid.above[v] <= first:
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
    x, y, z, w = 2 * grid.lanes[u] + 1, 2 * grid.rows[u] + 1, 2 * grid.lanes[v] + 1, 2 * grid.rows[v] + 1
    # Leaving at the side or the bottom, entering at the side or the top: what each costs, its height, its stub.
    back = w <= y
    bottom = BEND + DOWN + (UPWARD_FROM_BOTTOM if back else 0.0)
    top = BEND + DOWN + (BACK_INTO_TOP if back else 0.0)
    fixed = 2 * BEND
    start, end = (x, y), (z, w)
    for number in range(grid.lane_count + 1):
        gutter = 2 * number
        across = fixed + ACROSS * (abs(gutter - x) + abs(gutter - z))
        starts = [("B", bottom, y + 1)]
        ends = [("T", top, w - 1)]
        if grid.reaches(u, number):
            starts.append(("L" if gutter < x else "R", 0.0, y))
        if grid.reaches(v, number):
            ends.append(("L" if gutter < z else "R", 0.0, w))
        for leaves, price, upper in starts:
            for enters, more, lower in ends:
                # In one row there would be nothing to go up or down.
                if upper == lower:
                    continue
                points: tuple[Point, ...] = ((gutter, upper), (gutter, lower))
                points = (start, (x, upper), *points) if upper != y else (start, *points)
                points = (*points, (z, lower), end) if lower != w else (*points, end)
                yield Route(across + price + more + DOWN * abs(lower - upper), leaves, enters, points)


def _route(leaves: str, enters: str, points: tuple[Point, ...]) -> Route:
    (_x, first), (_z, last) = points[0], points[-1]
    across = down = 0
    x, y = points[0]
    for p, q in points:
        across += abs(p - x)
        down += abs(q - y)
        x, y = p, q
    cost = BEND * (len(points) - 2) + ACROSS * across + DOWN * down
    if last < first or (last == first and len(points) > 2):
        cost += (UPWARD_FROM_BOTTOM if leaves == "B" else 0.0) + (BACK_INTO_TOP if enters == "T" else 0.0)
    return Route(cost, leaves, enters, points)


def segments(points: tuple[Point, ...]) -> tuple[Segment, ...]:
    """Return the straight pieces of a route from its beginning to its end."""
    found = []
    last = len(points) - 2
    for i in range(last + 1):
        (x, y), (p, q) = points[i], points[i + 1]
        before = after = 0
        if x == p:
            if i:
                before = 1 if points[i - 1][0] > x else -1
            if i < last:
                after = 1 if points[i + 2][0] > p else -1
            found.append(Segment(True, x, y, q, before, after) if y < q else Segment(True, x, q, y, after, before))
        else:
            if i:
                before = 1 if points[i - 1][1] > y else -1
            if i < last:
                after = 1 if points[i + 2][1] > q else -1
            found.append(Segment(False, y, x, p, before, after) if x < p else Segment(False, y, p, x, after, before))
    return tuple(found)
