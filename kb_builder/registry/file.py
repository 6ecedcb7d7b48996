"""Reads one registry file: its text, its values, and what its schema finds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from kb_builder.model.diagnostic import Finding
from kb_builder.schema.sentences import explain
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources.front_matter import parse_yaml_file
from kb_builder.sources.read import read_yaml
from kb_builder.sources.yaml_block import YamlBlock

# The registries by file name, and what nobody does without one.
FILES: Mapping[str, str] = {
    "owners.yml": "no owner is looked up",
    "sla.yml": "no SLA policy is looked up",
    "kpis.yml": "no KPI is known",
    "channels.yml": "no channel is looked up",
    "alerts.yml": "no alert is known",
    "synonyms.yml": "search takes no words of your own for one another",
}
# What follows from one that is there and holds nothing.
_EMPTY: Mapping[str, str] = {
    "owners.yml": "every owner that a page names is unknown",
    "sla.yml": "every SLA policy that a page names is unknown, and no service level is measured",
    "kpis.yml": "no target is watched, and no reading is missed",
    "synonyms.yml": "search knows no words of your own that mean the same",
    "channels.yml": "every channel that is named elsewhere is unknown",
    "alerts.yml": "no alert is checked for the procedure that answers it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryFile:
    """A registry as it was read. `values` is None where there is no file, or none of it can be used.

    `text` is None where there is no file.
    """

    name: str
    path: str
    text: str | None = None
    values: Mapping[str, Any] | None = None
    faults: tuple[Finding, ...] = field(default=())


def read_registry(folder: Path, shown: str, name: str) -> RegistryFile:
    """Read a registry by its file name; `shown` is how its folder is called in messages.

    What the schema refuses is among the faults and in the values as it is written.
    """
    file, path = folder / name, f"{shown}/{name}"
    if not _is_there(file):
        return RegistryFile(name=name, path=path, faults=tuple(_misspelt(folder, shown, name)))
    return _registry(name, path, *read_yaml(file, path))


def registry_of(name: str, path: str, text: str) -> RegistryFile:
    """Return the registry that a text would be; `path` is the file in messages."""
    return _registry(name, path, text, *parse_yaml_file(path, text))


def _registry(name: str, path: str, text: str, block: YamlBlock, faults: tuple[Finding, ...]) -> RegistryFile:
    if faults and not block.values:
        # That the file is broken is said; that everything is missing from it need not be.
        return RegistryFile(name=name, path=path, text=text, faults=faults)
    validator = SchemaValidator(registry_schema(name))
    found = list(faults)
    if not faults and not validator.is_valid(block.values):
        for sentence in explain(validator.errors(block.values)):
            found.append(sentence.finding(path, sentence.location))
    if not found and not any(block.values.values()):
        found.append(
            Finding(
                slug="registry-empty",
                path=path,
                message=f"the file is there and holds nothing, so {_EMPTY[name]}",
                hint=f"fill it (`kb schema {name}` says with what), bring back what was lost, or delete the file",
            )
        )
    return RegistryFile(name=name, path=path, text=text, values=block.values, faults=tuple(found))


def registry_schema(name: str) -> Mapping[str, Any]:
    """Return the JSON Schema of a registry by its file name, with the definitions that it uses."""
    schema = _packaged(f"{name.removesuffix('.yml')}.schema.json")
    shared = _packaged("shared.json")["$defs"]
    own = schema.get("$defs", {})
    used: dict[str, Any] = {}
    waiting = [schema]
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in used and reference not in own:
                used[reference] = shared[reference]
                waiting.append(shared[reference])
    return {**schema, "$defs": {**used, **own}}


def _misspelt(folder: Path, shown: str, name: str) -> Iterator[Finding]:
    """Name the file that was probably meant to be the registry; only the right name is read."""
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:
        return
    wrong = _wrong_names(name)
    near = next((each for each in names if each.lower() in wrong), "")
    if near:
        yield Finding(
            slug="configuration",
            path=f"{shown}/{near}",
            message=f"`{near}` is not read, so {FILES[name]}",
            hint=f"did you mean `{name}`? rename the file",
        )


def _wrong_names(name: str) -> frozenset[str]:
    singular = name.removesuffix(".yml").removesuffix("s")
    endings = ("", ".txt", "yml", ".yml", "yaml", ".yaml", "json", ".json", ".yml.txt", ".yaml.txt")
    return frozenset(stem + ending for stem in (singular, singular + "s") for ending in endings)


def _is_there(file: Path) -> bool:
    """Whether there is such a file, be it one that cannot be read."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


def _packaged(file: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(resources.files(__package__).joinpath(file).read_text(encoding="utf-8"))
    return schema


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix("#/$defs/")
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
