"""Opening hours over weekends, holidays and changes of the clock; every figure was worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kb_builder.model.calendar import ALL_DAY, BusinessCalendar, Opening, always_open

TAIPEI = ZoneInfo("Asia/Taipei")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
OFFICE: tuple[Opening, ...] = ((540, 720), (780, 1080))


def office(zone: ZoneInfo = TAIPEI, **rest) -> BusinessCalendar:
    """Monday to Friday, 09:00 to 12:00 and 13:00 to 18:00: eight hours a day."""
    return BusinessCalendar(id="office", name="", zone=zone, hours=dict.fromkeys(range(5), OFFICE), **rest)


def every_day(zone: ZoneInfo, *openings: Opening) -> BusinessCalendar:
    return BusinessCalendar(id="daily", name="", zone=zone, hours=dict.fromkeys(range(7), openings))


def at(text: str, zone: ZoneInfo = TAIPEI, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


# 2026-11-20 is a Friday.
@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-20T17:00", "2026-11-23T10:00", 120),  # an hour on Friday, one on Monday
        ("2026-11-20T11:30", "2026-11-20T13:30", 60),  # lunch is closed
        ("2026-11-20T08:00", "2026-11-20T09:30", 30),  # before opening
        ("2026-11-21T09:00", "2026-11-22T18:00", 0),  # a weekend
        ("2026-11-20T18:00", "2026-11-23T09:00", 0),  # from closing to opening
        ("2026-11-16T00:00", "2026-11-23T00:00", 2400),  # a week of five days of eight hours
        ("2026-11-20T10:00", "2026-11-20T10:00", 0),
        ("2026-11-20T11:00", "2026-11-20T10:00", 0),  # backwards
    ],
)
def test_minutes_in_office_hours(start, end, minutes):
    assert office().business_minutes(at(start), at(end)) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "deadline"),
    [
        ("2026-11-20T17:00", 120, "2026-11-23T10:00"),
        ("2026-11-20T17:00", 60, "2026-11-20T18:00"),  # at closing time, not when it opens again
        ("2026-11-20T11:30", 45, "2026-11-20T13:15"),
        ("2026-11-21T15:00", 30, "2026-11-23T09:30"),  # begun on a Saturday
        ("2026-11-16T09:00", 2400, "2026-11-20T18:00"),
        ("2026-11-16T09:00", 2401, "2026-11-23T09:01"),
        ("2026-11-21T15:00", 0, "2026-11-21T15:00"),
    ],
)
def test_deadlines_in_office_hours(start, minutes, deadline):
    assert office().deadline(at(start), minutes) == at(deadline)


def test_holidays_are_closed_and_exceptions_stand_above_them():
    calendar = office(
        holidays={date(2026, 11, 23): "holiday", date(2026, 11, 24): "holiday"},
        exceptions={date(2026, 11, 24): ((540, 600),), date(2026, 11, 21): ((540, 720),), date(2026, 11, 25): ()},
    )
    # Friday 17:00 to Thursday 09:00: Friday 60, Saturday 180 by exception, Monday 0, Tuesday 60, Wednesday closed.
    assert calendar.business_minutes(at("2026-11-20T17:00"), at("2026-11-26T09:00")) == 60 + 180 + 60
    assert calendar.deadline(at("2026-11-20T17:00"), 300) == at("2026-11-24T10:00")
    assert calendar.deadline(at("2026-11-20T17:00"), 301) == at("2026-11-26T09:01")


def test_moments_of_another_zone_are_converted():
    start = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # 17:00 in Taipei
    end = at("2026-11-23T02:00", BERLIN)  # 09:00 in Taipei
    assert office().business_minutes(start, end) == 60
    assert office().deadline(start, 90) == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_day_is_that_of_the_calendar(zone):
    """In the evening west of Greenwich it is tomorrow in UTC already, and in the morning east of it still yesterday."""
    there = ZoneInfo(zone)
    calendar = every_day(there, (0, 60), (1380, 1440))
    assert calendar.business_minutes(at("2026-11-20T23:30", there), at("2026-11-21T00:45", there)) == 75
    assert calendar.deadline(at("2026-11-20T23:30", there), 75) == at("2026-11-21T00:45", there)


def test_seconds_count():
    assert office().business_minutes(at("2026-11-20T10:00:00"), at("2026-11-20T10:05:30")) == 5.5


# In 2026 the clock goes forward on 29 March (Berlin, 02:00) and 8 March (New York, 02:00), and back on 25 October
# (03:00) and 1 November (02:00): all Sundays.
@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        (BERLIN, "2026-03-28", 1440),
        (BERLIN, "2026-03-29", 1380),
        (BERLIN, "2026-10-25", 1500),
        (NEW_YORK, "2026-03-08", 1380),
        (NEW_YORK, "2026-11-01", 1500),
        (TAIPEI, "2026-03-29", 1440),
    ],
)
def test_a_day_has_23_or_25_hours_when_the_clock_changes(zone, day, minutes):
    calendar = every_day(zone, (0, 720), (720, 1440))
    start = at(f"{day}T00:00", zone)
    end = at(f"{day}T00:00", zone) + timedelta(days=1)  # wall clock: the next midnight
    assert calendar.business_minutes(start, end) == minutes
    assert calendar.deadline(start, minutes) == end.astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [(NEW_YORK, "2026-03-08", 300), (NEW_YORK, "2026-11-01", 420), (NEW_YORK, "2026-11-02", 360)],
)
def test_a_night_shift_is_as_long_as_it_really_is(zone, day, minutes):
    calendar = every_day(zone, (0, 360))
    assert calendar.business_minutes(at(f"{day}T00:00", zone), at(f"{day}T12:00", zone)) == minutes


def test_a_weekend_with_a_change_of_the_clock_shifts_no_office_hour():
    # Friday 17:00 CET to Monday 10:00 CEST; in UTC 16:00 and 08:00.
    calendar = office(BERLIN)
    start = at("2026-03-27T17:00", BERLIN)
    assert calendar.business_minutes(start, at("2026-03-30T10:00", BERLIN)) == 120
    assert calendar.deadline(start, 120) == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


def test_always_open_counts_real_time_over_a_change():
    calendar = always_open(BERLIN)
    assert calendar.business_minutes(at("2026-03-28T12:00", BERLIN), at("2026-03-29T12:00", BERLIN)) == 23 * 60
    assert calendar.deadline(at("2026-10-24T12:00", BERLIN), 24 * 60) == at("2026-10-25T11:00", BERLIN)


@pytest.mark.parametrize(
    ("openings", "day", "minutes"),
    [
        # There is no time from 02:00 to 03:00.
        (((120, 180),), "2026-03-29", 0),
        (((120, 150),), "2026-03-29", 0),
        (((90, 150),), "2026-03-29", 30),
        (((150, 240),), "2026-03-29", 60),
        # 01:00 CET to 04:00 CEST are two hours, however they are written.
        (((60, 150), (180, 240)), "2026-03-29", 120),
        (((60, 240),), "2026-03-29", 120),
        # The doubled hour lasts two.
        (((120, 180),), "2026-10-25", 120),
        # From the first 02:00 to the last 02:30, then to 03:00: again two hours in all.
        (((120, 150), (150, 180)), "2026-10-25", 120),
    ],
)
def test_openings_at_the_hour_of_the_change(openings, day, minutes):
    calendar = every_day(BERLIN, *openings)
    assert calendar.business_minutes(at(f"{day}T00:00", BERLIN), at(f"{day}T12:00", BERLIN)) == minutes


def test_the_doubled_hour_is_told_apart_by_its_offset():
    calendar = every_day(BERLIN, (0, 720))
    first, second = at("2026-10-25T02:30", BERLIN), at("2026-10-25T02:30", BERLIN, fold=1)
    assert calendar.business_minutes(first, second) == 60


def test_where_nothing_is_open_there_is_no_deadline():
    closed = BusinessCalendar(id="x", name="", zone=TAIPEI, hours={})
    assert closed.business_minutes(at("2026-01-01T00:00"), at("2026-12-31T00:00")) == 0
    assert closed.deadline(at("2026-01-01T00:00"), 1) is None
    once = BusinessCalendar(id="x", name="", zone=TAIPEI, hours={}, exceptions={date(2026, 6, 1): ((600, 660),)})
    assert once.deadline(at("2026-01-01T00:00"), 60) == at("2026-06-01T11:00")
    assert once.deadline(at("2026-01-01T00:00"), 61) is None


@pytest.mark.parametrize("calendar", [office(), always_open(TAIPEI), every_day(NEW_YORK, (0, 1440))])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
        ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
        ("9999-12-31T00:00:00+00:00", "9999-12-31T23:59:00+00:00"),
    ],
)
def test_the_ends_of_time_are_no_bug(calendar, start, end):
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert calendar.business_minutes(first, last) >= 0
    found = calendar.deadline(first, 9999 * 60)
    assert found is None or found.tzinfo is UTC


def test_only_whole_weeks_without_holidays_are_always_open():
    assert always_open(TAIPEI).is_always_open
    assert not every_day(TAIPEI, (0, 1439)).is_always_open
    assert not office().is_always_open
    with_holiday = BusinessCalendar(
        id="x", name="", zone=TAIPEI, hours=dict.fromkeys(range(7), ALL_DAY), holidays={date(2026, 1, 1): "x"}
    )
    assert not with_holiday.is_always_open
    assert with_holiday.business_minutes(at("2025-12-31T12:00"), at("2026-01-02T12:00")) == 1440
