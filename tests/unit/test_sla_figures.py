"""Figures of incidents, measures and reviews; every figure was worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.pipeline import check
from kb_builder.reports.figures import (
    MeasureState,
    clock_shares,
    completion,
    early_warning_share,
    freshness,
    mean_times_to_resolve,
    measures,
    repeats,
)
from kb_builder.reports.incidents import incidents
from tests.conftest import ROOT, TODAY

KB = """\
timezone: Asia/Taipei
records:
  postmortem: {recorded_within: 2 hours, archived_within: 72 hours}
"""
POLICY = """\
  {name}:
    name: {name}
    owner: ops
    scope: x
    calendar: {calendar}
    clocks_start: {start}
    channels: [a]
    accountability: x
    availability: {{reason: x}}
    maintenance_window: {{reason: x}}
    levels:
      high: {{name: 高, criteria: x, response: 1 hour, resolution: 4 hours, first_solution: 2 hours}}
      low: {{name: 低, criteria: x, response: 4 hours, first_solution: 8 hours, resolution: 16 hours, calendar: always}}
"""
HOURS = '["09:00-12:00", "13:00-18:00"]'
WEEK = ", ".join(f"{day}: {HOURS}" for day in ("monday", "tuesday", "wednesday", "thursday", "friday"))
NIGHT = ", ".join(
    f'{day}: ["00:00-06:00"]' for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
SLA = (
    f"""\
calendars:
  always: {{name: a, hours: always}}
  taipei: {{name: a, hours: {{{WEEK}}}, holidays: {{2026-11-23: x}}}}
  berlin: {{name: a, timezone: Europe/Berlin, hours: {{{NIGHT}}}}}
  new-york: {{name: a, timezone: America/New_York, hours: {{{NIGHT}}}}}
policies:
"""
    + "".join(
        POLICY.format(name=name, calendar=calendar, start=start)
        for name, calendar, start in (
            ("day", "always", "noticed"),
            ("office", "taipei", "noticed"),
            ("customer", "taipei", "started"),
            ("berlin", "berlin", "noticed"),
            ("new-york", "new-york", "noticed"),
        )
    )
    + "incident_classes:\n"
    + "  security_breach: {controlled_within: 72 hours}\n  data_loss: {controlled_within: 24 hours}\n"
)
PAGE = """\
---
id: {id}
title: 事故 {id}
summary: 摘要
owner: ops
status: draft
{fields}
---

經過
"""


def pm(id_, **fields):
    """Return a postmortem; `started` and so on are its moments, everything else a field as it stands."""
    names = ("started", "detected", "acknowledged", "mitigated", "resolved", "recorded", "archived")
    lines = [f"{f'{name}_at' if name in names else name}: {value}" for name, value in fields.items()]
    return PAGE.format(id=id_, fields="\n".join(lines))


def utc(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def catalog_of(make_project):
    def make(*pages, as_of=TODAY, extra=None):
        files = {f"content/postmortems/{number}.md": text for number, text in enumerate(pages)}
        settings = make_project({"kb.yml": KB, "registry/sla.yml": SLA, **files, **(extra or {})})
        return check(settings, as_of).catalog

    return make


def clocks(incident):
    return {each.name: (each.state.value, each.minutes) for each in incident.clocks}


def test_times_and_clocks_of_an_incident(catalog_of):
    """Noticed at 10:05, taken after 10 minutes, over for users after 95, solved after 5 hours, where 4 are allowed."""
    catalog = catalog_of(
        pm(
            "PM-2026-001",
            sla="day",
            severity="高",
            started="2026-11-02T10:00:00+08:00",
            detected="2026-11-02T10:05:00+08:00",
            acknowledged="2026-11-02T10:15:00+08:00",
            mitigated="2026-11-02T11:40:00+08:00",
            resolved="2026-11-02T15:05:00+08:00",
            recorded="2026-11-02T12:05:00+08:00",
            archived="2026-11-05T15:05:01+08:00",
        )
    )
    (one,) = incidents(catalog)
    assert (one.id, one.path, one.sla, one.severity) == (
        "PM-2026-001",
        "content/postmortems/0.md",
        "day",
        "high",
    )
    assert (one.to_detect, one.to_acknowledge, one.to_mitigate, one.to_resolve) == (5, 10, 95, 300)
    assert one.month == date(2026, 11, 1)
    assert clocks(one) == {
        "response": ("met", 10),
        "first_solution": ("met", 95),
        "resolution": ("breached", 300),
        # Exactly two hours; a second more than three days.
        "recorded": ("met", 120),
        "archived": ("breached", pytest.approx(72 * 60 + 1 / 60)),
    }
    assert one.clock("resolution").deadline == utc(11, 2, 6, 5)
    assert one.clock("none") is None


def test_office_hours_stop_over_night_holiday_and_weekend(catalog_of):
    """Noticed on Friday at 17:30. The weekend and the holiday on Monday do not count; lunch neither."""
    text = pm(
        "PM-2026-001",
        sla="office",
        severity="high",
        detected="2026-11-20T17:30:00+08:00",
        acknowledged="2026-11-24T09:30:00+08:00",  # 30 minutes on Friday, 30 on Tuesday
        mitigated="2026-11-24T10:30:01+08:00",  # a second more than two hours
        resolved="2026-11-24T13:30:00+08:00",  # 30 + 180 + 30
    )
    (one,) = incidents(catalog_of(text))
    assert clocks(one)["response"] == ("met", 60)
    assert clocks(one)["first_solution"] == ("breached", pytest.approx(120 + 1 / 60))
    assert clocks(one)["resolution"] == ("met", 240)
    assert one.to_resolve == 3 * 24 * 60 + 20 * 60  # real time
    assert one.clock("response").deadline == utc(11, 24, 1, 30)
    assert one.clock("resolution").deadline == utc(11, 24, 5, 30)


def test_a_level_may_have_a_calendar_of_its_own(catalog_of):
    text = pm(
        "PM-2026-001",
        sla="office",
        severity="low",
        detected="2026-11-20T17:30:00+08:00",
        acknowledged="2026-11-20T21:31:00+08:00",
    )
    (one,) = incidents(catalog_of(text))
    assert clocks(one)["response"] == ("breached", 241)


@pytest.mark.parametrize(
    ("sla", "detected", "resolved", "minutes", "deadline"),
    [
        # The night of 28 to 29 March 2026 in Berlin has five hours of opening: 00:00 CET is 23:00 UTC.
        ("berlin", "2026-03-29T00:00:00+01:00", "2026-03-29T12:00:00+02:00", 300, utc(3, 29, 3)),
        # That of 25 October has seven: 00:00 CEST is 22:00 UTC.
        ("berlin", "2026-10-25T00:00:00+02:00", "2026-10-25T12:00:00+01:00", 420, utc(10, 25, 2)),
        ("berlin", "2026-10-26T00:00:00+01:00", "2026-10-26T12:00:00+01:00", 360, utc(10, 26, 3)),
        # 8 March and 1 November in New York.
        ("new-york", "2026-03-08T00:00:00-05:00", "2026-03-08T12:00:00-04:00", 300, utc(3, 8, 9)),
        ("new-york", "2026-11-01T00:00:00-04:00", "2026-11-01T12:00:00-05:00", 420, utc(11, 1, 8)),
    ],
)  # fmt: skip
def test_nights_on_which_the_clock_changes(catalog_of, sla, detected, resolved, minutes, deadline):
    """From midnight to noon, of which the opening hours until 06:00 count; the limit is four hours."""
    (one,) = incidents(catalog_of(pm("PM-2026-001", sla=sla, severity="high", detected=detected, resolved=resolved)))
    clock = one.clock("resolution")
    assert (clock.minutes, clock.state, clock.deadline) == (minutes, "breached", deadline)


def test_clocks_may_start_when_it_began(catalog_of):
    """A customer wrote on Friday at 17:00; somebody saw it on Tuesday at 09:00 and took it at once."""
    text = pm(
        "PM-2026-001",
        sla="customer",
        severity="high",
        started="2026-11-20T17:00:00+08:00",
        detected="2026-11-24T09:00:00+08:00",
        acknowledged="2026-11-24T09:01:00+08:00",
        recorded="2026-11-24T11:00:00+08:00",
    )
    (one,) = incidents(catalog_of(text))
    assert clocks(one)["response"] == ("breached", 61)
    assert clocks(one)["recorded"] == ("met", 120)
    assert one.to_acknowledge == 1


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (date(2026, 11, 20), "running"),  # the day it was noticed
        (date(2026, 11, 24), "running"),  # the day of the deadline, 12:30
        (date(2026, 11, 25), "breached"),
    ],
)
def test_an_open_incident_runs_until_its_deadline_is_a_day_past(catalog_of, as_of, state):
    text = pm("PM-2026-001", sla="office", severity="high", detected="2026-11-20T17:30:00+08:00")
    (one,) = incidents(catalog_of(text, as_of=as_of))
    clock = one.clock("resolution")
    assert clock.deadline == utc(11, 24, 5, 30)
    assert (clock.state, clock.minutes, one.to_resolve) == (state, None, None)


def test_missing_and_contradictory_moments_are_unknown(catalog_of):
    begun = pm("PM-2026-001", sla="day", severity="high", started="2026-11-02T10:00:00+08:00")
    unread = pm("PM-2026-002", sla="day", severity="high", detected="2026-11-02 at ten")
    before = pm(
        "PM-2026-003",
        sla="day",
        severity="high",
        detected="2026-11-02T10:00:00+08:00",
        resolved="2026-11-02T09:00:00+08:00",
    )
    first, second, third = incidents(catalog_of(begun, unread, before))
    # Where nobody says when it was noticed, clocks start when it began.
    assert (first.to_detect, first.to_resolve) == (None, None)
    assert first.clock("response").deadline == utc(11, 2, 3, 0)
    assert first.clock("archived").state == "unknown"
    assert {each.state.value for each in second.clocks} == {"unknown"}
    assert second.month is None
    assert (third.to_resolve, third.clock("resolution").state) == (None, "unknown")


@pytest.mark.parametrize(
    "fields",
    [{}, {"sla": "day"}, {"severity": "high"}, {"sla": "none", "severity": "high"}, {"sla": "day", "severity": "x"}],
)
def test_without_a_level_only_the_limits_of_records_hold(catalog_of, fields):
    (one,) = incidents(catalog_of(pm("PM-2026-001", detected="2026-11-02T10:00:00+08:00", **fields)))
    assert [each.name for each in one.clocks] == ["recorded", "archived"]


def test_incidents_of_a_class_are_under_control_in_time(catalog_of):
    moments = {"detected": "2026-11-02T10:00:00+08:00", "mitigated": "2026-11-05T09:59:00+08:00"}
    breach = pm("PM-2026-001", incident_class="security_breach", **moments)
    both = pm("PM-2026-002", incident_class="[security_breach, data_loss]", **moments)
    slow = pm("PM-2026-003", incident_class="slowdown", **moments)
    first, second, third = incidents(catalog_of(breach, both, slow))
    assert clocks(first)["controlled"] == ("met", 72 * 60 - 1)
    assert clocks(second)["controlled"] == ("breached", 72 * 60 - 1)  # lost data: a day
    assert third.clock("controlled") is None


def test_withdrawn_records_and_pages_are_no_incidents(catalog_of):
    gone = pm("PM-2026-001", detected="2026-11-02T10:00:00+08:00").replace("draft", "obsolete")
    assert incidents(catalog_of(gone, pm("PM-2026-002"))) == ()


# --- figures ----------------------------------------------------------------------------------------------------------


def incident(number, detected, minutes=None, **fields):
    if minutes is not None:
        hours, rest = divmod(minutes, 60)
        fields["resolved"] = detected.replace("T00:00", f"T{hours:02}:{rest:02}")
    return pm(f"PM-2026-00{number}", detected=detected, **fields)


def test_mttr_by_month_and_severity(catalog_of):
    found = incidents(
        catalog_of(
            incident(1, "2026-10-05T00:00:00+08:00", 60, sla="day", severity="high"),
            incident(2, "2026-10-20T00:00:00+08:00", 150, sla="day", severity="高"),
            incident(3, "2026-10-21T00:00:00+08:00", 600, sla="day", severity="low"),
            incident(4, "2026-11-03T00:00:00+08:00", 30, sla="day", severity="high"),
            incident(5, "2026-11-04T00:00:00+08:00", sla="day", severity="high"),
            # 23:00 UTC on 30 November is December in Taipei.
            pm(
                "PM-2026-006",
                sla="day",
                severity="high",
                detected="2026-10-31T20:00:00Z",
                resolved="2026-10-31T20:45:00Z",
            ),
        )
    )
    assert [
        (f"{each.month:%Y-%m}", each.severity, each.minutes, each.records) for each in mean_times_to_resolve(found)
    ] == [
        ("2026-10", "high", 105, ("PM-2026-001", "PM-2026-002")),
        ("2026-10", "low", 600, ("PM-2026-003",)),
        ("2026-11", "high", 37.5, ("PM-2026-004", "PM-2026-006")),
    ]


def test_early_warning_counts_those_that_say_who_noticed(catalog_of):
    by = ["monitoring", "monitoring", "users", "staff", None]
    pages = [
        incident(number, "2026-11-02T10:00:00+08:00", **({"detected_by": who} if who else {}))
        for number, who in enumerate(by, 1)
    ]
    share = early_warning_share(incidents(catalog_of(*pages)))
    assert share.percent == 50
    assert share.records == ("PM-2026-001", "PM-2026-002")
    assert share.others == ("PM-2026-003", "PM-2026-004")
    assert early_warning_share([]).percent is None


def test_shares_of_clocks_leave_out_what_is_not_over(catalog_of):
    found = incidents(
        catalog_of(
            incident(1, "2026-11-02T00:00:00+08:00", 240, sla="day", severity="high"),
            incident(2, "2026-11-03T00:00:00+08:00", 241, sla="day", severity="high"),
            incident(3, "2026-11-20T00:00:00+08:00", sla="day", severity="high"),
        )
    )
    share = clock_shares(found)["day", "resolution"]
    assert (share.records, share.others, share.percent) == (("PM-2026-001",), ("PM-2026-002",), 50)


def test_repeats_by_cause(catalog_of):
    found = incidents(
        catalog_of(
            incident(1, "2026-11-03T00:00:00+08:00", cause="disk-full"),
            incident(2, "2026-11-02T00:00:00+08:00", cause="disk-full"),
            incident(3, "2026-11-02T00:00:00+08:00", cause="expired-certificate"),
            incident(4, "2026-11-02T00:00:00+08:00"),
            incident(5, "2026-11-02T00:00:00+08:00"),
        )
    )
    assert [(each.cause, each.records) for each in repeats(found)] == [("disk-full", ("PM-2026-002", "PM-2026-001"))]


def test_completion_of_measures(catalog_of):
    items = "\n".join(
        f"  - {{id: A{number}, title: 措施, owner: ops, due: {due}, status: {status}}}"
        for number, (due, status) in enumerate(
            [
                ("2026-11-19", "done"), ("2026-11-19", "verified"), ("2026-11-19", "open"),
                ("2026-11-20", "in_progress"), ("2026-11-19", "cancelled"),
            ], 1,
        )
    )  # fmt: skip
    catalog = catalog_of(pm("PM-2026-001", action_items=f"\n{items}"))
    found = measures(catalog)
    assert [each.state for each in found] == [
        MeasureState.DONE, MeasureState.DONE, MeasureState.OVERDUE, MeasureState.OPEN, MeasureState.CANCELLED,
    ]  # fmt: skip
    share = completion(found)
    assert share.percent == 50
    assert share.records == ("PM-2026-001/A1", "PM-2026-001/A2")
    assert share.others == ("PM-2026-001/A3", "PM-2026-001/A4")


def test_freshness_by_group(catalog_of):
    faq = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    pages = {
        "content/faq/a.md": faq,
        "content/faq/b.md": faq.replace("FAQ-001", "FAQ-002").replace("last_reviewed: 2026", "last_reviewed: 2024"),
        "content/faq/c.md": faq.replace("FAQ-001", "FAQ-003").replace("owner: ops", "owner: dba"),
        "content/faq/d.md": faq.replace("FAQ-001", "FAQ-004").replace("published", "draft"),
    }
    catalog = catalog_of(pm("PM-2026-001"), extra=pages)
    by_type = freshness(catalog, lambda document: document.type)
    assert {name: (share.records, share.others) for name, share in by_type.items()} == {
        "faq": (("FAQ-001", "FAQ-003"), ("FAQ-002",))
    }
    by_owner = freshness(catalog, lambda document: document.text("owner"))
    assert {name: share.percent for name, share in by_owner.items()} == {"dba": 100, "ops": 50}
    assert freshness(catalog, lambda document: document.text("category")) == {}


def test_figures_of_the_sample_are_those_its_pages_tell():
    catalog = check(load_settings(ROOT, checks.rules()), TODAY).catalog
    found = {each.id: each for each in incidents(catalog)}
    breached = {(each.id, clock.name) for each in found.values() for clock in each.clocks if clock.state == "breached"}
    assert breached == {("PM-2025-003", "resolution"), ("PM-2025-004", "response"), ("PM-2025-004", "resolution")}
    certificate = found["PM-2026-002"]
    assert (certificate.to_acknowledge, certificate.to_mitigate, certificate.to_resolve) == (15, 66, 109)
    assert clocks(found["PM-2025-003"])["controlled"] == ("met", 265)
    assert early_warning_share(found.values()).percent == 62.5
    assert [each.records for each in repeats(found.values())] == [("PM-2025-001", "PM-2026-001")]
