"""KB841 action-item-unverified: an action item that is closed though nobody saw that it works."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB841", slug="action-item-unverified", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report action items that are done but not verified, or verified by whoever did them."""
    for document in catalog.documents:
        for index, item in document.entries("action_items") if not document.is_obsolete else ():
            name, by = item.get("id", index + 1), item.get("verified_by")
            if by and by == item.get("owner"):
                what, field = f"action item `{name}` was verified by its own owner", "verified_by"
                hint = "have somebody else see that it works"
            elif item.get("status") == "done" and not by:
                what, field = f"action item `{name}` is done, but nobody saw that it works", "status"
                hint = "once somebody has, set `status: verified` and `verified_by`"
            else:
                continue
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=what,
                hint=hint,
                location=document.field("action_items", index, field),
            )
