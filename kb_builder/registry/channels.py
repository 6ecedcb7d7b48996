"""Loads registry/channels.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kb_builder.model.channel import Channel, ChannelRegistry
from kb_builder.model.diagnostic import Finding, Related
from kb_builder.model.location import Field
from kb_builder.registry.file import RegistryFile
from kb_builder.registry.values import group, groups, period, text, texts
from kb_builder.schema.validator import SchemaValidator


def read_channels(file: RegistryFile) -> tuple[ChannelRegistry | None, tuple[Finding, ...]]:
    """Return the channels, or None where there is no registry of them, and the names that break a naming rule."""
    if file.values is None:
        return None, ()
    registry = ChannelRegistry(
        channels={name: _channel(name, entry) for name, entry in groups(group(file.values, "channels"))},
        naming={kind: text(rule, "rule") for kind, rule in groups(group(file.values, "naming"))},
    )
    return registry, (*_same_names(file, registry), *_misnamed(file, registry))


def _channel(name: str, entry: Mapping[str, Any]) -> Channel:
    return Channel(
        id=name,
        name=text(entry, "name") or name,
        kind=text(entry, "kind"),
        purpose=text(entry, "purpose"),
        urgency=text(entry, "urgency"),
        posting=texts(entry, "posting"),
        response=period(entry, "response"),
        owner=text(entry, "owner"),
    )


def _same_names(file: RegistryFile, registry: ChannelRegistry) -> Iterator[Finding]:
    """Yield channels of the same kind and name as one before: nobody could tell which rules hold there."""
    first: dict[tuple[str, str], str] = {}
    for channel in registry.channels.values():
        other = first.setdefault((channel.kind, channel.name), channel.id)
        if other != channel.id:
            yield Finding(
                slug="invalid-value",
                path=file.path,
                message=f"`{channel.name}` is the name of two channels, `{other}` and `{channel.id}`",
                hint="give one of them its own name, or delete one",
                location=Field(path=("channels", channel.id, "name")),
                related=(
                    Related(path=file.path, location=Field(path=("channels", other, "name")), message="the other one"),
                ),
            )


def _misnamed(file: RegistryFile, registry: ChannelRegistry) -> Iterator[Finding]:
    """Yield patterns that are none, and channels whose name does not meet the pattern of their kind."""
    for kind, rule in groups(group(file.values or {}, "naming")):
        pattern = text(rule, "pattern")
        # The engine of the schemas bears any pattern: it takes no exponential time.
        validator = SchemaValidator({"type": "string", "pattern": pattern})
        try:
            validator.is_valid("")
        except ValueError:
            yield Finding(
                slug="invalid-value",
                path=file.path,
                message=f"`{pattern}` is no regular expression",
                hint=r"write one such as ^#[a-z]+(-[a-z0-9]+)*$",
                location=Field(path=("naming", kind, "pattern")),
            )
            continue
        for channel in registry.channels.values():
            if channel.kind == kind and pattern and not validator.is_valid(channel.name):
                yield Finding(
                    slug="channel-misnamed",
                    path=file.path,
                    message=f"`{channel.name}` is not named as the rule for {kind} asks: {text(rule, 'rule')}",
                    hint=f"rename the channel so that its name matches {pattern}",
                    location=Field(path=("channels", channel.id, "name")),
                )
