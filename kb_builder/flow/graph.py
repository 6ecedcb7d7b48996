"""Steps as authors write them, turned into a graph. Half-valid input gives the part of the graph that is clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kb_builder.model.dates import parse_period
from kb_builder.model.flow import Edge, Flow, Lane, Node, NodeKind, Role
from kb_builder.model.location import FieldPath

# Ids of the symbols that come by themselves; no step can have them, as an id of a step has no dot.
START = ".start"
END = ".end"
# As a target this word means the end symbol, unless a step has it as its id.
END_WORD = "end"

_TYPES = {"document": NodeKind.DOCUMENT, "wait": NodeKind.WAIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way out of a step as written: label, target id, and the path of the field that says so."""

    label: str
    target: str
    path: FieldPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An entry of `steps` with its place, its id (unique; `s3` for the third if it has none) and its ways out."""

    index: int
    id: str
    authored_id: str
    entry: Mapping[str, Any]
    ways: tuple[Way, ...]

    @property
    def path(self) -> FieldPath:
        """The path of the entry."""
        return ("steps", self.index)


def read_steps(steps: object) -> tuple[Step, ...]:
    """Return the entries of a `steps` field that are mappings, with the ways between them.

    Of two steps with one id the first keeps it.
    """
    entries = [(i, e) for i, e in enumerate(steps) if isinstance(e, Mapping)] if isinstance(steps, list | tuple) else []
    # An id with a dot in front is refused by the schema; here it must not be taken for the start or the end.
    authored = [_text(entry.get("id")).lstrip(".") for _index, entry in entries]
    taken: set[str] = set()
    ids = []
    for (index, _entry), own in zip(entries, authored, strict=True):
        name = own or f"s{index + 1}"
        while name in taken:
            name += "_"
        taken.add(name)
        ids.append(name)
    following = [*ids[1:], END]
    return tuple(
        Step(
            index=index,
            id=ids[i],
            authored_id=authored[i],
            entry=entry,
            ways=tuple(_ways(index, entry, following[i], taken)),
        )
        for i, (index, entry) in enumerate(entries)
    )


def build_flow(
    steps: object,
    *,
    roles: Mapping[str, Role] | None = None,
    words: Callable[[str], str] = str,
    sops: Mapping[str, str] | None = None,
    start: str = "Start",
    end: str = "End",
) -> Flow:
    """Return the graph of a `steps` field; an empty one if there is no step.

    `roles` and `sops` give names for ids, `words` a duration in the page's language, `start` and `end` the text of
    these symbols. Ways to unknown steps are left out.
    """
    read = read_steps(steps)
    if not read:
        return Flow()
    roles, sops = roles or {}, sops or {}
    nodes = [_node(step, number, words, sops) for number, step in enumerate(read, 1)]
    lanes: dict[str, Lane] = {}
    for node in nodes:
        role = roles.get(node.lane) or Role(name=node.lane)
        lanes.setdefault(node.lane, Lane(id=node.lane, name=role.name, department=role.department))
    known = {node.id: position for position, node in enumerate(nodes)}
    known[END] = len(nodes)
    edges = [Edge(source=START, target=read[0].id)]
    for position, step in enumerate(read):
        edges += [
            Edge(source=step.id, target=way.target, label=way.label, is_back=known[way.target] <= position)
            for way in step.ways
            if way.target in known
        ]
    first = Node(id=START, kind=NodeKind.START, name=start, lane=nodes[0].lane, stage=nodes[0].stage)
    last = [nodes[known[edge.source]] for edge in edges if edge.target == END]
    closing = [Node(id=END, kind=NodeKind.END, name=end, lane=last[-1].lane, stage=nodes[-1].stage)] if last else []
    return Flow(nodes=(first, *nodes, *closing), edges=tuple(edges), lanes=tuple(lanes.values()))


def _ways(index: int, entry: Mapping[str, Any], following: str, taken: set[str]) -> Iterator[Way]:
    def target(value: object) -> str:
        name = _text(value)
        return END if name == END_WORD and END_WORD not in taken else name

    outcomes = entry.get("outcomes")
    if isinstance(outcomes, Mapping):
        for label, value in outcomes.items():
            yield Way(label=str(label).strip(), target=target(value), path=("steps", index, "outcomes", label))
    elif _text(entry.get("next")):
        yield Way(label="", target=target(entry.get("next")), path=("steps", index, "next"))
    elif "next" not in entry or not is_blank(entry["next"]):
        yield Way(label="", target=following, path=("steps", index))


def _node(step: Step, number: int, words: Callable[[str], str], sops: Mapping[str, str]) -> Node:
    entry = step.entry
    sop = _text(entry.get("sop"))
    kind = NodeKind.PROCESS
    if isinstance(entry.get("outcomes"), Mapping):
        kind = NodeKind.DECISION
    elif sop:
        kind = NodeKind.SUBPROCESS
    elif isinstance(entry.get("type"), str):
        kind = _TYPES.get(entry["type"], kind)
    limits = time_limits(entry.get("time_limit"))
    return Node(
        id=step.id,
        kind=kind,
        name=_text(entry.get("name")) or step.id,
        lane=_text(entry.get("role")),
        index=step.index,
        number=number,
        handler=_text(entry.get("handler")),
        limits=tuple((name, words(limit)) for name, limit in limits),
        minutes=tuple((name, minutes) for name, limit in limits if (minutes := _minutes(limit)) is not None),
        expected=_text(entry.get("expected")),
        stage=_text(entry.get("stage")),
        sop=sop,
        sop_label=sops.get(sop, ""),
        checkpoint=_text(entry.get("checkpoint")),
        resources=_texts(entry.get("resources")),
        on_failure=_text(entry.get("on_failure")),
        automated=entry.get("automated") is True,
        meets=_text(entry.get("meets")),
    )


def time_limits(value: object) -> tuple[tuple[str, str], ...]:
    """Return a `time_limit` field as (class, duration) pairs; one duration for all has the class ``""``."""
    if isinstance(value, Mapping):
        return tuple((str(name), _text(limit)) for name, limit in value.items() if _text(limit))
    return (("", _text(value)),) if _text(value) else ()


def _minutes(limit: str) -> int | None:
    period = parse_period(limit)
    return None if period is None else period.minutes


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def is_blank(value: object) -> bool:
    """Whether somebody wrote a field and left it empty, as opposed to a value of a wrong type."""
    return value is None or (isinstance(value, str) and not value.strip())


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for each in (value if isinstance(value, list) else [value]) if (text := _text(each)))
