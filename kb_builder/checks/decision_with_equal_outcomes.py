"""KB506 decision-with-equal-outcomes: a decision with two outcomes of the same name."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB506", slug="decision-with-equal-outcomes", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.EQUAL_LABELS):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"two outcomes are called `{fault.value}`",
            hint="say what tells them apart",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
