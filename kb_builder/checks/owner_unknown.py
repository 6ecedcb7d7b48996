"""KB201 owner-unknown: an owner, reviewer, approver or role that the registry does not know."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB201", slug="owner-unknown", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report ids of owners that are not in registry/owners.yml, where there is one."""
    if catalog.owners is None:
        return
    for document in catalog.documents:
        for pattern in catalog.type_of(document).owner_refs:
            for path, owner in document.find_texts(pattern):
                if owner in catalog.owners:
                    continue
                near = next(iter(get_close_matches(owner, catalog.owners, n=1)), "")
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"`{owner}` is not in {catalog.owners_path}",
                    hint=f"did you mean `{near}`?" if near else f"add it to {catalog.owners_path}, or name one that is there",
                    location=document.field(*path),
                )
