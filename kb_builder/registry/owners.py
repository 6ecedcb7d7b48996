"""Loads registry/owners.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kb_builder.model.dates import parse_date
from kb_builder.model.diagnostic import Finding, Severity
from kb_builder.model.owner import Owner
from kb_builder.registry.file import RegistryFile
from kb_builder.registry.values import group, groups, text, texts


def read_owners(file: RegistryFile) -> Mapping[str, Owner] | None:
    """Return the owners by id, or None where there is no registry of them."""
    return None if file.values is None else {name: _owner(name, entry) for name, entry in groups(file.values)}


def owners_missing(file: RegistryFile, folder: Path) -> tuple[Finding, ...]:
    """Say that owners are not looked up, if there is a registry folder to suggest otherwise."""
    if file.text is not None or file.faults or not folder.is_dir():
        return ()
    shown = file.path.removesuffix(f"/{file.name}")
    return (
        Finding(
            slug="configuration",
            path=file.path,
            message=f"{shown}/ holds no {file.name}, so no owner is looked up",
            hint="write one, or remove the folder if owners are not to be looked up",
            severity=Severity.NOTICE,
        ),
    )


def _owner(name: str, entry: Mapping[str, Any]) -> Owner:
    """Make an owner of an entry; fields of the wrong kind, already reported, are left out."""
    members = entry.get("members")
    return Owner(
        id=name,
        name=text(entry, "name") or name,
        kind=text(entry, "kind"),
        members=texts(entry, "members") if isinstance(members, list) else (),
        deputy=text(entry, "deputy"),
        department=text(entry, "department"),
        tier=text(entry, "tier"),
        channels={kind: value for kind, value in group(entry, "channels").items() if isinstance(value, str)},
        active=entry.get("active") is not False,
        until=parse_date(text(entry, "until")),
    )
