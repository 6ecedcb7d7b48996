"""Writes the search index of a built site: pages as readers see them, with what the catalog knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kb_builder.cache import Cache
from kb_builder.messages import messages
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.paths import HOME, address
from kb_builder.model.review import ReviewState
from kb_builder.model.search import PackedSections, SearchPage, SearchSection
from kb_builder.model.site_tree import SiteTree
from kb_builder.pages.words import STATES
from kb_builder.search.client_script import NAME, client_script
from kb_builder.search.page_terms import known_terms
from kb_builder.search.rank import Searcher
from kb_builder.search.read_html import read_sections
from kb_builder.search.write import write_index_to

FOLDER = "search"
# The theme's script of the open box, which goes with the engine.
BOX = "kb/search-box.js"
# Facet to value to the words shown for it, such as `{"owner": {"dba": "資料庫組"}}`.
Labels = Mapping[str, Mapping[str, str]]
# What a page says, by its address.
Sections = Mapping[str, Sequence[SearchSection]]


def write_search(
    tree: SiteTree, catalog: Catalog, site: Path, sections: Sections | None = None, cache: Cache | None = None
) -> None:
    """Put index and client into the folder `search` of a built site.

    `catalog` is projected onto the site's audience, so that nothing enters the index that the audience may not see.
    `sections` are those of pages that were read already. What an earlier run found on a page comes from `cache`.
    """
    folder = site / FOLDER
    folder.mkdir(exist_ok=True)
    pages = list(search_pages(tree, catalog, site, sections or {}))
    with known_terms(cache or Cache(), tree.site.audience) as terms_of:
        write_index_to(folder, pages, catalog.synonyms or (), labels(catalog, tree.site.language), terms_of)
    (folder / NAME).write_text(client_of(site), encoding="utf-8", newline="\n")


def client_of(site: Path) -> str:
    """Return the script of a site's search: the engine with the index's first file and, if it has one, the box."""
    files = [site / FOLDER / "boot.js", site / BOX]
    return client_script(*(file.read_text(encoding="utf-8") for file in files if file.exists()))


def open_search(site: Path) -> Searcher:
    """Return the search of a built site; FileNotFoundError if it has none."""
    return Searcher(lambda name: (site / FOLDER / name).read_text(encoding="utf-8"))


def labels(catalog: Catalog, language: str) -> Labels:
    """Return the words shown for types, owners and review states, as far as the catalog names any."""
    words = messages(language)
    return {
        "type": {name: each.word(each.label, language) for name, each in catalog.settings.types.items()},
        "owner": {owner.id: owner.name for owner in (catalog.owners or {}).values()},
        "state": {state: words(label) for state, label in STATES.items()},
    }


def search_pages(
    tree: SiteTree, catalog: Catalog, site: Path, sections: Sections = MappingProxyType({})
) -> Iterator[SearchPage]:
    """Yield every page of a built site that can be found: all but obsolete ones and the home page.

    A made page that is not to be searched, such as a dashboard, is found by its title alone.
    """
    for page in tree.pages:
        if not page.in_search and (page.source or page.path == HOME):
            continue
        url = address(page.path)
        document = catalog.by_path.get(page.source)
        yield SearchPage(
            url=url,
            title=page.title,
            language=page.language,
            sections=(sections[url] if url in sections else _read(site / url)) if page.in_search else (),
            # What is made of other pages comes after them, as a record does.
            **(_fields(document, catalog, tree.site.audience) if document else {"record": True}),
        )


def _read(file: Path) -> Sequence[SearchSection]:
    return PackedSections(read_sections(file.read_text(encoding="utf-8")))


def _fields(document: Document, catalog: Catalog, audience: str) -> dict[str, Any]:
    """Return what the front matter adds; where that names nothing, as on the customer site, it is empty."""
    is_staff = audience == "staff"
    state = catalog.review(document).state if is_staff else ReviewState.EXEMPT
    return {
        "id": document.id,
        "aliases": document.texts("aliases"),
        # Customers know no types; they have topics.
        "type": document.type if is_staff else document.text("topic"),
        "owner": document.text("owner"),
        "state": str(state) if state is not ReviewState.EXEMPT else "",
        "tags": document.texts("tags"),
        "record": catalog.type_of(document).record,
    }
