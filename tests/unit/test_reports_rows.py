"""Rows of `kb report`: what they count, what stands behind each number, and what comes first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import Period
from kb_builder.model.kpi import Kpi
from kb_builder.pages.words import CATEGORIES, CLASSES
from kb_builder.pipeline import check
from kb_builder.reports.actions import action_rows
from kb_builder.reports.coverage import coverage_rows
from kb_builder.reports.kpis import kpi_rows
from kb_builder.reports.owners import assignments, owner_rows
from kb_builder.reports.reviews import review_rows, urgent_first
from kb_builder.reports.sla import sla_rows
from kb_builder.reports.table import Count, Source, flat, nested
from tests.conftest import TODAY


def page(id_: str, **fields: str) -> str:
    usual = {"title": f"Page {id_}", "summary": "x", "owner": "dba", "status": "published"}
    lines = [f"{name}: {value}" for name, value in {"id": id_, **usual, **fields}.items() if value]
    return "\n".join(("---", *lines, "---", "", "Text.", ""))


@pytest.fixture
def catalog_of(make_project):
    def make(pages: Mapping[str, str], as_of: date = TODAY, kb: str = "", **registries: str) -> Catalog:
        files = {f"content/{name}.md": text for name, text in pages.items()}
        files |= {f"registry/{name}.yml": text for name, text in registries.items()}
        return check(make_project({"kb.yml": f"timezone: Asia/Taipei\n{kb}", **files}), as_of).catalog

    return make


def ids(count: Count | tuple[Source, ...]) -> list[str]:
    return [each.id for each in (count.records if isinstance(count, Count) else count)]


def owners_of(catalog: Catalog) -> list[Any]:
    return owner_rows(catalog, assignments(catalog))


def items(*entries: str) -> str:
    return "\n" + "\n".join(f"  - {{{entry}}}" for entry in entries)


# --- reviews -------------------------------------------------------------------------------------------------------


def test_the_most_urgent_reviews_come_first_and_machines_get_them_by_path(catalog_of):
    catalog = catalog_of(
        {
            "faq/a": page("FAQ-001", last_reviewed="2026-11-01"),
            "faq/b": page("FAQ-002", last_reviewed="2025-11-25"),
            "faq/c": page("FAQ-003", last_reviewed="2025-11-01"),
            "faq/d": page("FAQ-004", last_reviewed="2025-10-01"),
            "faq/e": page("FAQ-005"),
            "faq/f": page("FAQ-006", status="draft"),
        }
    )
    assert [row.id for row in urgent_first(catalog)] == [
        "FAQ-004", "FAQ-003", "FAQ-005", "FAQ-002", "FAQ-001", "FAQ-006",
    ]  # fmt: skip
    assert [row.path for row in review_rows(catalog)] == sorted(row.path for row in review_rows(catalog))


# --- actions -------------------------------------------------------------------------------------------------------


def test_action_items_are_in_the_order_in_which_they_press(catalog_of):
    record = page(
        "WL-2026-001",
        action_items=items(
            "id: A1, title: done, owner: ops, due: 2026-01-01, status: verified, verified_by: dba, ref: T-1",
            "id: A2, title: someday, owner: ops",
            "id: A3, title: today, owner: ops, due: 2026-11-20, status: in_progress",
            "id: A4, title: late, owner: ops, due: 2026-11-19",
            "id: A5, title: later, owner: ops, due: 2026-11-01, kind: people",
            "id: A6, title: no, owner: ops, status: cancelled",
        ),
    )
    withdrawn = page("WL-2026-002", status="obsolete", action_items=items("id: A1, title: x, owner: ops"))
    rows = action_rows(catalog_of({"worklogs/a": record, "worklogs/b": withdrawn}))
    assert [(row.id, row.state) for row in rows] == [
        ("A5", "overdue"), ("A4", "overdue"), ("A3", "open"), ("A2", "open"), ("A1", "done"), ("A6", "cancelled"),
    ]  # fmt: skip
    assert nested(rows[4]) == {
        "state": "done", "due": "2026-01-01", "owner": "ops", "title": "done", "kind": "", "status": "verified",
        "record": "WL-2026-001", "path": "content/worklogs/a.md", "id": "A1", "ref": "T-1", "verified_by": "dba",
    }  # fmt: skip


# --- owners --------------------------------------------------------------------------------------------------------


@pytest.fixture
def governed(catalog_of):
    """Return a project of which every kind of lateness happens once to `dba`."""
    sop = {"category": "routine", "owner": "dba", "review_interval": "6 months", "last_reviewed": "2026-11-01"}
    steps = items("id: a, name: A, role: ops", "name: B, role: ops", "name: C, role: nurse")
    return catalog_of(
        {
            "faq/late": page("FAQ-001", last_reviewed="2025-01-01"),
            "faq/asked": page("FAQ-002", last_reviewed="2026-11-01"),
            "faq/never": page("FAQ-003"),
            "faq/soon": page("FAQ-004", last_reviewed="2025-11-30"),
            "faq/draft": page("FAQ-005", status="draft"),
            "faq/ops-1": page("FAQ-007", owner="ops", last_reviewed="2025-11-30"),
            "faq/ops-2": page("FAQ-008", owner="ops", last_reviewed="2025-11-30"),
            "faq/gone": page("FAQ-006", status="obsolete", last_reviewed="2025-01-01"),
            "sops/a": page("SOP-001", **sop, drill_interval="3 months", effective_date="2026-08-19", steps=steps),
            # Its drill may still be held today.
            "sops/b": page("SOP-002", **sop, drill_interval="3 months", effective_date="2026-08-20"),
            "worklogs/a": page(
                "WL-2026-001",
                owner="ops",
                time="2026-11-10T10:00:00+08:00",
                sops=items("id: FAQ-002, finding: wrong"),
                action_items=items(
                    "id: A1, title: x, owner: dba, due: 2026-11-19",
                    "id: A2, title: x, owner: dba, due: 2026-11-20",
                    "id: A3, title: x, due: 2026-11-20",
                ),
            ),
        },
        kpis="speed: {name: S, unit: s, target: 1, direction: at_most, owner: dba, readings: {2026-08: 1}}\n",
    )


def test_every_number_of_an_owner_names_what_it_counts(governed):
    row = next(row for row in owners_of(governed) if row.id == "dba")
    assert (row.name, row.kind, row.department, row.active) == ("資料庫組", "role", "", True)
    assert ids(row.overdue) == ["FAQ-001"]
    assert ids(row.triggered) == ["FAQ-002"]
    assert ids(row.never) == ["FAQ-003"]
    assert ids(row.due_soon) == ["FAQ-004"]
    assert ids(row.drills_overdue) == ["SOP-001"]
    assert ids(row.actions_overdue) == ["WL-2026-001/A1"]
    assert ids(row.actions_open) == ["WL-2026-001/A2"]
    assert row.readings_missing.records == (
        Source("speed/2026-09", "registry/kpis.yml"), Source("speed/2026-10", "registry/kpis.yml"),
    )  # fmt: skip
    assert sorted(ids(row.pages)) == ["FAQ-001", "FAQ-002", "FAQ-003", "FAQ-004", "FAQ-005", "SOP-001", "SOP-002"]
    assert row.urgent == 7
    assert flat(row)["overdue"] == 1
    assert nested(row)["overdue"] == {"count": 1, "records": [{"id": "FAQ-001", "path": "content/faq/late.md"}]}


def test_the_owner_with_most_that_is_late_comes_first_and_nobody_is_left_out(governed):
    rows = owners_of(governed)
    assert [(row.id, row.active) for row in rows] == [("dba", True), ("ops", True), ("", False), ("nurse", False)]
    by_id = {row.id: row for row in rows}
    assert ids(by_id["ops"].procedures) == ["SOP-001"], "a procedure counts once, however many steps"
    assert ids(by_id["ops"].pages) == ["FAQ-007", "FAQ-008"], "a record is nothing to keep"
    assert ids(by_id["nurse"].procedures) == ["SOP-001"]
    assert ids(by_id[""].actions_open) == ["WL-2026-001/A3"]


def test_an_owner_whose_time_is_over_is_not_active(catalog_of):
    registry = "dba: {name: D, kind: role, until: 2026-11-19}\nops: {name: O, kind: role, until: 2026-11-20}\n"
    rows = owners_of(catalog_of({"faq/a": page("FAQ-001")}, owners=registry))
    assert {row.id: row.active for row in rows} == {"dba": False, "ops": True}


def test_without_a_registry_owners_are_those_whom_pages_name(make_project, tmp_path):
    settings = make_project({"content/faq/a.md": page("FAQ-001")})
    (tmp_path / "registry/owners.yml").unlink()
    assert [(row.id, row.name) for row in owners_of(check(settings, TODAY).catalog)] == [("dba", "dba")]


# --- coverage ------------------------------------------------------------------------------------------------------


def test_gaps_come_first_then_drills_that_are_late_then_never_held(catalog_of):
    sop = {"last_reviewed": "2026-11-01", "effective_date": "2026-11-01", "incident_class": "data_loss"}
    catalog = catalog_of(
        {
            "sops/a": page("SOP-001", category="emergency", **sop),
            "sops/b": page("SOP-002", category="routine", **{**sop, "incident_class": ""}, drill_interval="3 months"),
            "sops/c": page("SOP-003", category="vendor", status="draft", incident_class="slowdown"),
            "sops/d": page("SOP-004", category="security", **{**sop, "incident_class": ""}, owner="ops"),
            "drills/a": page(
                "DR-2026-001", held_on="2026-08-19", sops="[SOP-002]", incident_class="slowdown", owner="ops"
            ),
        }
    )
    rows = coverage_rows(catalog, CATEGORIES, CLASSES)
    found = {(row.by, row.name): row for row in rows}
    assert [row.state for row in rows] == sorted(
        (row.state for row in rows), key=["gap", "drill_overdue", "unexercised", "covered"].index
    )
    assert {name for by, name in found if by == "category"} == set(CATEGORIES)
    assert {name for by, name in found if by == "incident_class"} == set(CLASSES)
    late = found["category", "routine"]
    assert (late.state, late.last_drill, late.next_drill) == ("drill_overdue", date(2026, 8, 19), date(2026, 11, 19))
    assert late.drill == Source("DR-2026-001", "content/drills/a.md")
    never = found["category", "emergency"]
    assert (never.state, ids(never.unexercised), never.last_drill) == ("unexercised", ["SOP-001"], None)
    assert found["category", "security"].state == "covered" and found["category", "security"].owners == ("ops",)
    draft = found["category", "vendor"]
    assert (draft.state, ids(draft.procedures), ids(draft.drafts)) == ("gap", [], ["SOP-003"])
    assert (found["incident_class", "slowdown"].state, found["incident_class", "slowdown"].last_drill) == (
        "gap", date(2026, 8, 19),
    )  # fmt: skip
    assert found["incident_class", "data_loss"].state == "unexercised"


def test_without_procedures_there_is_nothing_to_cover(catalog_of):
    assert coverage_rows(catalog_of({"faq/a": page("FAQ-001")}), CATEGORIES, CLASSES) == []


# --- service levels ------------------------------------------------------------------------------------------------

SLA = """\
calendars: {always: {name: a, hours: always}}
policies:
  day:
    name: Day
    owner: ops
    scope: x
    calendar: always
    channels: [a]
    accountability: x
    availability: {reason: x}
    maintenance_window: {reason: x}
    levels:
      high: {name: High, criteria: x, response: 1 hour, resolution: 4 hours}
      low: {name: Low, criteria: x, response: 4 hours, resolution: 16 hours}
"""


def incident(id_: str, acknowledged: str, resolved: str = "", **fields: str) -> str:
    moment = "2026-11-02T{}:00+08:00"
    times = {"acknowledged_at": acknowledged, "resolved_at": resolved}
    return page(
        id_,
        sla="day",
        severity="high",
        detected_at=moment.format("10:00"),
        **{name: moment.format(at) for name, at in times.items() if at},
        **fields,
    )


def test_every_clock_has_a_row_with_the_incidents_behind_it(catalog_of):
    rows = sla_rows(
        catalog_of(
            {
                "postmortems/a": incident("PM-2026-001", "10:30", "13:00"),
                "postmortems/b": incident("PM-2026-002", "11:00", "15:00"),
                "postmortems/c": incident("PM-2026-003", "11:01"),
                "postmortems/d": incident("PM-2026-004", "", "09:00"),
            },
            kb="records: {postmortem: {recorded_within: 2 hours}}\n",
            sla=SLA,
        )
    )
    found = {(row.policy, row.level, row.clock): row for row in rows}
    assert set(found) == {
        ("day", "high", "response"), ("day", "high", "resolution"), ("day", "low", "response"),
        ("day", "low", "resolution"), ("", "", "recorded"),
    }  # fmt: skip
    response = found["day", "high", "response"]
    assert (response.policy_name, response.level_name, response.owner) == ("Day", "High", "ops")
    assert (response.limit, response.limit_minutes) == ("1 hour", 60)
    assert (ids(response.met), ids(response.breached)) == (
        ["PM-2026-001", "PM-2026-002"],
        ["PM-2026-003", "PM-2026-004"],
    )
    assert (response.met_percent, response.mean_minutes) == (50, pytest.approx((30 + 60 + 61) / 3, abs=0.01))
    resolution = found["day", "high", "resolution"]
    assert ids(resolution.met) == ["PM-2026-001"]
    assert ids(resolution.breached) == ["PM-2026-002", "PM-2026-003"]
    assert ids(resolution.unknown) == ["PM-2026-004"], "it was over before it was noticed"
    empty = found["day", "low", "response"]
    assert (empty.met_percent, empty.mean_minutes, int(empty.met)) == (None, None, 0)
    assert [int(row.breached) for row in rows] == sorted((int(row.breached) for row in rows), reverse=True)
    assert ids(found["", "", "recorded"].breached) == [f"PM-2026-00{n}" for n in (1, 2, 3, 4)]


def test_a_share_is_a_hundred_only_where_nothing_was_breached():
    from kb_builder.reports.sla import _percent

    assert (_percent(2, 1), _percent(99_999, 1), _percent(5, 0), _percent(0, 0)) == (66.66, 99.99, 100, None)


# --- key figures ---------------------------------------------------------------------------------------------------

KPIS = """\
fine: {name: F, unit: "%", target: 90, direction: at_least, owner: ops, readings: {2026-09: 91, 2026-10: 92}}
gappy: {name: G, unit: "%", target: 90, direction: at_least, readings: {2026-08: 91, 2026-10: 92}}
empty: {name: E, unit: "%", target: 90, direction: at_least, since: 2026-12}
bad:
  name: B
  unit: s
  target: 5
  direction: at_most
  aggregate: mean
  baseline: {value: 9, period: 2025}
  readings: {2026-09: 8, 2026-10: 6}
  reported_within: 10 days
"""


def test_key_figures_that_miss_their_target_come_first(catalog_of):
    rows = kpi_rows(catalog_of({"faq/a": page("FAQ-001")}, kpis=KPIS))
    assert [(row.id, row.status) for row in rows] == [
        ("bad", "fail"), ("empty", "no_data"), ("gappy", "pass"), ("fine", "pass"),
    ]  # fmt: skip
    assert nested(rows[0]) == {
        "status": "fail", "id": "bad", "path": "registry/kpis.yml", "name": "B", "group": "", "owner": "",
        "value": 7.0, "unit": "s", "direction": "at_most", "target": 5.0, "aggregate": "mean",
        "used": ["2026-09", "2026-10"], "trend": "better", "baseline": 9.0, "delta": -2.0, "delta_percent": -22.22,
        "missing": [], "next_month": "2026-11", "next_due": "2026-12-10",
    }  # fmt: skip
    assert rows[2].missing == ("2026-09",)
    assert (rows[1].value, rows[1].next_month, rows[1].next_due) == (None, "2026-12", date(2026, 12, 31))


@pytest.mark.parametrize(
    ("readings", "values", "month"),
    [
        ([10], {}, "2026-11"),
        ([10, 11], {}, "2026-12"),
        ([8], {}, "2026-11"),
        ([9], {"interval": 3}, "2026-12"),
        ([], {}, None),
        ([], {"since": date(2027, 3, 1)}, "2027-03"),
        ([9], {"reported_within": Period(count=60, unit="day")}, "2026-10"),
    ],
)
def test_the_reading_that_comes_next(readings, values, month):
    usual = {"id": "a", "name": "A", "unit": "%", "target": 90, "direction": "at_least"}
    kpi = Kpi(**usual, readings={date(2026, each, 1): 1.0 for each in readings}, **values)
    found = kpi.next_month(TODAY)
    assert (found and f"{found:%Y-%m}") == month
    assert found is None or kpi.due(found) >= TODAY


def test_no_month_is_missing_and_next_at_once():
    kpi = Kpi(id="a", name="A", unit="%", target=1, direction="at_least", readings={date(2026, 1, 1): 1.0})
    for day in (date(2026, 2, 28), date(2026, 3, 1)):
        assert kpi.next_month(day) not in kpi.missing(day)
    assert kpi.missing(date(2026, 2, 28)) == () and kpi.missing(date(2026, 3, 1)) == (date(2026, 2, 1),)
    assert kpi.next_month(date.max) == date(9999, 12, 1), "the last month there is"
