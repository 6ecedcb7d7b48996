"""KB844 drill-never: a page for emergencies that no drill has exercised yet."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB844", slug="drill-never", severity=Severity.ERROR, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages in force, with `drill_interval` or for emergencies, that no drill names.

    An error once the first drill is overdue; before, a notice. For emergencies without `drill_interval` a warning.
    """
    for document in catalog.documents if catalog.has_drills else ():
        interval = document.text("drill_interval")
        wanted = interval or document.text("category") == "emergency"
        if not wanted or not document.is_published or catalog.last_drill(document):
            continue
        due = catalog.next_drill(document)
        if due and due < catalog.as_of:
            what, severity = f"no drill has exercised the page, and the first was due {due}", Severity.ERROR
        elif due:
            what, severity = f"no drill has exercised the page yet; the first is due {due}", Severity.NOTICE
        else:
            what, severity = "no drill has exercised this page for emergencies", Severity.WARNING
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=what,
            hint=f"hold a drill and record it with `sops: [{document.id}]`"
            + ("" if interval else "; say in `drill_interval` how often"),
            location=document.field("drill_interval" if interval else "category"),
            severity=severity,
        )
