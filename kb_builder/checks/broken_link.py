"""KB403 broken-link: a link in the text that leads to no page."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import BodyLink, Catalog, LinkProblem
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB403", slug="broken-link", severity=Severity.ERROR, is_fixed=True)


_PROBLEMS = (LinkProblem.PAGE, LinkProblem.FORM, LinkProblem.LOST)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such links; what stands in code is no link."""
    for document in catalog.documents:
        for link in catalog.body(document).links:
            if link.problem in _PROBLEMS:
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=_message(link),
                    hint=link.hint,
                    location=link.span,
                )


def _message(link: BodyLink) -> str:
    if link.problem is LinkProblem.LOST:
        return f"`{link.href}` is no link: readers see it as it is written"
    return f"the link `{link.href}` leads to no page" if link.href else "the link has no target"
