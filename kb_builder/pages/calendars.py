"""reviews.ics and one calendar per owner: a day for every review that is due, with alarms before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.paths import address, owner_calendar, page_path
from kb_builder.model.site_tree import StagedFile
from kb_builder.pages.view import View

PATH = "reviews.ics"
# The first alarm comes this long before the day, then again after half of it, and on the day itself.
_ALARM = timedelta(days=14)
_AGAIN = 2


def files(view: View) -> Iterator[StagedFile]:
    """Yield the calendar of all reviews and those of the owners who have any, on the staff site."""
    if not view.is_staff:
        return
    due = due_reviews(view.catalog)
    yield StagedFile(path=PATH, data=calendar(view, due, view.site.name))
    owners = view.catalog.owners or {}
    by_owner: dict[str, list[Document]] = {}
    for document in due:
        by_owner.setdefault(document.text("owner"), []).append(document)
    for id_, documents in by_owner.items():
        if id_ in owners:
            name = f"{view.site.name}: {owners[id_].name}"
            yield StagedFile(path=owner_calendar(id_), data=calendar(view, documents, name))


def due_reviews(catalog: Catalog) -> list[Document]:
    """Return the documents that have a next review, the earliest first."""
    dated = [
        (review.next_review, document)
        for document in catalog.documents
        if (review := catalog.review(document)).next_review
    ]
    return [document for _day, document in sorted(dated, key=lambda pair: (pair[0], pair[1].id, pair[1].path))]


def calendar(view: View, documents: Iterable[Document], name: str) -> bytes:
    """Return an iCalendar file (RFC 5545) with a whole day per document. The same input gives the same bytes."""
    from icalendar import Alarm, Calendar, Event

    words = view.words()
    stamp = datetime.combine(view.catalog.as_of, time(), UTC)
    made = Calendar()
    made.add("prodid", "-//kb_builder//reviews//EN")
    made.add("version", "2.0")
    made.add("name", name)
    made.add("x-wr-calname", name)
    for document in documents:
        day = view.catalog.review(document).next_review
        assert day is not None
        summary = words("Review due: {id} {title}", id=document.id, title=document.title)
        event = Event()
        # Stable, so that a calendar moves the event when the review was done.
        event.add("uid", f"{document.id or document.path}@kb_builder.invalid")
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", summary)
        event.add("description", words("Owner: ") + view.catalog.owner_name(document.text("owner")))
        if view.site.url:
            event.add("url", view.url(address(page_path(document.content_path))))
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", -_ALARM)
        alarm.add("repeat", _AGAIN)
        alarm.add("duration", _ALARM / _AGAIN)
        event.add_component(alarm)
        made.add_component(event)
    data: bytes = made.to_ical()
    return data
