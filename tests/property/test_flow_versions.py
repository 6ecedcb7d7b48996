"""Two random versions of a flow: what always holds of them in one, and that the chart of both has no fault."""

from __future__ import annotations

import copy
import os
import random
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from flows import WORDS, make_flow, make_steps
from test_flow_geometry import SVG, Measured, Rect, count_faults, measure

from kb_builder.flow.compare import CHANGED, NEW, REMOVED, Comparison, compare
from kb_builder.flow.graph import build_flow
from kb_builder.flow.layout import lay_out, lay_out_narrow
from kb_builder.flow.svg import write_svg
from kb_builder.model.flow import Flow

ALL = 500
SAMPLE = ALL if os.environ.get("KB_FLOW_ALL") else 64
# Versions so different that a step would have more ways out than there is room for.
CROWDED = (129, 219, 393)
CHUNKS = 8
LEGEND = (("", "Changes since origin/main:"), (NEW, "New"), (CHANGED, "Changed"), (REMOVED, "Removed"))


def make_versions(seed: int) -> tuple[Flow, Flow]:
    """Return two versions of a flow: one edited a few times, or for every fourth seed two that only share ids."""
    if seed % 4 == 3:
        return make_flow(seed), make_flow(seed + 1)
    rng = random.Random(seed)
    steps = make_steps(
        rng, rng.randint(3, 40), rng.randint(1, 8), ("han", "latin", "mixed")[seed % 3], wild=seed % 8 == 1
    )
    if seed % 4 == 2:
        # Without ids, steps are told by their names.
        steps = [{key: value for key, value in step.items() if key not in ("id", "outcomes")} for step in steps]
    edited = copy.deepcopy(steps)
    for i in range(rng.randint(1, 8)):
        _edit(rng, edited, i)
    return build_flow(steps), build_flow(edited)


def _edit(rng: random.Random, steps: list[dict[str, Any]], i: int) -> None:
    at = rng.randrange(len(steps))
    kind = rng.randrange(6)
    if kind == 0 and len(steps) > 1:
        del steps[at]
    elif kind == 1:
        steps.insert(at, {"id": f"n{i}", "name": f"新步驟 {i}", "role": f"role-{rng.randrange(9)}", "stage": "新階段"})
    elif kind == 2:
        steps[at]["role"] = f"role-{rng.randrange(9)}"
    elif kind == 3:
        steps[at]["name"] += "（改）"
    elif kind == 4:
        steps.insert(rng.randrange(len(steps)), steps.pop(at))
    else:
        known = [step["id"] for step in steps if "id" in step]
        steps[at]["outcomes"] = {"是": rng.choice(known or ["end"]), "否": "end", "退回": rng.choice(known or ["end"])}


def badges(svg: str) -> list[Rect]:
    found = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    sizes = [
        [float(each.get(name, 0)) for name in ("x", "y", "width", "height")]
        for each in found
        if each.get("class") == "kb-flow-badge"
    ]
    return [(x, y, x + w, y + h) for x, y, w, h in sizes]


def meets(badge: Rect, other: Rect) -> bool:
    return badge[0] < other[2] and other[0] < badge[2] and badge[1] < other[3] and other[1] < badge[3]


def badges_over_something(svg: str, found: Measured) -> int:
    """Count the badges that lie over a text, a line or each other, or reach outside the picture."""
    texts = [rect for _step, _words, rect in found.texts]
    pieces = [
        (min(a, p), min(b, q), max(a, p), max(b, q))
        for _source, _target, points in found.lines
        for (a, b), (p, q) in pairwise(points)
    ]
    drawn = badges(svg)
    others = [*texts, *pieces, *found.labels, *found.headings]
    return sum(
        badge[0] < 0
        or badge[1] < 0
        or badge[2] > found.size[0]
        or badge[3] > found.size[1]
        or any(meets(badge, other) for other in others)
        or sum(meets(badge, other) for other in drawn) > 1
        for badge in drawn
    )


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_lies_where_it_should_not(chunk: int) -> None:
    for seed in [*range(SAMPLE), *CROWDED][chunk::CHUNKS]:
        compared = compare(*make_versions(seed))
        for lay in (lay_out, lay_out_narrow):
            svg = write_svg(
                lay(compared.flow, WORDS),
                prefix="t",
                title="t",
                marks=compared.steps,
                line_marks=compared.ways,
                legend=LEGEND,
            )
            found = measure(svg)
            assert len(found.nodes) == len(compared.flow.nodes)
            assert len(found.lines) == len({(edge.source, edge.target) for edge in compared.flow.edges})
            assert not count_faults(found), f"seed {seed}, {lay.__name__}"
            assert len(badges(svg)) == len(compared.steps) + 3
            assert not badges_over_something(svg, found), f"seed {seed}, {lay.__name__}"


def kept(compared: Comparison, mark: str) -> Flow:
    """Return the merged flow without what has a mark."""
    flow = compared.flow
    nodes = tuple(node for node in flow.nodes if compared.steps.get(node.id) != mark)
    edges = tuple(edge for edge in flow.edges if compared.ways.get((edge.source, edge.target)) != mark)
    return Flow(nodes=nodes, edges=edges, lanes=flow.lanes)


def test_without_what_was_removed_it_is_the_new_version() -> None:
    for seed in range(100):
        old, new = make_versions(seed)
        compared = compare(old, new)
        rest = kept(compared, REMOVED)
        assert [node.id for node in rest.steps] == [node.id for node in new.steps]
        assert rest.edges == new.edges
        assert all(rest.by_id[node.id].number == node.number for node in new.steps)
        # Every step of the old version is there too: the same step, or one that is removed.
        assert len(kept(compared, NEW).steps) == len(old.steps)


def test_it_is_a_flow() -> None:
    for seed in range(100):
        flow = compare(*make_versions(seed)).flow
        place = {node.id: i for i, node in enumerate(flow.nodes)}
        assert len(place) == len(flow.nodes)
        assert list(flow.lane_by_id) == list(dict.fromkeys(node.lane for node in flow.nodes))
        assert all(edge.is_back == (place[edge.target] <= place[edge.source]) for edge in flow.edges)


def test_what_is_new_one_way_is_removed_the_other_way() -> None:
    for seed in range(100):
        old, new = make_versions(seed)
        there, back = compare(old, new), compare(new, old)
        for mark, opposite in ((NEW, REMOVED), (CHANGED, CHANGED), (REMOVED, NEW)):
            found = [list(each.steps.values()).count(kind) for each, kind in ((there, mark), (back, opposite))]
            assert found[0] == found[1], seed


def test_a_flow_and_itself_are_that_flow() -> None:
    for seed in range(100):
        flow = make_flow(seed)
        assert compare(flow, flow) == Comparison(flow=flow)
