"""reviews.ics and one calendar per owner: a day for every review that is due, with alarms before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from kb_builder.cache import digest
from kb_builder.model.paths import owner_calendar
from kb_builder.model.site_tree import StagedFile
from kb_builder.pages.view import View
from kb_builder.reports.calendar import Entry, bound, due_reviews, event, review_entries

PATH = "reviews.ics"


def files(view: View) -> Iterator[StagedFile]:
    """Yield the calendar of all reviews and those of the owners who have any, on the staff site."""
    if not view.is_staff:
        return
    due = due_reviews(view.catalog)
    entries = review_entries(view.catalog, due, view.words(), view.site.url)
    keyed = [(digest(repr(entry), repr(view.catalog.as_of)), entry) for entry in entries]
    # Each event is in two calendars.
    events = view.cached("events", {key: partial(_event, entry, view.catalog.as_of) for key, entry in keyed})
    made = [(document.text("owner"), events[key].encode()) for document, (key, _entry) in zip(due, keyed, strict=True)]
    yield StagedFile(path=PATH, data=bound(view.site.name, (each for _owner, each in made)))
    owners = view.catalog.owners or {}
    by_owner: dict[str, list[bytes]] = {}
    for id_, each in made:
        by_owner.setdefault(id_, []).append(each)
    for id_, own in by_owner.items():
        if id_ in owners:
            yield StagedFile(path=owner_calendar(id_), data=bound(f"{view.site.name}: {owners[id_].name}", own))


def _event(entry: Entry, as_of: date) -> str:
    return event(entry, as_of).decode()
