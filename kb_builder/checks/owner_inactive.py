"""KB202 owner-inactive: an owner or reviewer who answers for nothing any more."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB202", slug="owner-inactive", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report owners, reviewers and other referred-to ids that have left. Records tell of their own day."""
    owners = catalog.owners or {}
    inactive = {owner.id: owner for owner in owners.values() if not owner.is_active(catalog.as_of)}
    for reference in catalog.owner_references:
        owner, document = inactive.get(reference.target), reference.document
        if owner is None or reference.path[0] == "reviews":
            continue
        if document.is_obsolete or catalog.type_of(document).record:
            continue
        since = f" since {owner.until}" if owner.until else ""
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"`{owner.id}` ({owner.name}) is inactive{since}",
            hint="name who took over" + (f"; deputy: `{owner.deputy}`" if owner.deputy else ""),
            location=document.field(*reference.path),
        )
