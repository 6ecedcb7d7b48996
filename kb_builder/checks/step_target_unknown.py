"""KB501 step-target-unknown: a way that leads to no step."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB501", slug="step-target-unknown", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such steps at the field at fault."""
    for document, fault in catalog.flow_faults(FlowFaultKind.UNKNOWN_TARGET):
        ids = [str(entry["id"]) for _index, entry in document.entries("steps") if "id" in entry]
        near = process.extractOne(fault.value, ids, score_cutoff=70)
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"there is no step `{fault.value}`",
            hint=f"did you mean `{near[0]}`?" if near else "name the id of a step of this page, or `end`",
            location=document.field(*fault.path, on_key=fault.on_key),
        )
