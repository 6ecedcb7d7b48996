"""Loads registry/synonyms.yml."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from kb_builder.model.diagnostic import Finding
from kb_builder.model.location import Field
from kb_builder.model.search import SynonymGroup
from kb_builder.schema.sentences import explain
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources.read import read_yaml

FILE_NAME = "synonyms.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SynonymsRegistry:
    """The groups of synonyms, none where there is no registry of them; the file's path and text, and its faults."""

    groups: tuple[SynonymGroup, ...] = ()
    path: str = ""
    text: str = ""
    faults: tuple[Finding, ...] = ()


def load_synonyms(folder: Path, shown: str) -> SynonymsRegistry:
    """Read the synonyms from a registry folder; `shown` is how the folder is called in messages."""
    path = f"{shown}/{FILE_NAME}"
    try:
        (folder / FILE_NAME).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return SynonymsRegistry(path=path)
    except OSError:
        # Reading it says why.
        pass
    text, block, syntax_faults = read_yaml(folder / FILE_NAME, path)
    faults = [*syntax_faults, *(() if syntax_faults else _faults(block.values, path))]
    groups = () if faults else tuple(_groups(block.values))
    return SynonymsRegistry(groups=groups, path=path, text=text, faults=tuple(faults))


def _faults(values: Mapping[str, Any], path: str) -> Iterator[Finding]:
    validator = SchemaValidator(_schema())
    if not validator.is_valid(values):
        for sentence in explain(validator.errors(values)):
            yield Finding(
                slug=sentence.slug,
                path=path,
                message=sentence.message,
                hint=sentence.hint,
                location=sentence.location,
                key=sentence.key,
            )
        return
    first: dict[str, int] = {}
    for number, words in enumerate(values.get("groups", ())):
        for place, word in enumerate(words):
            other = first.setdefault(word.casefold(), number)
            if other != number:
                yield Finding(
                    slug="invalid-value",
                    path=path,
                    message=f"`{word}` is in group {number + 1} and in group {other + 1}",
                    hint="make one group of both, or remove the word from one",
                    location=Field(path=("groups", number, place)),
                    key=word,
                )


def _groups(values: Mapping[str, Any]) -> Iterator[SynonymGroup]:
    for words in values.get("groups", ()):
        yield SynonymGroup.of(tuple(words))
    for entry in values.get("one_way", ()):
        yield SynonymGroup(asked=(entry["from"],), found=tuple(entry["to"]))


def _schema() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("synonyms.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
