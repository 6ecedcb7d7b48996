"""KB203 owner-without-deputy: an owner nobody stands in for, where the content type asks for a deputy."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB203", slug="owner-without-deputy", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages whose type asks for a deputy and whose owner has none, or one who has left."""
    owners = catalog.owners or {}
    for document in catalog.documents:
        owner = owners.get(document.text("owner"))
        if owner is None or document.is_obsolete or not catalog.type_of(document).deputy_required:
            continue
        deputy = owners.get(owner.deputy)
        # Of one that the registry does not know, another check speaks.
        if deputy.is_active(catalog.as_of) if deputy else owner.deputy:
            continue
        why = f"the deputy `{owner.deputy}` is inactive" if deputy else "has no deputy"
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"owner `{owner.id}` ({owner.name}): {why}",
            hint=f"give `{owner.id}` a `deputy` in {catalog.owners_path}",
            location=document.field("owner"),
        )
