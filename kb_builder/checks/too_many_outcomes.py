"""KB515 too-many-outcomes: a decision with more outcomes than a reader can weigh."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.flow.faults import MAX_OUTCOMES
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB515", slug="too-many-outcomes", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.TOO_MANY_OUTCOMES):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"`{fault.step}` has {fault.value} outcomes; a chart has room for the labels of {MAX_OUTCOMES}",
            hint="ask in two steps: first the few kinds of case, then the cases of each kind",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
