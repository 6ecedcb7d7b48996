"""The first page of each site: search, what is needed in an emergency, what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb_builder.model.document import Document
from kb_builder.model.paths import HOME, index_path
from kb_builder.model.review import ReviewState
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View

_DUE_SHOWN = 8


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the home page of the site."""
    yield StagedPage(
        path=HOME,
        title=view.site.name,
        summary=view.site.description,
        language=view.site.language,
        body=_staff(view) if view.is_staff else _customers(view),
        in_search=False,
        hide=("toc", "navigation"),
    )


def topics(documents: Sequence[Document]) -> list[tuple[str, list[Document]]]:
    """Return the documents by topic, larger topics first."""
    found: dict[str, list[Document]] = {}
    for document in sorted(documents, key=lambda each: each.content_path):
        found.setdefault(document.text("topic"), []).append(document)
    return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _customers(view: View) -> str:
    return view.render("home_customers.md.j2", here=HOME, topics=topics(view.catalog.documents))


def _staff(view: View) -> str:
    catalog = view.catalog
    published = [document for document in catalog.documents if document.is_published]
    due = [
        document
        for document in published
        if catalog.review(document).state in (ReviewState.DUE_SOON, ReviewState.OVERDUE, ReviewState.TRIGGERED)
    ]
    due.sort(key=lambda each: (catalog.review(each).next_review or catalog.as_of, each.id))
    sections = [
        (content_type, index_path(content_type), count)
        for content_type in catalog.settings.types.values()
        if (count := sum(document.type == content_type.name for document in catalog.documents))
    ]
    return view.render(
        "home_staff.md.j2",
        here=HOME,
        emergency=[document for document in published if document.text("category") == "emergency"]
        + [
            document
            for document in published
            if document.text("category") == "security"
            and document.texts("incident_class")
            and document.texts("escalation")
        ],
        due=due[:_DUE_SHOWN],
        due_count=len(due),
        sections=sections,
        recent=sorted(
            (document for document in published if document.text("resolved_at")),
            key=lambda each: each.text("started_at"),
            reverse=True,
        )[:4],
    )
