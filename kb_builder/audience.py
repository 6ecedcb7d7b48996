"""Projects a catalog onto an audience: who may see what, denied unless allowed."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document, RawDocument
from kb_builder.model.location import Span
from kb_builder.model.settings import Settings

# All that customers see of front matter; `updated` is the day of the last review.
CUSTOMER_FIELDS = ("title", "summary", "topic", "tags", "language")


def project(catalog: Catalog, audience: str) -> Catalog:
    """Return the catalog as an audience may know it.

    Staff see every valid page. Customers see pages whose audience is exactly `customers` and whose status is
    `published`, of these the fields in CUSTOMER_FIELDS, the text, and the assets the text refers to: no owners,
    sources, reviewers or paths of the project, and ids only where kb.yml wants them in reports of customers.
    """
    if audience == "staff":
        documents = tuple(document for document in catalog.documents if document.valid)
        return with_documents(catalog, documents)
    names_ids = catalog.settings.sites["customers"].report_names_ids
    documents = tuple(_for_customers(each, names_ids) for each in catalog.documents if each.is_for_customers)
    wanted = {
        link.target
        for document in documents
        for link in catalog.bodies[document.content_path].links
        if link.target in catalog.asset_paths
    }
    # A field of the catalog that is not named here does not pass.
    return Catalog(
        settings=_settings_for_customers(catalog.settings, {document.type for document in documents}),
        as_of=catalog.as_of,
        documents=documents,
        bodies=with_documents(catalog, documents).bodies,
        synonyms=tuple(group for group in catalog.synonyms or () if not group.staff_only),
        assets=tuple(asset for asset in catalog.assets if asset.content_path in wanted),
    )


def _settings_for_customers(settings: Settings, types: Container[str]) -> Settings:
    """Return the settings without the site for staff, the rules for reviews and records, and types of other pages."""
    return replace(
        settings,
        text="",
        sites={"customers": replace(settings.sites["customers"], canaries=(), known_words=())},
        types={name: each for name, each in settings.types.items() if name in types},
        overrides=(),
        records={},
        reviewers={},
    )


def with_documents(catalog: Catalog, documents: tuple[Document, ...]) -> Catalog:
    """Return the catalog with no other documents than these of its own."""
    paths = {document.path for document in documents}
    content_paths = {document.content_path for document in documents}
    return replace(
        catalog,
        documents=documents,
        bodies={path: body for path, body in catalog.bodies.items() if path in content_paths},
        reviews={path: review for path, review in catalog.reviews.items() if path in paths},
    )


def _for_customers(document: Document, names_ids: bool) -> Document:
    text = document.raw.body_text
    fields: Mapping[str, Any] = {
        **{name: document.fields[name] for name in CUSTOMER_FIELDS if name in document.fields},
        "updated": document.text("last_reviewed"),
        **({"report_id": document.id} if names_ids else {}),
    }
    raw = RawDocument(
        path=document.path,
        content_path=document.content_path,
        text=text,
        block=None,
        body=Span(start=0, end=len(text)),
        values={},
    )
    return Document(raw=raw, type=document.type, fields=fields)
