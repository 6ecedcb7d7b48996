"""The dashboard of key figures: which targets are met, where they lead, and what the records say of the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from kb_builder.messages import Messages
from kb_builder.model.kpi import Kpi, KpiStatus
from kb_builder.model.numbers import spell_number
from kb_builder.model.paths import KPIS
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.charts import lines
from kb_builder.pages.computed import Computed, computed_figures
from kb_builder.pages.view import View
from kb_builder.pages.words import N_

STATUSES: Mapping[KpiStatus, str] = {
    KpiStatus.PASS: N_("Target met"),
    KpiStatus.FAIL: N_("Target missed"),
    KpiStatus.NO_DATA: N_("No data"),
}
TRENDS: Mapping[str, str] = {"better": N_("Better"), "worse": N_("Worse"), "steady": N_("Unchanged")}
_TARGETS: Mapping[str, str] = {"at_least": N_("at least {target}"), "at_most": N_("at most {target}")}
_AGGREGATES: Mapping[str, str] = {"sum": N_("sum of {months}"), "mean": N_("mean of {months}")}
# Months of a chart, and labels that fit below it.
_MONTHS = 24
_LABELS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A KPI as the page shows it, in words. `moves` is `rising`, `falling` or `steady`: the way of the last reading.

    `years` holds for every year the reading of each month, an empty text where there is none; `missing` are the months,
    the newest last, whose reading is due.
    """

    kpi: Kpi
    status: KpiStatus
    target: str
    change: str
    value: str
    months: str
    delta: str
    baseline: str
    trend: str
    moves: str
    years: Sequence[tuple[int, Sequence[tuple[date, str]]]]
    missing: Sequence[date]
    chart: Markup | None
    computed: Computed | None


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the dashboard, on the staff site and where the registry holds a KPI."""
    kpis = view.catalog.kpis
    if not view.is_staff or not kpis:
        return
    words = view.words()
    computed = {each.name: each for each in computed_figures(view)}
    figures = [_figure(kpi, view.catalog.as_of, computed.get(kpi.computed), words) for kpi in kpis.values()]
    # KPIs of a group stand together, groups in the order in which the registry first names them.
    order = list(dict.fromkeys(figure.kpi.group for figure in figures))
    figures.sort(key=lambda figure: order.index(figure.kpi.group))
    yield StagedPage(
        path=KPIS,
        title=words("Key figures"),
        summary=words("Which targets are met, and where the figures lead"),
        language=words.language,
        body=view.render(
            "kpis.md.j2",
            here=KPIS,
            figures=figures,
            groups=[(name, list(found)) for name, found in groupby(figures, lambda figure: figure.kpi.group)],
            counts={status: [each for each in figures if each.status is status] for status in KpiStatus},
            late=[each for each in figures if each.missing],
            computed=computed.values(),
            targets={each.kpi.computed: each for each in figures if each.computed},
            STATUSES=STATUSES,
            TRENDS=TRENDS,
        ),
        hide=("navigation", "toc"),
    )


def quantity(value: float, unit: str, sign: str = "") -> str:
    """Return a figure with its unit: `99.9 %`, `4.5 小時`; with the sign `+` what is above zero shows it, too."""
    return f"{spell_number(value, sign + ',')} {unit}".strip().replace("-", "−", 1)


def _figure(kpi: Kpi, as_of: date, computed: Computed | None, words: Messages) -> Figure:
    value, delta, trend = kpi.value(as_of), kpi.delta(as_of), kpi.trend(as_of)
    percent = kpi.delta_percent(as_of)
    baseline = "" if kpi.baseline is None else f"{quantity(kpi.baseline, kpi.unit)} {kpi.baseline_period}".strip()
    return Figure(
        kpi=kpi,
        status=kpi.status(as_of),
        target=words(_TARGETS[kpi.direction], target=quantity(kpi.target, kpi.unit)),
        change="" if kpi.change is None else quantity(kpi.change, "%", "+"),
        value="—" if value is None else quantity(value, kpi.unit),
        months=_months(kpi, as_of, words),
        delta="" if delta is None else quantity(delta, kpi.unit, "+"),
        baseline=" · ".join(filter(None, ("" if percent is None else quantity(round(percent, 1), "%", "+"), baseline))),
        trend=trend.value if trend else "",
        moves=_moves(kpi, as_of),
        years=_years(kpi, as_of),
        missing=kpi.missing(as_of),
        chart=_chart(kpi, as_of),
        computed=computed,
    )


def _months(kpi: Kpi, as_of: date, words: Messages) -> str:
    """Say of which months the value is, and how it is made of them."""
    used = kpi.used(as_of)
    if not used:
        return ""
    first, last = f"{used[0]:%Y-%m}", f"{used[-1]:%Y-%m}"
    span = first if first == last else f"{first} – {last}"
    return words(_AGGREGATES[kpi.aggregate], months=span) if kpi.aggregate in _AGGREGATES else span


def _moves(kpi: Kpi, as_of: date) -> str:
    values = [value for _month, value in kpi.known(as_of)][-2:]
    if len(values) < 2:
        return ""
    return "rising" if values[1] > values[0] else "falling" if values[1] < values[0] else "steady"


def _years(kpi: Kpi, as_of: date) -> list[tuple[int, Sequence[tuple[date, str]]]]:
    """Return the months of each year in which a reading is there or missing, the newest year first."""
    known = dict(kpi.known(as_of))
    years = sorted({month.year for month in (*known, *kpi.missing(as_of))}, reverse=True)
    return [
        (year, [(month, spell_number(known[month], ",") if month in known else "") for month in _months_of(year)])
        for year in years
    ]


def _months_of(year: int) -> list[date]:
    return [date(year, number, 1) for number in range(1, 13)]


def _chart(kpi: Kpi, as_of: date) -> Markup | None:
    """Return the chart of the last two years, from the first reading to the last; None with fewer than two readings.

    Where the target is that of a year's sum, the line is the sum of the year so far.
    """
    known = kpi.known(as_of)
    if len(known) < 2:
        return None
    points = dict(_sums(known) if kpi.aggregate == "sum" else known)
    first, last = known[0][0], known[-1][0]
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [_month_after(first, n) for n in range(max(0, count - _MONTHS), count)]
    # With an interval, a reading for every third month is no gap in the line.
    shown = [month for month in months if month in points or kpi.interval == 1]
    every = -(-len(shown) // _LABELS)
    labels = [_label(month, first=index == 0) if index % every == 0 else "" for index, month in enumerate(shown)]
    return lines(labels, [points.get(month) for month in shown], kpi.target)


def _label(month: date, *, first: bool) -> str:
    """Return what stands below a point: the month, with the year where one begins."""
    return f"{month:%Y-%m}" if first or month.month == 1 else f"{month:%m}"


def _sums(readings: Iterable[tuple[date, float]]) -> Iterator[tuple[date, float]]:
    """Yield the sum of each year up to every reading."""
    for _year, of_year in groupby(readings, lambda reading: reading[0].year):
        total = 0.0
        for month, value in of_year:
            total = round(total + value, 9)
            yield month, total


def _month_after(month: date, count: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)
