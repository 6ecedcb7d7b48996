"""KB715 unknown-html: HTML that is left out of the page."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.safe_html import HtmlFaultKind

RULE = Rule(code="KB715", slug="unknown-html", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report elements and attributes that readers do not get to see; not in code."""
    for document in catalog.documents:
        for fault in catalog.body(document).unsafe:
            if fault.kind is not HtmlFaultKind.UNKNOWN:
                continue
            if fault.what.endswith("="):
                message = f"the attribute `{fault.what[:-1]}` is left out of the page"
                hint = "delete it"
            else:
                message = f"readers do not see `<{fault.what}>`: it is taken for HTML"
                hint = "write it in backticks, or with `&lt;` for `<`"
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=message,
                hint=hint,
                location=fault.span,
            )
