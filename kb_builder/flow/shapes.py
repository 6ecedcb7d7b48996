"""The outlines of the symbols of ISO 5807."""

from __future__ import annotations

from kb_builder.flow.blocks import WAVE
from kb_builder.flow.geometry import Box
from kb_builder.model.flow import NodeKind

# How far the inner lines of a predefined process are from its sides.
_DOUBLE = 7.0


def outline(box: Box) -> str:
    """Return the SVG elements of a symbol, without its texts."""
    x, y, w, h = box.x, box.y, box.width, box.height
    if box.diamond:
        return _decision(box)
    if box.kind is NodeKind.DOCUMENT:
        low = y + h - WAVE
        return _path(
            f"M{x:g} {y:g}L{x + w:g} {y:g}L{x + w:g} {low:g}"
            f"Q{x + w * 0.75:g} {low - 2 * WAVE:g} {x + w / 2:g} {low:g}"
            f"Q{x + w * 0.25:g} {low + 2 * WAVE:g} {x:g} {low:g}z"
        )
    if box.kind is NodeKind.WAIT:
        bend = min(14.0, h / 2)
        return _path(
            f"M{x:g} {y:g}L{x + w - bend:g} {y:g}"
            f"Q{x + w + bend:g} {y + h / 2:g} {x + w - bend:g} {y + h:g}L{x:g} {y + h:g}z"
        )
    radius = h / 2 if box.kind in (NodeKind.START, NodeKind.END) else 4
    rect = f'<rect class="kb-flow-shape" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{radius:g}"/>'
    if box.kind is NodeKind.SUBPROCESS:
        sides = (
            f"M{x + _DOUBLE:g} {y:g}L{x + _DOUBLE:g} {y + h:g}M{x + w - _DOUBLE:g} {y:g}L{x + w - _DOUBLE:g} {y + h:g}"
        )
        return f'{rect}<path class="kb-flow-side" d="{sides}"/>'
    return rect


def _decision(box: Box) -> str:
    x, y, w, tall = box.x, box.y, box.width, box.diamond
    middle, bottom = y + tall / 2, y + box.height
    diamond = f"M{x + w / 2:g} {y:g}L{x + w:g} {middle:g}L{x + w / 2:g} {y + tall:g}L{x:g} {middle:g}z"
    if not box.has_panel:
        return _path(diamond)
    panel = f"M{x:g} {middle:g}L{x:g} {bottom:g}L{x + w:g} {bottom:g}L{x + w:g} {middle:g}z"
    return f'<path class="kb-flow-panel" d="{panel}"/>{_path(diamond)}'


def _path(d: str) -> str:
    return f'<path class="kb-flow-shape" d="{d}"/>'
