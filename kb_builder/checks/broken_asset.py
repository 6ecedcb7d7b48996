"""KB405 broken-asset: an image or attachment that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog, LinkProblem
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB405", slug="broken-asset", severity=Severity.ERROR, is_fixed=True)


_PROBLEMS = (LinkProblem.ASSET,)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such links; what stands in code is no link."""
    for document in catalog.documents:
        for link in catalog.body(document).links:
            if link.problem in _PROBLEMS:
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"the file `{link.href}` does not exist",
                    hint=link.hint,
                    location=link.span,
                )
