"""KB842 drill-overdue: a page that was not exercised for longer than its `drill_interval`."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Related, Rule, Severity

RULE = Rule(code="KB842", slug="drill-overdue", severity=Severity.ERROR, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages in force whose next drill was due before today. One due today may be held today."""
    for document in catalog.documents:
        due = catalog.next_drill(document)
        last = catalog.last_drill(document) if due and due < catalog.as_of else None
        if due is None or last is None:
            continue
        days = (catalog.as_of - due).days
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"the next drill was due {due}, {days} {'day' if days == 1 else 'days'} ago",
            hint=f"hold it and record it as a drill with `sops: [{document.id}]`; "
            f"owner: {catalog.owner_words(document.text('owner'))}",
            location=document.field("drill_interval"),
            related=(Related(path=last.record.path, location=last.record.field(*last.path), message="the last drill"),),
        )
