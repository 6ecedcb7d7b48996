"""KB406 obsolete-referenced: a page in force that still sends readers to an obsolete one."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document

RULE = Rule(code="KB406", slug="obsolete-referenced", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report references and links to obsolete pages. A successor may name what it supersedes; records may look back."""
    for document in catalog.documents:
        if document.is_obsolete or catalog.type_of(document).record:
            continue
        for pattern in catalog.type_of(document).document_refs:
            if pattern[0] == "supersedes":
                continue
            for path, target in document.find_texts(pattern):
                page = catalog.by_id.get(target)
                if page and page.is_obsolete:
                    yield Finding(
                        slug=RULE.slug,
                        path=document.path,
                        message=f"`{target}` ({page.title}) is obsolete",
                        hint=_remedy(catalog, page),
                        location=document.field(*path),
                    )
        for link in catalog.body(document).links:
            page = catalog.by_content_path.get(link.target)
            if page and page.is_obsolete:
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"the link leads to {page.id} ({page.title}), which is obsolete",
                    hint=_remedy(catalog, page),
                    location=link.span,
                )


def _remedy(catalog: Catalog, page: Document) -> str:
    successor = catalog.successor(page)
    return f"refer to its successor {successor.id} ({successor.title})" if successor else "remove the reference"
