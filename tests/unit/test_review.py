"""How the review of a page stands on a day: the borders of every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb_builder.content_types.load import builtin_definition, builtin_schema, make_type
from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import Period, parse_period
from kb_builder.model.document import Document, RawDocument
from kb_builder.model.location import Span
from kb_builder.model.review import Review, ReviewState, review_of

TWO_WEEKS = Period(count=14, unit="day")
NO_GRACE = Period(count=0, unit="day")
# The states as a page passes through them while nobody reviews it.
ORDER = [ReviewState.FRESH, ReviewState.DUE_SOON, ReviewState.OVERDUE]


def builtin(name: str) -> ContentType:
    return make_type(name, builtin_definition(name), builtin_schema(name), "")


SOP, FAQ, POSTMORTEM = map(builtin, ("sop", "faq", "postmortem"))


def page(**fields: Any) -> Document:
    raw = RawDocument(path="a.md", content_path="a.md", text="", block=None, body=Span(start=0, end=0), values={})
    return Document(raw=raw, type="any", fields={"status": "published", **fields})


def review(
    today: str | date,
    last: str = "2026-01-15",
    interval: str = "6 months",
    *,
    due_soon: Period = TWO_WEEKS,
    grace: Period = NO_GRACE,
) -> Review:
    """Return the review of a published page on a day."""
    day = today if isinstance(today, date) else date.fromisoformat(today)
    return review_of(page(last_reviewed=last, review_interval=interval), FAQ, day, due_soon=due_soon, grace=grace)


@pytest.mark.parametrize(
    ("today", "state", "days_left"),
    [
        ("2026-01-15", "fresh", 181),
        ("2026-06-30", "fresh", 15),
        ("2026-07-01", "due_soon", 14),
        ("2026-07-14", "due_soon", 1),
        ("2026-07-15", "due_soon", 0),  # the day itself is not too late
        ("2026-07-16", "overdue", -1),
        ("2027-07-15", "overdue", -365),
    ],
)
def test_a_review_due_on_a_day_may_be_done_on_it(today, state, days_left):
    found = review(today)
    assert (found.state, found.days_left) == (state, days_left)
    assert found.next_review == date(2026, 7, 15)


@pytest.mark.parametrize(
    ("last", "interval", "due"),
    [
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2026-08-31", "6 months", "2027-02-28"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2096-02-29", "4 years", "2100-02-28"),
        ("2096-02-29", "8 years", "2104-02-29"),
        ("2026-12-31", "1 week", "2027-01-07"),
        ("2026-02-28", "1 day", "2026-03-01"),
    ],
)
def test_the_borders_at_the_ends_of_months_and_in_leap_years(last, interval, due):
    day = date.fromisoformat(due)
    states = [review(day + timedelta(days=n), last, interval).state for n in (-1, 0, 1)]
    assert states == [ReviewState.DUE_SOON, ReviewState.DUE_SOON, ReviewState.OVERDUE]
    assert review(day, last, interval).next_review == day


@pytest.mark.parametrize(
    ("due_soon", "first_day"),
    [("14 days", "2026-07-01"), ("2 weeks", "2026-07-01"), ("0 days", "2026-07-15"), ("1 day", "2026-07-14"),
     ("1 month", "2026-06-15"), ("1 year", "2025-07-15")],
)  # fmt: skip
def test_the_first_day_on_which_a_review_is_due_soon(due_soon, first_day):
    first = date.fromisoformat(first_day)
    period = parse_period(due_soon)
    assert review(first, due_soon=period).state == ReviewState.DUE_SOON
    assert review(first - timedelta(days=1), due_soon=period).state == ReviewState.FRESH


@pytest.mark.parametrize(
    ("grace", "last_day"),
    [("0 days", "2026-07-15"), ("1 day", "2026-07-16"), ("1 week", "2026-07-22"), ("1 month", "2026-08-15")],
)
def test_the_last_day_of_the_grace(grace, last_day):
    last = date.fromisoformat(last_day)
    period = parse_period(grace)
    assert review(last, grace=period).state == ReviewState.DUE_SOON
    assert review(last + timedelta(days=1), grace=period).state == ReviewState.OVERDUE
    assert review(last, grace=period).next_review == date(2026, 7, 15), "grace does not move the day"


def test_a_review_in_the_future_is_fresh():
    # The day itself is a finding (KB304); the state must not be overdue on top of it.
    assert review("2026-01-01", last="2026-06-01").state == ReviewState.FRESH


def test_the_last_day_of_the_calendar_is_never_past():
    assert review("9999-12-31", last="9999-12-30", interval="1 year").state == ReviewState.DUE_SOON


@pytest.mark.parametrize(
    ("fields", "interval", "due"),
    [
        ({"review_interval": "1 month"}, "1 month", "2026-02-15"),
        ({"category": "emergency"}, "3 months", "2026-04-15"),
        ({"category": "security"}, "3 months", "2026-04-15"),
        ({"category": "routine"}, "6 months", "2026-07-15"),
        ({}, "6 months", "2026-07-15"),
        ({"category": "emergency", "review_interval": "5 months"}, "5 months", "2026-06-15"),
    ],
)
def test_the_interval_is_the_pages_own_else_its_categorys_else_its_types(fields, interval, due):
    found = review_of(
        page(last_reviewed="2026-01-15", **fields), SOP, date(2026, 1, 20), due_soon=TWO_WEEKS, grace=NO_GRACE
    )
    assert (str(found.interval), found.next_review) == (interval, date.fromisoformat(due))


@pytest.mark.parametrize(
    ("content_type", "fields", "state"),
    [
        (SOP, {}, "never"),
        (FAQ, {}, "never"),
        (FAQ, {"last_reviewed": "2026-02-30"}, "never"),
        (FAQ, {"last_reviewed": ["2026-02-01"]}, "never"),
        (FAQ, {"last_reviewed": "2026-01-15", "review_interval": "soon"}, "never"),
        (replace(FAQ, interval=None), {"last_reviewed": "2026-01-15"}, "never"),
        (POSTMORTEM, {}, "exempt"),
        (POSTMORTEM, {"last_reviewed": "2020-01-01"}, "exempt"),
        (SOP, {"status": "draft"}, "exempt"),
        (SOP, {"status": "in_review", "last_reviewed": "2020-01-01"}, "exempt"),
        (SOP, {"status": "obsolete", "last_reviewed": "2020-01-01"}, "exempt"),
        (SOP, {"status": None, "last_reviewed": "2020-01-01"}, "exempt"),
    ],
)
def test_pages_without_a_review_and_pages_that_need_none(content_type, fields, state):
    found = review_of(page(**fields), content_type, date(2026, 11, 20), due_soon=TWO_WEEKS, grace=NO_GRACE)
    assert found.state == state
    assert found.next_review is None and found.days_left is None


@pytest.mark.parametrize(
    ("state", "stale"),
    [("fresh", False), ("due_soon", False), ("overdue", True), ("triggered", True), ("never", True), ("exempt", False)],
)
def test_of_which_states_a_reader_is_warned(state, stale):
    assert replace(review("2026-01-20"), state=ReviewState(state)).is_stale is stale


DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2200, 12, 31))
INTERVALS = st.builds(
    "{} {}".format, st.integers(1, 60), st.sampled_from(("day", "days", "week", "weeks", "month", "months", "year"))
)
SHORT = st.builds(Period, count=st.integers(0, 40), unit=st.sampled_from(("day", "week", "month")))


@given(last=DAYS, interval=INTERVALS)
@example(last=date(2026, 1, 31), interval="1 month")
@example(last=date(2024, 2, 29), interval="1 year")
@example(last=date(2096, 2, 29), interval="4 years")
def test_overdue_begins_exactly_on_the_day_after(last, interval):
    due = parse_period(interval).after(last)
    assert review(due, last.isoformat(), interval).state is not ReviewState.OVERDUE
    assert review(due + timedelta(days=1), last.isoformat(), interval).state is ReviewState.OVERDUE


@given(last=DAYS, interval=INTERVALS, one=DAYS, other=DAYS, due_soon=SHORT, grace=SHORT)
def test_the_state_only_gets_worse_as_days_pass(last, interval, one, other, due_soon, grace):
    earlier, later = sorted((one, other))
    before, after = (
        review(day, last.isoformat(), interval, due_soon=due_soon, grace=grace) for day in (earlier, later)
    )
    assert ORDER.index(before.state) <= ORDER.index(after.state)
    assert before.next_review == after.next_review
    assert before.days_left - after.days_left == (later - earlier).days


@given(last=DAYS, interval=INTERVALS, today=DAYS, due_soon=SHORT, grace=SHORT)
def test_grace_never_makes_a_page_worse(last, interval, today, due_soon, grace):
    strict = review(today, last.isoformat(), interval, due_soon=due_soon)
    lenient = review(today, last.isoformat(), interval, due_soon=due_soon, grace=grace)
    assert ORDER.index(lenient.state) <= ORDER.index(strict.state)
    assert lenient.next_review == strict.next_review


@given(last=DAYS, interval=INTERVALS, today=DAYS)
def test_a_later_review_never_makes_a_page_worse(last, interval, today):
    before = review(today, last.isoformat(), interval)
    after = review(today, (last + timedelta(days=1)).isoformat(), interval)
    assert ORDER.index(after.state) <= ORDER.index(before.state)
