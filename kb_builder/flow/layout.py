"""Places the nodes and lines of a flow: swimlanes side by side with time running down, or one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb_builder.flow.blocks import WAVE, Block, make_block
from kb_builder.flow.frames import STAGE_WIDTH, lane_frames, stage_frames
from kb_builder.flow.geometry import TEXT_SIZE, Box, Chart, Line, TextLine
from kb_builder.flow.labels import LABEL_LINE, Label, bottom_offsets, make_labels
from kb_builder.flow.lattice import Grid, Route
from kb_builder.flow.route import choose_routes
from kb_builder.flow.wiring import Wiring
from kb_builder.model.flow import Flow, Lane, NodeKind

# Width of nodes by number of lanes: a chart of many lanes scrolls less if its nodes are narrow.
_NODE_WIDTH = {1: 224.0, 2: 212.0, 3: 196.0, 4: 184.0, 5: 172.0, 6: 164.0}
_NARROWEST = 156.0
_TRACK, _NARROW_TRACK = 12.0, 9.0
# Room beside a node, where lines arrive; without lines; and outside the outermost ones.
_PAD, _EMPTY_PAD, _MARGIN = 22.0, 15.0, 12.0
# Room under a node before the first line, above a node after the last one, and between nodes without lines.
_UNDER, _OVER, _GAP = 13.0, 20.0, 30.0


@dataclass(slots=True)
class _Plan:
    """A layout on its way to coordinates: rows, edges as pairs of rows, and where columns and rows lie."""

    flow: Flow
    grid: Grid
    pairs: list[tuple[int, int]]
    texts: list[str]
    routes: list[Route]
    wiring: Wiring
    blocks: list[Block]
    offsets: dict[int, float]
    labels: dict[int, Label]
    track: float


def lay_out(flow: Flow, words: Mapping[str, str]) -> Chart:
    """Return the chart of a flow with a lane per role.

    `words` gives the labels that `blocks.make_block` names, in the page's language.
    """
    rows = {lane.id: i for i, lane in enumerate(flow.lanes)}
    width = _NODE_WIDTH.get(len(flow.lanes), _NARROWEST)
    plan = _plan(flow, words, tuple(rows[node.lane] for node in flow.nodes), len(flow.lanes), width, 0.0)
    left = STAGE_WIDTH if any(node.stage for node in flow.nodes) else 0.0
    return _chart(plan, left, flow.lanes)


def lay_out_narrow(flow: Flow, words: Mapping[str, str], *, width: float = 358.0) -> Chart:
    """Return the chart of a flow as one column, for a screen of 390 px; roles are written in the nodes.

    It is wider than `width` only if many ways lead past each other.
    """
    return _chart(_plan(flow, words, (0,) * len(flow.nodes), 1, 0.0, width), 0.0, ())


def _plan(
    flow: Flow, words: Mapping[str, str], rows: tuple[int, ...], lanes: int, node_width: float, total: float
) -> _Plan:
    position = {node.id: row for row, node in enumerate(flow.nodes)}
    joined: dict[tuple[int, int], list[str]] = {}
    for edge in flow.edges:
        joined.setdefault((position[edge.source], position[edge.target]), []).append(edge.label)
    pairs = list(joined)
    grid = Grid.of(rows, lanes)
    routes = choose_routes(grid, pairs, labelled_sides=not total)
    wiring = Wiring(pairs, routes, len(rows), lanes)
    counts = wiring.arrange(upright=True, exact=False)
    track = _NARROW_TRACK if total else _TRACK
    if total:
        beside = sum(_PAD + _MARGIN + (count - 1) * track if count else _MARGIN for count in counts)
        node_width = max(190.0, min(280.0, total - beside))
    lane_by_id = flow.lane_by_id
    blocks = [
        make_block(node, lane_by_id[node.lane], node_width, words, with_role=bool(total)) for node in flow.nodes
    ]
    offsets = bottom_offsets(pairs, routes, blocks)
    texts = [" / ".join(label for label in labels if label) for labels in joined.values()]
    labels = make_labels(texts, pairs, routes, blocks, offsets)
    return _Plan(flow, grid, pairs, texts, routes, wiring, blocks, offsets, labels, track)


def _chart(plan: _Plan, left: float, lanes: Sequence[Lane]) -> Chart:
    nodes = plan.flow.nodes
    if not nodes:
        return Chart(width=0.0, height=0.0, head=0.0, boxes=(), lines=())
    counts = [1 + max((net.track for net in nets), default=-1) for nets in plan.wiring.uprights]
    middles, borders = _place_columns(plan, counts, left)
    head = lane_frames(lanes, borders, 0.0)[0] if lanes else 0.0
    boxes, over, height = _place_rows(plan, middles, head)
    # Now that the rows are known, the order in the gutters can be judged better.
    counts = plan.wiring.arrange(upright=True, exact=True)
    middles, borders = _place_columns(plan, counts, left)
    boxes, over, height = _place_rows(plan, middles, head)
    width = borders[-1]
    heads: tuple[tuple, tuple] = lane_frames(lanes, borders, height)[1:] if lanes else ((), ())
    return Chart(
        width=width,
        height=height,
        head=head,
        boxes=boxes,
        lines=tuple(_line(plan, edge, boxes) for edge in range(len(plan.pairs))),
        lanes=heads[0],
        departments=heads[1],
        stages=stage_frames(nodes, boxes, over, head, width, height) if left else (),
    )


def _place_columns(plan: _Plan, counts: Sequence[int], left: float) -> tuple[list[float], list[float]]:
    """Return the middles of the columns and the borders of the lanes; tell the wiring where its uprights are."""
    lanes = plan.grid.lane_count
    beside = [[0.0, 0.0] for _ in range(lanes)]
    for edge, label in plan.labels.items():
        leaves = plan.routes[edge].leaves
        if leaves in "LR":
            room = beside[plan.grid.lanes[plan.pairs[edge][0]]]
            room[leaves == "R"] = max(room[leaves == "R"], label.width + 14)
    node_width = max(block.width for block in plan.blocks)
    starts, middles, borders = [], [], []
    x = left
    for gutter in range(lanes + 1):
        count = counts[gutter]
        empty = _PAD if count else _EMPTY_PAD
        before = max(empty, beside[gutter - 1][1]) if gutter else _MARGIN if count else 0.0
        after = max(empty, beside[gutter][0]) if gutter < lanes else _MARGIN if count else 0.0
        starts.append(x + before)
        across = before + max(0, count - 1) * plan.track + after
        # A border lies between two tracks, never on one.
        border = x if not gutter else x + across if gutter == lanes else x + before + plan.track * (count // 2 - 0.5)
        if 0 < gutter < lanes and count < 2:
            border = x + before - plan.track / 2 if count else x + across / 2
        borders.append(border)
        x += across
        if gutter < lanes:
            middles.append(x + node_width / 2)
            x += node_width
    plan.wiring.set_places(upright=True, starts=starts, track=plan.track)
    for edge, pieces in enumerate(plan.wiring.pieces):
        for i, (upright, at) in enumerate(pieces):
            if upright and at % 2:
                plan.wiring.place[edge][i] = middles[at // 2] + (plan.offsets.get(edge, 0.0) if i == 0 else 0.0)
    return middles, borders


def _place_rows(plan: _Plan, middles: Sequence[float], head: float) -> tuple[tuple[Box, ...], list[float], float]:
    """Return the boxes, the height at which a band over each row may begin, and the height of the chart."""
    counts = plan.wiring.arrange(upright=False, exact=True)
    below = [0.0] * (len(plan.blocks) + 1)
    for edge, label in plan.labels.items():
        if plan.routes[edge].leaves in "BC":
            row = plan.pairs[edge][0] + 1
            below[row] = max(below[row], label.height)
    boxes: list[Box] = []
    starts, over = [], []
    y = head
    for row, block in enumerate(plan.blocks):
        count = counts[row]
        under = max(_UNDER, below[row] + 8) if row else _UNDER
        gap = under + (count - 1) * plan.track + _OVER if count else max(_GAP if row else 16.0, below[row] + 18)
        starts.append(y + under)
        y += gap
        over.append(y - (_OVER - 8 if count else 14.0))
        node = plan.flow.nodes[row]
        x = middles[plan.grid.lanes[row]] - block.width / 2
        boxes.append(
            Box(
                id=node.id,
                kind=node.kind,
                number=node.number,
                x=x,
                y=y,
                width=block.width,
                height=block.height,
                diamond=block.diamond,
                has_panel=block.has_panel,
                texts=tuple(_moved(line, x, y) for line in block.texts),
            )
        )
        y += block.height
    last = counts[-1]
    under = max(_UNDER, below[-1] + 8)
    starts.append(y + under)
    height = y + (under + (last - 1) * plan.track + _MARGIN if last else max(16.0, below[-1] + 10))
    plan.wiring.set_places(upright=False, starts=starts, track=plan.track)
    for edge, pieces in enumerate(plan.wiring.pieces):
        for i, (upright, at) in enumerate(pieces):
            if not upright and at % 2:
                plan.wiring.place[edge][i] = boxes[at // 2].port_y
    return tuple(boxes), over, height


def _moved(line: TextLine, x: float, y: float) -> TextLine:
    return TextLine(
        x=line.x + x, y=line.y + y, text=line.text, lead=line.lead, bold=line.bold, middle=line.middle, size=line.size
    )


def _line(plan: _Plan, edge: int, boxes: Sequence[Box]) -> Line:
    u, v = plan.pairs[edge]
    route, place = plan.routes[edge], plan.wiring.place[edge]
    source, target = boxes[u], boxes[v]
    offset = plan.offsets.get(edge, 0.0)
    start = {
        "L": (source.x, source.port_y),
        "R": (source.x + source.width, source.port_y),
    }.get(route.leaves) or (source.middle_x + offset, bottom_of(source, offset))
    end = {
        "L": (target.x, target.port_y),
        "R": (target.x + target.width, target.port_y),
    }.get(route.enters) or (target.middle_x, target.y)
    points = [start]
    pieces = plan.wiring.pieces[edge]
    for i in range(len(pieces) - 1):
        points.append((place[i], place[i + 1]) if pieces[i][0] else (place[i + 1], place[i]))
    points.append(end)
    label = plan.labels.get(edge)
    return Line(
        source=source.id,
        target=target.id,
        points=tuple(points),
        is_back=v <= u,
        labels=_label_lines(label, route, start, source) if label else (),
    )


def _label_lines(label: Label, route: Route, start: tuple[float, float], source: Box) -> tuple[TextLine, ...]:
    x, y = start
    sideways = route.leaves in "LR"
    first = y - label.height - 4 + 12 if sideways else source.y + source.height + 4 + 12
    return tuple(
        TextLine(x=x + label.dx, y=first + LABEL_LINE * i, text=line, bold=True)
        for i, line in enumerate(label.lines)
    )


def bottom_of(box: Box, offset: float) -> float:
    """Return the height at which a line leaves the bottom of a box, `offset` from its middle."""
    if box.kind is NodeKind.DOCUMENT:
        return box.y + box.height - WAVE
    if box.diamond and not box.has_panel:
        return box.y + box.diamond / 2 * (2 - abs(offset) / (box.width / 2))
    return box.y + box.height
