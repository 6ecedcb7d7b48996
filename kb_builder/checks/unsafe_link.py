"""KB712 unsafe-link: an address that could act in a reader's browser, or makes it ask another host."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog, LinkProblem
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB712", slug="unsafe-link", severity=Severity.ERROR, is_fixed=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such addresses in Markdown and in HTML; what stands in code is no link."""
    for document in catalog.documents:
        for link in catalog.body(document).links:
            if link.problem is LinkProblem.UNSAFE:
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"the address `{link.href}` is not allowed",
                    hint=link.hint,
                    location=link.span,
                )
