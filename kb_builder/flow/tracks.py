"""Puts the lines of one gutter side by side, so that they do not lie on each other and cross as little as they can."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# The price of an order in which two lines with different targets would lie on each other.
FORBIDDEN = 1000


class Tangled(Exception):
    """No order of the lines in a gutter keeps them apart; with one node to a row this does not happen."""


@dataclass(slots=True)
class Net:
    """Lines of one gutter that have the same target and meet: drawn as one.

    `low` and `high` are on the lattice. `taps` are the places where the net is joined, with the direction in which
    the joining line goes on: -1 left or up, 1 right or down.
    """

    target: int
    low: int
    high: int
    edges: list[int]
    taps: list[tuple[float, int]] = field(default_factory=list)
    track: int = 0

    def meets(self, other: Net) -> bool:
        """Whether the two need different tracks."""
        return self.low <= other.high and other.low <= self.high


def join(lines: Iterable[tuple[int, int, int, int]]) -> list[Net]:
    """Return the nets of lines given as (edge, target, low, high)."""
    nets: list[Net] = []
    for edge, target, low, high in lines:
        net = Net(target, low, high, [edge])
        apart = []
        for other in nets:
            if other.target == target and other.meets(net):
                net.low, net.high = min(net.low, other.low), max(net.high, other.high)
                net.edges = other.edges + net.edges
            else:
                apart.append(other)
        apart.append(net)
        nets = apart
    return nets


def arrange(nets: Sequence[Net], *, exact: bool) -> int:
    """Give every net a track, counted from the left or top, and return how many tracks there are.

    With `exact` the taps are where they are drawn; without, they are on the lattice, where equal may mean unknown.
    Raises `Tangled` if two nets with different targets cannot but lie on each other.
    """
    count = len(nets)
    if count < 2:
        for net in nets:
            net.track = 0
        return count
    prices = [[0] * count for _ in nets]
    for i in range(count):
        for j in range(i):
            if nets[i].meets(nets[j]):
                prices[i][j], prices[j][i] = _price(nets[i], nets[j], exact), _price(nets[j], nets[i], exact)
    order = _order(prices)
    if any(prices[i][j] >= FORBIDDEN for place, i in enumerate(order) for j in order[place + 1 :]):
        raise Tangled
    for place, i in enumerate(order):
        net = nets[i]
        net.track = max((nets[j].track + 1 for j in order[:place] if nets[j].meets(net)), default=0)
    return 1 + max(net.track for net in nets)


def _order(prices: Sequence[Sequence[int]]) -> list[int]:
    """Return an order with few crossings: each net is put, and then put again, where it costs least."""
    order: list[int] = []
    for i in range(len(prices)):
        _insert(order, i, prices)
    for _ in range(3):
        before = order[:]
        for i in before:
            order.remove(i)
            _insert(order, i, prices)
        if order == before:
            break
    return order


def _insert(order: list[int], i: int, prices: Sequence[Sequence[int]]) -> None:
    own = prices[i]
    cost = sum([own[j] for j in order])
    best, least = 0, cost
    for place, j in enumerate(order, 1):
        cost += prices[j][i] - own[j]
        if cost < least:
            best, least = place, cost
    order.insert(best, i)


def _price(first: Net, second: Net, exact: bool) -> int:
    """Return how often the two cross if the first lies left of (above) the second."""
    return _crossed(first.taps, 1, second, exact) + _crossed(second.taps, -1, first, exact)


def _crossed(taps: Iterable[tuple[float, int]], toward: int, other: Net, exact: bool) -> int:
    places = [place for place, _direction in other.taps]
    low, high = min(places), max(places)
    found = 0
    for place, direction in taps:
        if direction != toward:
            continue
        if place in places:
            # On the lattice, an odd place is the middle of a row or column, where equal means equal.
            found += FORBIDDEN if exact or place % 2 else 0
        elif low < place < high:
            found += 1
    return found
