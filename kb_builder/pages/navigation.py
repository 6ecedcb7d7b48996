"""The navigation: hub pages only, so that no page grows with the number of pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb_builder.model.paths import HOME, index_path
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View


def navigation(view: View, made: Iterable[StagedPage]) -> Iterator[tuple[str, str]]:
    """Yield label and path of every hub page that was made."""
    paths = {page.path for page in made}
    words = view.words()
    yield words("Home"), HOME
    for content_type in view.catalog.settings.types.values():
        if index_path(content_type) in paths:
            yield content_type.word(content_type.plural, words.language), index_path(content_type)
