"""KB301 review-overdue: the review of a published page is overdue."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.review import ReviewState

RULE = Rule(code="KB301", slug="review-overdue", severity=Severity.ERROR, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages whose review was due before today, grace included."""
    for document in catalog.documents:
        review = catalog.review(document)
        if review.state is not ReviewState.OVERDUE or review.next_review is None or review.days_left is None:
            continue
        owner = document.text("owner")
        days = -review.days_left
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"review was due {review.next_review}, {days} {'day' if days == 1 else 'days'} ago",
            hint=f"read the page, then run `kb review {document.id}`; owner: {catalog.owner_words(owner)}",
            location=document.field("last_reviewed", on_key=True),
        )
