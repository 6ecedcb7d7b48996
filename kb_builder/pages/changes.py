"""What changed: new versions, reviews, incidents, and the commits of the repository, as a page and as an Atom feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby

from kb_builder.model.dates import parse_date
from kb_builder.model.document import Document
from kb_builder.model.paths import CHANGES, address, page_path
from kb_builder.model.site_tree import StagedFile, StagedPage
from kb_builder.pages.view import View

FEED = "feed.xml"
_ON_PAGE = 200
_IN_FEED = 50
# A commit that touches more pages is told by its number of pages.
_PAGES_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that changed on a day. `key` tells it from others for ever; `text` says what, in the site's language.

    `documents` are the pages concerned, `more` how many further ones there are.
    """

    day: date
    key: str
    text: str
    documents: tuple[Document, ...]
    more: int = 0


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the page of changes, on the staff site."""
    if not view.is_staff:
        return
    words = view.words()
    changes = changes_of(view)
    if not changes:
        return
    yield StagedPage(
        path=CHANGES,
        title=words("Changes"),
        summary=words("New versions, reviews and incidents, the newest first"),
        language=words.language,
        body=view.render(
            "changes.md.j2",
            here=CHANGES,
            months=[
                (month, list(found))
                for month, found in groupby(changes[:_ON_PAGE], key=lambda change: change.day.strftime("%Y-%m"))
            ],
            older=max(0, len(changes) - _ON_PAGE),
        ),
        in_search=False,
    )


def files(view: View) -> Iterator[StagedFile]:
    """Yield the Atom feed: of changes for staff, of questions by the day they were last looked at for customers."""
    changes = changes_of(view) if view.is_staff else _updates(view)
    if changes:
        yield StagedFile(path=FEED, data=feed(view, changes[:_IN_FEED]))


def changes_of(view: View) -> list[Change]:
    """Return all changes up to the day of the build, the newest first."""
    catalog = view.catalog
    found = [
        *(change for document in catalog.documents for change in _of_document(view, document)),
        *_of_commits(view),
    ]
    return sorted(
        (change for change in found if change.day <= catalog.as_of), key=lambda each: (each.day, each.key), reverse=True
    )


def feed(view: View, changes: Sequence[Change]) -> bytes:
    """Return an Atom feed (RFC 4287); the same changes give the same bytes."""
    from feedgen.feed import FeedGenerator

    made = FeedGenerator()
    made.id(view.site.url or f"tag:kb_builder.invalid,2026:{view.site.audience}")
    made.title(_plain(view.site.name))
    made.language(view.words().language)
    made.updated(_moment(changes[0].day))
    made.author(name=_plain(view.site.name))
    made.generator("")
    made.link(href=view.url(FEED), rel="self")
    made.link(href=view.url("index.html"), rel="alternate")
    for change in changes:
        entry = made.add_entry(order="append")
        entry.id(f"tag:kb_builder.invalid,2026:{change.key}")
        entry.updated(_moment(change.day))
        titles = " · ".join(filter(None, [change.documents[0].id, change.documents[0].title]))
        entry.title(_plain(f"{titles}: {change.text}" if change.text else titles))
        entry.link(href=view.url(address(page_path(change.documents[0].content_path))))
        entry.summary(_plain(change.documents[0].text("summary")))
    data: bytes = made.atom_str(pretty=True)
    return data


def _of_document(view: View, document: Document) -> Iterator[Change]:
    words = view.words()
    version, in_force = document.text("version"), parse_date(document.text("effective_date"))
    if version and in_force and document.is_published:
        text = words("version {version} is in force", version=version)
        yield Change(day=in_force, key=f"{document.id}/version/{version}", text=text, documents=(document,))
    for _index, entry in document.entries("reviews"):
        day = parse_date(str(entry.get("date", "")))
        if day:
            outcome = str(entry.get("outcome") or "")
            text = words("reviewed: {outcome}", outcome=outcome) if outcome else words("reviewed")
            yield Change(day=day, key=f"{document.id}/review/{day}", text=text, documents=(document,))
    happened = parse_date((document.text("started_at") or document.text("held_on"))[:10])
    if happened and view.catalog.type_of(document).record:
        content_type = view.catalog.type_of(document)
        text = content_type.word(content_type.label, words.language)
        yield Change(day=happened, key=f"{document.id}/record", text=text, documents=(document,))


def _of_commits(view: View) -> Iterator[Change]:
    by_path = {document.path: document for document in view.catalog.documents}
    for commit in view.catalog.history.commits:
        documents = sorted(
            {change.path: by_path[change.path] for change in commit.changes if change.path in by_path}.values(),
            key=lambda each: each.path,
        )
        if documents:
            yield Change(
                day=commit.day,
                key=f"commit/{commit.id}",
                text=commit.subject,
                documents=tuple(documents[:_PAGES_NAMED]),
                more=max(0, len(documents) - _PAGES_NAMED),
            )


def _updates(view: View) -> list[Change]:
    """Return the pages of the customer site by the day they were last looked at; nothing else is known there."""
    found = [
        Change(day=day, key=f"{address(page_path(document.content_path))}/{day}", text="", documents=(document,))
        for document in view.catalog.documents
        if (day := parse_date(document.text("updated"))) and day <= view.catalog.as_of
    ]
    return sorted(found, key=lambda each: (each.day, each.key), reverse=True)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _plain(text: str) -> str:
    """Return a text on one line, without what XML cannot hold."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
