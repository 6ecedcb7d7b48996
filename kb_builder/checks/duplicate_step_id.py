"""KB507 duplicate-step-id: two steps of a page with the same id."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB507", slug="duplicate-step-id", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.DUPLICATE_ID):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"two steps have the id `{fault.value}`",
            hint="give one of them another id, and correct the ways that lead to it",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
