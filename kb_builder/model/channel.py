"""How people reach each other: an entry of registry/channels.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb_builder.model.dates import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A chat channel, phone number, mailbox …; `name` is how it is written where people use it.

    `urgency` says what it is for: urgent, ordinary or any matters. `posting` are its rules, `response` how soon
    somebody answers in it.
    """

    id: str
    name: str
    kind: str
    purpose: str = ""
    urgency: str = ""
    posting: tuple[str, ...] = ()
    response: Period | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRegistry:
    """All channels by id, and the naming rule in words of every kind that has one.

    Of a kind with a naming rule the registry holds all channels there are.
    """

    channels: Mapping[str, Channel] = field(default_factory=dict)
    naming: Mapping[str, str] = field(default_factory=dict)

    def names(self, kind: str) -> frozenset[str]:
        """Return the names of all channels of a kind."""
        return frozenset(channel.name for channel in self.channels.values() if channel.kind == kind)
