"""The navigation: hub pages only, so that no page grows with the number of pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb_builder.model.paths import CHANGES, FLOWCHARTS, HOME, OWNERS, PROCESS_MAP, TAGS, index_path
from kb_builder.model.site_tree import NavEntry, StagedPage
from kb_builder.pages.view import View


def navigation(view: View, made: Iterable[StagedPage]) -> Iterator[NavEntry]:
    """Yield the hub pages that were made, some of them gathered in sections."""
    paths = {page.path for page in made}
    for entry in _wanted(view):
        if entry.path in paths:
            yield entry
        children = tuple(child for child in entry.children if child.path in paths)
        if len(children) == 1:
            yield NavEntry(label=entry.label, path=children[0].path)
        elif children:
            yield NavEntry(label=entry.label, children=children)


def _wanted(view: View) -> Iterator[NavEntry]:
    words = view.words()
    yield NavEntry(label=words("Home"), path=HOME)
    for content_type in view.catalog.settings.types.values():
        yield NavEntry(label=content_type.word(content_type.plural, words.language), path=index_path(content_type))
    yield NavEntry(
        label=words("Flowcharts"),
        children=(
            NavEntry(label=words("All flowcharts"), path=FLOWCHARTS),
            NavEntry(label=words("Process map"), path=PROCESS_MAP),
        ),
    )
    yield NavEntry(label=words("Owners and roles"), path=OWNERS)
    yield NavEntry(label=words("Changes"), path=CHANGES)
    yield NavEntry(label=words("Tags"), path=TAGS)
