"""Takes values of the right kind out of what an author wrote; the schema has already said what is wrong with others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kb_builder.model.dates import Period, parse_period
from kb_builder.model.numbers import as_number


def text(entry: Mapping[str, Any], name: str) -> str:
    """Return a field that is a text, or an empty text."""
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the texts of a field that is a text or a list."""
    value = entry.get(name)
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def number(entry: Mapping[str, Any], name: str) -> float | None:
    """Return a field that is a number."""
    return as_number(entry.get(name))


def period(entry: Mapping[str, Any], name: str) -> Period | None:
    """Return a field that is a length of time."""
    return parse_period(text(entry, name))


def group(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a field that is a group of fields, or an empty one."""
    value = entry.get(name)
    return value if isinstance(value, dict) else {}


def groups(entry: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the names and values of an entry whose values are groups of fields."""
    for name, value in entry.items():
        if isinstance(value, dict):
            yield name, value
