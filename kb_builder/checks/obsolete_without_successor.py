"""KB408 obsolete-without-successor: an obsolete page that leaves its readers without a successor."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB408", slug="obsolete-without-successor", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report obsolete pages that no other page names in `supersedes`."""
    for document in catalog.documents:
        if document.is_obsolete and document.id and catalog.successor(document) is None:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="the page is obsolete, and no page supersedes it",
                hint=f"add `supersedes: [{document.id}]` to the page that replaces it",
                location=document.field("status"),
            )
