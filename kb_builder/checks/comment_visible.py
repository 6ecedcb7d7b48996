"""KB602 comment-visible: a comment of HTML that customers can read, or one that is never closed."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB602", slug="comment-visible", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report comments on published pages for customers, and on all pages a `<!--` without its end; not in code."""
    for document in catalog.documents:
        body = catalog.body(document)
        for span in body.comments if document.is_for_customers else ():
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="customers can read this comment in the source of the page",
                hint="delete it; notes for colleagues belong in the commit or in a page for staff",
                location=span,
            )
        for span in body.open_comments:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="the comment is never closed: readers see it",
                hint="close it with `-->`, or delete it",
                location=span,
            )
