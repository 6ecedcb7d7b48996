"""The page that lists all documents of one type, grouped by category, topic or year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb_builder.messages import Messages
from kb_builder.model.content_type import ContentType
from kb_builder.model.document import Document
from kb_builder.model.paths import index_path
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View
from kb_builder.pages.words import CATEGORIES, duration_words

Group = tuple[str, Sequence[Document]]


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
                versioned=any(document.text("version") for document in documents),
                groups=groups(content_type, [d for d in documents if not d.is_obsolete], words),
                obsolete=[document for document in documents if document.is_obsolete],
                duration=lambda document: _duration(document, words),
            ),
            hide=("navigation",),
        )


def groups(content_type: ContentType, documents: Sequence[Document], words: Messages) -> list[Group]:
    """Group documents by the type's field: categories in the order of urgency, years newest first, topics by name."""
    by_name: dict[str, list[Document]] = {}
    for document in documents:
        by_name.setdefault(_group_of(content_type, document), []).append(document)
    if content_type.group_by == "year":
        return [
            (name, sorted(by_name[name], key=lambda each: each.text("started_at"), reverse=True))
            for name in sorted(by_name, reverse=True)
        ]
    order = list(CATEGORIES)
    names = sorted(by_name, key=lambda name: (order.index(name) if name in order else len(order), name))
    return [(words(CATEGORIES.get(name, name)), sorted(by_name[name], key=lambda each: each.id)) for name in names]


def _group_of(content_type: ContentType, document: Document) -> str:
    if content_type.group_by == "year":
        return document.text("started_at")[:4] or document.id[3:7]
    return document.text(content_type.group_by) if content_type.group_by else ""


def _duration(document: Document, words: Messages) -> str:
    impact = document.fields.get("impact")
    return duration_words(str(impact.get("duration", "")), words) if isinstance(impact, dict) else ""
