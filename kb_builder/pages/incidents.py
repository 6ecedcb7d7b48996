"""Incidents in figures: how many, how long they took, whether agreements were kept, what they cost, what came again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from kb_builder.messages import Messages
from kb_builder.model.dates import nearest_minute, parse_period
from kb_builder.model.document import Document
from kb_builder.model.numbers import as_count, as_number, spell_number
from kb_builder.model.paths import INCIDENTS
from kb_builder.model.site_tree import StagedPage
from kb_builder.model.sla import CLOCKS
from kb_builder.pages.charts import bars
from kb_builder.pages.clocks import ClockRow, clock_rows, incidents_of, records_of
from kb_builder.pages.computed import mean
from kb_builder.pages.view import View
from kb_builder.pages.words import CLASSES, DETECTORS, LIMITS, hours_words, minutes_words, percent_words
from kb_builder.reports.figures import Share, clock_shares, early_warning_share, repeats
from kb_builder.reports.incidents import ClockState, Incident

T = TypeVar("T")
# Bars of the chart, and rows of each table: the page opens at once, however many records there are.
_MONTHS = 12
_ROWS = 100
_JUDGED = 50
_CAUSES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An incident with its page and what it cost. `minutes` is how long users were affected.

    `clocks` holds its clocks by their names; `calendar` is that of its SLA level, empty where it is always open.
    """

    incident: Incident
    document: Document
    users: int
    cost: float
    minutes: int
    clocks: Mapping[str, ClockRow]
    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Figures of several incidents, in words; a dash where nothing is known."""

    label: str
    documents: Sequence[Document]
    to_detect: str
    to_acknowledge: str
    to_resolve: str
    by_monitoring: str
    met: str
    users: str
    cost: str
    lasted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a clock of a policy, or, where `sla` is empty, of one that holds whatever the policy."""

    sla: str
    clock: str
    percent: str
    met: Sequence[Document]
    breached: Sequence[Document]


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the page of incident figures, on the staff site and where there is an incident."""
    if not view.is_staff or not incidents_of(view):
        return
    words = view.words()
    found = cases(view)
    incidents = [case.incident for case in found]
    by_month = _grouped(found, lambda case: [case.incident.month] if case.incident.month else [])
    by_class = _grouped(found, lambda case: case.incident.incident_classes)
    early = early_warning_share(incidents)
    repeated = repeats(incidents)
    yield StagedPage(
        path=INCIDENTS,
        title=words("Incident figures"),
        summary=words("How long incidents took, whether agreements were kept, what they cost"),
        language=words.language,
        body=view.render(
            "incidents.md.j2",
            here=INCIDENTS,
            whole=_summary("", found, words),
            early=early,
            warned=records_of(view, early.records),
            unwarned=records_of(view, early.others),
            chart=bars(_counts(by_month, view.catalog.as_of)),
            months=[(month, _by_level(by_month[month], words)) for month in sorted(by_month, reverse=True)[:_MONTHS]],
            more_months=max(0, len(by_month) - _MONTHS),
            years=[
                _summary(str(year), group, words)
                for year, group in sorted(_grouped(found, _year).items(), reverse=True)
            ],
            classes=[_summary(words(CLASSES[name]), by_class[name], words) for name in CLASSES if name in by_class],
            kept=list(_kept(view, incidents)),
            clocks=[name for name in LIMITS if any(name in case.clocks for case in found)],
            repeated=[(each.cause, records_of(view, each.records)) for each in repeated[:_CAUSES]],
            more_causes=max(0, len(repeated) - _CAUSES),
            judged=found[:_JUDGED],
            cases=found[:_ROWS],
            count=len(found),
            DETECTORS=DETECTORS,
        ),
        hide=("navigation", "toc"),
    )


def cases(view: View) -> list[Case]:
    """Return all incidents of the site, those noticed last first."""
    words = view.words()
    found = [_case(view, incident, words) for incident in incidents_of(view)]
    return sorted(found, key=_when, reverse=True)


def _case(view: View, incident: Incident, words: Messages) -> Case:
    document = view.catalog.by_path[incident.path]
    impact = document.fields.get("impact")
    clocks = clock_rows(view, incident, words)
    impact = impact if isinstance(impact, dict) else {}
    period = parse_period(str(impact.get("duration", "")))
    return Case(
        incident=incident,
        document=document,
        users=as_count(impact.get("users")) or 0,
        cost=as_number(impact.get("cost")) or 0.0,
        minutes=period.minutes if period else 0,
        clocks={clock.name: clock for clock in clocks},
        calendar=next((clock.calendar for clock in clocks if clock.calendar), ""),
    )


def _when(case: Case) -> tuple[float, str]:
    noticed = case.incident.noticed_at
    return noticed.timestamp() if noticed else 0.0, case.incident.id


def _year(case: Case) -> list[int]:
    return [case.incident.month.year] if case.incident.month else []


def _grouped(found: Iterable[Case], keys: Callable[[Case], Iterable[T]]) -> dict[T, list[Case]]:
    """Return incidents by a key; one with several keys is in several groups."""
    groups: dict[T, list[Case]] = {}
    for case in found:
        for key in keys(case):
            groups.setdefault(key, []).append(case)
    return groups


def _summary(label: str, group: Sequence[Case], words: Messages) -> Summary:
    incidents = [case.incident for case in group]
    users, cost, minutes = (sum(each) for each in zip(*((c.users, c.cost, c.minutes) for c in group), strict=True))
    return Summary(
        label=label,
        documents=[case.document for case in group],
        to_detect=_mean((each.to_detect for each in incidents), words),
        to_acknowledge=_mean((each.to_acknowledge for each in incidents), words),
        to_resolve=_mean((each.to_resolve for each in incidents), words),
        by_monitoring=_percent(early_warning_share(incidents)),
        met=_percent(_all_clocks(incidents)),
        users=f"{users:,}",
        cost=spell_number(cost, ","),
        lasted=minutes_words(int(minutes), words) if minutes else "—",
    )


def _mean(values: Iterable[float | None], words: Messages) -> str:
    average = mean(value for value in values if value is not None)
    return "—" if average is None else hours_words(nearest_minute(average), words)


def _percent(share: Share) -> str:
    return percent_words(share.percent)


def _all_clocks(incidents: Iterable[Incident]) -> Share:
    """Return the share of all clocks that were met, of every agreement."""
    ended = [
        (f"{incident.id}/{clock.name}", clock.state)
        for incident in incidents
        for clock in incident.clocks
        if clock.state in (ClockState.MET, ClockState.BREACHED)
    ]
    return Share(
        records=tuple(id_ for id_, state in ended if state is ClockState.MET),
        others=tuple(id_ for id_, state in ended if state is ClockState.BREACHED),
    )


def _by_level(group: Sequence[Case], words: Messages) -> list[tuple[str, str, Summary]]:
    """Return policy, level and figures of the incidents of a month."""
    by_level = _grouped(group, lambda case: [(case.incident.sla, case.incident.severity)])
    return [(sla, severity, _summary("", each, words)) for (sla, severity), each in sorted(by_level.items())]


def _counts(by_month: Mapping[date, Sequence[Case]], as_of: date) -> dict[str, float]:
    """Return the number of incidents of each of the last months, that of the day of the build included."""
    newest = as_of.replace(day=1)
    months = [_months_before(newest, count) for count in range(_MONTHS)]
    first = min((month for month in by_month if month in months), default=newest)
    return {
        # The year stands where one begins.
        f"{month:%Y-%m}" if month == first or month.month == 1 else f"{month:%m}": len(by_month.get(month, ()))
        for month in reversed(months)
        if month >= first
    }


def _months_before(month: date, count: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(year, index + 1, 1)


def _kept(view: View, incidents: Sequence[Incident]) -> Iterator[Kept]:
    """Yield what became of each clock of each policy, and of the clocks that hold whatever the policy."""
    shares = clock_shares(incidents)
    by_policy = [(sla, clock) for sla, clock in shares if clock in CLOCKS]
    for sla, clock in sorted(by_policy, key=lambda pair: (pair[0], CLOCKS.index(pair[1]))):
        yield _clock_kept(view, sla, clock, [shares[sla, clock]])
    for clock in LIMITS:
        if clock not in CLOCKS and (found := [share for (_sla, name), share in shares.items() if name == clock]):
            yield _clock_kept(view, "", clock, found)


def _clock_kept(view: View, sla: str, clock: str, shares: Sequence[Share]) -> Kept:
    whole = Share(
        records=tuple(id_ for share in shares for id_ in share.records),
        others=tuple(id_ for share in shares for id_ in share.others),
    )
    return Kept(
        sla=sla,
        clock=clock,
        percent=percent_words(whole.percent),
        met=records_of(view, whole.records),
        breached=records_of(view, whole.others),
    )
