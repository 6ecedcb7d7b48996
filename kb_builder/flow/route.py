"""Chooses a route for every edge: short ones first, then each again in the light of all others.

A crossing costs more than a detour. Two edges may share a line only if they have the same target; which of several
lines in one gutter lies left or right is decided later (`tracks`), here only whether they must cross.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb_builder.flow.lattice import (
    ACROSS,
    BACK_INTO_TOP,
    BEND,
    DOWN,
    SHARED_BOTTOM,
    UPWARD_FROM_BOTTOM,
    Grid,
    Route,
    plain_routes,
    segments,
    span,
)
from kb_builder.flow.traffic import BLOCKED, CROSSING, Traffic

PASSES = 4
# Entering a decision where one of its outcomes could leave.
TAKEN_SIDE = 80
# Leaving at a side where there is no room for labels.
UNLABELLED_SIDE = 4000

Pair = tuple[int, int]
# From the middle of a node down or up to the gutter between its row and the next, and the corner there.
_STUB = BEND + DOWN


class Router:
    """Holds what is occupied while routes are chosen."""

    def __init__(self, grid: Grid, edges: Sequence[Pair], *, labelled_sides: bool) -> None:
        self.grid = grid
        self.edges = edges
        self.traffic = Traffic(grid)
        self.side = 0 if labelled_sides else UNLABELLED_SIDE
        nodes = len(grid.lanes)
        self.middles = [(2 * lane + 1, 2 * row + 1) for lane, row in zip(grid.lanes, grid.rows, strict=True)]
        # Per node: the sides at which an edge leaves, how many enter there, and how many leave at the bottom.
        self.leaving: list[set[str]] = [set() for _ in range(nodes)]
        self.entering: list[dict[str, int]] = [{"L": 0, "R": 0} for _ in range(nodes)]
        self.from_bottom = [0] * nodes
        ways_out = [0] * nodes
        for u, _v in edges:
            ways_out[u] += 1
        self.taken = [TAKEN_SIDE * max(0, count - 1) for count in ways_out]
        self.routes: list[Route] = [Route(0, "", "", ())] * len(edges)
        self.cost = [0] * len(edges)
        # How often a route was changed, and how often when an edge was last looked at.
        self.changes = 0
        self.looked = [0] * len(edges)
        self._gutters: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def run(self) -> list[Route]:
        """Return a route for every edge."""
        order = sorted(range(len(self.edges)), key=self._eagerness)
        for edge in order:
            self._choose(edge)
        for _ in range(PASSES):
            before = self.changes
            for edge in reversed(order):
                crosses = self.cost[edge] >= self.routes[edge].cost + CROSSING
                if crosses and self.looked[edge] < self.changes and not self.traffic.is_dense:
                    self._mark(edge, -1)
                    self._choose(edge)
            if self.changes == before:
                break
        return self.routes

    def _eagerness(self, edge: int) -> tuple[bool, int, int, int]:
        u, v = self.edges[edge]
        rows, lanes = self.grid.rows, self.grid.lanes
        return (v <= u, abs(rows[v] - rows[u]), abs(lanes[u] - lanes[v]), edge)

    def _choose(self, edge: int) -> None:
        """Give an edge without a route the cheapest one."""
        u, v = self.edges[edge]
        back = self.middles[v][1] <= self.middles[u][1]
        # What leaving and entering cost at the sides that are free.
        shared = SHARED_BOTTOM * self.from_bottom[u]
        out = {"C": shared, "B": shared + (UPWARD_FROM_BOTTOM if back else 0)}
        into = {"C": 0, "T": BACK_INTO_TOP if back else 0}
        for side in "LR":
            if side not in self.leaving[u] and not self.entering[u][side]:
                out[side] = self.side
            if side not in self.leaving[v]:
                into[side] = self.taken[v]
        best, least = self.routes[edge], BLOCKED
        for route in plain_routes(self.grid, u, v):
            if route.leaves in out and route.enters in into:
                cost = route.cost + out[route.leaves] + into[route.enters]
                for piece in segments(route.leaves, route.turns):
                    if cost < least:
                        cost += self.traffic.price(v, *piece)
                if cost < least:
                    best, least = route, cost
        if least > 2 * BEND:
            best, least = self._through_gutters(u, v, out, into, best, least)
        assert least < BLOCKED, "leaving at the bottom and entering at the top is always possible"
        self.changes += best != self.routes[edge]
        self.looked[edge] = self.changes
        self.routes[edge], self.cost[edge] = best, least
        self._mark(edge, 1)

    def _through_gutters(
        self, u: int, v: int, out: Mapping[str, int], into: Mapping[str, int], best: Route, least: int
    ) -> tuple[Route, int]:
        """Return the cheapest route that runs along a gutter, and its cost; `best` and `least` if none costs less."""
        (x, y), (z, w) = self.middles[u], self.middles[v]
        down = 1 if w > y else -1
        inner = slice(y + 2, w - 1) if down > 0 else slice(w + 1, y)
        for across, gutter in self._nearest(x, z):
            if across >= least:
                break
            spare = least - across - self.traffic.crossed_at_least(gutter, inner)
            if spare <= 0:
                continue
            starts = self._links(u, v, gutter, out, ("B", 1), down, spare)
            if not starts:
                continue
            ends = self._links(v, v, gutter, into, ("T", -1), -down, spare - min(starts)[0])
            for price, leaves, upper in starts:
                for more, enters, lower in ends:
                    length = across + DOWN * abs(lower - upper)
                    cost = length + price + more
                    # In one row there would be nothing to go up or down.
                    if upper == lower or cost >= least:
                        continue
                    way = span(upper, lower, 1 if x > gutter else -1, 1 if z > gutter else -1)
                    cost += self.traffic.price(v, True, gutter, way)
                    if cost < least:
                        start = (y, x, upper) if leaves == "B" else (x, y)
                        end = (lower, z, w) if enters == "T" else (w, z)
                        length += _STUB * ((leaves == "B") + (enters == "T"))
                        best, least = Route(length, leaves, enters, (*start, gutter, *end)), cost
        return best, least

    def _nearest(self, x: int, z: int) -> list[tuple[int, int]]:
        """Return what it costs to go by each gutter from one column to another, and the gutter, cheapest first."""
        if (x, z) not in self._gutters:
            gutters = range(0, 2 * self.grid.lane_count + 1, 2)
            self._gutters[x, z] = sorted((2 * BEND + ACROSS * (abs(at - x) + abs(at - z)), at) for at in gutters)
        return self._gutters[x, z]

    def _links(
        self,
        node: int,
        target: int,
        gutter: int,
        sides: Mapping[str, int],
        upright: tuple[str, int],
        on: int,
        limit: int,
    ) -> list[tuple[int, str, int]]:
        """Return the ways between a node and a gutter that cost less than a limit: cost, side of the node, height.

        `upright` is the side under or over the node, and which way that is. In the gutter the line goes on to `on`.
        """
        x, y = self.middles[node]
        found = []
        for side, away in (("L" if gutter < x else "R", 0), upright):
            if side in sides and (away or self.grid.reaches(node, gutter // 2)):
                price = sides[side] + (_STUB if away else 0)
                if price < limit:
                    price += self.traffic.price(target, False, y + away, span(x, gutter, -away, on))
                if price < limit:
                    found.append((price, side, y + away))
        return found

    def _mark(self, edge: int, by: int) -> None:
        """Add (1) or take away (-1) the route of an edge."""
        u, v = self.edges[edge]
        _cost, leaves, enters, turns = self.routes[edge]
        if leaves not in "LR":
            self.from_bottom[u] += by
        elif by > 0:
            self.leaving[u].add(leaves)
        else:
            self.leaving[u].remove(leaves)
        if enters in "LR":
            self.entering[v][enters] += by
        self.traffic.mark(edge, v, segments(leaves, turns), by)


def choose_routes(grid: Grid, edges: Sequence[Pair], *, labelled_sides: bool = True) -> tuple[list[Route], int]:
    """Return a route for every edge, given as pairs of nodes, and how often they will cross at least."""
    router = Router(grid, edges, labelled_sides=labelled_sides)
    return router.run(), router.traffic.crossings()
