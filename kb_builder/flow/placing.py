"""Turns columns and rows into pixels: how wide gutters must be for the lines and labels in them, and how high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb_builder.flow.blocks import Block
from kb_builder.flow.labels import Label
from kb_builder.flow.lattice import Grid, Route
from kb_builder.flow.wiring import Wiring
from kb_builder.model.flow import Flow, Lane

# Room beside a node, where lines arrive; without lines; and outside the outermost ones.
PAD, EMPTY_PAD, MARGIN = 22.0, 15.0, 12.0
# Room under a node before the first line, above a node after the last one, and between nodes without lines.
UNDER, OVER, GAP = 13.0, 20.0, 30.0


@dataclass(slots=True)
class Plan:
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
    lanes: Sequence[Lane]


def place_columns(plan: Plan, counts: Sequence[int], left: float) -> tuple[list[float], list[float]]:
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
        empty = PAD if count else EMPTY_PAD
        before = max(empty, beside[gutter - 1][1]) if gutter else MARGIN if count else 0.0
        after = max(empty, beside[gutter][0]) if gutter < lanes else MARGIN if count else 0.0
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


def place_rows(plan: Plan, head: float) -> tuple[list[float], list[float], float]:
    """Return the tops of the nodes, the height at which a band may begin over each, and the height of the chart."""
    counts = plan.wiring.arrange(upright=False, exact=True)
    rows, blocks = plan.grid.rows, plan.blocks
    above, under = [0.0] * plan.grid.row_count, [0.0] * plan.grid.row_count
    for row, block in zip(rows, blocks, strict=True):
        above[row] = max(above[row], block.port_y)
        under[row] = max(under[row], block.height - block.port_y)
    # How far labels reach below their row.
    below = [0.0] * (plan.grid.row_count + 1)
    for edge, label in plan.labels.items():
        if plan.routes[edge].leaves in "BC":
            node = plan.pairs[edge][0]
            reach = blocks[node].height - blocks[node].port_y + label.height - under[rows[node]]
            below[rows[node] + 1] = max(below[rows[node] + 1], reach)
    starts, ports, over = [], [], []
    y = head
    for row in range(plan.grid.row_count):
        count = counts[row]
        before = max(UNDER, below[row] + 8) if row else UNDER
        gap = before + (count - 1) * plan.track + OVER if count else max(GAP if row else 16.0, below[row] + 18)
        starts.append(y + before)
        y += gap
        over.append(y - (OVER - 8 if count else 14.0))
        ports.append(y + above[row])
        y += above[row] + under[row]
    before = max(UNDER, below[-1] + 8)
    starts.append(y + before)
    last = counts[-1]
    height = y + (before + (last - 1) * plan.track + MARGIN if last else max(16.0, below[-1] + 10))
    plan.wiring.set_places(upright=False, starts=starts, track=plan.track)
    for edge, pieces in enumerate(plan.wiring.pieces):
        for i, (upright, at) in enumerate(pieces):
            if not upright and at % 2:
                plan.wiring.place[edge][i] = ports[at // 2]
    tops = [ports[row] - block.port_y for row, block in zip(rows, blocks, strict=True)]
    return tops, [over[row] for row in rows], height
