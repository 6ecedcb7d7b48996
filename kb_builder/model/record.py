"""What records (postmortems, work logs, drills) say of other pages, and when what they tell of happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import Period, parse_date, parse_timestamp
from kb_builder.model.document import Document
from kb_builder.model.location import FieldPath

DRILL = "drill"
# What an id is made of; whatever else stands in a reference parts one id from the next.
_WORDS = re.compile(r"[A-Za-z0-9][\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPolicy:
    """What kb.yml demands of the records of one type; None where it demands nothing.

    `recorded_within` counts from the moment it was noticed, `archived_within` from the moment it was over, and
    `retention` from the day it was over.
    """

    recorded_within: Period | None = None
    archived_within: Period | None = None
    retention: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """What a record says of a page. `path` is the field that says it.

    `day` is when what the record tells of was over, `kind` the trigger of the review that it asks for: `incident`,
    `change`, `drill`, or empty if it asks for none. `finding` is empty where the page was exercised and nothing found.
    """

    record: Document
    path: FieldPath
    day: date
    kind: str
    finding: str
    note: str


def first_day(document: Document, content_type: ContentType, zone: tzinfo) -> date | None:
    """Return the day, in that zone, on which what a record tells of began."""
    return next(_days(document, content_type.dated_by, zone), None)


def last_day(document: Document, content_type: ContentType, zone: tzinfo) -> date | None:
    """Return the day, in that zone, on which what a record tells of was over."""
    return next(_days(document, reversed(content_type.dated_by), zone), None)


def _days(document: Document, fields: Iterable[str], zone: tzinfo) -> Iterator[date]:
    for name in fields:
        text = document.text(name)
        moment = parse_timestamp(text)
        day = moment.astimezone(zone).date() if moment else parse_date(text)
        if day:
            yield day


def mentions(
    documents: Iterable[Document], types: Mapping[str, ContentType], zone: tzinfo
) -> dict[str, tuple[Mention, ...]]:
    """Return what published records say of pages, by the page's id, oldest first.

    A record that is not published yet may still change its mind, and one that was withdrawn says nothing any more.
    """
    found: dict[str, list[Mention]] = {}
    for document in documents:
        content_type = types[document.type]
        if not (content_type.record and document.id and document.is_published and document.valid):
            continue
        day = last_day(document, content_type, zone)
        if day is None:
            continue
        for target, path, finding, note in _named(document):
            mention = Mention(
                record=document, path=path, day=day, kind=content_type.trigger, finding=finding, note=note
            )
            found.setdefault(target, []).append(mention)
    return {target: tuple(sorted(each, key=lambda mention: mention.day)) for target, each in found.items()}


def _named(document: Document) -> Iterator[tuple[str, FieldPath, str, str]]:
    """Yield id, field, finding and note of every page that a record names."""
    sops = document.fields.get("sops")
    for index, exercised in enumerate(sops if isinstance(sops, list) else ()):
        if isinstance(exercised, str):
            yield exercised, ("sops", index), "", ""
    for name, key in (("sops", "id"), ("findings", "sop")):
        for index, entry in document.entries(name):
            target = entry.get(key)
            if isinstance(target, str):
                yield target, (name, index, key), _text(entry.get("finding")), _text(entry.get("note"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def ids_in(reference: str) -> frozenset[str]:
    """Return all that may be an id in the text of a reference, and the text itself."""
    return frozenset((reference.strip(), *_WORDS.findall(reference)))
