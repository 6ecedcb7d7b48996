"""KB401 duplicate-id: an id that two pages claim."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Related, Rule, Severity

RULE = Rule(code="KB401", slug="duplicate-id", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report every page whose id an earlier page, by path, has already."""
    for document in catalog.documents:
        first = catalog.by_id.get(document.id, document)
        if first is not document:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"`{document.id}` is already the id of {first.path}",
                hint=f"give the newer page another id, most likely this one: `kb renumber {document.path}`",
                location=document.field("id"),
                related=(Related(path=first.path, location=first.field("id"), message="first used here"),),
            )
