"""KB701 empty-page: a page without any text."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB701", slug="empty-page", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages that have neither body nor steps."""
    for document in catalog.documents:
        if document.raw.block is not None and not document.raw.body_text.strip() and not document.entries("steps"):
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="the page has no text",
                hint="write what the reader needs, below the front matter",
                location=document.raw.body,
            )
