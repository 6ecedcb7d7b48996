"""KB505 decision-with-few-outcomes: a decision with fewer than two outcomes."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB505", slug="decision-with-few-outcomes", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.FEW_OUTCOMES):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"a decision needs at least two outcomes; `{fault.step}` has 1"
            if fault.value == "1"
            else f"all {fault.value} outcomes of `{fault.step}` lead to the same step: there is nothing to decide",
            hint="add the other outcome, or use `next` if there is nothing to decide",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
