"""KB711 active-attribute: attributes of HTML that could act in a reader's browser."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.safe_html import HtmlFaultKind

RULE = Rule(code="KB711", slug="active-attribute", severity=Severity.ERROR, is_fixed=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such attributes, in HTML and in lists such as `{: onclick=… }`; not in code."""
    for document in catalog.documents:
        for fault in catalog.body(document).unsafe:
            if fault.kind is not HtmlFaultKind.ATTRIBUTE:
                continue
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"the attribute `{fault.what}` may act in the reader's browser: it is not published",
                hint="delete it",
                location=fault.span,
            )
