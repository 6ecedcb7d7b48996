"""What incidents took: the times between their moments, and whether the clocks of their SLA level were met.

Times are minutes of real time. An incident was noticed at `detected_at`, or `started_at` where that is missing. Clocks
of an SLA level run in the opening hours of its calendar, from then or from `started_at`, as `clocks_start` of the
policy says; the others run day and night. A clock stops as follows:

=====================================  =====================================================================
response                               `acknowledged_at`
first_solution, first_handling         `mitigated_at`: users no longer suffer, so both have happened
resolution                             `resolved_at`
controlled                             `mitigated_at`; the limit is that of the incident class in sla.yml, the
                                       shortest if there are several
recorded                               `recorded_at`; the limit is `records` of kb.yml
archived                               `archived_at`, counted from `resolved_at`; the limit is `records` of kb.yml
=====================================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kb_builder.model.calendar import BusinessCalendar, always_open
from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import Period, parse_timestamp
from kb_builder.model.document import Document
from kb_builder.model.sla import Level

_STOPS = {
    "response": "acknowledged_at",
    "first_solution": "mitigated_at",
    "first_handling": "mitigated_at",
    "resolution": "resolved_at",
}


class ClockState(StrEnum):
    """How a clock ended, or stands."""

    MET = "met"
    BREACHED = "breached"
    # Not stopped, and the deadline is not past.
    RUNNING = "running"
    # A moment is missing, or the moments contradict each other.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A limit and what became of it. `minutes` are those of the calendar from start to stop, None while it runs."""

    name: str
    limit: Period
    state: ClockState
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    deadline: datetime | None = None
    minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The figures of one record. Times are minutes, None where a moment is missing or they contradict each other.

    `to_detect` counts from the beginning, the others from when the incident was noticed. `month` is the first day of
    the month in which it was noticed, in the project's time zone.
    """

    id: str
    path: str
    title: str
    sla: str
    severity: str
    incident_classes: tuple[str, ...]
    detected_by: str
    cause: str
    noticed_at: datetime | None
    month: date | None
    to_detect: float | None
    to_acknowledge: float | None
    to_mitigate: float | None
    to_resolve: float | None
    clocks: tuple[Clock, ...]

    def clock(self, name: str) -> Clock | None:
        """Return a clock by its name."""
        return next((each for each in self.clocks if each.name == name), None)


def incidents(catalog: Catalog) -> tuple[Incident, ...]:
    """Return the figures of every incident, drafts included, in the order of the paths; withdrawn records are left out.

    An incident is a record that has `started_at` or `detected_at`.
    """
    return tuple(
        _incident(catalog, document)
        for document in catalog.documents
        if catalog.type_of(document).record
        and not document.is_obsolete
        and (document.text("started_at") or document.text("detected_at"))
    )


def _incident(catalog: Catalog, document: Document) -> Incident:
    started, detected = _moment(document, "started_at"), _moment(document, "detected_at")
    noticed = detected or started
    policy = catalog.sla.policies.get(document.text("sla")) if catalog.sla else None
    level = policy.level(document.text("severity")) if policy else None
    counted_from = started if policy and policy.clocks_start == "started" else noticed
    return Incident(
        id=document.id or document.path,
        path=document.path,
        title=document.title,
        sla=document.text("sla"),
        severity=level.id if level else document.text("severity"),
        incident_classes=document.texts("incident_class"),
        detected_by=document.text("detected_by"),
        cause=document.text("cause"),
        noticed_at=noticed,
        month=_day(noticed, catalog).replace(day=1) if noticed else None,
        to_detect=_minutes(started, detected),
        to_acknowledge=_minutes(detected, _moment(document, "acknowledged_at")),
        to_mitigate=_minutes(detected, _moment(document, "mitigated_at")),
        to_resolve=_minutes(detected, _moment(document, "resolved_at")),
        clocks=(*_agreed(catalog, document, level, counted_from), *_demanded(catalog, document, noticed)),
    )


def _agreed(catalog: Catalog, document: Document, level: Level | None, start: datetime | None) -> Iterator[Clock]:
    """Yield the clocks of the SLA level."""
    for name, field in _STOPS.items():
        if level and name in level.limits:
            yield _clock(catalog, name, level.limits[name], level.calendar, start, _moment(document, field))


def _demanded(catalog: Catalog, document: Document, noticed: datetime | None) -> Iterator[Clock]:
    """Yield the clocks that hold whatever the level."""
    always = always_open(catalog.settings.zone)
    by_class = catalog.sla.incident_classes if catalog.sla else {}
    limits = [by_class[each].controlled_within for each in document.texts("incident_class") if each in by_class]
    strictest = min((limit for limit in limits if limit), key=lambda limit: limit.minutes, default=None)
    if strictest:
        yield _clock(catalog, "controlled", strictest, always, noticed, _moment(document, "mitigated_at"))
    policy = catalog.settings.records.get(document.type)
    if policy and policy.recorded_within:
        stop = _moment(document, "recorded_at")
        yield _clock(catalog, "recorded", policy.recorded_within, always, noticed, stop)
    if policy and policy.archived_within:
        start, stop = _moment(document, "resolved_at"), _moment(document, "archived_at")
        yield _clock(catalog, "archived", policy.archived_within, always, start, stop)


def _clock(
    catalog: Catalog,
    name: str,
    limit: Period,
    calendar: BusinessCalendar,
    start: datetime | None,
    stop: datetime | None,
) -> Clock:
    deadline = calendar.deadline(start, limit.minutes) if start else None
    minutes = None
    if start is None or deadline is None or (stop is not None and stop < start):
        state = ClockState.UNKNOWN
    elif stop is not None:
        minutes = calendar.business_minutes(start, stop)
        state = ClockState.MET if minutes <= limit.minutes else ClockState.BREACHED
    else:
        state = ClockState.BREACHED if _day(deadline, catalog) < catalog.as_of else ClockState.RUNNING
    return Clock(
        name=name,
        limit=limit,
        state=state,
        started_at=start,
        stopped_at=stop,
        deadline=deadline,
        minutes=minutes,
    )


def _moment(document: Document, name: str) -> datetime | None:
    return parse_timestamp(document.text(name))


def _minutes(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None or end < start:
        return None
    return (end - start) / timedelta(minutes=1)


def _day(moment: datetime, catalog: Catalog) -> date:
    """Return the day of a moment in the project's time zone."""
    try:
        return moment.astimezone(catalog.settings.zone).date()
    except OverflowError:
        return moment.date()
