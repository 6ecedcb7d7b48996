"""Service level policies: each with its levels, its limits, what is odd about them, and how well it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from kb_builder.messages import Messages
from kb_builder.model.calendar import BusinessCalendar, Opening
from kb_builder.model.dates import Period
from kb_builder.model.diagnostic import Severity
from kb_builder.model.document import Document
from kb_builder.model.numbers import spell_number
from kb_builder.model.paths import SLA
from kb_builder.model.site_tree import StagedPage
from kb_builder.model.sla import CLOCKS, FIGURES, FeedbackLimits, Level, Policy
from kb_builder.model.sla_lint import Oddity, OddityKind, oddities
from kb_builder.pages.clocks import incidents_of, records_of
from kb_builder.pages.view import View
from kb_builder.pages.words import CLASSES, LIMITS, WEEKDAYS, duration_words
from kb_builder.reports.incidents import ClockState, Incident

# Days over which the error budget is told: those of a month.
_BUDGET_DAYS = 30
_DAYS_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one clock at one level: the records in which it was met, was breached, or has no end yet."""

    level: str
    clock: str
    met: Sequence[Document]
    breached: Sequence[Document]
    open: Sequence[Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A policy as the page shows it.

    `figures` are the columns of the table of levels, `unmeasured` those whose clock no record can stop; `odd` maps a
    level's id and a figure to what is odd there, in words, each with whether the agreement or kb.yml explains it.
    `findings` counts what the checks warn of; `gaps_reason` is why kb.yml allows hours without anybody on duty.
    """

    policy: Policy
    figures: Sequence[str]
    odd: Mapping[tuple[str, str], Sequence[tuple[str, bool]]]
    findings: int
    explained: int
    window: str
    budget: Sequence[tuple[float, str]]
    shifts: Sequence[tuple[str, str, str]]
    gaps: Sequence[str]
    gaps_reason: str
    unmeasured: Sequence[str]
    kept: Sequence[Kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A business calendar in words. `coming` are the next closed days and days with hours of their own."""

    id: str
    name: str
    zone: str
    hours: Sequence[str]
    coming: Sequence[tuple[date, str]]
    more: int


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the page of policies, on the staff site and where the registry holds one."""
    sla = view.catalog.sla
    if not view.is_staff or sla is None or not sla.policies:
        return
    words = view.words()
    judged: dict[str, list[Incident]] = {}
    for incident in incidents_of(view):
        judged.setdefault(incident.sla, []).append(incident)
    sheets = [_sheet(view, policy, judged.get(policy.id, []), words) for policy in sla.policies.values()]
    yield StagedPage(
        path=SLA,
        title=words("Service levels"),
        summary=words("Who promises what to whom, and whether it was kept"),
        language=words.language,
        body=view.render(
            "sla.md.j2",
            here=SLA,
            sheets=sheets,
            budget_days=_BUDGET_DAYS,
            always=list(_always(view, words)),
            feedback=list(_feedback(sla.feedback, words)),
            calendars=[_calendar(each, view, words) for each in _used_calendars(sla.policies.values())],
        ),
        hide=("navigation", "toc"),
    )


def _sheet(view: View, policy: Policy, judged: Sequence[Incident], words: Messages) -> Sheet:
    found = oddities(policy)
    odd: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    explained = 0
    for each in found:
        text, reason = _odd_words(each, words), "" if each.is_explained else _allowed(view, each.kind.value)
        if reason:
            text = f"{text} ({words('allowed: {reason}', reason=reason)})"
        explained += each.is_explained or bool(reason)
        odd.setdefault((each.level.id, each.figure), []).append((text, each.is_explained or bool(reason)))
    given = {figure for level in policy.levels for figure in level.limits}
    gaps = policy.duty_gaps()
    gaps_reason = _allowed(view, "duty-gap") if gaps else ""
    figures = [figure for figure in FIGURES if figure in given or figure in policy.promised]
    return Sheet(
        policy=policy,
        figures=figures,
        odd=odd,
        findings=len(found) - explained + bool(gaps and not gaps_reason),
        explained=explained + bool(gaps_reason),
        window=_window(policy, words),
        budget=list(_budget(policy, words)),
        shifts=[
            (shift.role, _days(shift.days, words), f"{_time(shift.start)}–{_time(shift.end)}") for shift in policy.duty
        ],
        gaps=[f"{words(WEEKDAYS[day])} {_time(start)}–{_time(end)}" for day, start, end in gaps],
        gaps_reason=gaps_reason,
        unmeasured=[figure for figure in figures if figure not in CLOCKS],
        kept=list(_kept(view, policy.levels, judged)),
    )


def _allowed(view: View, check: str) -> str:
    """Return the reason for which kb.yml makes less than a warning of what a check finds in the registry."""
    catalog = view.catalog
    path = catalog.registry_path("sla.yml")
    last = None
    for override in catalog.settings.overrides:
        if override.applies(check, path, catalog.as_of):
            last = override
    return last.reason if last and last.severity < Severity.WARNING else ""


def _odd_words(oddity: Oddity, words: Messages) -> str:
    """Say what is odd about a figure, as it stands beside it."""
    other = duration_words(str(oddity.other_level.limits.get(oddity.other_figure, "")), words)
    if oddity.kind is OddityKind.MILDER_LEVEL_FASTER:
        return words("shorter than the graver {level} ({limit})", level=oddity.other_level.name, limit=other)
    if oddity.kind is OddityKind.CLOCKS_OUT_OF_ORDER:
        return words("longer than {clock} ({limit})", clock=words(LIMITS[oddity.other_figure]), limit=other)
    return oddity.level.reason or words("no figure, and no reason")


def _kept(view: View, levels: Iterable[Level], judged: Sequence[Incident]) -> Iterator[Kept]:
    for level in levels:
        at_level = [incident for incident in judged if incident.severity == level.id]
        for name in CLOCKS:
            if name in level.limits and at_level:
                yield _kept_clock(view, level.name, name, at_level)


def _kept_clock(view: View, level: str, name: str, judged: Iterable[Incident]) -> Kept:
    by_state: dict[ClockState, list[str]] = {}
    for incident in judged:
        clock = incident.clock(name)
        if clock:
            by_state.setdefault(clock.state, []).append(incident.id)
    return Kept(
        level=level,
        clock=name,
        met=records_of(view, by_state.get(ClockState.MET, ())),
        breached=records_of(view, by_state.get(ClockState.BREACHED, ())),
        open=records_of(view, (*by_state.get(ClockState.RUNNING, ()), *by_state.get(ClockState.UNKNOWN, ()))),
    )


def _always(view: View, words: Messages) -> Iterator[tuple[str, str, Kept]]:
    """Yield what holds whatever the level: for what, the limit, and what became of its clock."""
    catalog = view.catalog
    found = incidents_of(view)
    for name, limits in catalog.sla.incident_classes.items() if catalog.sla else ():
        if limits.controlled_within:
            kept = _kept_clock(view, "", "controlled", (each for each in found if name in each.incident_classes))
            yield words(CLASSES.get(name, name)), _period(limits.controlled_within, words), kept
    for name, policy in catalog.settings.records.items():
        content_type = catalog.settings.types[name]
        for clock, limit in (("recorded", policy.recorded_within), ("archived", policy.archived_within)):
            if limit:
                of_type = (each for each in found if catalog.by_path[each.path].type == name)
                kept = _kept_clock(view, "", clock, of_type)
                yield content_type.word(content_type.plural, words.language), _period(limit, words), kept


def _feedback(limits: FeedbackLimits, words: Messages) -> Iterator[tuple[str, str]]:
    """Yield label and limit of what is promised to those who tell their opinion."""
    for label, limit in (
        (words("Passed on within"), limits.routed_within),
        (words("Answered within"), limits.answered_within),
        (words("Survey every"), limits.survey_interval),
    ):
        if limit:
            yield label, _period(limit, words)


def _budget(policy: Policy, words: Messages) -> Iterator[tuple[float, str]]:
    """Yield the targets of availability, that of critical systems last, each with how long the service may be down."""
    agreed = policy.availability
    for target, critical in ((agreed.target, False), (agreed.critical, True)) if agreed else ():
        minutes = agreed.error_budget(_BUDGET_DAYS, critical=critical) if agreed else None
        if target is not None and minutes is not None:
            yield target, words("{n} minutes", n=spell_number(minutes))


def _window(policy: Policy, words: Messages) -> str:
    window = policy.maintenance_window
    if window is None or window.start is None or window.end is None:
        return ""
    return f"{_days(window.days, words)} {_time(window.start)}–{_time(window.end)}"


def _days(days: Iterable[int], words: Messages) -> str:
    """Return weekdays, neighbours as a span: Mon–Fri."""
    # The distance to the place in the list is the same for neighbours.
    by_distance = groupby(enumerate(sorted(days)), lambda pair: pair[1] - pair[0])
    runs = [[day for _index, day in run] for _distance, run in by_distance]
    if runs == [list(range(7))]:
        return words("every day")
    return words(", ").join(
        words(WEEKDAYS[run[0]]) + (f"–{words(WEEKDAYS[run[-1]])}" if len(run) > 1 else "") for run in runs
    )


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _period(period: Period, words: Messages) -> str:
    return duration_words(str(period), words)


def _used_calendars(policies: Iterable[Policy]) -> list[BusinessCalendar]:
    """Return the calendars by which clocks run, each once."""
    used = {policy.calendar.id: policy.calendar for policy in policies}
    used.update({level.calendar.id: level.calendar for policy in policies for level in policy.levels})
    return [calendar for id_, calendar in used.items() if id_]


def _calendar(calendar: BusinessCalendar, view: View, words: Messages) -> Calendar:
    same = groupby(sorted(calendar.hours.items(), key=lambda pair: (pair[1], pair[0])), lambda pair: pair[1])
    hours = [(tuple(day for day, _openings in days), openings) for openings, days in same if openings]
    today = view.catalog.as_of
    special = {
        **calendar.holidays,
        **{day: _openings(openings) or words("closed") for day, openings in calendar.exceptions.items()},
    }
    coming = [(day, what) for day, what in sorted(special.items()) if day >= today]
    return Calendar(
        id=calendar.id,
        name=calendar.name,
        zone=str(calendar.zone),
        hours=[words("day and night")]
        if calendar.is_always_open
        else [f"{_days(days, words)} {_openings(openings)}" for days, openings in sorted(hours)],
        coming=coming[:_DAYS_SHOWN],
        more=max(0, len(coming) - _DAYS_SHOWN),
    )


def _openings(openings: Iterable[Opening]) -> str:
    return ", ".join(f"{_time(start)}–{_time(end)}" for start, end in openings)
