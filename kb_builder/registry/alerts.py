"""Loads registry/alerts.yml."""

from __future__ import annotations

from collections.abc import Mapping

from kb_builder.model.alert import Alert
from kb_builder.registry.file import RegistryFile
from kb_builder.registry.values import groups, text, texts


def read_alerts(file: RegistryFile) -> Mapping[str, Alert] | None:
    """Return the alerts by id, or None where there is no registry of them."""
    if file.values is None:
        return None
    return {
        name: Alert(
            id=name,
            name=text(entry, "name") or name,
            metric=text(entry, "metric"),
            threshold=text(entry, "threshold"),
            sla=text(entry, "sla"),
            severity=text(entry, "severity"),
            sops=texts(entry, "sop"),
            channels=texts(entry, "channels"),
            owner=text(entry, "owner"),
        )
        for name, entry in groups(file.values)
    }
