"""A small picture of a chart: its upper part as shapes and lines without text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kb_builder.flow.geometry import Box, Chart
from kb_builder.model.flow import NodeKind

# Height of the picture by its width, and the least width, so that a narrow chart is not drawn larger than others.
_RATIO = 0.6
_LEAST = 640
_TERMINATORS = (NodeKind.START, NodeKind.END)


def write_thumbnail(chart: Chart) -> str:
    """Return SVG of the upper part of a chart, a few hundred bytes; screen readers are told nothing of it."""
    top = chart.head
    width = max(chart.width, _LEAST)
    height = round(width * _RATIO)
    boxes = [box for box in chart.boxes if box.y < top + height]
    shapes = {
        "kb-flow-lane kb-flow-odd": (
            _rect(lane.x, top, lane.width, height) for i, lane in enumerate(chart.lanes) if i % 2
        ),
        "kb-flow-line": (
            _corners(line.points) for line in chart.lines if min(y for _x, y in line.points) < top + height
        ),
        "kb-flow-shape": (_outline(box) for box in boxes if not box.diamond and box.kind not in _TERMINATORS),
        "kb-flow-panel": (_rect(b.x, b.port_y, b.width, b.y + b.height - b.port_y) for b in boxes if b.has_panel),
        "kb-flow-decision": (_diamond(box) for box in boxes if box.diamond),
        "kb-flow-terminator": (_outline(box) for box in boxes if box.kind in _TERMINATORS),
    }
    paths = "".join(f'<path class="{kind}" d="{"".join(parts)}"/>' for kind, parts in _drawn(shapes))
    return (
        f'<svg class="kb-flow-thumbnail" viewBox="{(chart.width - width) / 2:.0f} {top:.0f} {width:.0f} {height}"'
        f' aria-hidden="true" focusable="false">{paths}</svg>'
    )


def _drawn(shapes: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, list[str]]]:
    return [(kind, drawn) for kind, parts in shapes.items() if (drawn := list(parts))]


def _outline(box: Box) -> str:
    return _rect(box.x, box.y, box.width, box.height)


def _diamond(box: Box) -> str:
    half = box.width / 2
    up = box.diamond / 2
    return f"M{box.x:.0f} {box.port_y:.0f}l{half:.0f} {-up:.0f} {half:.0f} {up:.0f} {-half:.0f} {up:.0f}z"


def _rect(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.0f} {y:.0f}h{width:.0f}v{height:.0f}h{-width:.0f}z"


def _corners(points: Iterable[tuple[float, float]]) -> str:
    return "M" + " ".join(f"{x:.0f} {y:.0f}" for x, y in points)
