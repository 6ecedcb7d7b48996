"""KB902 suppression-expired: a changed severity whose last day is past."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field

RULE = Rule(code="KB902", slug="suppression-expired", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report overrides of kb.yml that are past their `until` and so no longer apply."""
    for override in catalog.settings.overrides:
        if override.until and catalog.as_of > override.until:
            yield Finding(
                slug=RULE.slug,
                path=catalog.settings.path,
                message=f"the changed severity of `{override.check}` ended on {override.until}",
                hint="remove the entry, or decide anew and set another day",
                location=Field(path=(*override.field, "until")),
            )
