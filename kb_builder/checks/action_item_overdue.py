"""KB840 action-item-overdue: an action item that is past its day and not done."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import parse_date
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB840", slug="action-item-overdue", severity=Severity.WARNING)

_CLOSED = ("done", "verified", "cancelled")


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report open action items whose day is past. One due today may still be done today."""
    for document in catalog.documents:
        for index, item in document.entries("action_items") if not document.is_obsolete else ():
            due = parse_date(str(item.get("due")))
            if due is None or due >= catalog.as_of or item.get("status") in _CLOSED:
                continue
            days = (catalog.as_of - due).days
            owner = item.get("owner")
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"action item `{item.get('id', index + 1)}` was due {due}, "
                f"{days} {'day' if days == 1 else 'days'} ago",
                hint="do it and set `status: done`, or agree on another day"
                + (f"; owner: {catalog.owner_words(owner)}" if isinstance(owner, str) else ""),
                location=document.field("action_items", index, "due"),
            )
