"""The lines of all edges in their gutters, on their way from the lattice to pixels."""

from __future__ import annotations

from collections.abc import Sequence

from kb_builder.flow.lattice import Route
from kb_builder.flow.tracks import Net, arrange, join

Pair = tuple[int, int]


class Wiring:
    """Every piece of every route, and the nets of the gutters.

    `pieces[edge]` are (upright, at) pairs. `place[edge][i]` is the fixed coordinate of piece `i` in pixels, once known.
    """

    def __init__(self, pairs: Sequence[Pair], routes: Sequence[Route], rows: int, lanes: int) -> None:
        self.routes = routes
        self.pieces: list[list[tuple[bool, int]]] = []
        self.place: list[list[float]] = []
        # By gutter, the nets; the edges and the pieces in a net are told by `where`.
        self.uprights: list[list[Net]] = []
        self.levels: list[list[Net]] = []
        lines: dict[tuple[bool, int], list[tuple[int, int, int, int]]] = {}
        self._piece_in: dict[tuple[bool, int, int], int] = {}
        for edge, route in enumerate(routes):
            own = []
            turns, upright = route.turns, route.leaves in "BC"
            for i, at in enumerate(turns[1:-1]):
                own.append((upright, at))
                if at % 2 == 0:
                    low, high = sorted((turns[i], turns[i + 2]))
                    lines.setdefault((upright, at), []).append((edge, pairs[edge][1], low, high))
                    self._piece_in[upright, at, edge] = i
                upright = not upright
            self.pieces.append(own)
            self.place.append([0.0] * len(own))
        self.uprights = [join(lines.get((True, 2 * gutter), ())) for gutter in range(lanes + 1)]
        self.levels = [join(lines.get((False, 2 * gutter), ())) for gutter in range(rows + 1)]

    def arrange(self, *, upright: bool, exact: bool) -> list[int]:
        """Give all nets of one direction their tracks; return the number of tracks by gutter."""
        counts = []
        for gutter, nets in enumerate(self.uprights if upright else self.levels):
            if len(nets) < 2:
                counts.append(len(nets))
                continue
            for net in nets:
                net.taps = [tap for edge in net.edges for tap in self._taps(upright, 2 * gutter, edge, exact)]
            counts.append(arrange(nets, exact=exact))
        return counts

    def set_places(self, *, upright: bool, starts: Sequence[float], track: float) -> None:
        """Tell the pieces in gutters where they are: `starts` is the first track of every gutter."""
        for gutter, nets in enumerate(self.uprights if upright else self.levels):
            for net in nets:
                for edge in net.edges:
                    place = starts[gutter] + track * net.track
                    self.place[edge][self._piece_in[upright, 2 * gutter, edge]] = place

    def _taps(self, upright: bool, at: int, edge: int, exact: bool) -> list[tuple[float, int]]:
        """Return where the pieces before and after a piece in a gutter join it, and to which side they go on."""
        i = self._piece_in[upright, at, edge]
        turns, place = self.routes[edge].turns, self.place[edge]
        return [
            (place[other] if exact else float(turns[other + 1]), 1 if turns[beyond] > at else -1)
            for other, beyond in ((i - 1, i - 1), (i + 1, i + 3))
        ]
