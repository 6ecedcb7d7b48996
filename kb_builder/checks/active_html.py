"""KB710 active-html: HTML that could act in a reader's browser."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.safe_html import HtmlFaultKind

RULE = Rule(code="KB710", slug="active-html", severity=Severity.ERROR, is_fixed=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report elements that run, load, ask or hide something; not in code."""
    for document in catalog.documents:
        for fault in catalog.body(document).unsafe:
            if fault.kind is not HtmlFaultKind.ACTIVE:
                continue
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"`<{fault.what}>` may act in the reader's browser: it is not published",
                hint="delete it, or write it in backticks if readers are to see it",
                location=fault.span,
            )
