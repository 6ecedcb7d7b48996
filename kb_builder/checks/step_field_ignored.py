"""KB508 step-field-ignored: a field of a step that another one makes void."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB508", slug="step-field-ignored", severity=Severity.ERROR)

_HINTS = {
    "next": "remove `next`, or make it an outcome with a label: a decision goes where its outcomes say",
    "type": "remove `type`: a step with `outcomes` is a decision, one with `sop` a subprocess",
    "sop": "make it two steps: one that calls the SOP, then one that decides",
}


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.FIELD_IGNORED):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"`{fault.value}` of `{fault.step}` counts for nothing beside `{fault.steps[0]}`",
            hint=_HINTS[fault.value],
            location=document.field(*fault.path, on_key=fault.on_key),
            key=f"{fault.step} {fault.value}",
        )
