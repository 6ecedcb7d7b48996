"""KB702 empty-heading: a heading without text."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB702", slug="empty-heading", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report headings that say nothing and therefore have no readable anchor."""
    for document in catalog.documents:
        for span in catalog.body(document).empty_headings:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="the heading has no text",
                hint="write one, or delete the line",
                location=span,
            )
