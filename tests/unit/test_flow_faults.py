from typing import Any

import pytest

from kb_builder.flow.faults import find_faults
from kb_builder.model.flow import FlowFaultKind as Kind


def step(**more: Any) -> dict[str, Any]:
    return {"name": "x", "role": "ops", "time_limit": "1 hour", "expected": "done", **more}


def found(*steps: dict[str, Any]) -> list[tuple[Kind, tuple[str | int, ...], str]]:
    return [(fault.kind, fault.path, fault.value) for fault in find_faults(list(steps))]


def test_good_steps_have_no_faults() -> None:
    assert not found(step(), step(outcomes={"yes": "s3", "no": "s1"}), step(outcomes={"a": "end", "b": "s4"}), step())


def test_unknown_target() -> None:
    assert found(step(next="nowhere")) == [(Kind.UNKNOWN_TARGET, ("steps", 0, "next"), "nowhere")]
    faults = found(step(outcomes={"yes": "s2", "no": "gone"}), step())
    assert faults == [(Kind.UNKNOWN_TARGET, ("steps", 0, "outcomes", "no"), "gone")]


def test_duplicate_id_is_found_at_the_second() -> None:
    assert (Kind.DUPLICATE_ID, ("steps", 1, "id"), "a") in found(step(id="a"), step(id="a"))


def test_an_id_that_another_step_gets_by_its_place_is_at_fault_itself() -> None:
    assert (Kind.DUPLICATE_ID, ("steps", 0, "id"), "s2") in found(step(id="s2"), step())


def test_unreachable_step() -> None:
    assert found(step(next="s3"), step(), step()) == [(Kind.UNREACHABLE, ("steps", 1), "")]


@pytest.mark.parametrize("value", ["", None])
def test_an_empty_next_is_a_dead_end(value: object) -> None:
    assert found(step(), step(next=value)) == [(Kind.DEAD_END, ("steps", 1, "next"), "next")]


def test_no_outcomes_are_a_dead_end() -> None:
    kinds = [kind for kind, _path, _value in found(step(), step(outcomes={}))]
    assert kinds == [Kind.DEAD_END]


def test_a_single_outcome_is_too_few() -> None:
    assert found(step(outcomes={"yes": "s2"}), step()) == [(Kind.FEW_OUTCOMES, ("steps", 0, "outcomes"), "1")]


def test_outcomes_that_lead_to_one_step_decide_nothing() -> None:
    assert found(step(outcomes={"yes": "s2", "no": "s2"}), step()) == [
        (Kind.FEW_OUTCOMES, ("steps", 0, "outcomes"), "2")
    ]
    assert found(step(outcomes={"yes": "s2", "no": "s1"}), step()) == []


@pytest.mark.parametrize(
    ("fields", "void"),
    [
        ({"outcomes": {"yes": "s2", "no": "s1"}, "next": "s2"}, {"next": "outcomes"}),
        (
            {"outcomes": {"yes": "s2", "no": "s1"}, "sop": "SOP-009", "type": "wait"},
            {"sop": "outcomes", "type": "outcomes"},
        ),
        ({"sop": "SOP-009", "type": "document"}, {"type": "sop"}),
        ({"outcomes": {"yes": "s2", "no": "s1"}, "next": "", "sop": None}, {}),
    ],
)
def test_a_field_that_another_makes_void_is_named(fields: dict[str, Any], void: dict[str, str]) -> None:
    faults = find_faults([step(**fields), step()])
    assert {fault.value: fault.steps[0] for fault in faults} == void
    assert all(fault.kind is Kind.FIELD_IGNORED for fault in faults)


def test_classes_that_read_the_same_are_one() -> None:
    faults = find_faults([step(time_limit={"A": "1 hour", "B": "1 hour"}), step(time_limit={"Ａ": "1 hour"})])
    assert [(fault.kind, fault.path, fault.steps) for fault in faults] == [
        (Kind.CLASSES_ALIKE, ("steps", 1, "time_limit", "Ａ"), ("A",))
    ]


def test_six_outcomes_have_room_and_seven_have_not() -> None:
    many = {"0": "end"} | {str(number): "s2" for number in range(1, 7)}
    assert found(step(outcomes=many), step()) == [(Kind.TOO_MANY_OUTCOMES, ("steps", 0, "outcomes"), "7")]
    del many["6"]
    assert found(step(outcomes=many), step()) == []


def test_labels_that_read_the_same_are_equal() -> None:
    faults = found(step(outcomes={"Ａ 類": "s2", "A類": "end"}), step())
    assert faults == [(Kind.EQUAL_LABELS, ("steps", 0, "outcomes", "A類"), "A類")]


def test_a_loop_with_no_way_out_is_named_once_with_all_its_steps() -> None:
    faults = find_faults([step(), step(), step(outcomes={"a": "s2", "b": "s3"}), step()])
    assert [(fault.kind, fault.steps) for fault in faults] == [
        (Kind.ENDLESS_LOOP, ("s2", "s3")),
        (Kind.UNREACHABLE, ()),
    ]
    assert faults[0].path == ("steps", 2, "outcomes", "b")


def test_a_loop_with_a_way_out_is_no_fault() -> None:
    assert not found(step(), step(outcomes={"again": "s1", "on": "s3"}), step())


def test_no_time_limit_and_no_expected_result() -> None:
    assert found({"name": "x", "role": "ops", "time_limit": {}, "expected": " "}) == [
        (Kind.NO_TIME_LIMIT, ("steps", 0, "time_limit"), ""),
        (Kind.NO_EXPECTED, ("steps", 0, "expected"), ""),
    ]
    assert found({"name": "x", "role": "ops"}) == [
        (Kind.NO_TIME_LIMIT, ("steps", 0, "time_limit"), ""),
        (Kind.NO_EXPECTED, ("steps", 0, "expected"), ""),
    ]


@pytest.mark.parametrize("first", [{"next": "nowhere"}, {"outcomes": {"a": "nowhere", "b": "s3"}}])
def test_nothing_is_unreachable_or_endless_while_a_way_leads_nobody_knows_where(first: dict[str, Any]) -> None:
    kinds = [kind for kind, _path, _value in found(step(**first), step(outcomes={"a": "s2", "b": "gone"}), step())]
    assert kinds == [Kind.UNKNOWN_TARGET, Kind.UNKNOWN_TARGET]


def test_nothing_is_unreachable_while_a_step_has_no_way_yet() -> None:
    assert [kind for kind, _path, _value in found(step(outcomes={}), step())] == [Kind.DEAD_END]


def test_more_than_thirty_steps() -> None:
    assert not found(*[step() for _ in range(30)])
    assert found(*[step() for _ in range(31)]) == [(Kind.TOO_MANY_STEPS, ("steps",), "31")]


def test_the_index_is_that_of_the_authors_list() -> None:
    faults = find_faults(["no step", step(next="gone")])
    assert faults[0].path == ("steps", 1, "next")


@pytest.mark.parametrize("steps", [None, 3, "steps", {"a": 1}, [[]], [{"outcomes": {1: None}, "next": []}], [{}, {}]])
def test_odd_values_do_not_crash(steps: object) -> None:
    assert isinstance(find_faults(steps), tuple)
