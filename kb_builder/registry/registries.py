"""Loads every registry there is. Each may be missing: then nothing is checked against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from kb_builder.model.alert import Alert
from kb_builder.model.channel import ChannelRegistry
from kb_builder.model.diagnostic import Finding
from kb_builder.model.kpi import Kpi
from kb_builder.model.owner import Owner
from kb_builder.model.search import SynonymGroup
from kb_builder.model.sla import SlaRegistry
from kb_builder.registry.alerts import read_alerts
from kb_builder.registry.channels import read_channels
from kb_builder.registry.file import FILES, read_registry, registry_of
from kb_builder.registry.kpis import read_kpis
from kb_builder.registry.owners import owners_missing, read_owners
from kb_builder.registry.sla import read_sla
from kb_builder.registry.synonyms import read_synonyms


@dataclass(frozen=True, slots=True, kw_only=True)
class Registries:
    """What the registries say; None where there is no such file. `texts` maps the path of a file to what is in it."""

    owners: Mapping[str, Owner] | None
    sla: SlaRegistry | None
    kpis: Mapping[str, Kpi] | None
    channels: ChannelRegistry | None
    alerts: Mapping[str, Alert] | None
    synonyms: tuple[SynonymGroup, ...] | None
    texts: Mapping[str, str]
    faults: tuple[Finding, ...]


def load_registries(
    folder: Path, shown: str, zone: ZoneInfo, instead: Mapping[str, str] = MappingProxyType({})
) -> Registries:
    """Read all registries of a folder; `shown` is how it is called in messages, `zone` that of the project.

    Texts given in `instead`, by the names of files, are taken for what the files hold.
    """
    files = {
        name: registry_of(name, f"{shown}/{name}", instead[name])
        if name in instead
        else read_registry(folder, shown, name)
        for name in FILES
    }
    sla, sla_faults = read_sla(files["sla.yml"], zone)
    channels, channel_faults = read_channels(files["channels.yml"])
    return Registries(
        owners=read_owners(files["owners.yml"]),
        sla=sla,
        kpis=read_kpis(files["kpis.yml"]),
        channels=channels,
        alerts=read_alerts(files["alerts.yml"]),
        synonyms=read_synonyms(files["synonyms.yml"]),
        texts={file.path: file.text for file in files.values() if file.text is not None},
        faults=(
            *(fault for file in files.values() for fault in file.faults),
            *owners_missing(files["owners.yml"], folder),
            *sla_faults,
            *channel_faults,
        ),
    )
