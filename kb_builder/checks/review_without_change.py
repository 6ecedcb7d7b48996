"""KB308 review-without-change: a review that moved the date and left the text as it was."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB308", slug="review-without-change", severity=Severity.NOTICE, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages in force whose text is that of the review before the last."""
    for path, day in sorted(catalog.unchanged.items()):
        document = catalog.by_path[path]
        if document.is_published:
            yield Finding(
                slug=RULE.slug,
                path=path,
                message=f"the last review moved the date; the text is unchanged since the review of {day}",
                hint="if the page is still right, nothing is to be done; otherwise correct it",
                location=document.field("last_reviewed"),
            )
