"""The reference register: handbooks and public documentation that pages cite, each with the pages that do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.paths import REFERENCES
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View

# Pages named beside a reference.
_CITING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Something a page refers to. `url` is empty where it is not on the web."""

    title: str
    url: str
    note: str

    @property
    def host(self) -> str:
        """The site, as readers know it."""
        return self.url.partition("//")[2].partition("/")[0].removeprefix("www.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A reference with the pages that cite it and what each of them says of it, in the order of their ids."""

    reference: Reference
    cited: tuple[tuple[Document, str], ...]


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the register of a staff site whose pages have references; obsolete pages are left out."""
    if not view.is_staff:
        return
    entries = register(view.catalog)
    if not entries:
        return
    words = view.words()
    yield StagedPage(
        path=REFERENCES,
        title=words("References"),
        summary=words("Handbooks and documentation that pages cite"),
        language=words.language,
        body=view.render("references.md.j2", here=REFERENCES, entries=entries, citing=_CITING),
        in_search=False,
        hide=("toc",),
    )


def references_of(document: Document) -> tuple[Reference, ...]:
    """Return what a page refers to. An address that is not one of the web is left out."""
    return tuple(
        Reference(title=_text(entry.get("title")), url=_address(entry.get("url")), note=_text(entry.get("note")))
        for _index, entry in document.entries("references")
        if _text(entry.get("title"))
    )


def register(catalog: Catalog) -> list[Entry]:
    """Return all references by title. Those with one address are one, and those without by their title."""
    found: dict[str, dict[str, tuple[Document, Reference]]] = {}
    for document in sorted(catalog.documents, key=lambda each: (each.id, each.path)):
        for reference in references_of(document) if not document.is_obsolete else ():
            key = reference.url or reference.title.casefold()
            found.setdefault(key, {}).setdefault(document.path, (document, reference))
    made = [
        Entry(
            reference=next(iter(citing.values()))[1],
            cited=tuple((document, reference.note) for document, reference in citing.values()),
        )
        for citing in found.values()
    ]
    return sorted(made, key=lambda entry: (entry.reference.title.casefold(), entry.reference.url))


def _address(value: object) -> str:
    return value if isinstance(value, str) and value.lower().startswith(("https://", "http://")) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
