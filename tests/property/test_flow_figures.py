"""Law of the figures above a chart: they are those of the longest way that comes to no step twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kb_builder.flow.figures import handovers, total_minutes
from kb_builder.flow.graph import END, START, build_flow
from kb_builder.model.flow import Flow


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Draw a flow of up to seven steps whose ways lead anywhere."""
    count = draw(st.integers(1, 7))
    targets = [f"s{number}" for number in range(1, count + 1)] + ["end"]
    steps = []
    for _ in range(count):
        step = {"name": "x", "role": draw(st.sampled_from("ab")), "time_limit": f"{draw(st.integers(1, 99))} minutes"}
        outcomes = draw(st.lists(st.sampled_from(targets), max_size=3, unique=True))
        if outcomes:
            step["outcomes"] = {target: target for target in outcomes}
        steps.append(step)
    return build_flow(steps)


def ways(flow: Flow, way: tuple[str, ...] = (START,)) -> Iterator[tuple[str, ...]]:
    """Yield every way to the end that comes to no step twice."""
    if way[-1] == END:
        yield way
    for target in {edge.target for edge in flow.edges if edge.source == way[-1]} - set(way):
        yield from ways(flow, (*way, target))


@given(flows())
@settings(max_examples=300, deadline=None)
def test_figures_are_those_of_the_longest_way(flow: Flow) -> None:
    every = list(ways(flow))
    minutes = {node.id: dict(node.minutes).get("", 0) for node in flow.nodes}
    lanes = [[flow.by_id[name].lane for name in way if flow.by_id[name].index >= 0] for way in every]
    assert total_minutes(flow) == {"": max((sum(minutes[name] for name in way) for way in every), default=0)}
    changes = [sum(one != other for one, other in pairwise(each)) for each in lanes]
    assert handovers(flow) == max(changes, default=0)
