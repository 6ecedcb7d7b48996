"""KB801 action-item-incomplete: an action item without owner or due date."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB801", slug="action-item-incomplete", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report action items that nobody does or that never fall due."""
    for document in catalog.documents:
        for index, item in document.entries("action_items"):
            missing = [name for name in ("owner", "due") if not item.get(name)]
            if missing and item.get("status") != "cancelled":
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"action item `{item.get('id', index + 1)}` has no " + " and no ".join(missing),
                    hint="every measure has an owner and a deadline; add them, or set `status: cancelled`",
                    location=document.field("action_items", index),
                )
