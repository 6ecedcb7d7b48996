"""KB407 title-clash: two pages in force with the same title."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Related, Rule, Severity
from kb_builder.model.document import Document

RULE = Rule(code="KB407", slug="title-clash", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages of one type and language whose titles differ at most in case and width."""
    first: dict[tuple[str, str, str], Document] = {}
    for document in catalog.documents:
        if document.is_obsolete or not document.text("title"):
            continue
        title = unicodedata.normalize("NFKC", document.title).casefold().strip()
        other = first.setdefault((document.type, document.text("language"), title), document)
        if other is not document:
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"the title is also that of {other.id or other.path}",
                hint="say in the title what sets the two pages apart",
                location=document.field("title"),
                related=(Related(path=other.path, location=other.field("title"), message="the same title here"),),
            )
