"""All tags with the pages that carry them."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.document import Document
from kb_builder.model.paths import TAGS
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the list of tags, on the staff site; obsolete pages are left out."""
    if not view.is_staff:
        return
    tags = tagged(view)
    if not tags:
        return
    words = view.words()
    yield StagedPage(
        path=TAGS,
        title=words("Tags"),
        summary=words("{n} tags", n=len(tags)),
        language=words.language,
        body=view.render("tags.md.j2", here=TAGS, tags=tags),
        in_search=False,
        hide=("toc",),
    )


def tagged(view: View) -> list[tuple[str, list[Document]]]:
    """Return tags with their pages: tags that differ in case only are one, under the form that most pages use."""
    forms: dict[str, dict[str, int]] = {}
    pages_of: dict[str, dict[str, Document]] = {}
    for document in sorted(view.catalog.documents, key=lambda each: (each.type, each.id)):
        for tag in document.texts("tags") if not document.is_obsolete else ():
            name = tag.strip()
            counts = forms.setdefault(name.casefold(), {})
            counts[name] = counts.get(name, 0) + 1
            pages_of.setdefault(name.casefold(), {})[document.path] = document
    shown = {key: max(counts, key=lambda name: (counts[name], name)) for key, counts in forms.items() if key}
    return [
        (shown[key], list(pages_of[key].values())) for key in sorted(shown, key=lambda key: (-len(pages_of[key]), key))
    ]
