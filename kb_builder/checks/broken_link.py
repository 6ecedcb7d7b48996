"""KB403 broken-link: a link in the text that leads to no page."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog, LinkProblem
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB403", slug="broken-link", severity=Severity.ERROR)


_PROBLEMS = (LinkProblem.PAGE, LinkProblem.FORM)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such links; what stands in code is no link."""
    for document in catalog.documents:
        for link in catalog.body(document).links:
            if link.problem in _PROBLEMS:
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"the link `{link.href}` leads to no page" if link.href else "the link has no target",
                    hint=link.hint,
                    location=link.span,
                )
