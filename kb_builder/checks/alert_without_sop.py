"""KB814 alert-without-sop: an alert that leads to no procedure in force."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from kb_builder.model.alert import Alert
from kb_builder.model.alert_gap import AlertGap, AlertGapKind, alert_gaps
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field

RULE = Rule(code="KB814", slug="alert-without-sop", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report alerts that name no SOP, one that does not exist or is obsolete, or a page without steps."""
    for alert in (catalog.alerts or {}).values():
        for gap in alert_gaps(catalog, alert):
            message, hint = _words(catalog, alert, gap)
            without = gap.kind is AlertGapKind.NO_SOP
            # The entry of a list, or the one text that stands there.
            path = (alert.id, "sop") if without else (alert.id, "sop", gap.index)
            yield Finding(
                slug=RULE.slug,
                path=catalog.registry_path("alerts.yml"),
                message=message,
                hint=hint,
                location=Field(path=path, on_key=without),
                key=alert.id,
            )


def _words(catalog: Catalog, alert: Alert, gap: AlertGap) -> tuple[str, str]:
    """Return what is wrong, and what to do."""
    if gap.document is None:
        if gap.kind is AlertGapKind.NO_SOP:
            return f"`{alert.id}` ({alert.name}) has no SOP", "add `sop: SOP-…`, or write the procedure first"
        near = process.extractOne(gap.name, catalog.by_id.keys(), score_cutoff=75)
        hint = f"did you mean `{near[0]}` ({catalog.by_id[near[0]].title})?" if near else "correct the id"
        return f"there is no page `{gap.name}`", hint
    if gap.kind is AlertGapKind.OBSOLETE:
        successor = catalog.successor(gap.document)
        hint = f"name its successor, `{successor.id}`" if successor else "name the one that holds now"
        return f"`{gap.name}` ({gap.document.title}) is obsolete", hint
    return f"`{gap.name}` ({gap.document.title}) is no SOP", "name the procedure to follow"
