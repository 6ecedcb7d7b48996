"""Measures the SVG text of random flows: nothing lies where it should not, and lines cross seldom.

Text is measured with the width table of kb_builder.flow.text, which is that of a wide sans-serif font; a line of text
is taken to reach 0.88 em above its baseline and 0.2 em below. Lines are followed through the control points of their
rounded corners, that is, as if the corners were square.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from flows import WORDS, make_flow

from kb_builder.flow import layout, tracks, wiring
from kb_builder.flow.lattice import Grid
from kb_builder.flow.layout import lay_out, lay_out_narrow
from kb_builder.flow.svg import write_svg
from kb_builder.flow.text import text_width
from kb_builder.model.flow import Flow

SVG = "{http://www.w3.org/2000/svg}"
ALL = 1000
SAMPLE = ALL if os.environ.get("KB_FLOW_ALL") else 200
CHUNKS = 8
# Crossings per line, at most, by number of steps.
LIMITS = {12: 0.12, 25: 0.34, 50: 0.74}

Point = tuple[float, float]
Rect = tuple[float, float, float, float]
_PATH = re.compile(r"([MLQz])([^MLQz]*)")


@dataclass
class Measured:
    """What one picture holds."""

    nodes: dict[str, list[list[Point]]] = field(default_factory=dict)
    texts: list[tuple[str, str, Rect]] = field(default_factory=list)
    lines: list[tuple[str, str, list[Point]]] = field(default_factory=list)
    labels: list[Rect] = field(default_factory=list)
    headings: list[Rect] = field(default_factory=list)
    size: Point = (0, 0)


def measure(svg: str) -> Measured:
    """Read a picture back from its text."""
    root = ElementTree.fromstring(svg)
    plain = float(root.get("font-size", 0))
    found = Measured(size=(float(root.get("width", 0)), float(root.get("height", 0))))
    for group in root.findall(f"{SVG}g"):
        if step := group.get("data-step"):
            shapes = [each for each in group if each.get("class") in ("kb-flow-shape", "kb-flow-panel")]
            found.nodes[step] = [_polygon(shape) for shape in shapes]
            found.texts += [
                (step, "".join(text.itertext()), _text_rect(text, plain)) for text in group.findall(f"{SVG}text")
            ]
        elif group.get("data-from"):
            path = group.find(f"{SVG}path[@class='kb-flow-line']")
            found.lines.append((group.get("data-from", ""), group.get("data-to", ""), _corners(path.get("d", ""))))
        else:
            found.headings += [_text_rect(text, plain) for text in group.findall(f"{SVG}text")]
    found.labels = [_text_rect(text, plain) for text in root.findall(f"{SVG}text")]
    return found


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split()]


def _corners(d: str) -> list[Point]:
    points: list[Point] = []
    for command, rest in _PATH.findall(d):
        numbers = _numbers(rest)
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        points += pairs
        assert command in "MLQ"
    # Without the points where curves begin and end: they lie on the way between two corners.
    kept = [points[0]]
    for i in range(1, len(points) - 1):
        (a, b), (x, y), (p, q) = kept[-1], points[i], points[i + 1]
        if not ((a == x == p) or (b == y == q)):
            kept.append((x, y))
    return [*kept, points[-1]]


def _polygon(shape: ElementTree.Element) -> list[Point]:
    if shape.tag == f"{SVG}rect":
        x, y, w, h = (float(shape.get(name, 0)) for name in ("x", "y", "width", "height"))
        return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    points: list[Point] = []
    for command, rest in _PATH.findall(shape.get("d", "")):
        numbers = _numbers(rest)
        if command == "Q":
            (a, b), (p, q, x, y) = points[-1], numbers
            for i in range(1, 17):
                t = i / 16
                points.append(
                    (
                        (1 - t) ** 2 * a + 2 * t * (1 - t) * p + t * t * x,
                        (1 - t) ** 2 * b + 2 * t * (1 - t) * q + t * t * y,
                    )
                )
        elif numbers:
            points.append((numbers[0], numbers[1]))
    return points


def _text_rect(text: ElementTree.Element, default: float) -> Rect:
    size = float(text.get("font-size", default))
    lead = text.find(f"{SVG}tspan")
    bold = text.get("class") is not None
    words = "".join(text.itertext())
    assert size >= 12
    assert lead is None or not bold
    width = text_width(words, size, bold=bold)
    x, y = float(text.get("x", 0)), float(text.get("y", 0))
    left = x - width / 2 if text.get("text-anchor") == "middle" else x
    return (left, y - 0.88 * size, left + width, y + 0.2 * size)


def _bounds(polygons: list[list[Point]]) -> Rect:
    xs, ys = [x for each in polygons for x, _y in each], [y for each in polygons for _x, y in each]
    return (min(xs), min(ys), max(xs), max(ys))


def _overlap(one: Rect, two: Rect, slack: float = 0.5) -> bool:
    return one[0] + slack < two[2] and two[0] + slack < one[2] and one[1] + slack < two[3] and two[1] + slack < one[3]


def _inside(point: Point, polygon: list[Point]) -> bool:
    x, y = point
    inside = False
    for (a, b), (p, q) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (b > y) != (q > y) and x < (p - a) * (y - b) / (q - b) + a:
            inside = not inside
    return inside


def _pieces(points: list[Point]) -> Iterator[Rect]:
    for (a, b), (p, q) in pairwise(points):
        yield (min(a, p), min(b, q), max(a, p), max(b, q))


def _touches(piece: Rect, rect: Rect, slack: float) -> bool:
    return (
        piece[0] < rect[2] - slack
        and rect[0] + slack < piece[2] + 1e-6
        and piece[1] < rect[3] - slack
        and rect[1] + slack < piece[3] + 1e-6
    )


def count_faults(found: Measured) -> Counter[str]:
    """Count what must not be in a picture."""
    faults: Counter[str] = Counter()
    bounds = {step: _bounds(polygons) for step, polygons in found.nodes.items()}
    whole = (0.0, 0.0, *found.size)
    for step, _words, rect in found.texts:
        corners = [(rect[0], rect[1]), (rect[2], rect[1]), (rect[0], rect[3]), (rect[2], rect[3])]
        if not all(any(_inside(corner, polygon) for polygon in found.nodes[step]) for corner in corners):
            faults["text outside its node"] += 1
    faults["node overlaps"] += sum(_overlap(one, two) for one, two in combinations(bounds.values(), 2))
    for source, target, points in found.lines:
        pieces = list(_pieces(points))
        faults["diagonals"] += sum(p[0] != p[2] and p[1] != p[3] for p in pieces)
        faults["lines outside the picture"] += any(not _within(piece, whole) for piece in pieces)
        for step, box in bounds.items():
            middle = pieces[1:-1] if step in (source, target) else pieces
            if any(_touches(piece, box, 0.5) for piece in middle):
                faults["lines through a node"] += 1
        for rect in (*found.labels, *found.headings):
            faults["labels over a line"] += any(_touches(piece, rect, 0.0) for piece in pieces)
    for rect in found.labels:
        faults["labels over a node"] += any(_overlap(rect, box) for box in bounds.values())
        faults["labels over a heading"] += any(_overlap(rect, other) for other in found.headings)
        faults["labels outside the picture"] += not _within(rect, whole)
    faults["labels over a label"] += sum(_overlap(one, two) for one, two in combinations(found.labels, 2))
    faults["headings over a heading"] += sum(_overlap(one, two) for one, two in combinations(found.headings, 2))
    for (_s, target, one), (_t, other, two) in combinations(found.lines, 2):
        if target != other:
            faults["overlapping lines"] += any(_lie_together(p, q) for p in _pieces(one) for q in _pieces(two))
    return +faults


def _within(rect: Rect, whole: Rect) -> bool:
    return rect[0] >= whole[0] and rect[1] >= whole[1] and rect[2] <= whole[2] and rect[3] <= whole[3]


def _lie_together(one: Rect, two: Rect) -> bool:
    """Whether two pieces of one direction run along each other, less than 3 px apart."""
    for axis in (0, 1):
        flat = one[axis] == one[axis + 2] and two[axis] == two[axis + 2]
        if flat and abs(one[axis] - two[axis]) < 3:
            along = 1 - axis
            return min(one[along + 2], two[along + 2]) - max(one[along], two[along]) > 0.5
    return False


def count_crossings(found: Measured) -> int:
    """Count the places where two lines meet, for lines of one target only where both go on straight."""
    count = 0
    for (_s, target, one), (_t, other, two) in combinations(found.lines, 2):
        places = set()
        for p in _pieces(one):
            for q in _pieces(two):
                level, upright = (p, q) if p[1] == p[3] else (q, p)
                if level[1] != level[3] or upright[0] != upright[2]:
                    continue
                x, y = upright[0], level[1]
                slack = -0.01 if target != other else 0.01
                if level[0] + slack < x < level[2] - slack and upright[1] + slack < y < upright[3] - slack:
                    places.add((x, y))
        count += len(places)
    return count


def _pictures(flow: Flow) -> Iterator[Measured]:
    for lay in (lay_out, lay_out_narrow):
        yield measure(write_svg(lay(flow, WORDS), prefix="t", title="t"))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_lies_where_it_should_not(chunk: int) -> None:
    for seed in range(chunk, SAMPLE, CHUNKS):
        flow = make_flow(seed)
        for found, form in zip(_pictures(flow), ("wide", "narrow"), strict=True):
            assert len(found.nodes) == len(flow.nodes)
            assert len(found.lines) == len({(edge.source, edge.target) for edge in flow.edges})
            assert not count_faults(found), f"seed {seed}, {form}"


@pytest.mark.parametrize("steps", sorted(LIMITS))
def test_lines_cross_seldom(steps: int) -> None:
    crossings = edges = 0
    for seed in range(SAMPLE // 4):
        found = next(_pictures(make_flow(seed, steps)))
        crossings += count_crossings(found)
        edges += len(found.lines)
    assert crossings / edges <= LIMITS[steps]


def _ignore_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lines go straight along a row or down a column whatever stands in it."""
    original = layout.Grid.of

    def blind(rows: Sequence[int], lanes: Sequence[int], count: int) -> Grid:
        nothing, nodes = (-1,) * len(lanes), len(lanes)
        grid = original(rows, lanes, count)
        return replace(grid, above=nothing, below=(grid.row_count,) * nodes, left=nothing, right=(count,) * nodes)

    monkeypatch.setattr(layout.Grid, "of", blind)


def _one_track(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put all lines of a gutter on one track."""

    def flat(nets: list[tracks.Net], *, exact: bool) -> int:
        for net in nets:
            net.track = 0
        return min(1, len(nets))

    monkeypatch.setattr(wiring, "arrange", flat)


@pytest.mark.parametrize(
    ("spoil", "fault"), [(_ignore_neighbours, "lines through a node"), (_one_track, "overlapping lines")]
)
def test_the_measure_sees_a_broken_router(
    monkeypatch: pytest.MonkeyPatch, spoil: Callable[[pytest.MonkeyPatch], None], fault: str
) -> None:
    spoil(monkeypatch)
    faults: Counter[str] = Counter()
    for seed in range(8):
        for found in _pictures(make_flow(seed)):
            faults += count_faults(found)
    assert faults[fault]
