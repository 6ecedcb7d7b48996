"""Who must review a page, by what kb.yml says of its category."""

from __future__ import annotations

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document


def missing_reviewers(catalog: Catalog, document: Document) -> tuple[str, ...]:
    """Return the owners whom `review.reviewers` demands for the page's category and who are not among its reviewers.

    A team is among them if one of its members is.
    """
    owners = catalog.owners or {}
    given = set(document.texts("reviewers"))
    return tuple(
        id_
        for id_ in catalog.settings.reviewers.get(document.text("category"), ())
        if id_ not in given and not given.intersection(owners[id_].members if id_ in owners else ())
    )
