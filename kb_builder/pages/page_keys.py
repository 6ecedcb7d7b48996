"""What the page of a document for staff depends on, as a hash: its own text and fields, and what it shows of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kb_builder.cache import digest
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.settings import Site


def page_keys(catalog: Catalog, site: Site) -> Callable[[Document, str], str]:
    """Return a function that gives the key of a document's page, from the document and its text.

    A key changes with kb.yml, the day and any registry; with the document's own fields and text; and with the fields of
    every other page that it names by id anywhere, that supersedes it, or that says something of it.
    """
    texts = catalog.registry_texts
    registries = (part for path in sorted(texts) for part in (path, texts[path]))
    project = digest(catalog.settings.text, repr(site), catalog.as_of.isoformat(), *registries)
    fronts = {each.path: _front(each) for each in catalog.documents}
    by_id, mentions = catalog.by_id, catalog.mentions

    def others(document: Document) -> Iterator[Document]:
        for name in dict.fromkeys(_scalars(document.fields)):
            if name in by_id:
                yield by_id[name]
        successor = catalog.successor(document)
        if successor:
            yield successor
        for mention in mentions.get(document.id, ()):
            yield mention.record

    def key(document: Document, text: str) -> str:
        shown = (fronts.get(each.path) or _front(each) for each in others(document))
        return digest(project, fronts[document.path], text, *shown)

    return key


def _front(document: Document) -> str:
    return digest(document.path, document.content_path, document.type, repr(document.fields))


def _scalars(value: Any) -> Iterator[str]:
    """Yield everything in fields that might be an id."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _scalars(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _scalars(each)
    else:
        yield str(value)
