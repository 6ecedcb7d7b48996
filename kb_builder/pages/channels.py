"""Channels: how people reach each other, urgent ones first, with their rules and who uses them for what."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.alert import Alert
from kb_builder.model.paths import CHANNELS
from kb_builder.model.site_tree import StagedPage
from kb_builder.model.sla import Policy
from kb_builder.pages.view import View
from kb_builder.pages.words import URGENCIES


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the list of channels, on the staff site and where the registry holds one."""
    registry = view.catalog.channels
    if not view.is_staff or registry is None or not registry.channels:
        return
    words = view.words()
    channels = registry.channels.values()
    groups = [(urgency, [each for each in channels if each.urgency == urgency]) for urgency in URGENCIES]
    yield StagedPage(
        path=CHANNELS,
        title=words("Channels"),
        summary=words("How to reach whom, and how soon somebody answers"),
        language=words.language,
        body=view.render(
            "channels.md.j2",
            here=CHANNELS,
            groups=[(urgency, found) for urgency, found in groups if found],
            naming=registry.naming,
            policies=_policies(view),
            alerts=_alerts(view),
            URGENCIES=URGENCIES,
        ),
        hide=("navigation", "toc"),
    )


def _policies(view: View) -> dict[str, list[Policy]]:
    """Return the policies that name a channel, for themselves or for a level, by its id."""
    found: dict[str, list[Policy]] = {}
    for policy in view.catalog.sla.policies.values() if view.catalog.sla else ():
        named = (*policy.channels, *(name for level in policy.levels for name in level.channels))
        for name in dict.fromkeys(named):
            found.setdefault(name, []).append(policy)
    return found


def _alerts(view: View) -> dict[str, list[Alert]]:
    """Return the alerts that go to a channel, by its id."""
    found: dict[str, list[Alert]] = {}
    for alert in (view.catalog.alerts or {}).values():
        for name in dict.fromkeys(alert.channels):
            found.setdefault(name, []).append(alert)
    return found
