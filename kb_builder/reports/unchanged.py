"""How many reviews moved the date and left the text as it was."""

from __future__ import annotations

from kb_builder.model.catalog import Catalog
from kb_builder.model.evidence import previous_review
from kb_builder.reports.figures import Share


def unchanged_share(catalog: Catalog) -> Share:
    """Return the share of pages in force whose last review left the text as it was since the review before.

    Formula: pages of `catalog.unchanged` / pages that have two reviews and whose text at the first of these is known
    from Git.
    """
    history = catalog.history
    known = [
        document
        for document in catalog.documents
        if document.is_published
        and (day := previous_review(document))
        and history.content_on(document.path, day) in history.contents
    ]
    return Share(
        records=tuple(each.id or each.path for each in known if each.path in catalog.unchanged),
        others=tuple(each.id or each.path for each in known if each.path not in catalog.unchanged),
    )
