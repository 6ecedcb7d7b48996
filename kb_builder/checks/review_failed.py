"""KB310 review-failed: the newest review says that the page did not pass."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB310", slug="review-failed", severity=Severity.ERROR, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages that were found wanting and not reviewed since."""
    for document in catalog.documents:
        failed = catalog.review(document).failed
        if failed:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"the review of {failed.day} found that the page is not {', nor '.join(failed.checks)}",
                hint=f"correct the page, then run `kb review {document.id}` again; "
                f"owner: {catalog.owner_words(document.text('owner'))}",
                location=document.field("reviews", failed.index, "checks"),
            )
