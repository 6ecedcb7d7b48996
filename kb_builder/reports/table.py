"""What rows of reports are made of, and rows as plain values: nested ones for JSON, flat ones for a spreadsheet.

A row is a frozen dataclass; its fields are the columns. A field holds a text, a number, a date, a `Source`, a `Count`,
or a tuple of texts or sources. What is missing is None.

=================  ==========================================================  ==========================
field              JSON                                                        CSV
=================  ==========================================================  ==========================
text, number       as it is                                                    as it is
date               `"2026-11-20"`                                              `2026-11-20`
`Source`           `{"id": "SOP-001", "path": "content/sops/backup.md"}`       `SOP-001`
tuple              a list                                                      `SOP-001, SOP-002`
`Count`            `{"count": 1, "records": [{"id": …, "path": …}]}`           `1`
None               `null`                                                      nothing
=================  ==========================================================  ==========================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from kb_builder.model.document import Document

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Source:
    """What a figure is made of: the id of a page, or of an entry of it or of a registry, and the path of its file."""

    id: str
    path: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number, and what was counted."""

    records: tuple[Source, ...]

    def __int__(self) -> int:
        return len(self.records)

    def __str__(self) -> str:
        return str(int(self))

    def __bool__(self) -> bool:
        return bool(self.records)


def source(document: Document) -> Source:
    """Return a page as a source; its path is its id where it has none."""
    return Source(document.id or document.path, document.path)


def sources(documents: Iterable[Document]) -> tuple[Source, ...]:
    """Return pages as sources."""
    return tuple(map(source, documents))


def count(documents: Iterable[Document]) -> Count:
    """Return how many pages there are."""
    return Count(sources(documents))


def columns(row_type: type[DataclassInstance]) -> tuple[str, ...]:
    """Return the names of the columns of a type of rows."""
    return tuple(field.name for field in fields(row_type))


def nested(row: DataclassInstance) -> dict[str, Any]:
    """Return a row as JSON takes it."""
    return {name: _nested(getattr(row, name)) for name in columns(type(row))}


def flat(row: DataclassInstance) -> dict[str, Cell]:
    """Return a row with one text or number a column."""
    return {name: _flat(getattr(row, name)) for name in columns(type(row))}


def _nested(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Source):
        return {"id": value.id, "path": value.path}
    if isinstance(value, Count):
        return {"count": int(value), "records": _nested(value.records)}
    return [_nested(each) for each in value] if isinstance(value, tuple) else value


def _flat(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Source):
        return value.id
    if isinstance(value, Count):
        return int(value)
    if isinstance(value, tuple):
        return ", ".join(str(_flat(each)) for each in value)
    return value if isinstance(value, int | float) else str(value)
