"""KB508 next-beside-outcomes: a step with outcomes that names a next step besides."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB508", slug="next-beside-outcomes", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.NEXT_IGNORED):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"`{fault.step}` has `next` beside its `outcomes`: a decision goes where its outcomes say",
            hint="remove `next`, or make it an outcome with a label",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
