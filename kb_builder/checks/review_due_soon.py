"""KB302 review-due-soon: the review of a published page is due soon."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.review import ReviewState

RULE = Rule(code="KB302", slug="review-due-soon", severity=Severity.WARNING, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages whose review is due within `review.due_soon` of kb.yml, or in its grace."""
    for document in catalog.documents:
        review = catalog.review(document)
        if review.state is not ReviewState.DUE_SOON or review.days_left is None:
            continue
        days = review.days_left
        when = "today" if days == 0 else f"in {days} {'day' if days == 1 else 'days'}"
        if days < 0:
            when = f"{-days} {'day' if days == -1 else 'days'} ago, within the grace"
        owner = document.text("owner")
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"review is due {review.next_review}, {when}" if days >= 0 else f"review was due {when}",
            hint=f"read the page, then run `kb review {document.id}`; owner: {catalog.owner_words(owner)}",
            location=document.field("last_reviewed", on_key=True),
        )
