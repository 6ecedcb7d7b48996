"""KB821 kpi-missed: a KPI whose target is not met."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.kpi import KpiStatus
from kb_builder.model.location import Field
from kb_builder.model.numbers import spell_number

RULE = Rule(code="KB821", slug="kpi-missed", severity=Severity.NOTICE, blocks_build=False)
_WORDS = {"at_least": "at least", "at_most": "at most"}
_OF_THE_YEAR = {"sum": ", the sum of the year so far", "mean": ", the mean of the year so far"}


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report the KPIs that miss their target today, at the last reading."""
    for kpi in (catalog.kpis or {}).values():
        value = kpi.value(catalog.as_of)
        if value is None or kpi.status(catalog.as_of) is not KpiStatus.FAIL:
            continue
        last = kpi.used(catalog.as_of)[-1]
        yield Finding(
            slug=RULE.slug,
            path=catalog.registry_path("kpis.yml"),
            message=f"`{kpi.id}` ({kpi.name}) is {spell_number(value)} {kpi.unit} in {last:%Y-%m}"
            f"{_OF_THE_YEAR.get(kpi.aggregate, '')}; "
            f"the target is {_WORDS[kpi.direction]} {spell_number(kpi.target)} {kpi.unit}",
            hint=f"agree on a measure with an owner and a deadline; owner: {catalog.owner_words(kpi.owner)}",
            location=Field(path=(kpi.id, "readings", f"{last:%Y-%m}")),
            key=kpi.id,
        )
