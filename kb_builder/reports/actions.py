"""The action register: every measure that a record decided on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.reports.figures import Measure, MeasureState, measures

# What is to be done comes first.
_ORDER = (MeasureState.OVERDUE, MeasureState.OPEN, MeasureState.DONE, MeasureState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A measure with its record, the ticket or change it names, and who saw that it works."""

    measure: Measure
    document: Document
    ref: str
    verified_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """A measure. `record` and `path` are the id and the file of the record, `id` is that of the measure within it.

    `state` is `overdue`, `open`, `done` or `cancelled`; `status` is what the author wrote. `due` is the last day.
    """

    state: MeasureState
    due: date | None
    owner: str
    title: str
    kind: str
    status: str
    record: str
    path: str
    id: str
    ref: str
    verified_by: str


def all_actions(catalog: Catalog) -> tuple[Action, ...]:
    """Return the measures of all records that are not withdrawn, in the order of paths and items."""
    items = (
        (document, item)
        for document in catalog.documents
        if not document.is_obsolete
        for _index, item in document.entries("action_items")
    )
    # Both go through the documents in the same order.
    return tuple(
        Action(
            measure=measure, document=document, ref=_text(item.get("ref")), verified_by=_text(item.get("verified_by"))
        )
        for measure, (document, item) in zip(measures(catalog), items, strict=True)
    )


def is_unfinished(action: Action) -> bool:
    """Whether somebody still has to do something."""
    return action.measure.state in (MeasureState.OVERDUE, MeasureState.OPEN)


def urgency(action: Action) -> tuple[int, date, str, str]:
    """Return a key that puts what is overdue first, then what is open, each by its last day."""
    measure = action.measure
    return _ORDER.index(measure.state), measure.due or date.max, measure.record, measure.id


def action_rows(catalog: Catalog) -> list[ActionRow]:
    """Return one row a measure, the most urgent first."""
    return [_row(action) for action in sorted(all_actions(catalog), key=urgency)]


def _row(action: Action) -> ActionRow:
    measure = action.measure
    return ActionRow(
        state=measure.state,
        due=measure.due,
        owner=measure.owner,
        title=measure.title,
        kind=measure.kind,
        status=measure.status,
        record=measure.record,
        path=measure.path,
        id=measure.id,
        ref=action.ref,
        verified_by=action.verified_by,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
