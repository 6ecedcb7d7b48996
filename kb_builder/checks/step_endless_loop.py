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
        names = ", ".join(f"`{name}`" for name in fault.steps)
        alone = len(fault.steps) == 1
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"step {names} leads only to itself"
            if alone
            else f"steps {names} lead only to one another, and none to the end",
            hint=f"give {'it' if alone else 'one of them'} an outcome that leads out",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
