"""KB512 step-without-expected-result: a step without an expected result."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB512", slug="step-without-expected-result", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.NO_EXPECTED):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"step {fault.named} does not say by what one sees that it is done",
            hint="add `expected: …`, what one sees once it is done, such as: the home page answers again",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
