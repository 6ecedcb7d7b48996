"""KB845 escalation-missing: an emergency SOP that does not say whom to call when it does not suffice."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB845", slug="escalation-missing", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report published pages for emergencies without `escalation`."""
    for document in catalog.documents:
        if document.text("category") != "emergency" or not document.is_published or document.texts("escalation"):
            continue
        given = "escalation" in document.fields
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message="the page is for emergencies, but `escalation` "
            + ("names nobody" if given else "is missing: nobody is named who is called when it does not suffice"),
            hint="add owner ids in the order in which they are called, such as `escalation: [duty-lead, ops-lead]`",
            location=document.field("escalation" if given else "category"),
        )
