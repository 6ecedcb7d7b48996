"""KB502 step-unreachable: a step no way leads to."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB502", slug="step-unreachable", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.UNREACHABLE):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"no way leads to step {fault.named}",
            hint="let a step before it lead here by `next` or `outcomes`, or delete the step",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
