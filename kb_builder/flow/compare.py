"""Puts two versions of a flow into one, so that a single chart shows what became of its steps and ways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from kb_builder.flow.graph import END, START
from kb_builder.model.flow import Edge, Flow, Node

NEW = "new"
CHANGED = "changed"
REMOVED = "removed"

# Names that have less in common than this, in percent of their characters, are those of different steps.
_ALIKE = 65
# What a matching is worth. Steps that are known to be the same outweigh names, and equal names similar ones.
_SAME, _EQUAL, _SAME_ROLE = 4.0, 2.0, 0.5
# With more lines out of one step than this, their labels have no room.
_MOST_WAYS = 6

_content = attrgetter(
    "kind", "name", "lane", "handler", "limits", "expected", "stage", "sop", "checkpoint", "resources", "on_failure",
    "automated",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions of a flow in one.

    `flow` is the new version with the removed steps and ways of the old one; removed steps have no number. `steps`
    says by id, and `ways` by the ids of both ends, what is new, changed or removed: whatever stayed is in neither.
    Ways between the same two steps count as one, as they are drawn as one line.
    """

    flow: Flow
    steps: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks that occur, in the order in which they are explained."""
        found = {*self.steps.values(), *self.ways.values()}
        return tuple(mark for mark in (NEW, CHANGED, REMOVED) if mark in found)


def compare(old: Flow, new: Flow) -> Comparison:
    """Return two versions of a flow in one.

    A step is the same if its id is, or else its name; its number and its place say nothing. It has changed if what it
    says has, or where its outcomes lead. A step put into a way, or taken out of one, changes neither the step before
    it nor the way: it speaks for itself.

    A removed step stands behind the step that it followed, with its old ways. A removed outcome is left out if another
    way still leads to the same step, or if six ways out of its own step are drawn already: that step is marked anyway.
    """
    same = _match(old.steps, new.steps)
    # The ids of the old version as they are in the merged one. No id of a step has a dot.
    names = {START: START, END: END, **{node.id: same.get(node.id, f".old-{node.id}") for node in old.steps}}
    before = [replace(edge, source=names[edge.source], target=names[edge.target]) for edge in old.edges]
    gone = {names[node.id] for node in old.steps if node.id not in same}
    added = {node.id for node in new.steps} - set(same.values())
    was, now = _ways(before, gone), _ways(new.edges, added)
    changed = {
        id_
        for node in old.steps
        if (id_ := names[node.id]) not in gone
        and (_content(node) != _content(new.by_id[id_]) or not _lead_alike(was.get(id_, {}), now.get(id_, {})))
    }
    drawn = {(edge.source, edge.target) for edge in new.edges}
    left = [edge for edge in before if (edge.source, edge.target) not in drawn | _pairs(now)]
    lost = _with_room(sorted(left, key=lambda edge: not {edge.source, edge.target} & gone), drawn)
    flow = _merge(old, new, names, gone, lost)
    marks = {NEW: added, CHANGED: changed, REMOVED: gone}
    return Comparison(
        flow=flow,
        steps={node.id: mark for node in flow.steps for mark, ids in marks.items() if node.id in ids},
        ways=dict.fromkeys(drawn - _pairs(was), NEW) | {(edge.source, edge.target): REMOVED for edge in lost},
    )


def _match(old: Sequence[Node], new: Sequence[Node]) -> dict[str, str]:
    """Return the steps of both versions that are the same: old id to new id."""
    old_ids = {node.id: node for node in old}
    same = {
        node.id: node.id for node in new if node.id in old_ids and (_has_own_id(node) or _has_own_id(old_ids[node.id]))
    }

    def worth(one: Node, two: Node) -> float:
        if one.id in same or two.id in same:
            return _SAME if one.id == two.id and one.id in same else 0.0
        return _likeness(one, two)

    aligned = [(old[i].id, new[j].id) for i, j in _align([[worth(one, two) for two in new] for one in old])]
    same.update(aligned)
    # Whatever is left was moved past another step.
    found = set(same.values())
    left = {node.name: node.id for node in new if node.id not in found}
    for node in old:
        if node.id not in same and node.name in left:
            same[node.id] = left.pop(node.name)
    return same


def _has_own_id(node: Node) -> bool:
    """Whether the author gave the step its id, as far as one can tell: others are called by their place."""
    return re.fullmatch(f"s{node.index + 1}_*", node.id) is None


def _likeness(one: Node, two: Node) -> float:
    """Return how much two steps seem to be the same by their names, 0 if not at all."""
    from rapidfuzz import fuzz

    if one.name == two.name:
        return _EQUAL + _SAME_ROLE * (one.lane == two.lane)
    if _has_own_id(one) and _has_own_id(two):
        return 0.0
    return float(fuzz.ratio(one.name, two.name, score_cutoff=_ALIKE)) / 100


def _align(worth: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """Yield pairs of a row and a column, both rising, that are worth most together; none is worth nothing."""
    rows, columns = len(worth), len(worth[0]) if worth else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            pair = worth[i][j] + best[i + 1][j + 1] if worth[i][j] else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < rows and j < columns:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            yield i, j
            i, j = i + 1, j + 1


def _ways(edges: Iterable[Edge], passed: set[str]) -> dict[str, dict[str, set[str]]]:
    """Return for every step and outcome the steps that it leads to, perhaps over some of those in `passed`."""
    leads: dict[str, list[Edge]] = {}
    for edge in edges:
        leads.setdefault(edge.source, []).append(edge)

    def reached(target: str) -> set[str]:
        found, waiting = {target}, [target]
        while waiting:
            step = waiting.pop()
            beyond = {edge.target for edge in leads.get(step, ())} - found if step in passed else set()
            found |= beyond
            waiting += beyond
        return found - passed

    return {source: {edge.label: reached(edge.target) for edge in out} for source, out in leads.items()}


def _lead_alike(one: Mapping[str, set[str]], two: Mapping[str, set[str]]) -> bool:
    return one.keys() == two.keys() and all(one[label] & two[label] for label in one)


def _pairs(ways: Mapping[str, Mapping[str, set[str]]]) -> set[tuple[str, str]]:
    return {(source, target) for source, out in ways.items() for targets in out.values() for target in targets}


def _with_room(lost: Iterable[Edge], drawn: set[tuple[str, str]]) -> list[Edge]:
    """Return the lost ways for which there is room beside those that are drawn, the first ones first."""
    lines = set(drawn)
    count = Counter(source for source, _target in lines)
    found = []
    for edge in lost:
        pair = (edge.source, edge.target)
        if pair not in lines and count[edge.source] < _MOST_WAYS:
            lines.add(pair)
            count[edge.source] += 1
        if pair in lines:
            found.append(edge)
    return found


def _merge(old: Flow, new: Flow, names: Mapping[str, str], gone: set[str], lost: Sequence[Edge]) -> Flow:
    """Return the new flow with the steps that are gone, each after the one it followed, and the lost ways."""
    following: dict[str, list[Node]] = {START: []}
    last = following[START]
    for node in old.steps:
        id_ = names[node.id]
        if id_ in gone:
            last.append(replace(node, id=id_, number=0))
        else:
            last = following.setdefault(id_, [])
    steps = [*following[START]]
    for node in new.steps:
        steps += [node, *following.get(node.id, ())]
    if not steps:
        return Flow()
    ends = {**old.by_id, **new.by_id}
    nodes = [replace(ends[START], stage=steps[0].stage), *steps]
    if END in ends:
        nodes.append(replace(ends[END], stage=steps[-1].stage))
    place = {node.id: i for i, node in enumerate(nodes)}
    lanes = {**old.lane_by_id, **new.lane_by_id}
    return Flow(
        nodes=tuple(nodes),
        edges=tuple(replace(edge, is_back=place[edge.target] <= place[edge.source]) for edge in (*new.edges, *lost)),
        lanes=tuple(lanes[id_] for id_ in dict.fromkeys(node.lane for node in nodes)),
    )
