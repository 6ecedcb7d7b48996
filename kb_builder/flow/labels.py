"""Where lines leave the bottom of a node, and the labels of outcomes beside the beginning of their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from kb_builder.flow.blocks import Block
from kb_builder.flow.geometry import TEXT_SIZE
from kb_builder.flow.lattice import Route
from kb_builder.flow.text import text_width, wrap

LABEL_LINE = 15.0
# Between a label and the line it belongs to.
OFF = 6.0
_WIDEST = 84.0


@dataclass(frozen=True, slots=True)
class Label:
    """The lines of a label. `dx` is where it begins, from the point at which the edge leaves its node."""

    lines: tuple[str, ...]
    width: float
    dx: float

    @property
    def height(self) -> float:
        """Height in pixels."""
        return LABEL_LINE * len(self.lines)


def bottom_offsets(
    pairs: Sequence[tuple[int, int]], routes: Sequence[Route], blocks: Sequence[Block]
) -> dict[int, float]:
    """Return, for every edge that leaves at the bottom, how far from the middle: those to the left leftmost."""
    groups: dict[int, list[tuple[int, int, int]]] = {}
    for edge, route in enumerate(routes):
        if route.leaves in "BC":
            side = 0
            if route.leaves == "B":
                side = 1 if route.turns[3] > route.turns[1] else -1
            groups.setdefault(pairs[edge][0], []).append((side, pairs[edge][1], edge))
    offsets: dict[int, float] = {}
    for row, group in groups.items():
        group.sort()
        width = blocks[row].width
        straight = any(side == 0 for side, _target, _edge in group)
        lefts = sum(side < 0 for side, _target, _edge in group)
        rights = sum(side > 0 for side, _target, _edge in group)
        for i, (side, _target, edge) in enumerate(group):
            if not straight:
                offsets[edge] = float(round(width * ((i + 0.5) / len(group) - 0.5)))
            elif side == 0:
                offsets[edge] = 0.0
            elif side < 0:
                offsets[edge] = float(round(-width / 2 * (lefts - i) / (lefts + 1)))
            else:
                offsets[edge] = float(round(width / 2 * (i - lefts) / (rights + 1)))
    return offsets


def make_labels(
    texts: Sequence[str],
    pairs: Sequence[tuple[int, int]],
    routes: Sequence[Route],
    blocks: Sequence[Block],
    offsets: dict[int, float],
) -> dict[int, Label]:
    """Return the label of every edge that has a text. At the sides it stands over its line, below beside it."""
    labels: dict[int, Label] = {}
    ports: dict[int, list[float]] = {}
    for edge, offset in offsets.items():
        ports.setdefault(pairs[edge][0], []).append(offset)
    for edge, text in enumerate(texts):
        if not text:
            continue
        block = blocks[pairs[edge][0]]
        if routes[edge].leaves in "LR":
            room = _WIDEST
            while True:
                lines, width = _wrapped(text, room)
                # It must not reach above its node, where other lines may pass.
                if len(lines) * LABEL_LINE + 4 <= block.diamond / 2 or room > 400:
                    break
                room += 12
            labels[edge] = Label(lines, width, OFF if routes[edge].leaves == "R" else -OFF - width)
            continue
        offset = offsets[edge]
        others = sorted(ports[pairs[edge][0]])
        i = others.index(offset)
        right = (others[i + 1] - offset if i + 1 < len(others) else block.width / 2 - offset + 8) - OFF - 3
        left = (offset - others[i - 1] if i else block.width / 2 + offset + 8) - OFF - 3
        # The leftmost of several stands on its left, so that every label has a side of its own.
        on_left = i == 0 and len(others) > 1
        lines, width = _wrapped(text, left if on_left else right)
        labels[edge] = Label(lines, width, -OFF - width if on_left else OFF)
    return labels


def _wrapped(text: str, room: float) -> tuple[tuple[str, ...], float]:
    lines = wrap(text, room, TEXT_SIZE, bold=True)
    return tuple(lines), float(ceil(max(text_width(line, TEXT_SIZE, bold=True) for line in lines)))
