"""KB303 review-never: a published page that was never reviewed."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.review import ReviewState

RULE = Rule(code="KB303", slug="review-never", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report published pages without `last_reviewed`."""
    for document in catalog.documents:
        if catalog.review(document).state is ReviewState.NEVER and "last_reviewed" not in document.fields:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="a published page must have been reviewed; "
                f"`{document.names.get('last_reviewed', 'last_reviewed')}` is missing",
                hint=f"have it reviewed, then run `kb review {document.id}`",
                location=document.field("last_reviewed"),
            )
