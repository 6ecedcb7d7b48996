"""KB848 sops-without-reason: a record that names no SOP and does not say why."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB848", slug="sops-without-reason", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report `sops: []` without `no_sops_reason`, in types that have that field."""
    for document in catalog.documents:
        if document.fields.get("sops") != [] or document.text("no_sops_reason"):
            continue
        if "no_sops_reason" in catalog.type_of(document).schema["properties"]:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="`sops` is empty, and nothing says why",
                hint="name the SOPs, or say in `no_sops_reason` why there is none: there may be one to write",
                location=document.field("sops"),
            )
