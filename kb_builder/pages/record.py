"""What pages show of records: the figures of an incident, a piece of work, a drill, and what records say of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import parse_date, parse_timestamp
from kb_builder.model.document import Document
from kb_builder.model.numbers import as_number, spell_number
from kb_builder.model.record import Mention
from kb_builder.pages.view import View
from kb_builder.pages.words import ENVIRONMENT, TIMES, duration_words, minutes_words

_CLOSED = ("done", "verified", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A record that names a page: all that it says of it, and how a drill ended."""

    mentions: tuple[Mention, ...]
    outcome: str

    @property
    def record(self) -> Document:
        """The record."""
        return self.mentions[0].record

    @property
    def day(self) -> date:
        """The day on which what it tells of was over."""
        return self.mentions[0].day

    @property
    def findings(self) -> tuple[str, ...]:
        """What it finds of the page, each thing once."""
        return tuple(dict.fromkeys(mention.finding for mention in self.mentions if mention.finding))

    @property
    def notes(self) -> tuple[str, ...]:
        """What it says besides."""
        return tuple(mention.note for mention in self.mentions if mention.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """How a page is exercised: its last drill, and the last day for the next one."""

    last: Mention | None
    next: date | None
    interval: str


def named_by(catalog: Catalog, document: Document) -> tuple[Named, ...]:
    """Return the records that name a page, newest first."""
    by_record: dict[str, list[Mention]] = {}
    for mention in reversed(catalog.mentions.get(document.id, ())):
        by_record.setdefault(mention.record.path, []).append(mention)
    return tuple(Named(mentions=tuple(each), outcome=each[0].record.text("outcome")) for each in by_record.values())


def practice(catalog: Catalog, document: Document) -> Practice | None:
    """Return how a page is exercised, None if nobody asks for it."""
    interval = document.text("drill_interval")
    if not interval or not document.is_published or not catalog.has_drills:
        return None
    return Practice(last=catalog.last_drill(document), next=catalog.next_drill(document), interval=interval)


def involved(catalog: Catalog, document: Document) -> tuple[tuple[Document | None, Mapping[str, Any]], ...]:
    """Return the pages that a record names in `sops`, each with what it says of them."""
    sops = document.fields.get("sops") if catalog.type_of(document).record else None
    entries = (entry if isinstance(entry, dict) else {"id": entry} for entry in sops or () if isinstance(sops, list))
    return tuple((catalog.by_id.get(str(entry.get("id"))), entry) for entry in entries)


def actions(catalog: Catalog, document: Document) -> tuple[tuple[Mapping[str, Any], bool], ...]:
    """Return the action items of a record, each with whether it is overdue."""
    found = []
    for _index, item in document.entries("action_items"):
        due = parse_date(str(item.get("due")))
        found.append((item, bool(due and due < catalog.as_of and item.get("status") not in _CLOSED)))
    return tuple(found)


def incident(document: Document, view: View, language: str) -> Mapping[str, Any] | None:
    """Return the figures of an incident: its moments, and minutes from the start to each of them."""
    moments = {name: parse_timestamp(document.text(name)) for name in TIMES}
    started = moments["started_at"]
    if started is None:
        return None
    words = view.words(language)

    def since(moment: datetime) -> str:
        return minutes_words(int((moment - started).total_seconds() // 60), words) if moment > started else ""

    impact = _mapping(document.fields.get("impact"))
    return {
        "moments": [(TIMES[name], moment, since(moment)) for name, moment in moments.items() if moment],
        "impact": [
            (label, spell_number(value, ","))
            for name, label in (("users", words("Users affected")), ("cost", words("Cost")))
            if (value := as_number(impact.get(name))) is not None
        ],
        "data_loss": impact.get("data_loss"),
        "duration": duration_words(str(impact.get("duration", "")), words),
        "timeline": [
            (moment, str(entry.get("event", "")), str(entry.get("by", "")))
            for _index, entry in document.entries("timeline")
            if (moment := parse_timestamp(str(entry.get("at", ""))))
        ],
        "lessons": {name: _texts(value) for name, value in _mapping(document.fields.get("lessons")).items()},
    }


def work(document: Document) -> Mapping[str, Any] | None:
    """Return what a work log tells: when, where, and each attempt with its time and result. None for other pages."""
    attempts = document.entries("attempts")
    environment = _mapping(document.fields.get("environment"))
    if not attempts and not environment:
        return None
    began = parse_timestamp(document.text("time"))

    def clock(moment: datetime | None) -> str:
        same_day = moment and began and moment.date() == began.date()
        return moment.strftime("%H:%M" if same_day else "%m-%d %H:%M") if moment else ""

    return {
        "time": began,
        "environment": [(ENVIRONMENT[name], _texts(environment[name])) for name in ENVIRONMENT if name in environment],
        "attempts": [
            (clock(parse_timestamp(str(entry.get("at", "")))), str(entry.get("step", "")), str(entry.get("result", "")))
            for _index, entry in attempts
        ],
    }


def drill(catalog: Catalog, document: Document) -> Mapping[str, Any] | None:
    """Return what was exercised, when, by whom, how it ended and what was found. None for other pages."""
    if not document.text("scenario"):
        return None
    return {
        "held_on": document.text("held_on"),
        "participants": [catalog.owner_name(name) for name in document.texts("participants")],
        "outcome": document.text("outcome"),
        "findings": [
            (catalog.by_id.get(str(entry.get("sop"))), entry) for _index, entry in document.entries("findings")
        ],
    }


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(entry) for entry in value) if isinstance(value, list) else ()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
