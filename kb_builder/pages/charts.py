"""Charts as SVG, drawn by leather at build time; colours and fonts come from theme/kb/kb.css.

The numbers stand in a table beside every chart, so the chart itself is hidden from screen readers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

_SVG = "http://www.w3.org/2000/svg"
_WIDTH, _HEIGHT = 760, 250
_LONG = re.compile(r"\d+\.\d{2,}")
# What the style sheet says instead, for light, dark and paper.
_STYLED = ("fill", "stroke", "stroke-width", "font-family", "version")


def bars(values: Mapping[str, float]) -> Markup:
    """Return a chart with a bar for every label. The scale begins at zero."""
    import leather

    chart = leather.Chart()
    chart.add_columns([(label, value) for label, value in values.items()])
    highest = max(values.values(), default=0) or 1
    chart.add_y_scale(0, highest)
    if all(value == int(value) for value in values.values()):
        step = -(-int(highest) // 5)
        chart.add_y_axis(ticks=list(range(0, int(highest) + 1, step)))
    return _finished(chart, ("kb-chart-bars",))


def lines(labels: Sequence[str], values: Sequence[float | None], goal: float | None = None) -> Markup:
    """Return a chart with a line over the labels; None leaves a gap. `goal` is drawn as a line of its own."""
    import leather

    chart = leather.Chart()
    kinds = []
    known = [value for value in (*values, goal) if value is not None]
    if goal is not None:
        chart.add_line([(0, goal), (len(labels) - 1, goal)])
        kinds.append("kb-chart-goal")
    chart.add_line(list(enumerate(values)))
    # A reading between two gaps has no line to lie on.
    chart.add_dots([(i, value) for i, value in enumerate(values) if value is not None])
    kinds += ["kb-chart-line", "kb-chart-dots"]
    room = (max(known) - min(known)) * 0.1 or abs(max(known)) * 0.1 or 1
    chart.add_x_scale(0, max(len(labels) - 1, 1))
    chart.add_x_axis(ticks=list(range(len(labels))), tick_formatter=lambda value, _i, _n: labels[int(value)])
    # Where nothing is below zero, the scale does not go there either.
    lowest = min(known) - room
    chart.add_y_scale(lowest if min(known) < 0 else max(lowest, 0), max(known) + room)
    return _finished(chart, kinds)


def _finished(chart: Any, kinds: Sequence[str]) -> Markup:
    group = chart.to_svg_group(_WIDTH, _HEIGHT)
    root = ElementTree.Element("svg", xmlns=_SVG, viewBox=f"0 0 {_WIDTH} {_HEIGHT}")
    root.set("class", "kb-chart")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    # The ground is the page's, and what the lines mean stands in the text beside the chart.
    group.remove(group[0])
    group[0].remove(group[0][0])
    root.append(group)
    drawn = [each for each in root.iter("g") if each.get("class", "").startswith("series")]
    for each, kind in zip(drawn, kinds, strict=True):
        each.set("class", kind)
    for each in root.iter():
        for name, value in list(each.attrib.items()):
            if name in _STYLED:
                del each.attrib[name]
            else:
                each.set(name, _LONG.sub(lambda found: f"{float(found[0]):.1f}", value))
    return Markup(ElementTree.tostring(root, encoding="unicode"))
