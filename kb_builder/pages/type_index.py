"""The page that lists all documents of one type, grouped by category, topic or year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, tzinfo

from kb_builder.messages import Messages
from kb_builder.model.content_type import ContentType
from kb_builder.model.document import Document
from kb_builder.model.paths import index_path
from kb_builder.model.record import first_day
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View
from kb_builder.pages.words import CATEGORIES, duration_words

Group = tuple[str, Sequence[Document]]

# Fields that have a column of their own where a page has them, and that of what is a record.
_COLUMNS = ("version", "severity", "impact", "outcome")
_YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])", re.ASCII)


def pages(view: View) -> Iterator[StagedPage]:
    """Yield an index page for every type that has pages; customers have their list on the home page."""
    if not view.is_staff:
        return
    words = view.words()
    for content_type in view.catalog.settings.types.values():
        documents = [document for document in view.catalog.documents if document.type == content_type.name]
        if not documents:
            continue
        title = content_type.word(content_type.plural, words.language)
        zone = view.catalog.settings.zone
        yield StagedPage(
            path=index_path(content_type),
            title=title,
            summary=words("{n} pages", n=len(documents)),
            language=words.language,
            body=view.render(
                "type_index.md.j2",
                type=content_type,
                here=index_path(content_type),
                title=title,
                count=len(documents),
                # Columns that stay empty are left out.
                columns=[name for name in _COLUMNS if any(document.fields.get(name) for document in documents)],
                groups=groups(content_type, [d for d in documents if not d.is_obsolete], words, zone),
                obsolete=[document for document in documents if document.is_obsolete],
                day=lambda document, content_type=content_type, zone=zone: first_day(document, content_type, zone),
                duration=lambda document: _duration(document, words),
            ),
            hide=("toc",) if content_type.record else ("navigation",),
        )


def groups(content_type: ContentType, documents: Sequence[Document], words: Messages, zone: tzinfo) -> list[Group]:
    """Group documents by the type's field: categories in the order of urgency, years newest first, topics by name."""
    by_name: dict[str, list[Document]] = {}
    for document in documents:
        by_name.setdefault(_group_of(content_type, document, zone), []).append(document)
    if content_type.group_by == "year":

        def newest(document: Document) -> tuple[date, str]:
            return first_day(document, content_type, zone) or date.min, document.id

        return [(name, sorted(by_name[name], key=newest, reverse=True)) for name in sorted(by_name, reverse=True)]
    order = list(CATEGORIES)
    names = sorted(by_name, key=lambda name: (order.index(name) if name in order else len(order), name))
    return [(words(CATEGORIES.get(name, name)), sorted(by_name[name], key=lambda each: each.id)) for name in names]


def _group_of(content_type: ContentType, document: Document, zone: tzinfo) -> str:
    if content_type.group_by == "year":
        day = first_day(document, content_type, zone)
        in_id = _YEAR.search(document.id)
        return str(day.year) if day else in_id[0] if in_id else ""
    return document.text(content_type.group_by) if content_type.group_by else ""


def _duration(document: Document, words: Messages) -> str:
    impact = document.fields.get("impact")
    return duration_words(str(impact.get("duration", "")), words) if isinstance(impact, dict) else ""
