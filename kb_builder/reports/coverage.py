"""What procedures cover: every category and class of incident, its procedures, drills and incidents, and the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.record import DRILL, last_day
from kb_builder.model.reviewers import missing_reviewers
from kb_builder.reports.table import Source, source, sources

_INCIDENT = "incident"
# A record and the day on which what it tells of was over.
Dated = tuple[date, Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What covers a category or a class of incidents.

    `procedures` are those in force, `drafts` those on their way. `unexercised` are the paths of
    procedures that ask for drills and had none. `drill` and `incident` are the last of each, `next_drill` the last day
    for the next one.
    """

    name: str
    procedures: tuple[Document, ...]
    drafts: tuple[Document, ...]
    owners: tuple[str, ...]
    unexercised: frozenset[str]
    drill: Dated | None
    next_drill: date | None
    incident: Dated | None


class CoverState(StrEnum):
    """How a category or a class of incidents is covered, the most urgent first."""

    # No procedure is in force.
    GAP = "gap"
    # A drill is due and was not held.
    DRILL_OVERDUE = "drill_overdue"
    # A procedure that asks for drills was never exercised.
    UNEXERCISED = "unexercised"
    COVERED = "covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """A category (`by: category`) or a class of incidents (`by: incident_class`), and what covers it.

    `procedures` are in force, `drafts` on their way; of the procedures, `unexercised` ask for drills and had none.
    `last_drill` and `last_incident` are days, with the record of each; `next_drill` is the last day for the next one.
    """

    state: CoverState
    by: str
    name: str
    procedures: tuple[Source, ...]
    drafts: tuple[Source, ...]
    owners: tuple[str, ...]
    unexercised: tuple[Source, ...]
    last_drill: date | None
    drill: Source | None
    next_drill: date | None
    last_incident: date | None
    incident: Source | None


def coverage_rows(catalog: Catalog, categories: Iterable[str], classes: Iterable[str]) -> list[CoverageRow]:
    """Return a row a category and a row a class of incidents, the known ones and others, gaps first.

    There are none where there are no procedures.
    """
    procedures = procedures_of(catalog)
    if not procedures:
        return []
    covers = [("category", each) for each in by_category(catalog, procedures, categories)]
    covers += [("incident_class", each) for each in by_class(catalog, procedures, classes)]
    order = list(CoverState)
    return sorted((_row(catalog, by, cover) for by, cover in covers), key=lambda row: order.index(row.state))


def procedures_of(catalog: Catalog) -> list[Document]:
    """Return the pages of types that are grouped by category, obsolete ones left out."""
    return [each for each in catalog.documents if catalog.type_of(each).group_by == "category" and not each.is_obsolete]


def asks_for_drills(catalog: Catalog, document: Document) -> bool:
    """Whether a page in force should be exercised: it says so, or it is for emergencies."""
    wanted = document.text("drill_interval") or document.text("category") == "emergency"
    return bool(wanted) and document.is_published and catalog.has_drills


def by_category(catalog: Catalog, procedures: Iterable[Document], known: Iterable[str]) -> list[Cover]:
    """Return what covers each category: the known ones, whether they have procedures or not, then others."""
    found: dict[str, list[Document]] = {name: [] for name in known}
    for document in procedures:
        found.setdefault(document.text("category"), []).append(document)
    return [
        _cover(
            catalog,
            name,
            documents,
            drill=_latest(mention for each in documents if (mention := _last_drill(catalog, each))),
            incident=_latest(mention for each in documents if (mention := _last_incident(catalog, each))),
        )
        for name, documents in found.items()
        if name
    ]


def by_class(catalog: Catalog, procedures: Iterable[Document], known: Iterable[str]) -> list[Cover]:
    """Return what covers each class of incidents, the known ones first; drills and incidents are those that name it."""
    found: dict[str, list[Document]] = {name: [] for name in known}
    for document in procedures:
        for name in document.texts("incident_class"):
            found.setdefault(name, []).append(document)
    records: dict[tuple[str, str], list[Dated]] = {}
    for document in catalog.documents:
        content_type = catalog.type_of(document)
        day = last_day(document, content_type, catalog.settings.zone) if document.is_published else None
        if content_type.trigger and day and day <= catalog.as_of:
            for name in document.texts("incident_class"):
                records.setdefault((content_type.trigger, name), []).append((day, document))
    return [
        _cover(
            catalog,
            name,
            documents,
            drill=_latest(records.get((DRILL, name), ())),
            incident=_latest(records.get((_INCIDENT, name), ())),
        )
        for name, documents in found.items()
    ]


def reviewers(catalog: Catalog, cover: Cover) -> list[tuple[str, list[Document]]]:
    """Return who must review the procedures of a category, each with the procedures that do not name them.

    Where kb.yml demands nobody, it is those whom the procedures name.
    """
    missing = {each.path: missing_reviewers(catalog, each) for each in cover.procedures}
    named = catalog.settings.reviewers.get(cover.name) or dict.fromkeys(
        id_ for each in cover.procedures for id_ in each.texts("reviewers")
    )
    return [(id_, [each for each in cover.procedures if id_ in missing[each.path]]) for id_ in named]


def _row(catalog: Catalog, by: str, cover: Cover) -> CoverageRow:
    if not cover.procedures:
        state = CoverState.GAP
    elif cover.next_drill and cover.next_drill < catalog.as_of:
        state = CoverState.DRILL_OVERDUE
    else:
        state = CoverState.UNEXERCISED if cover.unexercised else CoverState.COVERED
    drill_day, drill = cover.drill or (None, None)
    incident_day, incident = cover.incident or (None, None)
    return CoverageRow(
        state=state,
        by=by,
        name=cover.name,
        procedures=sources(cover.procedures),
        drafts=sources(cover.drafts),
        owners=cover.owners,
        unexercised=sources(each for each in cover.procedures if each.path in cover.unexercised),
        last_drill=drill_day,
        drill=source(drill) if drill else None,
        next_drill=cover.next_drill,
        last_incident=incident_day,
        incident=source(incident) if incident else None,
    )


def _cover(
    catalog: Catalog, name: str, documents: Sequence[Document], *, drill: Dated | None, incident: Dated | None
) -> Cover:
    in_force = sorted((each for each in documents if each.is_published), key=lambda each: each.id)
    return Cover(
        name=name,
        procedures=tuple(in_force),
        drafts=tuple(sorted((each for each in documents if not each.is_published), key=lambda each: each.id)),
        owners=tuple(dict.fromkeys(each.text("owner") for each in in_force)),
        unexercised=frozenset(
            each.path for each in in_force if asks_for_drills(catalog, each) and not catalog.last_drill(each)
        ),
        drill=drill,
        next_drill=min((day for each in in_force if (day := catalog.next_drill(each))), default=None),
        incident=incident,
    )


def _last_drill(catalog: Catalog, document: Document) -> Dated | None:
    mention = catalog.last_drill(document)
    return (mention.day, mention.record) if mention else None


def _last_incident(catalog: Catalog, document: Document) -> Dated | None:
    return _latest(
        (mention.day, mention.record)
        for mention in catalog.mentions.get(document.id, ())
        if mention.kind == _INCIDENT and mention.day <= catalog.as_of
    )


def _latest(found: Iterable[Dated]) -> Dated | None:
    return max(found, key=lambda dated: (dated[0], dated[1].id), default=None)
