"""KB706 page-untagged: a page without tags among pages that have them."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document

RULE = Rule(code="KB706", slug="page-untagged", severity=Severity.WARNING, blocks_build=False)

# Fewer pages say nothing about what a project does with tags.
_ENOUGH = 4


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report published pages without tags, of types of which at least half of the pages have some."""
    by_type: dict[str, list[Document]] = {}
    for document in catalog.documents:
        if document.is_published and not catalog.type_of(document).lenient:
            by_type.setdefault(document.type, []).append(document)
    for documents in by_type.values():
        untagged = [document for document in documents if not document.texts("tags")]
        if len(documents) < _ENOUGH or 2 * len(untagged) > len(documents):
            continue
        for document in untagged:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="the page has no tags; most pages of its type have some",
                hint="add `tags: […]` with words that readers search for; those in use are on the page of tags",
                location=document.field("title", on_key=True),
            )
