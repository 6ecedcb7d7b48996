"""Synonyms: the words that search takes for one another, for staff to see and to add to."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.paths import SYNONYMS
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the list of synonyms, on the staff site and where the registry holds any.

    Search leaves it out: it holds a word of nearly every query and answers none.
    """
    groups = view.catalog.synonyms or ()
    if not view.is_staff or not groups:
        return
    words = view.words()
    yield StagedPage(
        path=SYNONYMS,
        title=words("Synonyms"),
        summary=words("Words that search takes for one another"),
        language=words.language,
        body=view.render(
            "synonyms.md.j2",
            here=SYNONYMS,
            groups=[group for group in groups if not group.is_one_way],
            pairs=[group for group in groups if group.is_one_way],
            path=view.catalog.registry_path("synonyms.yml"),
        ),
        in_search=False,
        hide=("navigation", "toc"),
    )
