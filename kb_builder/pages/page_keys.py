"""What pages for staff depend on, as hashes: the fields of documents, what other pages a page shows, the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kb_builder.cache import digest
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.pages.report_link import version_of
from kb_builder.pages.view import View


def page_keys(view: View) -> Callable[[Document, str], str]:
    """Return a function that gives the key of a document's page, from the document and its text.

    A key changes with kb.yml, the day and any registry; with the document's own fields, text and version; and with the
    fields of every other page that it names by id anywhere, that supersedes it, or that says something of it.
    """
    catalog = view.catalog
    project, fronts = _project(view), _fronts(view)
    by_id, mentions = catalog.by_id, catalog.mentions

    def others(document: Document) -> Iterator[Document]:
        for name in by_id.keys() & set(_scalars(document.fields)):
            yield by_id[name]
        successor = catalog.successor(document)
        if successor:
            yield successor

    def key(document: Document, text: str) -> str:
        shown = sorted(fronts[each.path] for each in others(document))
        # What is not valid is not on the site, but may be said to name a page.
        said = [fronts.get(each.record.path) or _front(each.record) for each in mentions.get(document.id, ())]
        version = version_of(view, document)
        return digest(project, fronts[document.path], text, version, *shown, str(len(shown)), *said)

    return key


def fields_key(view: View) -> str:
    """Return the key of pages that depend on the fields of all documents, but on no text of theirs."""
    return view.once(("fields key",), lambda: digest(_project(view), *_fronts(view).values()))


def _project(view: View) -> str:
    """Return a hash of kb.yml, the site, the day and the registries."""
    catalog: Catalog = view.catalog
    texts = catalog.registry_texts
    registries = (part for path in sorted(texts) for part in (path, texts[path]))
    return digest(catalog.settings.text, repr(view.site), catalog.as_of.isoformat(), *registries)


def _fronts(view: View) -> Mapping[str, str]:
    """Return a hash of the fields of every document, by path."""
    return view.once(("fronts",), lambda: {each.path: _front(each) for each in view.catalog.documents})


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
