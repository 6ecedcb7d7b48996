"""Laws of business calendars, over any hours, holidays, zones and moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kb_builder.model.calendar import BusinessCalendar

# Zones whose clocks change by an hour, by half an hour, at midnight, or that skipped a whole day; the last two have no
# change.
ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Pacific/Apia",
    "Asia/Taipei", "UTC",
]  # fmt: skip
# 2011-12-30 did not exist in Apia.
MOMENTS = st.datetimes(datetime(2011, 12, 1), datetime(2012, 12, 1), timezones=st.just(UTC))
SHORT = st.integers(0, 40 * 24 * 60)


@st.composite
def openings(draw):
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw):
    days = st.dates(date(2011, 12, 1), date(2012, 12, 31))
    return BusinessCalendar(
        id="x",
        name="",
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        hours=draw(st.dictionaries(st.integers(0, 6), openings())),
        holidays=draw(st.dictionaries(days, st.just("x"), max_size=5)),
        exceptions=draw(st.dictionaries(days, openings(), max_size=5)),
    )


@given(calendars(), MOMENTS, SHORT, SHORT)
def test_minutes_add_up(calendar, start, first, second):
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    whole = calendar.business_minutes(start, end)
    parts = calendar.business_minutes(start, middle) + calendar.business_minutes(middle, end)
    assert abs(whole - parts) < 1e-6
    assert 0 <= whole <= first + second + 1e-6


@given(calendars(), MOMENTS, st.integers(1, 10 * 24 * 60))
def test_a_deadline_is_the_first_moment_by_which_the_minutes_are_over(calendar, start, minutes):
    deadline = calendar.deadline(start, minutes)
    if deadline is None:
        # Weeks with any opening at all would have sufficed.
        assert not any(calendar.hours.values())
        return
    assert abs(calendar.business_minutes(start, deadline) - minutes) < 1e-6
    assert calendar.business_minutes(start, deadline - timedelta(seconds=1)) < minutes


@given(calendars(), MOMENTS, SHORT)
def test_minutes_lead_to_a_deadline_no_later_than_the_end(calendar, start, length):
    end = start + timedelta(minutes=length)
    minutes = calendar.business_minutes(start, end)
    deadline = calendar.deadline(start, minutes)
    assert deadline is not None
    assert deadline <= end + timedelta(milliseconds=1)


@given(calendars(), MOMENTS, SHORT)
def test_zone_of_the_moments_does_not_matter(calendar, start, length):
    end = start + timedelta(minutes=length)
    there = ZoneInfo("Asia/Kathmandu")
    assert calendar.business_minutes(start, end) == calendar.business_minutes(
        start.astimezone(there), end.astimezone(there)
    )
