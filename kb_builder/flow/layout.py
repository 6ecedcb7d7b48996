"""Places the nodes and lines of a flow: swimlanes side by side with time running down, or one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb_builder.flow.blocks import WAVE, make_block
from kb_builder.flow.frames import STAGE_WIDTH, lane_frames, stage_frames
from kb_builder.flow.geometry import Box, Chart, Frame, Line, TextLine
from kb_builder.flow.labels import LABEL_LINE, Label, bottom_offsets, make_labels
from kb_builder.flow.lattice import Grid, Route
from kb_builder.flow.placing import MARGIN, PAD, Plan, place_columns, place_rows
from kb_builder.flow.route import choose_routes
from kb_builder.flow.rows import shared_rows
from kb_builder.flow.tracks import Tangled
from kb_builder.flow.wiring import Wiring
from kb_builder.model.flow import Flow, NodeKind

# Width of nodes by number of lanes: a chart of many lanes scrolls less if its nodes are narrow.
_NODE_WIDTH = {1: 232.0, 2: 220.0, 3: 204.0, 4: 190.0, 5: 182.0, 6: 176.0}
_NARROWEST = 170.0
_TRACK, _NARROW_TRACK = 12.0, 9.0


def lay_out(flow: Flow, words: Mapping[str, str], rows: Sequence[int] | None = None) -> Chart:
    """Return the chart of a flow with a lane per role.

    `words` gives the labels that `blocks.make_block` names, in the page's language. `rows` are the rows of the nodes,
    never falling and at most one node in a row and lane; without them nodes that follow each other share rows.
    """
    number = {lane.id: i for i, lane in enumerate(flow.lanes)}
    lanes = [number[node.lane] for node in flow.nodes]
    width = _NODE_WIDTH.get(len(flow.lanes), _NARROWEST)
    left = STAGE_WIDTH if any(node.stage for node in flow.nodes) else 0.0
    pairs = _pairs(flow)
    own = Grid.of(range(len(lanes)), lanes, len(flow.lanes))
    shared = Grid.of(shared_rows(flow, lanes) if rows is None else rows, lanes, len(flow.lanes))
    routes, crossings = choose_routes(shared, list(pairs))
    if crossings and shared != own:
        # Side by side the chart is shorter, but lines have fewer ways to go.
        other, fewer = choose_routes(own, list(pairs))
        if fewer < crossings:
            shared, routes = own, other
    try:
        return _chart(_plan(flow, words, shared, pairs, routes, width, 0.0), left)
    except Tangled:
        routes = choose_routes(own, list(pairs))[0]
        return _chart(_plan(flow, words, own, pairs, routes, width, 0.0), left)


def lay_out_narrow(flow: Flow, words: Mapping[str, str], *, width: float = 374.0) -> Chart:
    """Return the chart of a flow as one column, for a small screen; roles are written in the nodes.

    It is wider than `width` only if many ways lead past each other.
    """
    pairs = _pairs(flow)
    grid = Grid.of(range(len(flow.nodes)), [0] * len(flow.nodes), 1)
    routes = choose_routes(grid, list(pairs), labelled_sides=False)[0]
    chart = _chart(_plan(flow, words, grid, pairs, routes, 0.0, width), 0.0)
    excess = chart.width - width
    if excess <= 0:
        return chart
    # Labels beside the nodes take room as well; the nodes give it.
    node_width = max(box.width for box in chart.boxes) - excess
    return _chart(_plan(flow, words, grid, pairs, routes, max(_NARROWEST, node_width), width), 0.0)


def _pairs(flow: Flow) -> dict[tuple[int, int], list[str]]:
    """Return the labels of the ways between every two nodes; ways between the same two are drawn as one line."""
    position = {node.id: i for i, node in enumerate(flow.nodes)}
    pairs: dict[tuple[int, int], list[str]] = {}
    for edge in flow.edges:
        pairs.setdefault((position[edge.source], position[edge.target]), []).append(edge.label)
    return pairs


def _plan(
    flow: Flow,
    words: Mapping[str, str],
    grid: Grid,
    joined: Mapping[tuple[int, int], Sequence[str]],
    routes: list[Route],
    node_width: float,
    total: float,
) -> Plan:
    pairs = list(joined)
    wiring = Wiring(pairs, routes, grid.row_count, grid.lane_count)
    counts = wiring.arrange(upright=True, exact=False)
    track = _NARROW_TRACK if total else _TRACK
    if not node_width:
        beside = sum(PAD + MARGIN + (count - 1) * track if count else MARGIN for count in counts)
        node_width = max(190.0, min(280.0, 2 * ((total - beside) // 2)))
    lane_by_id = flow.lane_by_id
    blocks = [make_block(node, lane_by_id[node.lane], node_width, words, with_role=bool(total)) for node in flow.nodes]
    offsets = bottom_offsets(pairs, routes, blocks)
    texts = [" / ".join(label for label in labels if label) for labels in joined.values()]
    labels = make_labels(texts, pairs, routes, blocks, offsets)
    return Plan(flow, grid, pairs, texts, routes, wiring, blocks, offsets, labels, track, () if total else flow.lanes)


def _chart(plan: Plan, left: float) -> Chart:
    nodes, lanes = plan.flow.nodes, plan.lanes
    if not nodes:
        return Chart(width=0.0, height=0.0, head=0.0, boxes=(), lines=())
    counts = [1 + max((net.track for net in nets), default=-1) for nets in plan.wiring.uprights]
    middles, borders = place_columns(plan, counts, left)
    head = lane_frames(lanes, borders, 0.0)[0] if lanes else 0.0
    place_rows(plan, head)
    # Now that the rows are known, the order in the gutters can be judged better.
    counts = plan.wiring.arrange(upright=True, exact=True)
    middles, borders = place_columns(plan, counts, left)
    tops, over, height = place_rows(plan, head)
    boxes = tuple(_box(plan, node, middles[plan.grid.lanes[node]], top) for node, top in enumerate(tops))
    width = borders[-1]
    heads: tuple[tuple[Frame, ...], tuple[Frame, ...]] = lane_frames(lanes, borders, height)[1:] if lanes else ((), ())
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


def _box(plan: Plan, index: int, middle: float, y: float) -> Box:
    node, block = plan.flow.nodes[index], plan.blocks[index]
    x = middle - block.width / 2
    return Box(
        id=node.id,
        kind=node.kind,
        number=node.number,
        x=x,
        y=y,
        width=block.width,
        height=block.height,
        diamond=block.diamond,
        has_panel=block.has_panel,
        texts=tuple([line.moved(x, y) for line in block.texts]),
    )


def _line(plan: Plan, edge: int, boxes: Sequence[Box]) -> Line:
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
        label=plan.texts[edge],
        labels=_label_lines(label, route, start, source) if label else (),
    )


def _label_lines(label: Label, route: Route, start: tuple[float, float], source: Box) -> tuple[TextLine, ...]:
    x, y = start
    sideways = route.leaves in "LR"
    first = y - label.height - 4 + 12 if sideways else source.y + source.height + 4 + 12
    return tuple(
        TextLine(x=x + label.dx, y=first + LABEL_LINE * i, text=line, bold=True) for i, line in enumerate(label.lines)
    )


def bottom_of(box: Box, offset: float) -> float:
    """Return the height at which a line leaves the bottom of a box, `offset` from its middle."""
    if box.kind is NodeKind.DOCUMENT:
        share = abs(offset) / (box.width / 2)
        return box.y + box.height - WAVE - (4 if offset > 0 else -4) * WAVE * share * (1 - share)
    if box.diamond and not box.has_panel:
        return box.y + box.diamond / 2 * (2 - abs(offset) / (box.width / 2))
    return box.y + box.height
