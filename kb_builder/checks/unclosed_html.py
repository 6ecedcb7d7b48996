"""KB714 unclosed-html: HTML that is never closed, or closed without being opened."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.safe_html import HtmlFaultKind

RULE = Rule(code="KB714", slug="unclosed-html", severity=Severity.ERROR, is_fixed=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report elements that would swallow what follows, and end tags without a beginning; not in code."""
    for document in catalog.documents:
        for fault in catalog.body(document).unsafe:
            if fault.kind is not HtmlFaultKind.UNCLOSED:
                continue
            if fault.what.startswith("/"):
                message = f"`<{fault.what}>` closes nothing"
                hint = "delete it, or write the beginning that it closes"
            else:
                message = f"`<{fault.what}>` is never closed: it swallows what follows"
                hint = f"write `</{fault.what}>` where it ends; if it is no HTML, write it in backticks"
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=message,
                hint=hint,
                location=fault.span,
            )
