"""How every document's review stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.review import Review, ReviewState

COLUMNS = ("id", "type", "path", "title", "owner", "last_reviewed", "review_interval", "next_review", "state")


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """One document. Dates are ISO texts; None where there is none."""

    id: str
    type: str
    path: str
    title: str
    owner: str
    last_reviewed: str | None
    review_interval: str | None
    next_review: str | None
    state: str

    def values(self) -> dict[str, str | None]:
        """Return the row as a mapping, in the order of COLUMNS."""
        return asdict(self)


def unread(catalog: Catalog) -> list[str]:
    """Return the paths of the pages whose front matter could not be read as it is written."""
    return [document.path for document in catalog.documents if not document.valid]


def _state(document: Document, review: Review) -> str:
    """Return how a review stands; a page whose status could not be read is not known to be exempt from any."""
    if review.state is ReviewState.EXEMPT and not document.valid and not document.status:
        return ReviewState.NEVER.value
    return review.state.value


def review_rows(catalog: Catalog) -> list[ReviewRow]:
    """Return one row a document, in the order of the paths."""
    rows = []
    for document in catalog.documents:
        review = catalog.review(document)
        rows.append(
            ReviewRow(
                id=document.id,
                type=document.type,
                path=document.path,
                title=document.title,
                owner=document.text("owner"),
                last_reviewed=review.last_reviewed.isoformat() if review.last_reviewed else None,
                review_interval=str(review.interval) if review.interval else None,
                next_review=review.next_review.isoformat() if review.next_review else None,
                state=_state(document, review),
            )
        )
    return rows
