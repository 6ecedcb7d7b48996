"""Loads registry/synonyms.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kb_builder.model.search import SynonymGroup
from kb_builder.registry.file import RegistryFile
from kb_builder.registry.values import text, texts


def read_synonyms(file: RegistryFile) -> tuple[SynonymGroup, ...] | None:
    """Return the groups and one-way pairs in their order, or None where there is no registry of them."""
    return None if file.values is None else tuple(_groups(file.values))


def _groups(values: Mapping[str, Any]) -> Iterator[SynonymGroup]:
    for name in ("groups", "staff_only"):
        for index, entry in _entries(values, name):
            words = texts({name: entry}, name) if isinstance(entry, list) else ()
            yield SynonymGroup.of(words, staff_only=name == "staff_only", field=(name, index))
    for index, entry in _entries(values, "one_way"):
        if isinstance(entry, dict) and text(entry, "from"):
            yield SynonymGroup(asked=(text(entry, "from"),), found=texts(entry, "to"), field=("one_way", index))


def _entries(values: Mapping[str, Any], name: str) -> Iterator[tuple[int, Any]]:
    entries = values.get(name)
    return enumerate(entries if isinstance(entries, list) else ())
