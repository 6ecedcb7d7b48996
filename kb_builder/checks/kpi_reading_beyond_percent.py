"""KB823 kpi-reading-beyond-percent: a reading of a share in per cent that is below 0 or above 100."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.kpi import Kpi
from kb_builder.model.location import Field
from kb_builder.model.numbers import spell_number

RULE = Rule(code="KB823", slug="kpi-reading-beyond-percent", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report readings outside 0 to 100 of KPIs whose unit is `%`."""
    for kpi in (catalog.kpis or {}).values():
        for month, value in kpi.readings.items() if _is_share(kpi) else ():
            if not 0 <= value <= 100:
                yield Finding(
                    slug=RULE.slug,
                    path=catalog.registry_path("kpis.yml"),
                    message=f"`{kpi.id}` ({kpi.name}) is {spell_number(value)} % in {month:%Y-%m}; "
                    "a share lies between 0 and 100",
                    hint="correct the reading; a rate that may lie beyond, such as growth, says so in its unit: "
                    "`% growth`",
                    location=Field(path=(kpi.id, "readings", f"{month:%Y-%m}")),
                    key=f"{kpi.id}/{month:%Y-%m}",
                )


def _is_share(kpi: Kpi) -> bool:
    """Whether a KPI is a share of a whole: a target or a baseline beyond 100 % tells of something else."""
    others = (kpi.target, kpi.baseline if kpi.baseline is not None else kpi.target)
    return kpi.unit.strip() in ("%", "％") and kpi.aggregate != "sum" and all(0 <= each <= 100 for each in others)
