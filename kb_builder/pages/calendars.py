"""reviews.ics and one calendar per owner: a day for every review that is due, with alarms before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb_builder.model.document import Document
from kb_builder.model.paths import owner_calendar
from kb_builder.model.site_tree import StagedFile
from kb_builder.pages.view import View
from kb_builder.reports.calendar import calendar, due_reviews, review_entries

PATH = "reviews.ics"


def files(view: View) -> Iterator[StagedFile]:
    """Yield the calendar of all reviews and those of the owners who have any, on the staff site."""
    if not view.is_staff:
        return
    due = due_reviews(view.catalog)
    yield StagedFile(path=PATH, data=_calendar(view, due, view.site.name))
    owners = view.catalog.owners or {}
    by_owner: dict[str, list[Document]] = {}
    for document in due:
        by_owner.setdefault(document.text("owner"), []).append(document)
    for id_, documents in by_owner.items():
        if id_ in owners:
            name = f"{view.site.name}: {owners[id_].name}"
            yield StagedFile(path=owner_calendar(id_), data=_calendar(view, documents, name))


def _calendar(view: View, documents: Sequence[Document], name: str) -> bytes:
    return calendar(name, view.catalog.as_of, review_entries(view.catalog, documents, view.words(), view.site.url))
