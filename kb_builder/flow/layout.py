"""Places the nodes and lines of a flow: swimlanes side by side with time running down, or one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kb_builder.flow.blocks import WAVE, Block, make_block
from kb_builder.flow.frames import lane_frames, stage_frames
from kb_builder.flow.geometry import TEXT_LINE, Box, Chart, Line
from kb_builder.flow.labels import Label, bottom_offsets, make_labels
from kb_builder.flow.lattice import Grid, Route, segments
from kb_builder.flow.route import choose_routes
from kb_builder.flow.tracks import Net, arrange, join
from kb_builder.model.flow import Flow, Lane, Node, NodeKind

# Width of nodes by number of lanes: a chart of many lanes scrolls less if its nodes are narrow.
_NODE_WIDTH = {1: 216.0, 2: 208.0, 3: 196.0, 4: 184.0, 5: 172.0, 6: 164.0}
_NARROWEST = 156.0
TRACK = 12.0
# Room beside a node, where lines arrive; without lines; and at the outside of the outermost ones.
_PAD, _EMPTY_PAD, _MARGIN = 22.0, 14.0, 12.0
# Room under a node before the first line, and above a node after the last one.
_UNDER, _OVER, _EMPTY_GAP = 13.0, 20.0, 30.0
STAGE_WIDTH = 92.0


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between the two forms of a chart. `total` is the width aimed at (0: as wide as need be)."""

    node_width: float
    total: float = 0.0
    with_lanes: bool = True
    track: float = TRACK


@dataclass(slots=True)
class Plan:
    """A layout on its way to coordinates."""

    flow: Flow
    style: Style
    nodes: Sequence[Node]
    lanes: Sequence[Lane]
    grid: Grid
    pairs: list[tuple[int, int]]
    texts: list[str]
    routes: list[Route]
    blocks: list[Block] = field(default_factory=list)
    offsets: dict[int, float] = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    uprights: list[list[Net]] = field(default_factory=list)
    levels: list[list[Net]] = field(default_factory=list)
    middles: list[float] = field(default_factory=list)
    borders: list[float] = field(default_factory=list)
    tops: list[float] = field(default_factory=list)
    line_x: dict[int, float] = field(default_factory=dict)
    line_y: dict[tuple[int, int], float] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


def lay_out(flow: Flow, words: Mapping[str, str]) -> Chart:
    """Return the chart of a flow with a lane per role.

    `words` gives the labels that `blocks.make_block` names, in the page's language.
    """
    count = len(flow.lanes)
    style = Style(node_width=_NODE_WIDTH.get(count, _NARROWEST))
    rows = {lane.id: i for i, lane in enumerate(flow.lanes)}
    return _chart(flow, words, style, flow.lanes, tuple(rows[node.lane] for node in flow.nodes))


def lay_out_narrow(flow: Flow, words: Mapping[str, str], *, width: float = 358.0) -> Chart:
    """Return the chart of a flow as one column, for a screen of 390 px; roles are written in the nodes.

    It is wider than `width` only if many ways lead past each other.
    """
    style = Style(node_width=0.0, total=width, with_lanes=False, track=9.0)
    return _chart(flow, words, style, (Lane(id="", name=""),), (0,) * len(flow.nodes))


def _chart(flow: Flow, words: Mapping[str, str], style: Style, lanes: Sequence[Lane], rows: tuple[int, ...]) -> Chart:
    if not flow.nodes:
        return Chart(width=0, height=0, head=0, boxes=(), lines=())
    position = {node.id: row for row, node in enumerate(flow.nodes)}
    joined: dict[tuple[int, int], list[str]] = {}
    for edge in flow.edges:
        joined.setdefault((position[edge.source], position[edge.target]), []).append(edge.label)
    pairs = list(joined)
    grid = Grid.of(rows, len(lanes))
    plan = Plan(
        flow=flow,
        style=style,
        nodes=flow.nodes,
        lanes=lanes,
        grid=grid,
        pairs=pairs,
        texts=[" / ".join(label for label in labels if label) for labels in joined.values()],
        routes=choose_routes(grid, pairs, labelled_sides=style.with_lanes),
    )
    _collect(plan)
    if style.total:
        beside = sum(
            2 * _MARGIN + (_PAD - _MARGIN) + (arrange(nets, exact=False) - 1) * style.track if nets else _MARGIN / 2
            for nets in plan.uprights
        )
        plan.style = style = replace(style, node_width=max(190.0, min(280.0, style.total - beside)))
    lane_by_id = flow.lane_by_id
    plan.blocks = [
        make_block(node, lane_by_id[node.lane], style.node_width, words, with_role=not style.with_lanes)
        for node in plan.nodes
    ]
    plan.offsets = bottom_offsets(plan.pairs, plan.routes, plan.blocks)
    plan.labels = make_labels(plan.texts, plan.pairs, plan.routes, plan.blocks, plan.offsets)
    left = STAGE_WIDTH if any(node.stage for node in flow.nodes) and style.with_lanes else 0.0
    _tap_uprights(plan, exact=False)
    _place_across(plan, left, exact=False)
    head, heads = lane_frames(plan.lanes, plan.borders, 0.0) if style.with_lanes else (0.0, ((), ()))
    _place_down(plan, head)
    _tap_uprights(plan, exact=True)
    _place_across(plan, left, exact=True)
    head, heads = lane_frames(plan.lanes, plan.borders, plan.height) if style.with_lanes else (0.0, ((), ()))
    boxes = tuple(_box(plan, row) for row in range(len(plan.nodes)))
    lines = tuple(_line(plan, edge, boxes) for edge in range(len(plan.pairs)))
    return Chart(
        width=plan.width,
        height=plan.height,
        head=head,
        boxes=boxes,
        lines=lines,
        lanes=heads[0],
        departments=heads[1],
        stages=stage_frames(plan.nodes, boxes, plan.levels_y(), head, plan.width, plan.height) if left else (),
    )
