"""Who answers for what, and what of it is overdue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.kpi import Kpi
from kb_builder.model.review import ReviewState
from kb_builder.reports.actions import Action, all_actions, urgency
from kb_builder.reports.figures import MeasureState
from kb_builder.reports.reviews import review_state, review_urgency
from kb_builder.reports.table import Count, Source, count


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What one owner answers for, each kind with the most urgent first.

    `pages` are those to keep: no records, no obsolete ones. `procedures` have a step of this owner.
    """

    pages: list[Document] = field(default_factory=list)
    procedures: list[Document] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    kpis: list[Kpi] = field(default_factory=list)

    def in_state(self, catalog: Catalog, *states: ReviewState) -> list[Document]:
        """Return the pages whose review stands so."""
        return [document for document in self.pages if review_state(catalog, document) in states]

    def to_do(self, state: MeasureState) -> list[Action]:
        """Return the action items in a state."""
        return [action for action in self.actions if action.measure.state is state]

    def missed_drills(self, catalog: Catalog) -> list[Document]:
        """Return the pages whose drill is overdue."""
        return [page for page in self.pages if (day := catalog.next_drill(page)) and day < catalog.as_of]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    """An owner of the registry, or a name that stands for one elsewhere; `id` is empty for what nobody answers for.

    `active` is whether the registry has the owner, and the owner answers for anything today. Reviews are `overdue`,
    `triggered` (asked for by a record), `never` done or `due_soon`.
    """

    id: str
    name: str
    kind: str
    department: str
    active: bool
    overdue: Count
    triggered: Count
    never: Count
    due_soon: Count
    drills_overdue: Count
    actions_overdue: Count
    actions_open: Count
    readings_missing: Count
    pages: Count
    procedures: Count

    @property
    def urgent(self) -> int:
        """How many things are late."""
        late = (
            self.overdue,
            self.triggered,
            self.never,
            self.drills_overdue,
            self.actions_overdue,
            self.readings_missing,
        )
        return sum(map(int, late))


def assignments(catalog: Catalog) -> dict[str, Assigned]:
    """Return what everybody answers for who is in the registry of owners or is named as an owner elsewhere."""
    found = {id_: Assigned() for id_ in catalog.owners or {}}

    def of(owner: str) -> Assigned:
        return found.setdefault(owner, Assigned())

    for document in sorted(catalog.documents, key=lambda each: review_urgency(catalog, each)):
        if not (document.is_obsolete or catalog.type_of(document).record):
            of(document.text("owner")).pages.append(document)
    steps = {
        (each.target, each.document.path): each.document
        for each in catalog.owner_references
        if each.path[0] == "steps" and not each.document.is_obsolete
    }
    for (owner, _path), document in steps.items():
        of(owner).procedures.append(document)
    for action in sorted(all_actions(catalog), key=urgency):
        of(action.measure.owner).actions.append(action)
    for kpi in (catalog.kpis or {}).values():
        of(kpi.owner).kpis.append(kpi)
    return found


def owner_rows(catalog: Catalog, found: Mapping[str, Assigned]) -> list[OwnerRow]:
    """Return one row an owner: those with most that is late first, then those with most that is due soon."""
    rows = [_row(catalog, owner, assigned) for owner, assigned in found.items()]
    return sorted(rows, key=lambda row: (-row.urgent, -int(row.due_soon), -int(row.actions_open), row.id))


def _row(catalog: Catalog, id_: str, assigned: Assigned) -> OwnerRow:
    owner = (catalog.owners or {}).get(id_)
    registry = catalog.registry_path("kpis.yml")
    missing = (
        Source(f"{kpi.id}/{month:%Y-%m}", registry) for kpi in assigned.kpis for month in kpi.missing(catalog.as_of)
    )
    return OwnerRow(
        id=id_,
        name=catalog.owner_name(id_),
        kind=owner.kind if owner else "",
        department=owner.department if owner else "",
        active=bool(owner and owner.is_active(catalog.as_of)),
        overdue=count(assigned.in_state(catalog, ReviewState.OVERDUE)),
        triggered=count(assigned.in_state(catalog, ReviewState.TRIGGERED)),
        never=count(assigned.in_state(catalog, ReviewState.NEVER)),
        due_soon=count(assigned.in_state(catalog, ReviewState.DUE_SOON)),
        drills_overdue=count(assigned.missed_drills(catalog)),
        actions_overdue=_items(assigned.to_do(MeasureState.OVERDUE)),
        actions_open=_items(assigned.to_do(MeasureState.OPEN)),
        readings_missing=Count(tuple(missing)),
        pages=count(assigned.pages),
        procedures=count(assigned.procedures),
    )


def _items(actions: Iterable[Action]) -> Count:
    return Count(tuple(Source(f"{each.measure.record}/{each.measure.id}", each.measure.path) for each in actions))
