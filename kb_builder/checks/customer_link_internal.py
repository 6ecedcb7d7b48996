"""KB601 customer-link-internal: a page for customers that leads to what customers may not see."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.paths import HOME

RULE = Rule(code="KB601", slug="customer-link-internal", severity=Severity.ERROR, is_fixed=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report links from published customer pages to pages that do not reach the customer site."""
    for document in catalog.documents:
        if not document.is_for_customers:
            continue
        for link in catalog.body(document).links:
            page = catalog.by_content_path.get(link.target)
            if link.problem is None and link.target and not (page and page.is_for_customers):
                if page is None and (link.target == HOME or link.target in catalog.asset_paths):
                    continue
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"customers cannot open `{link.href}`: it is internal",
                    hint="remove the link, or link to a published page with `audience: customers`",
                    location=link.span,
                )
