"""Figures of a flow: how long it may take per class, and how often the work changes hands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from operator import add

from kb_builder.flow.graph import END, START
from kb_builder.model.flow import Flow, Node

# Amounts that add up along a way.
_Amounts = tuple[int, ...]
_Cost = Callable[[str, str], _Amounts]
# Steps looked at among the ways of a flow with loops, before only ways without a step back are counted.
_BUDGET = 20_000


def total_minutes(flow: Flow, until: Set[str] = frozenset()) -> Mapping[str, int]:
    """Return the greatest sum of time limits over the ways from start to end, by class, in minutes.

    With ids of steps in `until`, the ways end with these. No way comes to a step twice. A limit without class counts
    for every class; where no step has classes, the only key is ``""``. A step without a limit for a class takes no time
    in it. Empty if no step has a limit.
    """
    classes = dict.fromkeys(name for node in flow.nodes for name, _minutes in node.minutes)
    wanted = [name for name in classes if name] or list(classes)
    amounts = {node.id: tuple(_minutes(node, name) for name in wanted) for node in flow.nodes}
    return dict(zip(wanted, _greatest(flow, len(wanted), lambda _from, to: amounts[to], until or {END}), strict=True))


def handovers(flow: Flow) -> int:
    """Return how often the work changes hands, from one role to another, at most on a way from start to end."""
    by_id = flow.by_id

    def changes(source: str, target: str) -> _Amounts:
        one, other = by_id[source], by_id[target]
        return (int(one.index >= 0 and other.index >= 0 and one.lane != other.lane),)

    return _greatest(flow, 1, changes, {END})[0]


def _greatest(flow: Flow, size: int, cost: _Cost, ends: Collection[str]) -> _Amounts:
    """Return the greatest of each of `size` amounts over all ways from the start to one of the ends."""
    after: dict[str, list[str]] = {node.id: [] for node in flow.nodes}
    for edge in flow.edges:
        if edge.target not in after[edge.source]:
            after[edge.source].append(edge.target)
    if START not in after or not size:
        return (0,) * size
    best = _forward(flow, after, size, cost, ends)
    return _every_way(after, best, cost, ends) if any(edge.is_back for edge in flow.edges) else best


def _forward(flow: Flow, after: Mapping[str, Sequence[str]], size: int, cost: _Cost, ends: Collection[str]) -> _Amounts:
    """Return the greatest amounts over the ways that never lead up the list of steps."""
    place = {node.id: number for number, node in enumerate(flow.nodes)}
    best: dict[str, _Amounts] = {START: (0,) * size}
    for node in flow.nodes:
        if node.id not in best:
            continue
        for target in after[node.id]:
            if place[target] > place[node.id]:
                there = _sum(best[node.id], cost(node.id, target))
                best[target] = _maximum(best.get(target, there), there)
    greatest: _Amounts = (0,) * size
    for end in ends:
        greatest = _maximum(greatest, best.get(end, greatest))
    return greatest


def _every_way(after: Mapping[str, Sequence[str]], greatest: _Amounts, cost: _Cost, ends: Collection[str]) -> _Amounts:
    """Return the greatest amounts over all ways that come to no step twice, as far as there are not too many."""
    way = {START: (0,) * len(greatest)}
    open_ways = [(START, iter(after[START]))]
    looked_at = 0
    while open_ways and looked_at < _BUDGET:
        looked_at += 1
        name, targets = open_ways[-1]
        target = next((each for each in targets if each not in way), None)
        if target is None:
            open_ways.pop()
            del way[name]
            continue
        way[target] = _sum(way[name], cost(name, target))
        if target in ends:
            greatest = _maximum(greatest, way[target])
        open_ways.append((target, iter(after[target])))
    return greatest


def _sum(one: _Amounts, other: _Amounts) -> _Amounts:
    return tuple(map(add, one, other))


def _maximum(one: _Amounts, other: _Amounts) -> _Amounts:
    return tuple(map(max, one, other))


def _minutes(node: Node, name: str) -> int:
    limits = dict(node.minutes)
    return limits.get(name, limits.get("", 0))
