from typing import Any

import pytest

from kb_builder.flow.figures import handovers, total_minutes
from kb_builder.flow.graph import END, START, build_flow
from kb_builder.model.flow import NodeKind, Role


def step(name: str = "x", role: str = "ops", **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, **more}


def ways(flow: Any) -> list[tuple[str, str, str]]:
    return [(edge.source, edge.label, edge.target) for edge in flow.edges]


def test_steps_follow_each_other_and_get_ids() -> None:
    flow = build_flow([step("a"), step("b", id="second"), step("c")])
    assert ways(flow) == [(START, "", "s1"), ("s1", "", "second"), ("second", "", "s3"), ("s3", "", END)]
    assert [node.number for node in flow.nodes] == [0, 1, 2, 3, 0]
    assert [node.index for node in flow.steps] == [0, 1, 2]


def test_kinds() -> None:
    flow = build_flow(
        [
            step(type="document"),
            step(type="wait"),
            step(sop="SOP-002"),
            step(outcomes={"yes": "s5", "no": "s1"}),
            step(type="unheard"),
        ],
        sops={"SOP-002": "Backup"},
    )
    kinds = [NodeKind.START, NodeKind.DOCUMENT, NodeKind.WAIT, NodeKind.SUBPROCESS, NodeKind.DECISION]
    assert [node.kind for node in flow.nodes] == [*kinds, NodeKind.PROCESS, NodeKind.END]
    assert flow.nodes[3].sop_label == "Backup"


def test_outcomes_next_and_end() -> None:
    flow = build_flow([step(outcomes={"yes": "s3", "no": "end"}), step(next="s1"), step()])
    assert ways(flow)[1:] == [("s1", "yes", "s3"), ("s1", "no", END), ("s2", "", "s1"), ("s3", "", END)]
    assert [edge.is_back for edge in flow.edges] == [False, False, False, True, False]


def test_a_step_may_be_called_end() -> None:
    flow = build_flow([step(outcomes={"yes": "end", "no": "s2"}), step(), step(id="end")])
    assert ("s1", "yes", "end") in ways(flow)


def test_lanes_stand_in_the_order_of_first_appearance() -> None:
    roles = {"dba": Role(name="Database", department="IT")}
    flow = build_flow([step(role="ops"), step(role="dba"), step(role="ops")], roles=roles)
    assert [(lane.id, lane.name, lane.department) for lane in flow.lanes] == [
        ("ops", "ops", ""),
        ("dba", "Database", "IT"),
    ]
    assert flow.nodes[0].lane == "ops"
    assert flow.nodes[-1].lane == "ops"


def test_limits_are_worded_and_counted() -> None:
    flow = build_flow(
        [step(time_limit={"A": "2 hours", "B": "soon"}), step(time_limit="immediately")], words=lambda text: f"<{text}>"
    )
    assert flow.steps[0].limits == (("A", "<2 hours>"), ("B", "<soon>"))
    assert flow.steps[0].minutes == (("A", 120),)
    assert flow.steps[1].minutes == (("", 0),)


def test_total_time_takes_the_longest_way_and_no_loop_twice() -> None:
    flow = build_flow(
        [
            step(time_limit="10 minutes"),
            step(outcomes={"long": "s3", "short": "s4", "again": "s1"}, time_limit={"A": "1 hour", "B": "2 hours"}),
            step(time_limit={"A": "5 hours"}),
            step(time_limit="1 day"),
        ]
    )
    assert total_minutes(flow) == {"A": 10 + 60 + 300 + 1440, "B": 10 + 120 + 1440}
    assert total_minutes(build_flow([step(time_limit="1 hour"), step(time_limit="1 hour")])) == {"": 120}
    assert total_minutes(build_flow([step()])) == {}


def test_total_time_of_steps_out_of_order() -> None:
    steps = [step(next="s3", time_limit="1 hour"), step(next="end", time_limit="1 hour")]
    flow = build_flow([*steps, step(next="s2", time_limit="1 hour")])
    assert total_minutes(flow) == {"": 180}


def test_total_time_is_that_of_a_way_to_the_end() -> None:
    # The rejected way takes longest, but only leads back.
    flow = build_flow(
        [
            step(time_limit="1 hour"),
            step(outcomes={"ok": "s4", "rejected": "s3"}, time_limit="1 hour"),
            step(next="s1", time_limit="9 hours"),
            step(time_limit="2 hours"),
        ]
    )
    assert total_minutes(flow) == {"": 240}


@pytest.mark.parametrize("names", [("skip", "full"), ("full", "skip")])
def test_total_time_does_not_depend_on_the_order_of_outcomes(names: tuple[str, str]) -> None:
    first = {"skip": "s3", "full": "s2"}
    flow = build_flow(
        [
            step(outcomes={name: first[name] for name in names}, time_limit="1 hour"),
            step(time_limit="10 hours"),
            step(outcomes={"ok": "s4", "again": "s2"}, time_limit="1 hour"),
            step(time_limit="10 hours"),
        ]
    )
    assert total_minutes(flow) == {"": 22 * 60}


def test_handovers_are_those_of_one_way() -> None:
    flow = build_flow(
        [
            step(role="a", outcomes={"x": "s2", "y": "s3"}),
            step(role="b", next="s4"),
            step(role="c", next="s4"),
            step(role="a"),
        ]
    )
    assert handovers(flow) == 2


def test_handovers_count_ways_between_roles() -> None:
    flow = build_flow(
        [step(role="a"), step(role="b"), step(role="b", outcomes={"x": "s1", "y": "s4", "z": "s4"}), step(role="a")]
    )
    assert handovers(flow) == 2


@pytest.mark.parametrize(
    "steps",
    [
        None,
        "text",
        {},
        [],
        [None, 3, "x"],
        [{}],
        [{"id": [], "name": 7, "role": {}, "outcomes": [], "next": 4, "time_limit": [1], "stage": None}],
        [{"outcomes": {None: None, 1: [2], "x": {"y": 1}}, "resources": {"a": 1}, "automated": "yes"}],
        [{"id": "a", "outcomes": {}}, {"id": "a", "next": None, "sop": 3, "type": []}],
        [{"next": "nowhere"}],
        [{"next": "s1"}],
    ],
)
def test_half_valid_steps_give_what_is_clear(steps: object) -> None:
    flow = build_flow(steps)
    assert len({node.id for node in flow.nodes}) == len(flow.nodes)
    known = {node.id for node in flow.nodes}
    assert all(edge.source in known and edge.target in known for edge in flow.edges)
    total_minutes(flow)
    handovers(flow)
