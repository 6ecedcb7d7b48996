"""KB210 registry-owner-unknown: a registry that names an owner who is not in the registry of owners, or has left."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field

RULE = Rule(code="KB210", slug="registry-owner-unknown", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report owners and roles on duty that registry/owners.yml, where there is one, does not know or calls inactive."""
    owners = catalog.owners
    if owners is None:
        return
    for reference in catalog.registry_owner_references:
        owner = owners.get(reference.target)
        if owner is None:
            near = process.extractOne(reference.target, owners.keys(), score_cutoff=70)
            what = f"`{reference.target}` is not in {catalog.owners_path}"
            hint = f"did you mean `{near[0]}`?" if near else "add it there, or name one that is there"
        elif not owner.is_active(catalog.as_of):
            since = f" since {owner.until}" if owner.until else ""
            what = f"`{owner.id}` ({owner.name}) is inactive{since}"
            hint = "name who took over" + (f"; deputy: `{owner.deputy}`" if owner.deputy else "")
        else:
            continue
        yield Finding(
            slug=RULE.slug, path=reference.path, message=what, hint=hint, location=Field(path=reference.field)
        )
