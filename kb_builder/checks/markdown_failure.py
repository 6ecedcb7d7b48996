"""KB703 markdown-failure: Markdown that cannot be rendered."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB703", slug="markdown-failure", severity=Severity.ERROR, is_fixed=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages on which the Markdown library gives up."""
    for document in catalog.documents:
        failure = catalog.body(document).failure
        if failure:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"the page cannot be rendered: {failure}",
                hint="look for brackets or lists nested hundreds deep",
                location=document.raw.body,
            )
