"""registry/kpis.yml: targets, baselines and readings; every figure was worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kb_builder import checks
from kb_builder.checks import kpi_reading_beyond_percent
from kb_builder.config.load import load_settings
from kb_builder.model.dates import Period
from kb_builder.model.kpi import Kpi, KpiStatus, Trend
from kb_builder.model.numbers import LARGEST, SMALLEST, as_count, as_number, spell_number
from kb_builder.pages.charts import lines
from kb_builder.pages.kpis import quantity
from kb_builder.pipeline import check
from kb_builder.registry.file import registry_schema
from kb_builder.reports.kpis import kpi_rows
from kb_builder.reports.table import nested
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


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2026-10: 12", "2026-10: 1e29",
         "9:36 KB105 `events.readings.2026-10` is 1e+29; the most is 1,000,000,000,000,000"),
        ("2026-10: 12", "2026-10: -1e308",
         "9:36 KB105 `events.readings.2026-10` is -1e+308; the least is -1,000,000,000,000,000"),
        ("2026-10: 12", "2026-10: 1e-300", "9:36 KB105 `events.readings.2026-10` is 1e-300, which is too near to zero"),
        ("value: 30", "value: 1e-300", "7:21 KB105 `events.baseline.value` is 1e-300, which is too near to zero"),
        ("{change: -30}", "1e16", "4:11 KB105 `events.target` is 1e+16; the most is 1,000,000,000,000,000"),
        ("{change: -30}", "{change: 1e300}", "4:20 KB105 `events.target.change` is 1e+300; the most is 1,000,000"),
    ],
)  # fmt: skip
def test_no_figure_is_beyond_all_bounds(checked, old, new, expected):
    assert old in FILE
    catalog, found = checked(FILE.replace(old, new, 1))
    assert expected in found
    # What was refused is not reckoned with either.
    rows = [nested(row) for row in kpi_rows(catalog)]
    figures = [value for row in rows for value in row.values() if isinstance(value, float)]
    assert all(value == 0 or 1e-9 < abs(value) < 1e20 for value in figures), figures


def test_the_schemas_name_the_bounds_of_numbers():
    number = registry_schema("kpis.yml")["$defs"]["number"]
    assert (number["minimum"], number["maximum"]) == (-LARGEST, LARGEST)
    assert (number["not"]["exclusiveMinimum"], number["not"]["exclusiveMaximum"]) == (-SMALLEST, SMALLEST)


@pytest.mark.parametrize("value", [LARGEST, -LARGEST, SMALLEST, -SMALLEST])
def test_figures_at_the_bounds_can_be_shown(checked, value):
    catalog, found = checked(FILE.replace("2026-09: 10, 2026-10: 12", f"2026-09: {value:.0e}, 2026-10: 12"))
    assert [line for line in found if "KB10" in line] == []
    events = catalog.kpis["events"]
    assert "e" not in quantity(events.value(TODAY), "")
    lines(["a", "b"], [value, 12.0], events.target)


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0, "", "0"), (5.0, "", "5"), (0.1 + 0.2, "", "0.3"), (1e-6, "", "0.000001"), (99.95, "", "99.95"),
        (12345.678, ",", "12,345.678"), (-3.5, "+,", "-3.5"), (3, "+,", "+3"), (9999999999, "", "9999999999"),
        (12345678901, ",", "12,345,678,901"), (1e15, ",", "1,000,000,000,000,000"), (1 / 3, "", "0.3333333333"),
    ],
)  # fmt: skip
def test_numbers_are_written_without_powers_of_ten(value, form, shown):
    assert spell_number(value, form) == shown


@pytest.mark.parametrize(
    ("value", "number", "count"),
    [(3, 3.0, 3), (3.0, 3.0, 3), (3.5, 3.5, None), (True, None, None), ("3", None, None), (10**400, None, None),
     (float("nan"), None, None), (float("inf"), None, None), (None, None, None), (0, 0.0, 0), (1e-300, None, None)],
)  # fmt: skip
def test_what_is_taken_for_a_number(value, number, count):
    assert (as_number(value), as_count(value)) == (number, count)


def test_a_whole_number_may_be_written_with_a_point(checked):
    catalog, _found = checked(FILE.replace("  owner", "  interval: 3.0\n  owner"))
    assert catalog.kpis["events"].interval == 3


@pytest.mark.parametrize(
    ("values", "reading", "count"),
    [
        ({}, 100.5, 1), ({}, -0.1, 1), ({}, 100, 0), ({}, 0, 0), ({"unit": "％"}, 931, 1),
        ({"unit": "% 成長"}, 931, 0), ({"unit": "分"}, 931, 0), ({"target": 120}, 931, 0), ({"target": -5}, 931, 0),
        ({"baseline": 150.0}, 931, 0), ({"baseline": 50.0}, 931, 1), ({"aggregate": "sum"}, 931, 0),
    ],
)  # fmt: skip
def test_a_share_lies_between_0_and_100(sample_catalog, values, reading, count):
    catalog = replace(sample_catalog, kpis={"a": kpi({date(2026, 10, 1): reading}, **values)})
    assert len(list(kpi_reading_beyond_percent.check(catalog))) == count


@pytest.fixture(scope="module")
def sample_catalog():
    return check(load_settings(ROOT, checks.rules()), TODAY).catalog


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
