"""How every document's review stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.review import ReviewState

# The most urgent first.
_ORDER = (
    ReviewState.OVERDUE,
    ReviewState.TRIGGERED,
    ReviewState.NEVER,
    ReviewState.DUE_SOON,
    ReviewState.FRESH,
    ReviewState.EXEMPT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One document. `next_review` is the last day on which it is in date; dates are ISO texts."""

    id: str
    type: str
    path: str
    title: str
    owner: str
    last_reviewed: str | None
    review_interval: str | None
    next_review: str | None
    state: ReviewState


def unread(catalog: Catalog) -> list[str]:
    """Return the paths of the pages whose front matter could not be read as it is written."""
    return [document.path for document in catalog.documents if not document.valid]


def review_state(catalog: Catalog, document: Document) -> ReviewState:
    """Return how a review stands; a page whose status could not be read is not known to be exempt from any."""
    state = catalog.review(document).state
    return ReviewState.NEVER if state is ReviewState.EXEMPT and not document.valid and not document.status else state


def review_urgency(catalog: Catalog, document: Document) -> tuple[int, date, str, str]:
    """Return a key that puts the pages first on which somebody must act, each by the day by which to act."""
    state = review_state(catalog, document)
    unknown = date.max if state is ReviewState.EXEMPT else date.min
    return _ORDER.index(state), catalog.review(document).act_by or unknown, document.id, document.path


def review_rows(catalog: Catalog) -> list[ReviewRow]:
    """Return one row a document, in the order of the paths."""
    return [_row(catalog, document) for document in catalog.documents]


def urgent_first(catalog: Catalog) -> list[ReviewRow]:
    """Return one row a document, the most urgent first."""
    return [_row(catalog, each) for each in sorted(catalog.documents, key=lambda each: review_urgency(catalog, each))]


def _row(catalog: Catalog, document: Document) -> ReviewRow:
    review = catalog.review(document)
    return ReviewRow(
        id=document.id,
        type=document.type,
        path=document.path,
        title=document.title,
        owner=document.text("owner"),
        last_reviewed=review.last_reviewed.isoformat() if review.last_reviewed else None,
        review_interval=str(review.interval) if review.interval else None,
        next_review=review.next_review.isoformat() if review.next_review else None,
        state=review_state(catalog, document),
    )
