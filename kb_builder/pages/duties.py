"""The duty list, to be printed and hung up: who is on duty when, and for each role its deputy, contact and duties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb_builder.messages import Messages
from kb_builder.model.owner import Owner
from kb_builder.model.paths import DUTIES
from kb_builder.model.site_tree import StagedPage
from kb_builder.model.sla import Policy, Shift
from kb_builder.pages.owners import Duties, duties_of
from kb_builder.pages.view import View
from kb_builder.pages.words import clock_words, days_words

# Procedures named for one role; all of them stand on its own page.
_NAMED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """A shift in words, with the policy that asks for it."""

    policy: Policy
    shift: Shift
    days: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An owner with what it answers for, and when it is on duty.

    `contact` is whom to call: the owner, or else a team it belongs to that can be reached.
    """

    owner: Owner
    contact: Owner
    duties: Duties
    shifts: tuple[OnDuty, ...]


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the list of a staff site with a registry of owners of whom anybody has duties."""
    owners = view.catalog.owners
    if not view.is_staff or not owners:
        return
    words = view.words()
    policies = [policy for policy in (view.catalog.sla.policies.values() if view.catalog.sla else ()) if policy.duty]
    shifts = [shift for policy in policies for shift in _on_duty(policy, words)]
    reached = contacts(owners)
    entries = list(_entries(view, shifts, reached))
    if not entries:
        return
    yield StagedPage(
        path=DUTIES,
        title=words("Duty list"),
        summary=words("Who is on duty, who stands in, how to reach them, and what they do"),
        language=words.language,
        body=view.render(
            "duties.md.j2",
            here=DUTIES,
            shifts=shifts,
            gaps=[
                (policy, days_words((day,), words), f"{clock_words(start)}–{clock_words(end)}")
                for policy in policies
                for day, start, end in policy.duty_gaps()
            ],
            entries=entries,
            owners=owners,
            contacts=reached,
            named=_NAMED,
        ),
        in_search=False,
        hide=("toc",),
    )


def contacts(owners: Mapping[str, Owner]) -> dict[str, Owner]:
    """Return for each owner whom to call: itself, or the first team with a contact that it belongs to."""
    teams: dict[str, Owner] = {}
    for owner in owners.values():
        for member in owner.members if owner.channels else ():
            teams.setdefault(member, owner)
    return {id_: owner if owner.channels else teams.get(id_, owner) for id_, owner in owners.items()}


def _on_duty(policy: Policy, words: Messages) -> Iterator[OnDuty]:
    for shift in policy.duty:
        whole = shift.end == shift.start
        next_day = "" if shift.end > shift.start or whole else words(" (next day)")
        hours = words("day and night") if whole else f"{clock_words(shift.start)}–{clock_words(shift.end)}{next_day}"
        yield OnDuty(policy=policy, shift=shift, days=days_words(shift.days, words), hours=hours)


def _entries(view: View, shifts: Iterable[OnDuty], reached: Mapping[str, Owner]) -> Iterator[Entry]:
    """Yield those who have duties, by department and name; people who only fill a role stand with the role."""
    by_role: dict[str, list[OnDuty]] = {}
    for each in shifts:
        by_role.setdefault(each.shift.role, []).append(each)
    duties: Mapping[str, Duties] = duties_of(view)
    owners = view.catalog.owners or {}
    for owner in sorted(owners.values(), key=lambda each: (each.department, each.id)):
        own = duties[owner.id]
        if owner.is_active(view.catalog.as_of) and (own.steps or own.pages or owner.id in by_role):
            yield Entry(owner=owner, contact=reached[owner.id], duties=own, shifts=tuple(by_role.get(owner.id, ())))
