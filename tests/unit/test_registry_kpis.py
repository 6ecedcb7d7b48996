"""registry/kpis.yml: targets, baselines and readings; every figure was worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.model.dates import Period
from kb_builder.model.kpi import Kpi, KpiStatus, Trend
from kb_builder.pipeline import check
from tests.conftest import ROOT, TODAY

NOVEMBER = date(2026, 11, 20)


def kpi(readings=None, **values):
    usual = {"id": "a", "name": "A", "unit": "%", "target": 90, "direction": "at_least"}
    months = {
        month if isinstance(month, date) else date(2026, month, 1): value for month, value in (readings or {}).items()
    }
    return Kpi(**{**usual, **values, "readings": months})


@pytest.mark.parametrize(
    ("direction", "value", "status"),
    [
        ("at_least", 89.99, "fail"),
        ("at_least", 90, "pass"),
        ("at_least", 90.01, "pass"),
        ("at_most", 89.99, "pass"),
        ("at_most", 90, "pass"),
        ("at_most", 90.01, "fail"),
    ],
)
def test_the_target_itself_meets_the_target(direction, value, status):
    assert kpi({10: value}, direction=direction).status(NOVEMBER) == status


def test_without_a_reading_nothing_is_known():
    empty = kpi()
    assert empty.status(NOVEMBER) is KpiStatus.NO_DATA
    assert empty.value(NOVEMBER) is None
    assert empty.delta(NOVEMBER) is None
    assert empty.trend(NOVEMBER) is None
    assert empty.missing(NOVEMBER) == ()


def test_readings_of_months_to_come_do_not_count():
    one = kpi({9: 80, 12: 95})
    assert one.value(NOVEMBER) == 80
    assert one.value(date(2026, 12, 1)) == 95
    assert one.value(date(2026, 8, 31)) is None


@pytest.mark.parametrize(("aggregate", "value"), [("latest", 4), ("sum", 9), ("mean", 3)])
def test_the_value_of_a_year(aggregate, value):
    readings = {date(2025, 12, 1): 100.0, date(2026, 1, 1): 2.0, date(2026, 2, 1): 3.0, date(2026, 10, 1): 4.0}
    one = kpi(readings, aggregate=aggregate)
    assert one.value(NOVEMBER) == value
    assert one.used(NOVEMBER)[-1] == date(2026, 10, 1)


def test_a_new_year_begins_without_data():
    one = kpi({12: 5}, aggregate="sum")
    assert one.status(date(2027, 1, 15)) is KpiStatus.NO_DATA
    assert kpi({12: 95}).status(date(2027, 1, 15)) is KpiStatus.PASS


def test_decimals_add_up_as_they_are_written():
    assert kpi({1: 0.1, 2: 0.2}, aggregate="sum", target=0.3, direction="at_most").status(NOVEMBER) is KpiStatus.PASS


@pytest.mark.parametrize(
    ("baseline", "value", "delta", "percent"),
    [(80, 88, 8, 10), (80, 60, -20, -25), (0, 5, 5, None), (-20, -10, 10, 50), (None, 5, None, None)],
)
def test_the_difference_from_the_baseline(baseline, value, delta, percent):
    one = kpi({10: value}, baseline=baseline)
    assert one.delta(NOVEMBER) == delta
    assert one.delta_percent(NOVEMBER) == percent


@pytest.mark.parametrize(
    ("direction", "before", "after", "trend"),
    [
        ("at_least", 1, 2, Trend.BETTER),
        ("at_least", 2, 1, Trend.WORSE),
        ("at_most", 1, 2, Trend.WORSE),
        ("at_most", 2, 1, Trend.BETTER),
        ("at_most", 2, 2, Trend.STEADY),
    ],
)
def test_trend(direction, before, after, trend):
    assert kpi({9: before, 10: after}, direction=direction).trend(NOVEMBER) is trend
    assert kpi({10: after}, direction=direction).trend(NOVEMBER) is None


@pytest.mark.parametrize(
    ("as_of", "grace", "missing"),
    [
        (date(2026, 10, 31), None, []),  # October is not over
        (date(2026, 11, 1), None, [10]),
        (date(2026, 11, 1), 5, []),
        (date(2026, 11, 5), 5, []),
        (date(2026, 11, 6), 5, [10]),
        (date(2026, 12, 6), 5, [10, 11]),
    ],
)
def test_a_month_is_missing_once_it_is_over(as_of, grace, missing):
    one = kpi({8: 1, 9: 1}, reported_within=Period(count=grace, unit="day") if grace else None)
    assert one.missing(as_of) == tuple(date(2026, month, 1) for month in missing)


def test_months_are_counted_from_the_first_reading_or_since():
    assert kpi({3: 1, 5: 1}).missing(date(2026, 6, 30)) == (date(2026, 4, 1),)
    since = kpi({3: 1, 5: 1}, since=date(2026, 2, 1))
    assert since.missing(date(2026, 6, 30)) == (date(2026, 2, 1), date(2026, 4, 1))
    assert kpi(since=date(2026, 9, 1)).missing(date(2026, 11, 1)) == (date(2026, 9, 1), date(2026, 10, 1))


def test_quarters_are_missing_by_quarter():
    quarterly = kpi({3: 1, 9: 1}, interval=3)
    assert quarterly.missing(date(2026, 9, 30)) == (date(2026, 6, 1),)
    assert quarterly.missing(date(2027, 1, 1)) == (date(2026, 6, 1), date(2026, 12, 1))


def test_the_last_month_there_is():
    assert kpi(since=date(9999, 11, 1)).missing(date.max) == (date(9999, 11, 1),)


# --- the file -------------------------------------------------------------------------------------------------------

FILE = """\
events:
  name: 事件數
  unit: 件
  target: {change: -30}
  direction: at_most
  owner: ops
  baseline: {value: 30, period: "2025"}
  aggregate: sum
  readings: {2026-09: 10, 2026-10: 12}
"""


@pytest.fixture
def checked(make_project, tmp_path):
    def make(text):
        (tmp_path / "content").mkdir(exist_ok=True)
        result = check(make_project({"registry/kpis.yml": text}), TODAY)
        found = [each for each in result.diagnostics if each.path == "registry/kpis.yml"]
        return result.catalog, [f"{e.position.line}:{e.position.column} {e.code} {e.message}" for e in found]

    return make


def test_a_change_is_a_target_by_the_baseline(checked):
    catalog, found = checked(FILE)
    events = catalog.kpis["events"]
    assert (events.target, events.change, events.baseline, events.baseline_period) == (21, -30, 30, "2025")
    assert events.value(TODAY) == 22
    assert found == [
        "9:36 KB821 `events` (事件數) is 22 件 in 2026-10, the sum of the year so far; the target is at most 21 件"
    ]


def test_a_target_by_change_is_a_decimal_as_one_would_write_it(checked):
    text = FILE.replace("-30", "10").replace("value: 30", "value: 81").replace("at_most", "at_least")
    assert checked(text)[0].kpis["events"].target == 89.1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  unit: 件\n", "", "2:3 KB101 `events.unit` is missing"),
        ("  target: {change: -30}\n", "", "2:3 KB101 `events.target` is missing"),
        ("  owner: ops\n", "", "2:3 KB101 `events.owner` is missing"),
        ('  baseline: {value: 30, period: "2025"}\n', "", "2:3 KB101 `events.baseline` is missing"),
        ("{change: -30}", "21%", "4:11 KB103 `events.target` is text; it must be a number or a group of fields"),
        ("at_most", "at_least_most", "5:14 KB104 `events.direction` is `at_least_most`, which is none of its values"),
        ("2026-09", "2026-13", "9:14 KB105 `2026-13` cannot be a name here"),
        ("2026-09", "2026-9", "9:14 KB105 `2026-9` cannot be a name here"),
        ("2026-10", "2026-12", "9:27 KB822 `events` has a reading of 2026-12, which has not come yet"),
        ("2026-10: 12", "2026-10: many", "9:36 KB103 `events.readings.2026-10` is text; it must be a number"),
        ("2026-09: 10", "2026-08: 10", "9:3 KB820 `events` (事件數) has no reading of 2026-09"),
        ("  readings: {2026-09: 10, 2026-10: 12}\n", "", "1:1 KB820 `events` (事件數) has no reading at all"),
        ("  readings: {", "  since: 2026-01\n  readings: {", "10:3 KB820 `events` (事件數) has no reading of 2026-03, "
         "2026-04, 2026-05, 2026-06, 2026-07, 2026-08 and 2 before"),
    ],
)  # fmt: skip
def test_faults_have_their_place(checked, old, new, expected):
    assert old in FILE
    assert expected in checked(FILE.replace(old, new, 1))[1]


def test_half_valid_input_gives_the_valid_part(checked):
    catalog, _found = checked(
        FILE + "bad: {name: x}\nworse: 5\n" + FILE.replace("events", "good").replace("10: 12", "10: x")
    )
    assert set(catalog.kpis) == {"events", "good"}
    assert list(catalog.kpis["good"].readings) == [date(2026, 9, 1)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aggregate: sum", "aggregate: odd"), ("aggregate: sum", "aggregate: []"), ("aggregate: sum", "aggregate: -1"),
        ("direction: at_most", "direction: odd"), ("direction: at_most", "direction: {}"),
        ("target: {change: -30}", "target: odd"), ("target: {change: -30}", "target: []"),
        ("target: {change: -30}", "target: {change: x}"),
    ],
)  # fmt: skip
def test_one_slip_is_one_finding(checked, old, new):
    """The readings miss the target, but what it is can no longer be told."""
    assert old in FILE
    found = checked(FILE.replace(old, new))[1]
    assert len(found) == 1
    assert found[0].split()[1].startswith("KB10")


@pytest.mark.parametrize("interval", ["0", "13", "3.5", "quarter", "[3]"])
def test_an_interval_that_is_none_misses_no_month(checked, interval):
    found = checked(FILE.replace("2026-09: 10", "2026-01: 1").replace("  owner", f"  interval: {interval}\n  owner"))[1]
    assert [line.split()[1] for line in found] in (["KB103"], ["KB105"])


# --- the sample -------------------------------------------------------------------------------------------------------

# Id: direction and the target as the agreements give it, absolute or as a change in per cent.
TARGETS = {
    "major-outages": ("at_most", 0), "mean-response": ("at_most", 5), "complaints-handled": ("at_least", 95),
    "security-events": ("at_most", "-30"), "security-control": ("at_most", 72), "early-warning": ("at_least", 85),
    "handling-time": ("at_most", "-20"), "ops-satisfaction": ("at_least", "+15"), "manual-work": ("at_most", "-20"),
    "csat": ("at_least", "+10"), "nps": ("at_least", "+10"), "quality-index": ("at_least", "+10"),
    "after-sales-response": ("at_most", 24), "after-sales-major": ("at_most", 48),
    "after-sales-satisfaction": ("at_least", 90), "response-rate": ("at_least", 95),
    "support-satisfaction": ("at_least", 90), "availability": ("at_least", 99.9),
    "availability-critical": ("at_least", 99.99), "mttr": ("at_most", 2), "mttr-major": ("at_most", 4),
    "vendor-response": ("at_most", 30), "vendor-resolution": ("at_most", 2),
}  # fmt: skip


def test_the_sample_has_every_target():
    checked = check(load_settings(ROOT, checks.rules()), TODAY)
    kpis = checked.catalog.kpis
    for name, (direction, target) in TARGETS.items():
        assert kpis[name].direction == direction, name
        given = kpis[name].target if isinstance(target, (int, float)) else kpis[name].change
        assert given == float(target), name
    assert {"satisfaction-survey", "solving-time", "churn"} <= kpis.keys()
    assert all(each.readings for each in kpis.values())
    missed = {name for name, each in kpis.items() if each.status(TODAY) is KpiStatus.FAIL}
    assert missed == {"mean-response", "csat", "quality-index", "availability-critical"}
    missing = {each.message.split("`")[1] for each in checked.diagnostics if each.code == "KB820"}
    assert missing == {"nps"}
