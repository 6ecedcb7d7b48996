"""Writes a chart as SVG: classes and no styles, no links, no script, ids under a prefix of the caller's.

Colours and fonts come from theme/kb/flow.css; sizes of text are attributes, since the layout depends on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from kb_builder.flow.geometry import TEXT_LINE, TEXT_SIZE, Box, Chart, Frame, Line, TextLine
from kb_builder.flow.shapes import outline
from kb_builder.flow.text import text_width, wrap

_RADIUS = 6.0
_ARROW_LONG, _ARROW_HALF = 8.0, 4.0
# A badge tells marks apart without colour: a disc with a sign, by the upper left corner of its node.
_BADGE = 9.0
_SIGNS = {"new": "M-4 0h8M0-4v8", "changed": "M-4-2h8M-4 2h8M2-5l-4 10", "removed": "M-4 0h8"}
# Which lines are drawn under others.
_DEPTHS = {"removed": -2, "new": -1}
_LEGEND_PAD, _LEGEND_GAP = 14.0, 20.0


def write_svg(
    chart: Chart,
    *,
    prefix: str,
    title: str,
    description: str = "",
    marks: Mapping[str, str] | None = None,
    line_marks: Mapping[tuple[str, str], str] | None = None,
    legend: Sequence[tuple[str, str]] = (),
    style: str = "",
) -> str:
    """Return the SVG text of a chart.

    `prefix` keeps the ids apart from those of other charts on the page. `marks` says which steps are `new`,
    `changed` or `removed`, by id: each has a class `kb-flow-is-…` and a badge. `line_marks` does so for lines, by the
    ids of both ends; they have the class alone. `legend` are marks and what they mean, written below the chart; with
    an empty mark it is text alone. `style` is CSS to put into the picture, for a file that stands alone; on a page it
    must be empty.
    """
    marks, line_marks = marks or {}, line_marks or {}
    key, bottom = _legend(legend, chart.width, chart.height)
    width, height = _number(chart.width), _number(bottom)
    own = escape(prefix)
    described = f" {own}-d" if description else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{own}-chart" class="kb-flow-svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" font-size="{TEXT_SIZE}" role="img" aria-labelledby="{own}-t{described}">'
        f'<title id="{own}-t">{escape(title)}</title>'
        + (f'<desc id="{own}-d">{escape(description)}</desc>' if description else "")
    ]
    if style:
        parts.append(f"<style>{escape(style, quote=False)}</style>")
    parts += _frames(chart)
    marked = [(line, line_marks.get((line.source, line.target), "")) for line in chart.lines]
    # Lines to one step share their last piece, which then looks like the one that was there and stays.
    parts += (_line(line, mark) for line, mark in sorted(marked, key=lambda pair: _DEPTHS.get(pair[1], 0)))
    parts += (_box(box, marks.get(box.id, "")) for box in chart.boxes)
    for line, mark in marked:
        parts += (_text(text, f' class="kb-flow-label{_marked(mark)}"') for text in line.labels)
    parts += key
    parts.append("</svg>")
    return "\n".join(parts)


def write_headings(chart: Chart) -> str:
    """Return the headings of the lanes alone, to stay in sight over a chart that is scrolled; empty without lanes.

    They say nothing that is not in the chart, and are hidden from screen readers.
    """
    if not chart.lanes:
        return ""
    width, height = _number(chart.width), _number(chart.head)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kb-flow-svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" font-size="{TEXT_SIZE}" aria-hidden="true">'
    ]
    for lane in chart.lanes:
        parts.append(_rect("kb-flow-head", lane, height=chart.head - lane.y) + _texts(lane.texts))
    for department in chart.departments:
        head = _rect("kb-flow-head", department)
        parts.append(f'<g class="kb-flow-department">{head}{_texts(department.texts)}</g>')
    return "".join([*parts, "</svg>"])


def _frames(chart: Chart) -> Iterator[str]:
    for i, lane in enumerate(chart.lanes):
        body = _rect("kb-flow-lane" + (" kb-flow-odd" if i % 2 else ""), lane)
        head = _rect("kb-flow-head", lane, height=chart.head - lane.y)
        yield f'<g class="kb-flow-role">{body}{head}{_texts(lane.texts)}</g>'
    for department in chart.departments:
        yield (f'<g class="kb-flow-department">{_rect("kb-flow-head", department)}{_texts(department.texts)}</g>')
    for i, stage in enumerate(chart.stages):
        kind = "kb-flow-stage" + (" kb-flow-odd" if i % 2 else "")
        yield f'<g class="{kind}">{_rect("kb-flow-band", stage)}{_texts(stage.texts)}</g>'


def _rect(kind: str, frame: Frame, height: float | None = None) -> str:
    tall = frame.height if height is None else height
    return (
        f'<rect class="{kind}" x="{_number(frame.x)}" y="{_number(frame.y)}" width="{_number(frame.width)}"'
        f' height="{_number(tall)}"/>'
    )


def _line(line: Line, mark: str) -> str:
    kind = ("kb-flow-edge kb-flow-back" if line.is_back else "kb-flow-edge") + _marked(mark)
    return (
        f'<g class="{kind}" data-from="{escape(line.source)}" data-to="{escape(line.target)}">'
        f'<path class="kb-flow-line" d="{_rounded(line.points)}"/>'
        f'<path class="kb-flow-arrow" d="{_arrow(line.points)}"/></g>'
    )


def _rounded(points: Sequence[tuple[float, float]]) -> str:
    """Return a path along right-angled corners, each rounded as far as its sides allow."""
    x, y = points[0]
    parts = [f"M{_number(x)} {_number(y)}"]
    for i in range(1, len(points) - 1):
        (a, b), (x, y), (p, q) = points[i - 1 : i + 2]
        radius = min(_RADIUS, (abs(x - a) + abs(y - b)) / 2, (abs(p - x) + abs(q - y)) / 2)
        if radius < 0.5:
            parts.append(f"L{_number(x)} {_number(y)}")
            continue
        before = _toward(x, y, a, b, radius)
        after = _toward(x, y, p, q, radius)
        parts.append(f"L{before}Q{_number(x)} {_number(y)} {after}")
    x, y = points[-1]
    parts.append(f"L{_number(x)} {_number(y)}")
    return "".join(parts)


def _toward(x: float, y: float, p: float, q: float, by: float) -> str:
    dx = by if p > x else -by if p < x else 0.0
    dy = by if q > y else -by if q < y else 0.0
    return f"{_number(x + dx)} {_number(y + dy)}"


def _arrow(points: Sequence[tuple[float, float]]) -> str:
    (a, b), (x, y) = points[-2:]
    tip = f"M{_number(x)} {_number(y)}"
    if a == x:
        back = -_ARROW_LONG if y > b else _ARROW_LONG
        return f"{tip}l{_number(-_ARROW_HALF)} {_number(back)}h{_number(2 * _ARROW_HALF)}z"
    back = -_ARROW_LONG if x > a else _ARROW_LONG
    return f"{tip}l{_number(back)} {_number(-_ARROW_HALF)}v{_number(2 * _ARROW_HALF)}z"


def _box(box: Box, mark: str) -> str:
    # The corner of a diamond is empty: there the badge is within it, away from the labels at its side.
    inwards = _BADGE if box.diamond else 0.0
    return (
        f'<g class="kb-flow-node kb-flow-{box.kind}{_marked(mark)}" data-step="{escape(box.id)}">'
        f"{outline(box)}{_texts(box.texts)}{_badge(mark, box.x + inwards, box.y + inwards)}</g>"
    )


def _marked(mark: str) -> str:
    return f" kb-flow-is-{escape(mark)}" if mark else ""


def _badge(mark: str, x: float, y: float) -> str:
    """Return the disc of a mark around a point, nothing without a mark."""
    if mark not in _SIGNS:
        return ""
    left, top, across = _number(x - _BADGE), _number(y - _BADGE), _number(2 * _BADGE)
    return (
        f'<rect class="kb-flow-badge" x="{left}" y="{top}" width="{across}" height="{across}" rx="{_number(_BADGE)}"/>'
        f'<path class="kb-flow-sign" transform="translate({_number(x)} {_number(y)})" d="{_SIGNS[mark]}"/>'
    )


def _legend(entries: Sequence[tuple[str, str]], width: float, top: float) -> tuple[list[str], float]:
    """Return a legend from `top` downwards, no wider than the chart, and where it ends; nothing without entries."""
    if not entries:
        return [], top
    parts = []
    x, y = _LEGEND_PAD, top + _LEGEND_PAD
    for mark, words in entries:
        lead = 2 * _BADGE + 6 if mark else 0.0
        lines = wrap(words, width - 2 * _LEGEND_PAD - lead, TEXT_SIZE)
        across = lead + max(text_width(line, TEXT_SIZE) for line in lines)
        if x > _LEGEND_PAD and x + across > width - _LEGEND_PAD:
            x, y = _LEGEND_PAD, y + 2 * _BADGE + 6
        texts = [TextLine(x=x + lead, y=y + 13 + TEXT_LINE * i, text=line) for i, line in enumerate(lines)]
        parts.append(f'<g class="kb-flow-key{_marked(mark)}">{_badge(mark, x + _BADGE, y + _BADGE)}{_texts(texts)}</g>')
        x += across + _LEGEND_GAP
        y += TEXT_LINE * (len(lines) - 1)
    bottom = y + 2 * _BADGE + _LEGEND_PAD
    paper = Frame(name="", x=0.0, y=top, width=width, height=bottom - top)
    return [_rect("kb-flow-legend", paper), *parts], bottom


def _texts(lines: Iterable[TextLine]) -> str:
    return "".join([_text(line, ' class="kb-flow-name"' if line.bold else "") for line in lines])


def _text(line: TextLine, kind: str) -> str:
    anchor = ' text-anchor="middle"' if line.middle else ""
    size = f' font-size="{line.size}"' if line.size != TEXT_SIZE else ""
    lead = f'<tspan class="kb-flow-lead">{escape(line.lead, quote=False)}</tspan>' if line.lead else ""
    return (
        f'<text{kind} x="{_number(line.x)}" y="{_number(line.y)}"{size}{anchor}>'
        f"{lead}{escape(line.text, quote=False)}</text>"
    )


def _number(value: float) -> str:
    whole = int(value)
    return str(whole) if whole == value else f"{value:.1f}".removesuffix(".0")
