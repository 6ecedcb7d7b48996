"""KB511 step-without-time-limit: a step without a time limit."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB511", slug="step-without-time-limit", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.NO_TIME_LIMIT):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"step {fault.named} has no time limit",
            hint="add `time_limit`, such as 30 minutes, or one per class: {A: 1 hour, B: 4 hours}",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
