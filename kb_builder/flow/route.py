"""Chooses a route for every edge: short ones first, then each again in the light of all others.

A crossing costs more than a detour. Two edges may share a line only if they have the same target; which of several
lines in one gutter lies left or right is decided later (`tracks`), here only whether they must cross.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb_builder.flow.lattice import SHARED_BOTTOM, Grid, Route, Segment, all_routes, plain_routes, segments

CROSSING = 6.0
# One more line in a gutter makes the chart wider.
BESIDE = 0.12
PASSES = 4
# Entering a decision where one of its outcomes could leave.
TAKEN_SIDE = 0.8
# Crossings that stand for two lines lying on each other.
IMPOSSIBLE = 50

Pair = tuple[int, int]


def pair_crossings(one: Segment, two: Segment) -> tuple[int, int]:
    """Return how often two lines of one gutter cross if the first lies left of (above) the second, and if right."""
    low, high, p, q = one.low, one.high, two.low, two.high
    before = after = 0
    if low in (p, q) or high in (p, q):
        return _touching(one, two)
    if one.at_low and p < low < q:
        if one.at_low > 0:
            before += 1
        else:
            after += 1
    if one.at_high and p < high < q:
        if one.at_high > 0:
            before += 1
        else:
            after += 1
    if two.at_low and low < p < high:
        if two.at_low < 0:
            before += 1
        else:
            after += 1
    if two.at_high and low < q < high:
        if two.at_high < 0:
            before += 1
        else:
            after += 1
    return before, after


def _touching(one: Segment, two: Segment) -> tuple[int, int]:
    """Return the same for two lines that end at one height, or with one end at the height of the other's.

    In the middle of a row or column, their ends would lie on each other in the wrong order. In a gutter they find room.
    """
    before = after = 0
    ends = ((one.low, one.at_low), (one.high, one.at_high))
    others = ((two.low, two.at_low), (two.high, two.at_high))
    for place, way in ends:
        meets = place in (two.low, two.high)
        if meets and place % 2 == 0:
            continue
        if meets or two.low < place < two.high:
            price = IMPOSSIBLE if meets else 1
            before += price if way > 0 else 0
            after += price if way < 0 else 0
    for place, way in others:
        meets = place in (one.low, one.high)
        if meets and place % 2 == 0:
            continue
        if meets or one.low < place < one.high:
            price = IMPOSSIBLE if meets else 1
            before += price if way < 0 else 0
            after += price if way > 0 else 0
    return before, after


@dataclass(slots=True)
class Candidate:
    """A route with its pieces, once somebody asked for them."""

    route: Route
    pieces: tuple[Segment, ...] = ()


class Router:
    """Holds what is occupied while routes are chosen."""

    def __init__(self, grid: Grid, edges: Sequence[Pair], *, labelled_sides: bool) -> None:
        self.grid = grid
        self.edges = edges
        self.labelled_sides = labelled_sides
        nodes = len(grid.lanes)
        width, height = 2 * grid.lane_count + 1, 2 * grid.row_count + 1
        # How many lines pass over a point, upright by row and level by column.
        self.upright = [[0] * width for _ in range(height)]
        self.level = [[0] * height for _ in range(width)]
        self.in_gutter: dict[tuple[bool, int], list[tuple[int, int, Segment]]] = {}
        self.in_middle: dict[tuple[bool, int], list[tuple[int, int, int, int]]] = {}
        # Per node: the edge that leaves at a side, how many enter there, and how many leave at the bottom.
        self.leaving: list[dict[str, int]] = [{} for _ in range(nodes)]
        self.entering: list[dict[str, int]] = [{"L": 0, "R": 0} for _ in range(nodes)]
        self.from_bottom = [0] * nodes
        self.ways_out = [0] * nodes
        for u, _v in edges:
            self.ways_out[u] += 1
        self.chosen: dict[int, tuple[Route, tuple[Segment, ...]]] = {}
        self.cost: dict[int, float] = {}
        self._all: dict[int, list[Candidate]] = {}

    def run(self) -> list[Route]:
        """Return a route for every edge."""
        order = sorted(range(len(self.edges)), key=self._eagerness)
        for edge in order:
            self._choose(edge)
        for _ in range(PASSES):
            changed = False
            for edge in reversed(order):
                if self.cost[edge] < self.chosen[edge][0].cost + CROSSING:
                    continue
                old = self.chosen[edge][0]
                self._remove(edge)
                self._choose(edge)
                changed |= self.chosen[edge][0] is not old
            if not changed:
                break
        return [self.chosen[edge][0] for edge in range(len(self.edges))]

    def crossings(self) -> int:
        """Return how often the chosen routes cross, as far as that does not depend on the order in gutters."""
        count = 0
        for _route, pieces in self.chosen.values():
            count += sum(sum(self.level[each.at][each.low + 1 : each.high]) for each in pieces if each.upright)
        for lines in self.in_gutter.values():
            for i, (_edge, target, one) in enumerate(lines):
                for _other, same, two in lines[:i]:
                    if target != same and one.low <= two.high and two.low <= one.high:
                        count += min(pair_crossings(one, two))
        return count

    def _eagerness(self, edge: int) -> tuple[bool, int, int, int]:
        u, v = self.edges[edge]
        rows, lanes = self.grid.rows, self.grid.lanes
        return (v <= u, abs(rows[v] - rows[u]), abs(lanes[u] - lanes[v]), edge)

    def _choose(self, edge: int) -> None:
        u, v = self.edges[edge]
        if edge not in self._all:
            plain = plain_routes(self.grid, u, v)
            if plain:
                best, cost = self._best(edge, [Candidate(route) for route in plain[:2]])
                # Nothing else can be cheaper than a free plain route.
                if best is not None and cost <= plain[0].cost + 0.3:
                    self._add(edge, best, cost)
                    return
            routes = all_routes(self.grid, u, v, labelled_sides=self.labelled_sides)
            self._all[edge] = [Candidate(route) for route in routes]
        best, cost = self._best(edge, self._all[edge])
        assert best is not None, "leaving at the bottom and entering at the top is always possible"
        self._add(edge, best, cost)

    def _best(self, edge: int, candidates: Sequence[Candidate]) -> tuple[Candidate | None, float]:
        best, least = None, float("inf")
        for candidate in candidates:
            if candidate.route.cost >= least:
                break
            cost = self._price(edge, candidate, least)
            if cost is not None and cost < least:
                best, least = candidate, cost
        return best, least

    def _price(self, edge: int, candidate: Candidate, limit: float) -> float | None:
        """Return what a route costs here, or None if it is not possible or no better than the limit."""
        u, v = self.edges[edge]
        cost, leaves, enters, points = candidate.route
        if leaves in "LR":
            if leaves in self.leaving[u] or self.entering[u][leaves]:
                return None
        elif self.from_bottom[u]:
            cost += SHARED_BOTTOM * self.from_bottom[u]
        if enters in "LR":
            if enters in self.leaving[v]:
                return None
            if self.ways_out[v] > 1:
                cost += TAKEN_SIDE * (self.ways_out[v] - 1)
        pieces = candidate.pieces
        if not pieces:
            pieces = candidate.pieces = segments(points)
        upright, level, in_gutter = self.upright, self.level, self.in_gutter
        for piece in pieces:
            is_upright, at, low, high, _at_low, _at_high = piece
            if high - low > 1:
                line = level[at] if is_upright else upright[at]
                crossed = sum(line[low + 1 : high])
                if crossed:
                    cost += CROSSING * crossed
                    if cost >= limit:
                        return None
            if at % 2 == 0:
                for _other, target, there in in_gutter.get((is_upright, at), ()):
                    if there.high < low or high < there.low or target == v:
                        continue
                    before, after = pair_crossings(piece, there)
                    worse = before if before < after else after
                    cost += BESIDE + CROSSING * worse
                if cost >= limit:
                    return None
            elif high - low > 1 or not is_upright:
                for _other, target, start, end in self.in_middle.get((is_upright, at), ()):
                    if start < high and low < end and target != v:
                        return None
        return cost

    def _add(self, edge: int, candidate: Candidate, cost: float) -> None:
        self.chosen[edge] = (candidate.route, candidate.pieces)
        self.cost[edge] = cost
        self._mark(edge, candidate.route, candidate.pieces, 1)

    def _remove(self, edge: int) -> None:
        route, pieces = self.chosen.pop(edge)
        self._mark(edge, route, pieces, -1)

    def _mark(self, edge: int, route: Route, pieces: tuple[Segment, ...], by: int) -> None:
        u, v = self.edges[edge]
        if route.leaves in "LR":
            if by > 0:
                self.leaving[u][route.leaves] = edge
            else:
                del self.leaving[u][route.leaves]
        else:
            self.from_bottom[u] += by
        if route.enters in "LR":
            self.entering[v][route.enters] += by
        for piece in pieces:
            is_upright, at, low, high, _at_low, _at_high = piece
            lines = self.upright if is_upright else self.level
            for i in range(low + 1, high):
                lines[i][at] += by
            if at % 2 == 0:
                held = self.in_gutter.setdefault((is_upright, at), [])
                if by > 0:
                    held.append((edge, v, piece))
                else:
                    held.remove((edge, v, piece))
            elif high - low > 1 or not is_upright:
                held_here = self.in_middle.setdefault((is_upright, at), [])
                if by > 0:
                    held_here.append((edge, v, low, high))
                else:
                    held_here.remove((edge, v, low, high))


def choose_routes(grid: Grid, edges: Sequence[Pair], *, labelled_sides: bool = True) -> tuple[list[Route], int]:
    """Return a route for every edge, given as pairs of nodes, and how often they will cross at least."""
    router = Router(grid, edges, labelled_sides=labelled_sides)
    return router.run(), router.crossings()
