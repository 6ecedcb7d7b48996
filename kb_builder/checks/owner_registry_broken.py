"""KB204 owner-registry-broken: an entry of the owners registry that names an owner who is not in it."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field, FieldPath

RULE = Rule(code="KB204", slug="owner-registry-broken", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report members and deputies the registry does not know, and owners who are their own deputy."""
    owners = catalog.owners or {}
    for owner in owners.values():
        names: list[tuple[FieldPath, str]] = [((owner.id, "members", i), name) for i, name in enumerate(owner.members)]
        if owner.deputy:
            names.append(((owner.id, "deputy"), owner.deputy))
        for path, name in names:
            if name not in owners:
                what, hint = f"`{name}` is not in this registry", "add it, or correct the id"
                near = process.extractOne(name, owners.keys(), processor=str.lower, score_cutoff=70)
                hint = f"did you mean `{near[0]}`?" if near else hint
            elif name == owner.id:
                what, hint = f"`{name}` cannot stand for itself", "name somebody else"
            else:
                continue
            yield Finding(slug=RULE.slug, path=catalog.owners_path, message=what, hint=hint, location=Field(path=path))
