"""The flow of a document's steps as a graph, and what can be wrong with it. No text here is translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kb_builder.model.location import FieldPath


class NodeKind(StrEnum):
    """Which symbol of ISO 5807 a node is drawn with."""

    START = "start"
    END = "end"
    PROCESS = "process"
    DECISION = "decision"
    DOCUMENT = "document"
    WAIT = "wait"
    SUBPROCESS = "subprocess"


class FlowFaultKind(StrEnum):
    """What can be wrong with steps."""

    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_TARGET = "unknown_target"
    UNREACHABLE = "unreachable"
    DEAD_END = "dead_end"
    ENDLESS_LOOP = "endless_loop"
    FEW_OUTCOMES = "few_outcomes"
    EQUAL_LABELS = "equal_labels"
    NO_TIME_LIMIT = "no_time_limit"
    NO_EXPECTED = "no_expected"
    TOO_MANY_STEPS = "too_many_steps"
    TOO_MANY_OUTCOMES = "too_many_outcomes"
    FIELD_IGNORED = "field_ignored"
    CLASSES_ALIKE = "classes_alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFault:
    """A fault and where it is: `path` leads to the field, `on_key` says that its key is at fault.

    `step` is the id of the step (empty if it is about all of them), `value` what is wrong (the unknown target, the
    repeated label, class or id, the empty or void field, the number of steps or outcomes), `steps` the ids of all steps
    of a loop, or of both steps with one id, or the field that makes another void, or the class that is like this one.
    `name` is what the step is called, for an author who gave it no id.
    """

    kind: FlowFaultKind
    path: FieldPath
    step: str = ""
    value: str = ""
    on_key: bool = False
    steps: tuple[str, ...] = ()
    name: str = ""

    @property
    def named(self) -> str:
        """The step in words: its id in backticks and, in brackets, its name."""
        return f"`{self.step}` ({self.name})" if self.name else f"`{self.step}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a chart says of a role: its name, and its department if one is known."""

    name: str
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A swimlane: one role. `id` is the owner id the steps name; it is empty for steps without role."""

    id: str
    name: str
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A step, or the start or end symbol.

    `index` is the position in the author's list, from 0 (-1 for start and end), `number` counts from 1 what a
    reader sees (0 for start and end). `limits` are (class, words) pairs and `minutes` the same as figures; the class
    is empty where one limit holds for all. A limit that is no duration is in `limits` only. `meets` is the clock of
    the SLA that stops with the step.
    """

    id: str
    kind: NodeKind
    name: str
    lane: str
    index: int = -1
    number: int = 0
    handler: str = ""
    limits: tuple[tuple[str, str], ...] = ()
    minutes: tuple[tuple[str, int], ...] = ()
    expected: str = ""
    stage: str = ""
    sop: str = ""
    sop_label: str = ""
    checkpoint: str = ""
    resources: tuple[str, ...] = ()
    on_failure: str = ""
    automated: bool = False
    meets: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A way from one node to another. `label` is the outcome; `is_back` if it leads up the chart or to itself."""

    source: str
    target: str
    label: str = ""
    is_back: bool = False


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A graph of steps. Nodes stand in the author's order, start first and end last; lanes as they first appear."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    lanes: tuple[Lane, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Nodes by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def lane_by_id(self) -> Mapping[str, Lane]:
        """Lanes by id."""
        return {lane.id: lane for lane in self.lanes}

    @property
    def steps(self) -> tuple[Node, ...]:
        """The nodes that an author wrote."""
        return tuple(node for node in self.nodes if node.index >= 0)
