"""KB410 channel-unknown: a channel that the registry of channels does not know."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from kb_builder.model.catalog import Catalog
from kb_builder.model.channel import ChannelRegistry
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field, FieldPath

RULE = Rule(code="KB410", slug="channel-unknown", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report channels of policies, levels, alerts and owners that registry/channels.yml, if there, does not hold."""
    registry = catalog.channels
    if registry is None:
        return
    for reference in catalog.channel_references:
        if reference.target not in registry.channels:
            yield _finding(catalog, reference.path, reference.field, reference.target, list(registry.channels))
    yield from _of_owners(catalog, registry)


def _of_owners(catalog: Catalog, registry: ChannelRegistry) -> Iterator[Finding]:
    """Owners give the name of a channel, not its id; only kinds with a naming rule are listed completely."""
    for owner in (catalog.owners or {}).values():
        for kind, name in owner.channels.items():
            known = registry.names(kind)
            if kind in registry.naming and name not in known:
                yield _finding(catalog, catalog.owners_path, (owner.id, "channels", kind), name, sorted(known))


def _finding(catalog: Catalog, path: str, field: FieldPath, name: str, known: list[str]) -> Finding:
    near = process.extractOne(name, known, score_cutoff=70)
    there = catalog.registry_path("channels.yml")
    return Finding(
        slug=RULE.slug,
        path=path,
        message=f"there is no channel `{name}` in {there}",
        hint=f"did you mean `{near[0]}`?" if near else f"add it to {there}, or name one that is there",
        location=Field(path=field),
    )
