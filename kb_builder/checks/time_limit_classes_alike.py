"""KB516 time-limit-classes-alike: two classes of time limits that read the same."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import FlowFaultKind

RULE = Rule(code="KB516", slug="time-limit-classes-alike", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such classes where they are written the second way."""
    for document, fault in catalog.flow_faults(FlowFaultKind.CLASSES_ALIKE):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"class `{fault.value}` of `{fault.step}` reads like `{fault.steps[0]}`, but is another class",
            hint=f"write it the same way everywhere: `{fault.steps[0]}`",
            location=document.field(*fault.path, on_key=True),
            key=f"{fault.step} {fault.value}",
        )
