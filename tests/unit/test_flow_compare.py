"""What became of steps and ways between two versions of a flow."""

from __future__ import annotations

from typing import Any

import pytest

from kb_builder.flow.compare import Comparison, compare
from kb_builder.flow.graph import END, START, build_flow


def step(name: str, role: str = "desk", **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, **more}


def versions(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Comparison:
    return compare(build_flow(old), build_flow(new))


def marks(compared: Comparison) -> dict[str, str]:
    """Return the marks by name of the step."""
    return {compared.flow.by_id[id_].name: mark for id_, mark in compared.steps.items()}


def ways(compared: Comparison, mark: str) -> set[tuple[str, str]]:
    """Return the ways with a mark by the names of their ends."""
    names = {**{node.id: node.name for node in compared.flow.nodes}, START: "(", END: ")"}
    return {(names[source], names[target]) for (source, target), found in compared.ways.items() if found == mark}


def order(compared: Comparison) -> str:
    return " ".join(node.name for node in compared.flow.steps)


LINE = [step("受理"), step("分派"), step("處理"), step("歸檔")]


def test_nothing_changed():
    compared = versions(LINE, LINE)
    assert compared == Comparison(flow=build_flow(LINE))
    assert compared.marks == ()


def test_a_step_put_in_renumbers_the_others_and_changes_none():
    compared = versions(LINE, [LINE[0], step("通知主管"), *LINE[1:]])
    assert marks(compared) == {"通知主管": "new"}
    assert ways(compared, "new") == {("受理", "通知主管"), ("通知主管", "分派")}
    # The way from 受理 to 分派 goes on over the new step.
    assert ways(compared, "removed") == set()
    assert [node.number for node in compared.flow.steps] == [1, 2, 3, 4, 5]


def test_a_step_taken_out_stays_in_sight_at_its_place():
    compared = versions(LINE, [LINE[0], *LINE[2:]])
    assert marks(compared) == {"分派": "removed"}
    assert order(compared) == "受理 分派 處理 歸檔"
    assert ways(compared, "removed") == {("受理", "分派"), ("分派", "處理")}
    # The way past it has taken its place.
    assert ways(compared, "new") == set()
    assert [node.number for node in compared.flow.steps] == [1, 0, 2, 3]


def test_first_and_last_steps_are_taken_out():
    compared = versions(LINE, LINE[1:3])
    assert marks(compared) == {"受理": "removed", "歸檔": "removed"}
    assert order(compared) == "受理 分派 處理 歸檔"
    assert ways(compared, "removed") == {("(", "受理"), ("受理", "分派"), ("處理", "歸檔"), ("歸檔", ")")}
    assert compared.flow.nodes[0].id == START
    assert compared.flow.nodes[-1].id == END


def test_everything_is_new_or_removed():
    for old, new, mark in (([], LINE, "new"), (LINE, [], "removed")):
        compared = versions(old, new)
        assert set(marks(compared).items()) == {(each["name"], mark) for each in LINE}
        assert len(compared.flow.edges) == len(LINE) + 1
        assert set(compared.ways.values()) == {mark}
    assert versions([], []).flow.nodes == ()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "分派工單"},
        {"role": "lead"},
        {"handler": "值班工程師"},
        {"time_limit": "2 hours"},
        {"time_limit": {"A": "1 hour"}},
        {"expected": "已分派"},
        {"type": "wait"},
        {"sop": "SOP-002"},
        {"stage": "二"},
        {"checkpoint": "先確認"},
        {"resources": ["工單系統"]},
        {"on_failure": "通知主管"},
        {"automated": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("own", [{}, {"id": "assign"}], ids=["without id", "with id"])
def test_what_a_step_says_is_a_change(change, own):
    old = [LINE[0], {**step("分派", time_limit="1 hour"), **own}, *LINE[2:]]
    new = [LINE[0], {**old[1], **change}, *LINE[2:]]
    compared = versions(old, new)
    assert list(compared.steps.values()) == ["changed"], marks(compared)
    assert order(compared) == f"受理 {new[1]['name']} 處理 歸檔"
    assert compared.ways == {}


def test_outcomes_that_lead_elsewhere_are_a_change():
    def flow(no: str, label: str = "否") -> list[dict[str, Any]]:
        return [step("受理"), step("可行？", outcomes={"是": "do", label: no}), step("處理", id="do"), step("歸檔")]

    compared = versions(flow("end"), flow("s1"))
    assert marks(compared) == {"可行？": "changed"}
    assert ways(compared, "new") == {("可行？", "受理")}
    assert ways(compared, "removed") == {("可行？", ")")}
    compared = versions(flow("end"), flow("end", "不行"))
    assert marks(compared) == {"可行？": "changed"}
    # One line, which is there as before.
    assert compared.ways == {}


def test_outcomes_are_compared_by_step_and_not_by_number():
    old = [step("可行？", outcomes={"是": "s2", "否": "s3"}), step("處理"), step("歸檔")]
    new = [step("可行？", outcomes={"否": "s4", "是": "s3"}), step("通知"), step("處理"), step("歸檔")]
    # Nobody leads to 通知 but itself.
    assert marks(versions(old, new)) == {"通知": "new"}


def test_a_step_put_into_an_outcome_does_not_change_the_decision():
    old = [step("可行？", outcomes={"是": "do", "否": "end"}), step("處理", id="do")]
    new = [
        step("可行？", outcomes={"是": "ask", "否": "end"}),
        step("詢問", id="ask"),
        step("確認", id="sure"),
        step("處理", id="do"),
    ]
    compared = versions(old, new)
    assert marks(compared) == {"詢問": "new", "確認": "new"}
    assert ways(compared, "removed") == set()
    new[2]["next"] = "end"
    assert marks(versions(old, new)) == {"可行？": "changed", "詢問": "new", "確認": "new"}


def test_a_decision_put_in_or_taken_out_does_not_change_the_step_before_it():
    more = [LINE[0], step("要分派嗎？", outcomes={"要": "s3", "不用": "end"}), *LINE[1:]]
    compared = versions(LINE, more)
    assert marks(compared) == {"要分派嗎？": "new"}
    assert ways(compared, "new") == {("受理", "要分派嗎？"), ("要分派嗎？", "分派"), ("要分派嗎？", ")")}
    assert ways(compared, "removed") == set()
    compared = versions(more, LINE)
    assert marks(compared) == {"要分派嗎？": "removed"}
    assert ways(compared, "removed") == {("受理", "要分派嗎？"), ("要分派嗎？", "分派"), ("要分派嗎？", ")")}
    assert ways(compared, "new") == set()


def test_new_steps_that_lead_round_in_a_circle_are_no_trap():
    old = [step("甲"), step("乙", next="end")]
    new = [step("甲", next="s3"), step("乙", next="end"), step("繞"), step("圈", next="s3")]
    assert marks(versions(old, new)) == {"甲": "changed", "繞": "new", "圈": "new"}


def test_ids_outweigh_names_and_places():
    old = [step("檢查 A", id="a"), step("檢查 B", id="b"), step("歸檔", id="c")]
    compared = versions(old, [step("檢查 B", id="a"), step("檢查 A", id="b"), step("歸檔", id="c")])
    assert marks(compared) == {"檢查 B": "changed", "檢查 A": "changed"}
    # Of two steps with other ids a similar name says nothing, the same name much.
    compared = versions(old, [step("檢查 A", id="a"), step("檢查 C", id="x"), step("歸檔", id="y")])
    assert marks(compared) == {"檢查 B": "removed", "檢查 C": "new"}


def test_a_step_that_is_given_an_id_is_the_same():
    new = [LINE[0], {**LINE[1], "id": "assign"}, *LINE[2:]]
    assert marks(versions(LINE, new)) == marks(versions(new, LINE)) == {}


def test_an_id_that_looks_like_a_number_is_still_an_id():
    old = [step("受理"), step("分派"), step("完全不同", id="s9")]
    assert marks(versions(old, [step("受理"), step("別的名稱", id="s9")])) == {"分派": "removed", "別的名稱": "changed"}


def test_steps_of_one_name_are_told_by_their_neighbours_and_roles():
    old = [step("甲"), step("通知"), step("乙"), step("通知"), step("丙"), step("通知")]
    compared = versions(old, [*old[:1], *old[2:]])
    assert list(compared.steps.values()) == ["removed"]
    assert order(compared) == "甲 通知 乙 通知 丙 通知"
    assert [node.number for node in compared.flow.steps] == [1, 0, 2, 3, 4, 5]
    two = [step("通知", "desk"), step("通知", "lead")]
    for kept, removed in ((two[:1], "lead"), (two[1:], "desk")):
        compared = versions(two, kept)
        assert [compared.flow.by_id[id_].lane for id_ in compared.steps] == [removed]


def test_names_must_be_alike():
    assert marks(versions([step("檢查備份")], [step("檢查備份是否完整")])) == {"檢查備份是否完整": "changed"}
    assert marks(versions([step("通知客戶")], [step("通知主管")])) == {"通知客戶": "removed", "通知主管": "new"}


def test_a_step_that_was_moved_is_the_same():
    compared = versions(LINE, [LINE[0], LINE[2], LINE[1], LINE[3]])
    assert order(compared) == "受理 處理 分派 歸檔"
    assert set(compared.steps.values()) == {"changed"}
    assert ways(compared, "new") == {("受理", "處理"), ("處理", "分派"), ("分派", "歸檔")}
    assert ways(compared, "removed") == {("受理", "分派"), ("分派", "處理"), ("處理", "歸檔")}


def test_a_removed_step_brings_its_role_and_stage():
    old = [step("受理", stage="一"), step("報價", "sales", stage="二"), step("歸檔", stage="三")]
    flow = versions(old, [old[0], old[2]]).flow
    assert [lane.id for lane in flow.lanes] == ["desk", "sales"]
    assert [node.stage for node in flow.nodes] == ["一", "一", "二", "三", "三"]
    for kept in (old[:1], old[2:]):
        flow = versions(old, kept).flow
        assert [node.stage for node in flow.nodes] == ["一", "一", "二", "三", "三"]


def test_ways_out_of_one_step_are_no_more_than_there_is_room_for():
    steps = [step(f"第 {i} 步", id=f"t{i}") for i in range(1, 10)]
    old = [step("哪一類？", id="kind", outcomes={f"舊 {i}": f"t{i}" for i in range(1, 6)}), *steps]
    new = [step("哪一類？", id="kind", outcomes={f"新 {i}": f"t{i}" for i in range(6, 10)}), *steps[:3], *steps[5:]]
    compared = versions(old, new)
    assert sum(edge.source == "kind" for edge in compared.flow.edges) == 6
    # Those to removed steps come first.
    assert {("哪一類？", "第 4 步"), ("哪一類？", "第 5 步")} <= ways(compared, "removed")
