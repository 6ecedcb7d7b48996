"""What procedures cover: every category and class of incident, its procedures, drills and incidents, and the gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import Period, parse_date
from kb_builder.model.document import Document
from kb_builder.model.paths import COVERAGE
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.view import View
from kb_builder.pages.words import CATEGORIES, CLASSES
from kb_builder.reports.coverage import asks_for_drills, by_category, by_class, procedures_of, reviewers

# A version younger than this is new to those who are trained on it: training is held every quarter.
_NEW = Period(count=3, unit="month")
# Procedures named in one cell, and those named for one role that is trained.
_NAMED = 12
_TRAINED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Who is trained on which procedures; `new` are the paths of those whose version is new."""

    owner: str
    department: str
    procedures: tuple[Document, ...]
    new: frozenset[str]


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the matrix of a staff site that has procedures."""
    procedures = procedures_of(view.catalog)
    if not view.is_staff or not procedures:
        return
    catalog, words = view.catalog, view.words()
    categories, classes = by_category(catalog, procedures, CATEGORIES), by_class(catalog, procedures, CLASSES)
    asked = [each for each in procedures if asks_for_drills(catalog, each)]
    yield StagedPage(
        path=COVERAGE,
        title=words("Coverage"),
        summary=words("Which procedures cover what, when they were exercised, and where the gaps are"),
        language=words.language,
        body=view.render(
            "coverage.md.j2",
            here=COVERAGE,
            categories=categories,
            reviewers={row.name: reviewers(catalog, row) for row in categories},
            classes=classes,
            asked=len(asked),
            exercised=sum(catalog.last_drill(each) is not None for each in asked),
            training=training(catalog),
            new=_NEW,
            named=_NAMED,
            trained=_TRAINED,
        ),
        in_search=False,
        hide=("toc",),
    )


def training(catalog: Catalog) -> list[Training]:
    """Return who is trained on what, by department and name."""
    found: dict[str, list[Document]] = {}
    for document in sorted(catalog.documents, key=lambda each: each.id):
        for owner in document.texts("training_for") if document.is_published else ():
            found.setdefault(owner, []).append(document)
    owners = catalog.owners or {}
    made = [
        Training(
            owner=id_,
            department=owners[id_].department if id_ in owners else "",
            procedures=tuple(documents),
            new=frozenset(each.path for each in documents if _is_new(each, catalog.as_of)),
        )
        for id_, documents in found.items()
    ]
    return sorted(made, key=lambda each: (each.department, each.owner))


def _is_new(document: Document, today: date) -> bool:
    since = parse_date(document.text("effective_date"))
    return since is not None and since <= today < _NEW.after(since)
