"""api/pages.json: every page of the staff site for other programs, as api/pages.schema.json says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

from kb_builder.model.document import Document
from kb_builder.model.paths import address, page_path
from kb_builder.model.site_tree import StagedFile
from kb_builder.pages.view import View

_PATH = "api/pages.json"
_SCHEMA = "pages.schema.json"


def files(view: View) -> Iterator[StagedFile]:
    """Yield the data and its schema, on the staff site."""
    if not view.is_staff:
        return
    data = {
        "version": 1,
        "as_of": view.catalog.as_of.isoformat(),
        "site": view.site.url,
        "pages": [_page(view, document) for document in sorted(view.catalog.documents, key=lambda each: each.path)],
    }
    yield StagedFile(path=_PATH, data=f"{json.dumps(data, ensure_ascii=False, indent=1)}\n".encode())
    schema = resources.files(__package__).joinpath(_SCHEMA).read_bytes()
    yield StagedFile(path=f"api/{_SCHEMA}", data=schema)


def _page(view: View, document: Document) -> dict[str, Any]:
    review = view.catalog.review(document)
    return {
        "id": document.id,
        "type": document.type,
        "path": document.path,
        "url": view.url(address(page_path(document.content_path))),
        "title": document.title,
        "summary": document.text("summary"),
        "status": document.status,
        "audience": document.text("audience") or "staff",
        "language": view.language(document),
        "owner": document.text("owner"),
        "category": document.text("category"),
        "topic": document.text("topic"),
        "tags": list(document.texts("tags")),
        "version": document.text("version"),
        "last_reviewed": review.last_reviewed.isoformat() if review.last_reviewed else None,
        "review_interval": str(review.interval) if review.interval else None,
        "next_review": review.next_review.isoformat() if review.next_review else None,
        "state": review.state.value,
    }
