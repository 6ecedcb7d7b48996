"""KB406 obsolete-referenced: a page in force that still sends readers to an obsolete one."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document

RULE = Rule(code="KB406", slug="obsolete-referenced", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report references and links to obsolete pages. A successor may name what it supersedes; records may look back."""
    if not any(document.is_obsolete for document in catalog.documents):
        return
    for reference in catalog.document_references:
        page = catalog.by_id.get(reference.target)
        if (
            page
            and page.is_obsolete
            and reference.path[0] != "supersedes"
            and _is_in_force(catalog, reference.document)
        ):
            yield Finding(
                slug=RULE.slug,
                path=reference.document.path,
                message=f"`{page.id}` ({page.title}) is obsolete",
                hint=_remedy(catalog, page),
                location=reference.document.field(*reference.path),
            )
    for document in catalog.documents:
        for link in catalog.body(document).links if _is_in_force(catalog, document) else ():
            page = catalog.by_content_path.get(link.target)
            if page and page.is_obsolete:
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"the link leads to {page.id} ({page.title}), which is obsolete",
                    hint=_remedy(catalog, page),
                    location=link.span,
                )


def _is_in_force(catalog: Catalog, document: Document) -> bool:
    return not document.is_obsolete and not catalog.type_of(document).record


def _remedy(catalog: Catalog, page: Document) -> str:
    successor = catalog.successor(page)
    return f"refer to its successor {successor.id} ({successor.title})" if successor else "remove the reference"
