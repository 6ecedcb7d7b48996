"""Finds the fields of a JSON Schema by their paths, for completion and explanations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]
Path = tuple[str, ...]
# Every entry of a list.
ENTRY = "*"
_BRANCHES = ("anyOf", "oneOf")
# Definitions may hold themselves; no field lies so deep.
_DEEPEST = 20


class Fields:
    """The fields of one schema. A node comes with what it refers to, and the name of that as `kind`."""

    def __init__(self, schema: Node) -> None:
        self._schema = schema
        self._definitions: Mapping[str, Node] = schema.get("$defs", {})

    def at(self, path: Path) -> tuple[Node, ...]:
        """Return what a field may be: one node, or several where the schema leaves a choice; none if it is unknown."""
        nodes = tuple(self._branches(self._schema))
        for name in path[:_DEEPEST]:
            nodes = tuple(
                branch for node in nodes for child in _children(node, name) for branch in self._branches(child)
            )
        return nodes if len(path) <= _DEEPEST else ()

    def within(self, path: Path) -> dict[str, Node]:
        """Return the fields that the mapping at a path may have, by name."""
        found: dict[str, Node] = {}
        for node in self.at(path):
            known = node.get("x-known") if not path else None
            for name, child in (known or node.get("properties", {})).items():
                found.setdefault(name, self._resolved(child))
        return found

    def required(self, path: Path) -> frozenset[str]:
        """Return the names of the fields that the mapping at a path must have, or must have once it is published."""
        nodes = self.at(path)
        return frozenset(
            name for node in nodes for part in (node, node.get("then", {})) for name in part.get("required", ())
        )

    def about(self, path: Path) -> Node | None:
        """Return the node that says what a field is for."""
        return self.within(path[:-1]).get(path[-1]) if path else None

    def _branches(self, node: Node) -> Iterator[Node]:
        node = self._resolved(node)
        choices = [child for key in _BRANCHES for child in node.get(key, ())]
        if not choices:
            yield node
        for child in choices:
            yield from self._branches(child)

    def _resolved(self, node: Node) -> Node:
        for _step in range(_DEEPEST):
            name = str(node.get("$ref", "")).removeprefix("#/$defs/")
            if not name or name not in self._definitions:
                return node
            own = {key: value for key, value in node.items() if key != "$ref"}
            node = {**self._definitions[name], "kind": name, **own}
        return node


def _children(node: Node, name: str) -> Iterator[Node]:
    if name == ENTRY and isinstance(node.get("items"), Mapping):
        yield node["items"]
    known = {**(node.get("x-known") or {}), **node.get("properties", {})}
    if name in known:
        yield known[name]
    elif isinstance(node.get("additionalProperties"), Mapping):
        yield node["additionalProperties"]


def meets(pattern: Path, path: Path) -> bool:
    """Whether a pattern such as `("steps", "*", "role")` meets a path; `*` is any entry of a list or mapping."""
    return len(pattern) == len(path) and all(one in (ENTRY, other) for one, other in zip(pattern, path, strict=True))
