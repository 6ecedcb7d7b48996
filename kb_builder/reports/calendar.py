"""Days on which something is due, as an iCalendar file (RFC 5545): reviews, action items, readings of key figures."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kb_builder.messages import Messages
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.kpi import Kpi
from kb_builder.model.paths import page_url
from kb_builder.reports.actions import Action

# The first alarm comes this long before the day, then again after half of it, and on the day itself.
_ALARM = timedelta(days=14)
_AGAIN = 2
# Where a record shows its action items.
ACTIONS_ANCHOR = "kb-actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A whole day of a calendar. `id` stays the same when the day changes, so that a calendar moves the entry."""

    id: str
    day: date
    summary: str
    description: str
    url: str = ""


def due_reviews(catalog: Catalog) -> list[Document]:
    """Return the documents that have a next review, the earliest first."""
    dated = [
        (review.next_review, document)
        for document in catalog.documents
        if (review := catalog.review(document)).next_review
    ]
    return [document for _day, document in sorted(dated, key=lambda pair: (pair[0], pair[1].id, pair[1].path))]


def review_entries(catalog: Catalog, documents: Iterable[Document], words: Messages, site: str) -> Iterator[Entry]:
    """Yield the next review of each page that has one; `site` is the address of the staff site, empty if unknown."""
    for document in documents:
        day = catalog.review(document).next_review
        if day:
            yield Entry(
                id=document.id or document.path,
                day=day,
                summary=words("Review due: {id} {title}", id=document.id, title=document.title),
                description=words("Owner: ") + catalog.owner_name(document.text("owner")),
                url=page_url(site, document.content_path),
            )


def action_entries(catalog: Catalog, actions: Iterable[Action], words: Messages, site: str) -> Iterator[Entry]:
    """Yield the last day of each action item that has one."""
    for action in actions:
        measure = action.measure
        if measure.due:
            yield Entry(
                id=f"{measure.record}/{measure.id}",
                day=measure.due,
                summary=words(
                    "Action item due: {id} {title}", id=f"{measure.record} {measure.id}", title=measure.title
                ),
                description=words("Owner: ") + catalog.owner_name(measure.owner),
                url=page_url(site, action.document.content_path, ACTIONS_ANCHOR),
            )


def reading_entries(catalog: Catalog, kpis: Iterable[Kpi], words: Messages) -> Iterator[Entry]:
    """Yield the last day for every reading that is missing, and for the one that comes next."""
    for kpi in kpis:
        coming = kpi.next_month(catalog.as_of)
        for month in (*kpi.missing(catalog.as_of), *([coming] if coming else [])):
            yield Entry(
                id=f"{kpi.id}/{month:%Y-%m}",
                day=kpi.due(month),
                summary=words("Reading due: {name} {month}", name=kpi.name, month=f"{month:%Y-%m}"),
                description=words("Owner: ") + catalog.owner_name(kpi.owner),
            )


def calendar(name: str, as_of: date, entries: Iterable[Entry]) -> bytes:
    """Return the file, with a whole day and its alarms for each entry. The same input gives the same bytes."""
    return bound(name, (event(entry, as_of) for entry in entries))


def bound(name: str, events: Iterable[bytes]) -> bytes:
    """Return the file that holds events."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//kb_builder//reviews//EN")
    made.add("version", "2.0")
    made.add("name", _text(name))
    made.add("x-wr-calname", _text(name))
    head, end, tail = made.to_ical().rpartition(b"END:VCALENDAR")
    return b"".join((head, *events, end, tail))


def event(entry: Entry, as_of: date) -> bytes:
    """Return an entry as a whole day with its alarms."""
    from icalendar import Alarm, Event

    summary = _text(entry.summary)
    made = Event()
    made.add("uid", f"{_text(entry.id)}@kb_builder.invalid")
    made.add("dtstamp", datetime.combine(as_of, time(), UTC))
    made.add("dtstart", entry.day)
    # Without it, the entry lasts the one day all the same.
    if entry.day < date.max:
        made.add("dtend", entry.day + timedelta(days=1))
    made.add("transp", "TRANSPARENT")
    made.add("summary", summary)
    made.add("description", _text(entry.description))
    if entry.url:
        made.add("url", entry.url)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -_ALARM)
    alarm.add("repeat", _AGAIN)
    alarm.add("duration", _ALARM / _AGAIN)
    made.add_component(alarm)
    data: bytes = made.to_ical()
    return data


def _text(text: str) -> str:
    """Return a text without what the standard forbids or what turns the direction of writing."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
