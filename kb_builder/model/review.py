"""Review dates: when a page is due, and how it stands on a given day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import Period, parse_date, parse_period
from kb_builder.model.document import Document
from kb_builder.model.record import Mention, ids_in

_AT_ONCE = Period(count=0, unit="day")


class ReviewState(StrEnum):
    """How a page's review stands."""

    FRESH = "fresh"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    TRIGGERED = "triggered"
    NEVER = "never"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A record that asks for a review no later than `review_by`: all that it says of the page."""

    mentions: tuple[Mention, ...]
    review_by: date

    @property
    def mention(self) -> Mention:
        """The first thing the record says of the page."""
        return self.mentions[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedReview:
    """A review that found a page wanting: its day, its place in `reviews`, and the questions answered with fail."""

    day: date
    index: int
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The review of one page on one day. `next_review` is the last day on which it is still in date.

    `triggers` are the records, oldest first, that ask for a review and are not cited by one that the page passed.
    `failed` is the newest review, if the page did not pass it: it must be revised and reviewed again.
    """

    state: ReviewState
    last_reviewed: date | None
    interval: Period | None
    next_review: date | None
    days_left: int | None
    triggers: tuple[Trigger, ...] = ()
    failed: FailedReview | None = None

    @property
    def is_stale(self) -> bool:
        """Whether a reader must be warned."""
        return self.state in (ReviewState.OVERDUE, ReviewState.TRIGGERED, ReviewState.NEVER)

    @property
    def act_by(self) -> date | None:
        """The day by which somebody must review the page, for whichever reason comes first."""
        days = [trigger.review_by for trigger in self.triggers]
        if self.failed:
            days.append(self.failed.day)
        return min([*days, self.next_review] if self.next_review else days, default=None)


def review_interval(document: Document, content_type: ContentType) -> Period | None:
    """Return how long a review of the page holds: its own interval, else that of its category or type."""
    own = document.text("review_interval")
    if own:
        return parse_period(own)
    return content_type.default_interval(document.text("category"))


def review_of(
    document: Document,
    content_type: ContentType,
    today: date,
    *,
    due_soon: Period,
    grace: Period,
    mentions: Sequence[Mention] = (),
    after_incident: Period = _AT_ONCE,
) -> Review:
    """Return how the page's review stands on `today`.

    A review due on day D may be done on D: the page is overdue from D+1, or that many days later as `grace`
    allows. It is due soon from `due_soon` before D. Records, drafts and obsolete pages are exempt.

    `mentions` is what records say of the page. Each record asks for a review within `after_incident`, until one of
    its day or later cites it that the page passed. A page that did not pass its newest review is `triggered` as well,
    as nobody may rely on it. A page that was never reviewed, or is overdue, is that first of all.
    """
    last = parse_date(document.text("last_reviewed"))
    interval = review_interval(document, content_type)
    if content_type.record or not document.is_published:
        return Review(state=ReviewState.EXEMPT, last_reviewed=last, interval=interval, next_review=None, days_left=None)
    found = _by_schedule(last, interval, today, due_soon=due_soon, grace=grace)
    triggers = _open_triggers(document, mentions, today, after_incident)
    failed = _newest_failed(document)
    if (triggers or failed) and found.state not in (ReviewState.NEVER, ReviewState.OVERDUE):
        found = replace(found, state=ReviewState.TRIGGERED)
    return replace(found, triggers=triggers, failed=failed)


def _by_schedule(last: date | None, interval: Period | None, today: date, *, due_soon: Period, grace: Period) -> Review:
    if last is None or interval is None:
        return Review(state=ReviewState.NEVER, last_reviewed=last, interval=interval, next_review=None, days_left=None)
    due = interval.after(last)
    if today > (grace.after(due) if grace.count else due):
        state = ReviewState.OVERDUE
    elif today >= due or due_soon.after(today) >= due:
        state = ReviewState.DUE_SOON
    else:
        state = ReviewState.FRESH
    return Review(state=state, last_reviewed=last, interval=interval, next_review=due, days_left=(due - today).days)


def _open_triggers(
    document: Document, mentions: Sequence[Mention], today: date, after_incident: Period
) -> tuple[Trigger, ...]:
    """Return the records that ask for a review on `today` and are not cited by one of their day or later."""
    asking: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.kind and mention.finding and mention.day <= today:
            asking.setdefault(mention.record.id, []).append(mention)
    cited = _cited(document) if asking else {}
    return tuple(
        Trigger(mentions=tuple(each), review_by=after_incident.after(each[0].day))
        for id_, each in asking.items()
        if cited.get(id_, date.min) < each[0].day
    )


def _cited(document: Document) -> Mapping[str, date]:
    """Return the day of the last passed review that cites a record, by the record's id."""
    found: dict[str, date] = {}
    for _index, entry in document.entries("reviews"):
        day, reference = parse_date(str(entry.get("date"))), entry.get("ref")
        if day and isinstance(reference, str) and not failed_checks(entry):
            for id_ in ids_in(reference):
                found[id_] = max(day, found.get(id_, date.min))
    return found


def failed_checks(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the questions that an entry of `reviews` answers with fail."""
    checks = entry.get("checks")
    return tuple(name for name, answer in checks.items() if answer == "fail") if isinstance(checks, Mapping) else ()


def _newest_failed(document: Document) -> FailedReview | None:
    days = [
        (day, index, entry)
        for index, entry in document.entries("reviews")
        if (day := parse_date(str(entry.get("date"))))
    ]
    if not days:
        return None
    # Of two on one day the later entry counts.
    day, index, entry = max(days, key=lambda each: each[:2])
    checks = failed_checks(entry)
    return FailedReview(day=day, index=index, checks=checks) if checks else None
