"""KB202 owner-inactive: an owner or reviewer who answers for nothing any more."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB202", slug="owner-inactive", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report owners, reviewers and other referred-to ids that have left. Records tell of their own day."""
    for document in catalog.documents:
        content_type = catalog.type_of(document)
        if content_type.record or document.is_obsolete:
            continue
        for pattern in content_type.owner_refs:
            if pattern[0] == "reviews":
                continue
            for path, owner_id in document.find_texts(pattern):
                owner = (catalog.owners or {}).get(owner_id)
                if owner is None or owner.is_active(catalog.as_of):
                    continue
                since = f" since {owner.until}" if owner.until else ""
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"`{owner_id}` ({owner.name}) is inactive{since}",
                    hint="name who took over" + (f"; deputy: `{owner.deputy}`" if owner.deputy else ""),
                    location=document.field(*path),
                )
