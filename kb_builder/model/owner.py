"""Who answers for a page or a step: an entry of registry/owners.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A team, a role or a person.

    `active` is what the registry says; `until` is the last day the owner answers for anything.
    """

    id: str
    name: str
    kind: str
    members: tuple[str, ...] = ()
    deputy: str = ""
    department: str = ""
    tier: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)
    active: bool = True
    until: date | None = None

    def is_active(self, today: date) -> bool:
        """Whether the owner answers for pages on that day."""
        return self.active and (self.until is None or today <= self.until)
