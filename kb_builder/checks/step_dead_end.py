"""KB503 step-dead-end: a step after which nothing follows though the procedure is not at its end."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB503", slug="step-dead-end", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.DEAD_END):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"step {fault.named} leads nowhere: `{fault.value}` is empty",
            hint="fill it in, or leave it out: then the following step comes next",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
