"""The first page of each site: search, what is needed in an emergency, what is due, what happened of late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.paths import COVERAGE, HOME, KPIS, SLA, index_path
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.actions import actions_of
from kb_builder.pages.changes import changes_of
from kb_builder.pages.reviews import grouped, needing_action
from kb_builder.pages.view import View
from kb_builder.reports.coverage import procedures_of
from kb_builder.reports.figures import MeasureState

# With the search field and the procedures for emergencies, what is due stands on the first screen.
_EMERGENCY_SHOWN = 4
_DUE_SHOWN = 5
_RECENT_SHOWN = 4
_CHANGES_SHOWN = 6


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
    due = needing_action(catalog)
    actions = actions_of(view)
    states = Counter(each.measure.state for each in actions)
    sections = [
        (content_type, index_path(content_type), count)
        for content_type in catalog.settings.types.values()
        if (count := sum(document.type == content_type.name for document in catalog.documents))
    ]
    return view.render(
        "home_staff.md.j2",
        here=HOME,
        emergency=emergency(catalog)[:_EMERGENCY_SHOWN],
        due=due[:_DUE_SHOWN],
        due_count=len(due),
        reviews=grouped(catalog, lambda _document: "all").get("all"),
        has_actions=bool(actions),
        overdue_actions=states[MeasureState.OVERDUE],
        open_actions=states[MeasureState.OPEN],
        dashboards=list(_dashboards(view)),
        sections=sections,
        recent=sorted(
            (document for document in published if document.text("resolved_at")),
            key=lambda each: each.text("started_at"),
            reverse=True,
        )[:_RECENT_SHOWN],
        changes=changes_of(view)[:_CHANGES_SHOWN],
    )


def _dashboards(view: View) -> Iterator[tuple[str, str]]:
    """Yield name and path of the pages that tell how things stand besides reviews and action items."""
    catalog, words = view.catalog, view.words()
    if procedures_of(catalog):
        yield words("Coverage"), COVERAGE
    if catalog.sla and catalog.sla.policies:
        yield words("Service levels"), SLA
    if catalog.kpis:
        yield words("Key figures"), KPIS


def emergency(catalog: Catalog) -> list[Document]:
    """Return what is needed in an emergency, what most incidents and drills name first.

    These are procedures for emergencies, then those for security that answer a class of incidents and say whom to
    call.
    """
    found = [
        document
        for document in catalog.documents
        if document.is_published
        and (
            document.text("category") == "emergency"
            or (
                document.text("category") == "security"
                and document.texts("incident_class")
                and document.texts("escalation")
            )
        )
    ]

    def use(document: Document) -> tuple[bool, int, str]:
        records = {mention.record.path for mention in catalog.mentions.get(document.id, ())}
        return document.text("category") != "emergency", -len(records), document.id

    return sorted(found, key=use)
