"""KB513 too-many-steps: a procedure with more than 30 steps."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB513", slug="too-many-steps", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.TOO_MANY_STEPS):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"{fault.value} steps are more than a reader can follow",
            hint="move a part of them into an SOP of its own, and call it by `sop`",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
