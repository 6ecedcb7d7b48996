"""Key figures: which targets are met, where they lead, and which readings are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kb_builder.model.catalog import Catalog
from kb_builder.model.kpi import Kpi, KpiStatus, Trend

_ORDER = (KpiStatus.FAIL, KpiStatus.NO_DATA, KpiStatus.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRow:
    """A key figure, whose entry is `id` in the registry at `path`.

    `value` is made of the readings of the months `used` as `aggregate` says, and is to be `at_least` or `at_most`
    (`direction`) the `target`. `delta` is by what it differs from the `baseline`, in the unit and in per cent.
    `missing` are the months whose reading is due and not there; the next reading, of `next_month`, may be given until
    `next_due`. Months are `2026-11`.
    """

    status: KpiStatus
    id: str
    path: str
    name: str
    group: str
    owner: str
    value: float | None
    unit: str
    direction: str
    target: float
    aggregate: str
    used: tuple[str, ...]
    trend: Trend | None
    baseline: float | None
    delta: float | None
    delta_percent: float | None
    missing: tuple[str, ...]
    next_month: str | None
    next_due: date | None


def kpi_rows(catalog: Catalog) -> list[KpiRow]:
    """Return one row a key figure: those that miss their target, those without data, then those with missing months."""
    rows = (_row(catalog, kpi) for kpi in (catalog.kpis or {}).values())
    return sorted(rows, key=lambda row: (_ORDER.index(row.status), -len(row.missing)))


def _row(catalog: Catalog, kpi: Kpi) -> KpiRow:
    as_of = catalog.as_of
    percent, following = kpi.delta_percent(as_of), kpi.next_month(as_of)
    return KpiRow(
        status=kpi.status(as_of),
        id=kpi.id,
        path=catalog.registry_path("kpis.yml"),
        name=kpi.name,
        group=kpi.group,
        owner=kpi.owner,
        value=kpi.value(as_of),
        unit=kpi.unit,
        direction=kpi.direction,
        target=kpi.target,
        aggregate=kpi.aggregate,
        used=_months(kpi.used(as_of)),
        trend=kpi.trend(as_of),
        baseline=kpi.baseline,
        delta=kpi.delta(as_of),
        delta_percent=None if percent is None else round(percent, 2),
        missing=_months(kpi.missing(as_of)),
        next_month=f"{following:%Y-%m}" if following else None,
        next_due=kpi.due(following) if following else None,
    )


def _months(months: Iterable[date]) -> tuple[str, ...]:
    return tuple(f"{month:%Y-%m}" for month in months)
