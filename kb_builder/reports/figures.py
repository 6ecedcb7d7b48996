"""Figures of a period or a group, each with the records it was made of: mean times, shares, repeats, freshness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import parse_date
from kb_builder.model.document import Document
from kb_builder.model.review import ReviewState
from kb_builder.reports.incidents import ClockState, Incident

_DONE = ("done", "verified")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanTime:
    """The mean of a time in minutes over the incidents of a month at a level of a policy, and their ids."""

    month: date
    sla: str
    severity: str
    minutes: float
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole: the ids that belong to the part, and those that do not."""

    records: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def percent(self) -> float | None:
        """The part in per cent of the whole; None where there is nothing."""
        whole = len(self.records) + len(self.others)
        return len(self.records) / whole * 100 if whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Incidents with one cause, the oldest first; all but the first are repeats."""

    cause: str
    records: tuple[str, ...]


class MeasureState(StrEnum):
    """How a measure stands on the day."""

    DONE = "done"
    OPEN = "open"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An action item of a record. `record` is the record's id, `status` what the author wrote."""

    record: str
    path: str
    id: str
    title: str
    kind: str
    owner: str
    due: date | None
    status: str
    state: MeasureState


def mean_times_to_resolve(found: Iterable[Incident]) -> tuple[MeanTime, ...]:
    """Return the MTTR by month, policy and severity: the mean of `to_resolve` over incidents that have one.

    Formula: sum of (resolved_at - detected_at) / number of incidents, by the month of detected_at.
    """
    groups: dict[tuple[date, str, str], list[tuple[str, float]]] = defaultdict(list)
    for incident in found:
        if incident.month and incident.to_resolve is not None:
            groups[incident.month, incident.sla, incident.severity].append((incident.id, incident.to_resolve))
    return tuple(
        MeanTime(
            month=month,
            sla=sla,
            severity=severity,
            minutes=sum(minutes for _id, minutes in each) / len(each),
            records=tuple(id_ for id_, _minutes in each),
        )
        for (month, sla, severity), each in sorted(groups.items())
    )


def early_warning_share(found: Iterable[Incident]) -> Share:
    """Return the share of incidents that monitoring noticed before anybody else (`detected_by: monitoring`).

    Incidents that do not say who noticed them are left out.
    """
    known = [(incident.id, incident.detected_by == "monitoring") for incident in found if incident.detected_by]
    return _share(known)


def clock_shares(found: Iterable[Incident]) -> Mapping[tuple[str, str], Share]:
    """Return the share of clocks that were met, by policy and clock: met / (met + breached).

    Clocks that run or of which nothing is known are left out.
    """
    groups: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    for incident in found:
        for clock in incident.clocks:
            if clock.state in (ClockState.MET, ClockState.BREACHED):
                groups[incident.sla, clock.name].append((incident.id, clock.state is ClockState.MET))
    return {key: _share(each) for key, each in sorted(groups.items())}


def repeats(found: Iterable[Incident]) -> tuple[Repeat, ...]:
    """Return the causes (`cause`) that more than one incident has, those with most incidents first."""
    groups: dict[str, list[Incident]] = defaultdict(list)
    for incident in found:
        if incident.cause:
            groups[incident.cause].append(incident)
    made = [
        Repeat(cause=cause, records=tuple(incident.id for incident in sorted(each, key=_when)))
        for cause, each in groups.items()
        if len(each) > 1
    ]
    return tuple(sorted(made, key=lambda repeat: (-len(repeat.records), repeat.cause)))


def measures(catalog: Catalog) -> tuple[Measure, ...]:
    """Return the action items of all records that are not withdrawn, in the order of paths and items.

    A measure is overdue from the day after `due`, unless it is done, verified or cancelled.
    """
    return tuple(
        _measure(document, index, item, catalog.as_of)
        for document in catalog.documents
        if not document.is_obsolete
        for index, item in document.entries("action_items")
    )


def completion(found: Iterable[Measure]) -> Share:
    """Return the share of measures that are done: done / all but cancelled ones. Ids are `record/item`."""
    return _share(
        (f"{measure.record}/{measure.id}", measure.state is MeasureState.DONE)
        for measure in found
        if measure.state is not MeasureState.CANCELLED
    )


def freshness(catalog: Catalog, group: Callable[[Document], str]) -> Mapping[str, Share]:
    """Return the share of pages whose review is in date, by group, such as `lambda document: document.type`.

    Formula: pages that are fresh or due soon / pages that must be reviewed. Exempt pages, and those without a group,
    are left out.
    """
    groups: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for document in catalog.documents:
        review = catalog.review(document)
        name = group(document)
        if name and review.state is not ReviewState.EXEMPT:
            groups[name].append((document.id or document.path, not review.is_stale))
    return {name: _share(each) for name, each in sorted(groups.items())}


def _share(pairs: Iterable[tuple[str, bool]]) -> Share:
    listed = list(pairs)
    return Share(
        records=tuple(id_ for id_, belongs in listed if belongs),
        others=tuple(id_ for id_, belongs in listed if not belongs),
    )


def _when(incident: Incident) -> tuple[float, str]:
    return (incident.noticed_at.timestamp() if incident.noticed_at else 0.0, incident.id)


def _measure(document: Document, index: int, item: Mapping[str, object], today: date) -> Measure:
    def text(name: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else ""

    due, status = parse_date(text("due")), text("status")
    state = MeasureState.OPEN
    if status == "cancelled":
        state = MeasureState.CANCELLED
    elif status in _DONE:
        state = MeasureState.DONE
    elif due and due < today:
        state = MeasureState.OVERDUE
    return Measure(
        record=document.id or document.path,
        path=document.path,
        id=text("id") or str(index + 1),
        title=text("title"),
        kind=text("kind"),
        owner=text("owner"),
        due=due,
        status=status,
        state=state,
    )
