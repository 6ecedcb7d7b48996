"""Review dates: when a page is due, and how it stands on a given day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import Period, parse_date, parse_period
from kb_builder.model.document import Document


class ReviewState(StrEnum):
    """How a page's review stands."""

    FRESH = "fresh"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    TRIGGERED = "triggered"
    NEVER = "never"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The review of one page on one day. `next_review` is the last day on which it is still in date."""

    state: ReviewState
    last_reviewed: date | None
    interval: Period | None
    next_review: date | None
    days_left: int | None

    @property
    def is_stale(self) -> bool:
        """Whether a reader must be warned."""
        return self.state in (ReviewState.OVERDUE, ReviewState.TRIGGERED, ReviewState.NEVER)


def review_interval(document: Document, content_type: ContentType) -> Period | None:
    """Return how long a review of the page holds: its own interval, else that of its category or type."""
    own = document.text("review_interval")
    if own:
        return parse_period(own)
    return content_type.default_interval(document.text("category"))


def review_of(document: Document, content_type: ContentType, today: date, *, due_soon: Period, grace: Period) -> Review:
    """Return how the page's review stands on `today`.

    A review due on day D may be done on D: the page is overdue from D+1, or that many days later as `grace`
    allows. It is due soon from `due_soon` before D. Records, drafts and obsolete pages are exempt.
    """
    last = parse_date(document.text("last_reviewed"))
    interval = review_interval(document, content_type)
    if content_type.record or not document.is_published:
        return Review(state=ReviewState.EXEMPT, last_reviewed=last, interval=interval, next_review=None, days_left=None)
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
