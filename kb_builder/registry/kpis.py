"""Loads registry/kpis.yml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kb_builder.model.dates import parse_date
from kb_builder.model.kpi import Kpi
from kb_builder.model.numbers import as_count
from kb_builder.registry.file import RegistryFile
from kb_builder.registry.values import group, groups, number, period, text


def read_kpis(file: RegistryFile) -> Mapping[str, Kpi] | None:
    """Return the KPIs by id, or None where there is no registry of them; of which nothing can be told is left out."""
    if file.values is None:
        return None
    made = (_kpi(name, entry) for name, entry in groups(file.values))
    return {kpi.id: kpi for kpi in made if kpi is not None}


def _kpi(name: str, entry: Mapping[str, Any]) -> Kpi | None:
    baseline = number(group(entry, "baseline"), "value")
    change = number(group(entry, "target"), "change")
    target = number(entry, "target")
    if target is None and change is not None and baseline is not None:
        # As decimals are written: 81 and ten per cent make 89.1.
        target = float(f"{baseline * (1 + change / 100):.12g}")
    direction, aggregate = entry.get("direction"), entry.get("aggregate", "latest")
    interval = as_count(entry.get("interval", 1))
    if target is None or direction not in ("at_least", "at_most") or aggregate not in ("latest", "sum", "mean"):
        return None
    if interval is None or not 1 <= interval <= 12:
        return None
    return Kpi(
        id=name,
        name=text(entry, "name") or name,
        unit=text(entry, "unit"),
        target=target,
        direction=direction,
        change=change,
        baseline=baseline,
        baseline_period=text(group(entry, "baseline"), "period"),
        readings=dict(_readings(group(entry, "readings"))),
        aggregate=aggregate,
        interval=interval,
        since=_month(text(entry, "since")),
        reported_within=period(entry, "reported_within"),
        owner=text(entry, "owner"),
        formula=text(entry, "formula"),
        source=text(entry, "source"),
        group=text(entry, "group"),
        computed=text(entry, "computed"),
    )


def _readings(entry: Mapping[str, Any]) -> list[tuple[date, float]]:
    found = ((_month(name), number(entry, name)) for name in entry)
    return [(month, value) for month, value in found if month is not None and value is not None]


def _month(written: str) -> date | None:
    """Return the first day of a month written as YYYY-MM."""
    return parse_date(f"{written}-01")
