"""A digest per owner in Markdown, to post to a chat: what is late, which record asks for it, and what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kb_builder.messages import Messages, messages
from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import Period
from kb_builder.model.document import Document
from kb_builder.model.paths import KPIS, page_url
from kb_builder.model.review import ReviewState
from kb_builder.pages.words import FAILED_CHECKS
from kb_builder.reporters.text import printable
from kb_builder.reports.actions import Action
from kb_builder.reports.calendar import ACTIONS_ANCHOR
from kb_builder.reports.figures import MeasureState
from kb_builder.reports.owners import Assigned

# How far ahead the digest looks.
_AHEAD = Period(count=30, unit="day")
# Lines below one heading: a message stays readable, and within what a chat takes.
_LINES = 10
_SIGNS = re.compile(r"([\\`*_\[\]~|$])")
# Chats look for a name right behind the sign; a space of no width parts the two.
_PLAIN = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"})


def digest(catalog: Catalog, owner: str, assigned: Assigned) -> str:
    """Return the message to an owner in the project's language, or an empty text where there is nothing to say.

    It may be posted as it is: no title can format it, hide a link in it or call on anybody (`@everyone`).
    """
    writer = _Writer(catalog=catalog, words=messages(catalog.settings.language))
    blocks = [
        "\n".join((f"**{heading} ({len(lines)})**", "", *writer.first(lines)))
        for heading, lines in writer.sections(assigned)
        if lines
    ]
    return "\n\n".join((writer.address(owner), *blocks)) + "\n" if blocks else ""


def nothing(catalog: Catalog, owner: str | None = None) -> str:
    """Return what to say where there is nothing to say to an owner, or to anybody."""
    writer = _Writer(catalog=catalog, words=messages(catalog.settings.language))
    said = writer.words("Nothing is late, nothing is due within {n} days.", n=_AHEAD.count)
    return (said if owner is None else f"{writer.address(owner)}\n\n{said}") + "\n"


def plain(text: str) -> str:
    """Return a text as one line that chats show as it is written: nothing in it formats or mentions."""
    return _SIGNS.sub(r"\\\1", printable(" ".join(text.split()))).translate(_PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    catalog: Catalog
    words: Messages

    def address(self, owner: str) -> str:
        """Return the line that says to whom the message is, and of which day."""
        name = plain(self.catalog.owner_name(owner)) or self.words("nobody")
        return f"**{name}** · {self.catalog.as_of}"

    def first(self, lines: Sequence[str]) -> Iterator[str]:
        """Yield the first lines as a list, and how many are left out."""
        for line in lines[:_LINES]:
            yield f"- {line}"
        if len(lines) > _LINES:
            yield f"- {self.words('and {n} more', n=len(lines) - _LINES)}"

    def sections(self, assigned: Assigned) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield a heading and its lines, the most urgent first."""
        words, catalog = self.words, self.catalog
        overdue = assigned.in_state(catalog, ReviewState.OVERDUE)
        yield words("Reviews overdue"), [self.stale(each) for each in overdue]
        asked = assigned.in_state(catalog, ReviewState.TRIGGERED)
        yield words("Reviews asked for"), [self.stale(each) for each in asked]
        never = assigned.in_state(catalog, ReviewState.NEVER)
        yield words("Never reviewed"), [self.line(each, *self.askers(each)) for each in never]
        missed = assigned.missed_drills(catalog)
        yield words("Drills overdue"), [self.line(each, self.drill(each)) for each in missed]
        late = assigned.to_do(MeasureState.OVERDUE)
        yield words("Action items overdue"), [self.action(each) for each in late]
        yield words("Readings missing"), list(self.readings(assigned))
        coming = sorted(self.coming(assigned, _AHEAD.after(catalog.as_of)))
        yield words("Due within {n} days", n=_AHEAD.count), [line for _day, line in coming]
        yield words("Open action items"), [self.action(each) for each in assigned.to_do(MeasureState.OPEN)]

    def stale(self, document: Document) -> str:
        """Return the line of a page that readers are warned of, with the day since when they are."""
        review, grace = self.catalog.review(document), self.catalog.settings.grace
        warned = [trigger.mention.day for trigger in review.triggers]
        if review.state is ReviewState.OVERDUE and review.next_review:
            last = grace.after(review.next_review) if grace.count else review.next_review
            warned.append(last + timedelta(days=1))
        if review.failed:
            warned.append(review.failed.day)
        first = min(warned)
        days = (self.catalog.as_of - first).days + 1
        counted = self.words("{n} day", n=days) if days == 1 else self.words("{n} days", n=days)
        since = self.words("stale since {date} ({time})", date=first, time=counted)
        return self.line(document, since, *self.askers(document))

    def askers(self, document: Document) -> Iterator[str]:
        """Yield which records ask for a review of the page, and by when."""
        for trigger in self.catalog.review(document).triggers:
            record = trigger.mention.record
            asker = self.link(record.id, self.url(record.content_path))
            yield self.words("{record} asks for a review by {date}", record=asker, date=trigger.review_by)
        failed = self.catalog.review(document).failed
        if failed:
            checks = ", ".join(self.words(FAILED_CHECKS[name]) for name in failed.checks)
            yield self.words("the review of {date} found it {checks}", date=failed.day, checks=checks)

    def coming(self, assigned: Assigned, until: date) -> Iterator[tuple[date, str]]:
        """Yield the reviews and drills of pages in date that fall due by a day, each with its day."""
        for document in assigned.in_state(self.catalog, ReviewState.DUE_SOON, ReviewState.FRESH):
            review = self.catalog.review(document).next_review
            if review and review <= until:
                said = self.words("review due {date} ({when})", date=review, when=self.when(review))
                yield review, self.line(document, said)
        for document in assigned.pages:
            drill = self.catalog.next_drill(document)
            if drill and self.catalog.as_of <= drill <= until:
                yield drill, self.line(document, self.drill(document))

    def action(self, action: Action) -> str:
        """Return the line of an action item, with its record."""
        measure = action.measure
        title = self.link(measure.title, self.url(action.document.content_path, ACTIONS_ANCHOR))
        due = self.words("no day agreed")
        if measure.due:
            due = self.words("due {date} ({when})", date=measure.due, when=self.when(measure.due))
        return f"{title} {plain(measure.record)} {plain(measure.id)} · {due}"

    def readings(self, assigned: Assigned) -> Iterator[str]:
        """Yield the key figures with the months whose reading is missing."""
        for kpi in assigned.kpis:
            months = kpi.missing(self.catalog.as_of)
            if months:
                shown = self.words(", ").join(f"{month:%Y-%m}" for month in months[-_LINES:])
                yield f"{self.link(kpi.name, self.url(KPIS))} · {shown}"

    def line(self, document: Document, *said: str) -> str:
        """Return a page with its id and what is said of it."""
        title = self.link(document.title, self.url(document.content_path))
        return " · ".join((f"{title} {plain(document.id)}".rstrip(), *said))

    def drill(self, document: Document) -> str:
        """Return when the next drill of a page is due that has one."""
        day = self.catalog.next_drill(document)
        assert day is not None
        return self.words("drill due {date} ({when})", date=day, when=self.when(day))

    def when(self, day: date) -> str:
        """Return how far a day is away."""
        days = (day - self.catalog.as_of).days
        near = {0: self.words("today"), 1: self.words("tomorrow"), -1: self.words("yesterday")}
        return near.get(days) or (
            self.words("in {n} days", n=days) if days > 0 else self.words("{n} days ago", n=-days)
        )

    def url(self, path: str, anchor: str = "") -> str:
        """Return the address of a page on the staff site."""
        return page_url(self.catalog.settings.sites["staff"].url, path, anchor)

    def link(self, text: str, url: str) -> str:
        """Return a link, or the text in bold where the site has no address."""
        shown = plain(text) or "—"
        return f"[{shown}]({url})" if url else f"**{shown}**"
