"""KB843 drill-due-soon: the next drill of a page is due soon."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB843", slug="drill-due-soon", severity=Severity.NOTICE, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages in force whose next drill is due within `review.due_soon` of kb.yml."""
    until = catalog.settings.due_soon.after(catalog.as_of)
    for document in catalog.documents:
        due = catalog.next_drill(document)
        if due is None or not catalog.as_of <= due <= until:
            continue
        days = (due - catalog.as_of).days
        when = "today" if days == 0 else f"in {days} {'day' if days == 1 else 'days'}"
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"the next drill is due {due}, {when}",
            hint=f"settle day and participants; owner: {catalog.owner_words(document.text('owner'))}",
            location=document.field("drill_interval"),
        )
