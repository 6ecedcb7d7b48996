"""KB504 step-endless-loop: a loop without a way out."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB504", slug="step-endless-loop", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.ENDLESS_LOOP):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"from step `{fault.step}` no way leads to the end: " + " → ".join(fault.steps),
            hint="give one of these steps an outcome that leads out",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
