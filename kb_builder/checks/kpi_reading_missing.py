"""KB820 kpi-reading-missing: a month without a reading of a KPI."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field

RULE = Rule(code="KB820", slug="kpi-reading-missing", severity=Severity.WARNING, blocks_build=False)
_MAX_SHOWN = 6


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report KPIs without any reading, and those of which months up to today are missing."""
    for kpi in (catalog.kpis or {}).values():
        missing = kpi.missing(catalog.as_of)
        if missing:
            shown = ", ".join(f"{month:%Y-%m}" for month in missing[-_MAX_SHOWN:])
            before = f" and {len(missing) - _MAX_SHOWN} before" if len(missing) > _MAX_SHOWN else ""
            what = f"`{kpi.id}` ({kpi.name}) has no reading of {shown}{before}"
        elif not kpi.readings and kpi.since is None:
            what = f"`{kpi.id}` ({kpi.name}) has no reading at all"
        else:
            continue
        yield Finding(
            slug=RULE.slug,
            path=catalog.registry_path("kpis.yml"),
            message=what,
            hint=f"add it to `readings`; owner: {catalog.owner_words(kpi.owner)}",
            location=Field(path=(kpi.id, "readings"), on_key=True),
        )
