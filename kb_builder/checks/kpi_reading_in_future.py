"""KB822 kpi-reading-in-future: a reading of a month that has not come yet."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field

RULE = Rule(code="KB822", slug="kpi-reading-in-future", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report readings of months that begin after today."""
    for kpi in (catalog.kpis or {}).values():
        for month in kpi.readings:
            if month > catalog.as_of:
                yield Finding(
                    slug=RULE.slug,
                    path=catalog.registry_path("kpis.yml"),
                    message=f"`{kpi.id}` has a reading of {month:%Y-%m}, which has not come yet",
                    hint="correct the month, or remove the reading",
                    location=Field(path=(kpi.id, "readings", f"{month:%Y-%m}"), on_key=True),
                )
