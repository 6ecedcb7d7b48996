"""Dates and periods: what is read, what is refused, and where a period ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cmp_to_key
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb_builder.cli.context import today
from kb_builder.model.dates import Period, parse_date, parse_period, parse_timestamp
from kb_builder.model.errors import KbError

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2400, 12, 31))
UNITS = ("minute", "hour", "day", "week", "month", "year")
PERIODS = st.one_of(
    st.builds(Period, count=st.integers(0, 600), unit=st.sampled_from([unit for unit in UNITS if unit != "year"])),
    st.builds(Period, count=st.integers(0, 100), unit=st.just("year")),
)
MONTHS = st.builds(Period, count=st.integers(0, 600), unit=st.just("month"))


def period(text: str) -> Period:
    found = parse_period(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2000-02-29", date(2000, 2, 29)),
        ("0001-01-01", date.min),
        ("9999-12-31", date.max),
    ],
)
def test_a_date_is_read(text, expected):
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-02-29", "2100-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01",
        "2026-3-1", "26-03-01", "20260301", "2026-W10-1", "2026-060", "2026/03/01", "01-03-2026", "2026-03-01 ",
        " 2026-03-01", "2026-03-01\n", "2026-03-01T00:00:00", "+2026-03-01", "２０２６-03-01", "٢٠٢٦-03-01", "today",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    assert parse_date(text) is None


@given(DAYS)
def test_every_day_is_read_back_as_it_was_written(day):
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-11T10:00:00+08:00", datetime(2026, 3, 11, 2, tzinfo=UTC)),
        ("2026-03-11T10:00:00Z", datetime(2026, 3, 11, 10, tzinfo=UTC)),
        ("2026-03-11t10:00:00z", datetime(2026, 3, 11, 10, tzinfo=UTC)),
        ("2026-03-11 10:00:00-05:30", datetime(2026, 3, 11, 15, 30, tzinfo=UTC)),
        ("2026-03-11T10:00:00.5Z", datetime(2026, 3, 11, 10, microsecond=500_000, tzinfo=UTC)),
        ("2026-03-11T10:00:00.123456789Z", datetime(2026, 3, 11, 10, microsecond=123_456, tzinfo=UTC)),
        ("2026-12-31T23:59:59-12:00", datetime(2027, 1, 1, 11, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_with_its_zone(text, expected):
    assert parse_timestamp(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-11", "2026-03-11T10:00:00", "2026-03-11T10:00+08:00", "2026-03-11T25:00:00Z", "2026-03-11T10:60:00Z",
        "2026-03-11T10:00:00+0800", "2026-03-11T10:00:00+24:00", "2026-02-30T10:00:00Z", "2026-03-11T10:00:00Z\n",
        "2026-03-11T10:00:00 +08:00", "2026-03-11T10:00:00.Z", "2026-03-11T10:00:00 UTC", "",
    ],
)  # fmt: skip
def test_what_is_no_moment_with_zone_is_refused(text):
    assert parse_timestamp(text) is None


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [("6 months", 6, "month"), ("1 month", 1, "month"), ("1 months", 1, "month"), ("12 month", 12, "month"),
     ("14 days", 14, "day"), ("2 weeks", 2, "week"), ("1 year", 1, "year"), ("30 minutes", 30, "minute"),
     ("4 hours", 4, "hour"), ("0 days", 0, "day"), ("immediately", 0, "minute"), ("9999 hours", 9999, "hour"),
     ("9999 days", 9999, "day"), ("999 weeks", 999, "week"), ("999 months", 999, "month"), ("100 years", 100, "year")],
)  # fmt: skip
def test_a_period_is_read(text, count, unit):
    assert period(text) == Period(count=count, unit=unit)


@pytest.mark.parametrize(
    "text",
    ["", "6", "months", "6months", "6  months", "06 months", "-6 months", "6.5 months", "10000 days", "6 Months",
     "six months", "6 months ", " 6 months", "6 months\n", "6 m", "half a year", "６ months", "1 quarter", "6 monthss",
     "10000 minutes", "1000 weeks", "1000 months", "101 years"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text):
    assert parse_period(text) is None


@given(PERIODS)
def test_a_period_is_read_back_as_it_is_shown(each):
    shown = parse_period(str(each))
    assert shown == (each if each.count else Period(count=0, unit="minute"))


@pytest.mark.parametrize(
    ("day", "text", "expected"),
    [
        # Months end at the month's end.
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2024-01-30", "1 month", "2024-02-29"),
        ("2026-01-31", "3 months", "2026-04-30"),
        ("2026-03-31", "6 months", "2026-09-30"),
        ("2026-08-31", "6 months", "2027-02-28"),
        ("2026-10-31", "1 month", "2026-11-30"),
        ("2026-12-31", "2 months", "2027-02-28"),
        ("2026-11-30", "3 months", "2027-02-28"),
        ("2026-02-28", "1 month", "2026-03-28"),
        ("2026-12-15", "1 month", "2027-01-15"),
        # Leap years: 2100 is none, 2000 and 2400 are.
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-02-29", "12 months", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29"),
        ("2096-02-29", "4 years", "2100-02-28"),
        ("2096-02-29", "8 years", "2104-02-29"),
        ("2396-02-29", "4 years", "2400-02-29"),
        ("2096-02-29", "48 months", "2100-02-28"),
        # Days and weeks count.
        ("2024-02-28", "1 day", "2024-02-29"),
        ("2100-02-28", "1 day", "2100-03-01"),
        ("2026-12-31", "1 day", "2027-01-01"),
        ("2026-02-26", "1 week", "2026-03-05"),
        ("2026-01-01", "365 days", "2027-01-01"),
        ("2026-05-05", "0 days", "2026-05-05"),
        ("2026-05-05", "23 hours", "2026-05-05"),
        ("2026-05-05", "48 hours", "2026-05-07"),
        # The calendar ends.
        ("9999-12-01", "1 month", "9999-12-31"),
        ("9999-12-31", "1 day", "9999-12-31"),
        ("9950-01-01", "100 years", "9999-12-31"),
        ("2026-01-01", "999 weeks", "2045-02-23"),
        ("9998-12-31", "1 year", "9999-12-31"),
        ("9999-02-15", "10 months", "9999-12-15"),
    ],
)
def test_where_a_period_ends(day, text, expected):
    assert period(text).after(date.fromisoformat(day)) == date.fromisoformat(expected)


@given(DAYS, PERIODS)
@example(date(9999, 12, 31), Period(count=600, unit="year"))
def test_a_period_never_ends_before_it_begins(day, each):
    assert each.after(day) >= day


@given(DAYS, DAYS, PERIODS)
@example(date(2026, 1, 28), date(2026, 1, 31), Period(count=1, unit="month"))
def test_who_begins_later_does_not_end_earlier(one, other, each):
    first, last = sorted((one, other))
    assert each.after(first) <= each.after(last)


@given(DAYS, MONTHS, MONTHS)
@example(date(2026, 1, 31), Period(count=1, unit="month"), Period(count=1, unit="month"))
def test_months_in_two_steps_are_never_longer_than_in_one(day, first, then):
    at_once = Period(count=first.count + then.count, unit="month").after(day)
    in_steps = then.after(first.after(day))
    assert in_steps <= at_once
    assert (in_steps.year, in_steps.month) == (at_once.year, at_once.month)
    if day.day <= 28:
        assert in_steps == at_once


@given(DAYS, st.integers(0, 400), st.sampled_from(("day", "week")))
def test_days_and_weeks_are_exact(day, count, unit):
    assert Period(count=count, unit=unit).after(day) == day + timedelta(**{f"{unit}s": count})


@given(DAYS, st.integers(0, 50))
def test_a_year_is_twelve_months(day, count):
    assert Period(count=count, unit="year").after(day) == Period(count=12 * count, unit="month").after(day)


@given(DAYS, st.integers(1, 600))
def test_months_keep_the_day_or_end_the_month(day, count):
    end = Period(count=count, unit="month").after(day)
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("12 months", "1 year", True), ("1 year", "12 months", True), ("13 months", "1 year", False),
        ("6 months", "6 months", True), ("7 months", "6 months", False),
        ("24 hours", "1 day", True), ("25 hours", "1 day", False), ("60 minutes", "1 hour", True),
        ("immediately", "0 days", True), ("2 weeks", "14 days", True), ("15 days", "2 weeks", False),
        # Months differ in length, so days are not counted too exactly against them.
        ("90 days", "3 months", True), ("3 months", "90 days", True), ("13 weeks", "3 months", True),
        ("33 days", "1 month", True), ("34 days", "1 month", False), ("1 month", "27 days", False),
        ("368 days", "1 year", True), ("369 days", "1 year", False),
    ],
)  # fmt: skip
def test_which_period_is_no_longer_than_another(one, other, expected):
    assert period(one).at_most(period(other)) is expected


@given(PERIODS, PERIODS)
def test_of_two_periods_one_is_no_longer_than_the_other(one, other):
    assert one.at_most(other) or other.at_most(one)


@given(st.sampled_from((UNITS[:4], UNITS[4:])), st.data())
def test_periods_in_days_and_periods_in_months_are_each_in_an_order(units, data):
    each = st.builds(Period, count=st.integers(0, 600), unit=st.sampled_from(units))
    periods = data.draw(st.lists(each, min_size=3, max_size=3))

    def compare(a: Period, b: Period) -> int:
        return (not a.at_most(b)) - (not b.at_most(a))

    shortest, middle, longest = sorted(periods, key=cmp_to_key(compare))
    assert shortest.at_most(middle) and middle.at_most(longest) and shortest.at_most(longest)


# --- the day a command takes for today -------------------------------------------------------------------------


def day_at(monkeypatch: pytest.MonkeyPatch, settings, zone: str, moment: str) -> date:
    """Return the project's day in a zone, with SOURCE_DATE_EPOCH at a moment."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat(moment).timestamp())))
    return today(settings(zone), None)


@pytest.fixture
def settings(make_project):
    return lambda zone: make_project({"kb.yml": f"timezone: {zone}\n"})


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        # Midnight in Taipei is four in the afternoon of the day before in UTC.
        ("Asia/Taipei", "2026-11-20T15:59:59+00:00", date(2026, 11, 20)),
        ("Asia/Taipei", "2026-11-20T16:00:00+00:00", date(2026, 11, 21)),
        ("Asia/Taipei", "2026-12-31T16:00:00+00:00", date(2027, 1, 1)),
        ("UTC", "2026-11-20T23:59:59+00:00", date(2026, 11, 20)),
        ("UTC", "2026-11-21T00:00:00+00:00", date(2026, 11, 21)),
        # New York is five hours behind in winter, four in summer.
        ("America/New_York", "2026-01-15T04:59:59+00:00", date(2026, 1, 14)),
        ("America/New_York", "2026-01-15T05:00:00+00:00", date(2026, 1, 15)),
        ("America/New_York", "2026-07-15T03:59:59+00:00", date(2026, 7, 14)),
        ("America/New_York", "2026-07-15T04:00:00+00:00", date(2026, 7, 15)),
        # The day on which the clocks go forward begins in winter time and ends in summer time …
        ("America/New_York", "2026-03-08T04:59:59+00:00", date(2026, 3, 7)),
        ("America/New_York", "2026-03-08T05:00:00+00:00", date(2026, 3, 8)),
        ("America/New_York", "2026-03-09T03:59:59+00:00", date(2026, 3, 8)),
        ("America/New_York", "2026-03-09T04:00:00+00:00", date(2026, 3, 9)),
        # … and the day on which they go back the other way round.
        ("America/New_York", "2026-11-01T03:59:59+00:00", date(2026, 10, 31)),
        ("America/New_York", "2026-11-01T04:00:00+00:00", date(2026, 11, 1)),
        ("America/New_York", "2026-11-02T04:59:59+00:00", date(2026, 11, 1)),
        ("America/New_York", "2026-11-02T05:00:00+00:00", date(2026, 11, 2)),
        ("UTC", "1969-12-31T23:59:59+00:00", date(1969, 12, 31)),
    ],
)
def test_the_day_is_that_of_the_projects_zone(monkeypatch, settings, zone, moment, expected):
    assert day_at(monkeypatch, settings, zone, moment) == expected


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def machine_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("machine_zone")
@pytest.mark.parametrize("zone", ["Asia/Taipei", "UTC", "America/New_York"])
def test_the_zone_of_the_machine_does_not_matter(monkeypatch, settings, zone):
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo(zone))
    assert day_at(monkeypatch, settings, zone, moment.isoformat()) == date(2026, 11, 20)


def test_as_of_comes_before_the_environment(monkeypatch, settings):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert today(settings("UTC"), date(2026, 5, 6)) == date(2026, 5, 6)


def test_without_either_it_is_the_day_of_the_clock(monkeypatch, settings):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = datetime.now(ZoneInfo("Asia/Taipei")).date()
    found = today(settings("Asia/Taipei"), None)
    assert before <= found <= datetime.now(ZoneInfo("Asia/Taipei")).date()


@pytest.mark.parametrize("epoch", ["-62135596800", "253402300799"])
def test_an_epoch_at_the_ends_of_the_calendar_is_refused(monkeypatch, settings, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(KbError, match="from 1900-01-01 to 2099-12-31"):
        today(settings("UTC"), None)


@pytest.mark.parametrize("epoch", ["", "yesterday", "1.5", "9" * 30, "9" * 5000, "2026-11-20"])
def test_an_epoch_that_is_no_number_of_seconds_is_refused(monkeypatch, settings, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(KbError, match="SOURCE_DATE_EPOCH"):
        today(settings("UTC"), None)
