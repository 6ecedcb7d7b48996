"""Figures of a flow: how long it may take per class, and how often the work changes hands."""

from __future__ import annotations

from collections.abc import Mapping, Set

from kb_builder.flow.graph import START
from kb_builder.model.flow import Flow, Node


def total_minutes(flow: Flow, until: Set[str] = frozenset()) -> Mapping[str, int]:
    """Return the greatest sum of time limits over the ways from start to end, by class, in minutes.

    With ids of steps in `until`, the ways end with these. Loops are not gone through twice. A limit without class
    counts for every class; where no step has classes, the only key is ``""``. A step without a limit for a class takes
    no time in it. Empty if no step has a limit.
    """
    classes = dict.fromkeys(name for node in flow.nodes for name, _minutes in node.minutes)
    wanted = [name for name in classes if name] or list(classes)
    after = _without_loops(flow)
    order = _order(flow, after)
    return {name: _longest(flow, order, after, name, until) for name in wanted}


def handovers(flow: Flow) -> int:
    """Return how many ways lead from a step of one role to a step of another, ways back not counted."""
    by_id = flow.by_id
    pairs = {
        (edge.source, edge.target)
        for edge in flow.edges
        if not edge.is_back
        and by_id[edge.source].index >= 0
        and by_id[edge.target].index >= 0
        and by_id[edge.source].lane != by_id[edge.target].lane
    }
    return len(pairs)


def _without_loops(flow: Flow) -> dict[str, list[str]]:
    """Return the targets per node without the ways that close a loop, found by going down from the start."""
    after: dict[str, list[str]] = {node.id: [] for node in flow.nodes}
    for edge in flow.edges:
        if edge.target not in after[edge.source]:
            after[edge.source].append(edge.target)
    kept: dict[str, list[str]] = {name: [] for name in after}
    state: dict[str, int] = {}
    for root in after:
        stack = [(root, iter(after[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                state[name] = 2
                stack.pop()
            elif state.get(target) != 1:
                kept[name].append(target)
                if target not in state:
                    state[target] = 1
                    stack.append((target, iter(after[target])))
    return kept


def _order(flow: Flow, after: Mapping[str, list[str]]) -> list[str]:
    open_ways = {node.id: 0 for node in flow.nodes}
    for targets in after.values():
        for target in targets:
            open_ways[target] += 1
    order = [name for name, count in open_ways.items() if not count]
    for name in order:
        for target in after[name]:
            open_ways[target] -= 1
            if not open_ways[target]:
                order.append(target)
    return order


def _longest(flow: Flow, order: list[str], after: Mapping[str, list[str]], name: str, until: Set[str]) -> int:
    best = {START: 0}
    greatest = 0
    for each in order:
        if each not in best:
            continue
        best[each] += _minutes(flow.by_id[each], name)
        if not until or each in until:
            greatest = max(greatest, best[each])
        for target in after[each]:
            best[target] = max(best.get(target, 0), best[each])
    return greatest


def _minutes(node: Node, name: str) -> int:
    limits = dict(node.minutes)
    return limits.get(name, limits.get("", 0))
