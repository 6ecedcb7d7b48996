"""Loads registry/owners.yml."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from kb_builder.model.dates import parse_date
from kb_builder.model.diagnostic import Finding, Severity
from kb_builder.model.owner import Owner
from kb_builder.schema.sentences import explain
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources.read import read_yaml

FILE_NAME = "owners.yml"
_MISSPELT = frozenset(
    f"{stem}{dot}{ending}" for stem in ("owner", "owners") for dot in (".", "") for ending in ("yml", "yaml", "json")
) | {"owners", "owner", "owners.txt", "owners.yml.txt", "owners.yaml.txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersRegistry:
    """The owners by id (None where there is no registry), the file's path and text, and its faults."""

    owners: Mapping[str, Owner] | None
    path: str = ""
    text: str = ""
    faults: tuple[Finding, ...] = ()


def load_owners(folder: Path, shown: str) -> OwnersRegistry:
    """Read the owners from a registry folder; `shown` is how the folder is called in messages."""
    file = folder / FILE_NAME
    path = f"{shown}/{FILE_NAME}"
    if not _is_there(file):
        return OwnersRegistry(owners=None, path=path, faults=tuple(_not_there(folder, shown)))
    text, block, faults = read_yaml(file, path)
    validator = SchemaValidator(_schema())
    found = list(faults)
    if not faults and not validator.is_valid(block.values):
        for sentence in explain(validator.errors(block.values)):
            found.append(
                Finding(
                    slug=sentence.slug,
                    path=path,
                    message=sentence.message,
                    hint=sentence.hint,
                    location=sentence.location,
                    key=sentence.key,
                )
            )
    if faults and not block.values:
        # That the file is broken is said; that every owner is missing from it need not be.
        return OwnersRegistry(owners=None, path=path, text=text, faults=tuple(found))
    owners = {name: _owner(name, entry) for name, entry in block.values.items() if isinstance(entry, dict)}
    return OwnersRegistry(owners=owners, path=path, text=text, faults=tuple(found))


def _not_there(folder: Path, shown: str) -> Iterator[Finding]:
    """Say that owners are not looked up, if there is a registry to suggest otherwise; a misspelt name is an error."""
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:
        return
    near = next((name for name in names if name.lower() in _MISSPELT), "")
    if near:
        yield Finding(
            slug="configuration",
            path=f"{shown}/{near}",
            message=f"`{near}` is not read, so no owner is looked up",
            hint=f"did you mean `{FILE_NAME}`? rename the file",
        )
    else:
        yield Finding(
            slug="configuration",
            path=f"{shown}/{FILE_NAME}",
            message=f"{shown}/ holds no {FILE_NAME}, so no owner is looked up",
            hint="write one, or remove the folder if owners are not to be looked up",
            severity=Severity.NOTICE,
        )


def _is_there(file: Path) -> bool:
    """Whether there is such a file, be it one that cannot be read."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


def _schema() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("owners.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _owner(name: str, entry: Mapping[str, Any]) -> Owner:
    """Make an owner of an entry; fields of the wrong kind, already reported, are left out."""

    def text(field: str) -> str:
        value = entry.get(field)
        return value if isinstance(value, str) else ""

    members = entry.get("members")
    channels = entry.get("channels")
    return Owner(
        id=name,
        name=text("name") or name,
        kind=text("kind"),
        members=tuple(member for member in members if isinstance(member, str)) if isinstance(members, list) else (),
        deputy=text("deputy"),
        department=text("department"),
        tier=text("tier"),
        channels={k: v for k, v in channels.items() if isinstance(v, str)} if isinstance(channels, dict) else {},
        active=entry.get("active") is not False,
        until=parse_date(text("until")),
    )
