"""What several pages show of incidents: their times, and the clocks that ran, each with its limit and calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb_builder.messages import Messages
from kb_builder.model.document import Document
from kb_builder.model.sla import CLOCKS
from kb_builder.pages.view import View
from kb_builder.pages.words import N_, duration_words, hours_words
from kb_builder.reports.incidents import Incident, incidents

# The times of an incident by their names in reports.incidents, in the order in which they end.
TIMES_TO: Mapping[str, str] = {
    "to_detect": N_("Time to detect"),
    "to_acknowledge": N_("Time to acknowledge"),
    "to_mitigate": N_("Time to mitigate"),
    "to_resolve": N_("Time to resolve"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """A clock as a page shows it. `took` is empty unless it stopped, `calendar` where it runs day and night."""

    name: str
    state: str
    took: str
    limit: str
    calendar: str


def incidents_of(view: View) -> tuple[Incident, ...]:
    """Return the figures of all incidents on the site."""
    return view.once(("incidents",), lambda: incidents(view.catalog))


def incident_of(view: View, document: Document) -> Incident | None:
    """Return the figures of one page, None if it tells of no incident."""
    by_path = view.once(("incidents", "by path"), lambda: {each.path: each for each in incidents_of(view)})
    return by_path.get(document.path)


def record_of(view: View, id_: str) -> Document:
    """Return the page of a record by what `reports` calls it: its id, or its path where it has none."""
    return view.catalog.by_id.get(id_) or view.catalog.by_path[id_]


def records_of(view: View, ids: Iterable[str]) -> list[Document]:
    """Return the pages of records, each once."""
    return [record_of(view, id_) for id_ in dict.fromkeys(ids)]


def times(incident: Incident, words: Messages) -> list[tuple[str, str]]:
    """Return label and length of the times that are known of an incident."""
    found = ((label, getattr(incident, name)) for name, label in TIMES_TO.items())
    return [(words(label), hours_words(minutes, words)) for label, minutes in found if minutes is not None]


def clock_rows(view: View, incident: Incident, words: Messages) -> list[ClockRow]:
    """Return the clocks of an incident."""
    level = view.catalog.sla.level(incident.sla, incident.severity) if view.catalog.sla else None
    return [
        ClockRow(
            name=clock.name,
            state=clock.state.value,
            took="" if clock.minutes is None else hours_words(clock.minutes, words),
            limit=duration_words(str(clock.limit), words),
            calendar=""
            if level is None or clock.name not in CLOCKS or level.calendar.is_always_open
            else level.calendar.name,
        )
        for clock in incident.clocks
    ]
