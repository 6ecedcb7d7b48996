"""Turns a JSON Schema into rows: a field, its type in words, whether it is required, its default and its meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]
_FORMATS = {
    "date": "a date, `YYYY-MM-DD`",
    "date-time": "a time with zone (RFC 3339), such as `2026-03-31T09:30:00+08:00`",
    "regex": "a regular expression",
}
_SIMPLE = {"integer": "a whole number", "number": "a number", "boolean": "`true` or `false`", "string": "a text"}
_LIMITS = {
    "maxLength": "at most {} characters",
    "minimum": "{} or more",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A field of a schema; `path` has `[]` for every entry of a list and `<name>` for any key of a mapping."""

    path: str
    type: str
    required: bool
    default: str
    meaning: str


class SchemaRows:
    """The fields of one schema."""

    def __init__(self, schema: Node) -> None:
        self._schema = schema
        self._definitions: Mapping[str, Node] = schema.get("$defs", {})

    def rows(self) -> Iterator[Row]:
        """Yield the fields in the schema's order, each followed by those within it."""
        yield from self._fields_of(self._schema, "")

    def rows_of_entries(self) -> Iterator[Row]:
        """Yield the fields of every entry of a schema that is a mapping from names to groups of fields."""
        yield from self._fields_of(self._resolved(self._schema["additionalProperties"]), "")

    def _fields_of(self, node: Node, prefix: str) -> Iterator[Row]:
        for name, child in node.get("properties", {}).items():
            resolved = self._resolved(child)
            yield Row(
                path=prefix + name,
                type=self._words(child),
                required=name in node.get("required", ()),
                default=_default(resolved),
                meaning=str(child.get("description", "")),
            )
            yield from self._within(child, prefix + name)

    def _within(self, node: Node, path: str) -> Iterator[Row]:
        """Yield the fields inside a field: of a group, of the entries of a list, of the values of a mapping."""
        branches = [self._resolved(branch) for branch in self._resolved(node).get("anyOf", [node])]
        for branch in branches:
            yield from self._fields_of(branch, f"{path}.")
            items = branch.get("items", {})
            # “One, or a list of them” would say everything twice.
            if self._resolved(items) not in branches:
                yield from self._within(items, f"{path}[]")
            values = branch.get("additionalProperties")
            if isinstance(values, dict):
                yield from self._fields_of(self._resolved(values), f"{path}.<name>.")
                yield from self._within(values, f"{path}.<name>") if not self._is_group(values) else ()

    def _resolved(self, node: Node) -> Node:
        """Return a node with what it refers to; its own words come first."""
        name = str(node.get("$ref", "")).removeprefix("#/$defs/")
        if not name:
            return node
        own = {key: value for key, value in node.items() if key != "$ref"}
        return {**self._resolved(self._definitions[name]), **own}

    def _is_group(self, node: Node) -> bool:
        return "properties" in self._resolved(node)

    def _words(self, node: Node) -> str:
        """Return the type of a field in words."""
        node = self._resolved(node)
        if "anyOf" in node:
            return "; or ".join(dict.fromkeys(self._words(branch) for branch in node["anyOf"]))
        limits = [text.format(node[key]) for key, text in _LIMITS.items() if key in node]
        return ", ".join([self._kind(node), *limits])

    def _kind(self, node: Node) -> str:
        if "enum" in node:
            return _choice([f"`{value}`" for value in node["enum"]])
        if "x-expects" in node:
            return str(node["x-expects"])
        kind = node.get("type")
        if kind == "array":
            return self._list(node)
        if kind == "object":
            return self._object(node)
        return _FORMATS.get(str(node.get("format"))) or _SIMPLE.get(str(kind), "anything")

    def _list(self, node: Node) -> str:
        items = node.get("items", {})
        some = {1: "one or more ", 2: "two or more "}.get(node.get("minItems", 0), "")
        if self._is_group(items):
            return f"a list of {some}groups of fields"
        start = f"a list of {some}entries, each" if some else "a list, each entry"
        return f"{start} {self._words(items)}"

    def _object(self, node: Node) -> str:
        if self._is_group(node):
            return "a group of fields"
        values = node.get("additionalProperties")
        if not isinstance(values, dict):
            return "names and values"
        if self._is_group(values):
            return "names, each with a group of fields"
        return f"names, each with {self._words(values)}"


def _choice(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def _default(node: Node) -> str:
    if "default" not in node:
        return ""
    value = node["default"]
    return f"`{value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}`"
