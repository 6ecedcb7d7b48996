"""Service level agreements: policies, their levels and limits, and limits that hold whatever the level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kb_builder.model.calendar import DAY_MINUTES, BusinessCalendar
from kb_builder.model.dates import Period

# The clocks that start when an incident is noticed, in the order in which they stop.
CLOCKS = ("response", "first_solution", "first_handling", "resolution")
# Every figure a level may give: the clocks, when a third party is called, and how often those concerned are told.
FIGURES = (*CLOCKS, "third_party", "update_interval")
# What an agreement must say, or say why not.
_DEMANDED = ("response", "resolution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of a policy: what belongs to it, and its limits by name (see FIGURES) in minutes or hours.

    `calendar` says when its clocks run. `reason` says why a figure is missing.
    """

    id: str
    name: str
    criteria: str
    calendar: BusinessCalendar
    aliases: tuple[str, ...] = ()
    limits: Mapping[str, Period] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    reason: str = ""

    def minutes(self, figure: str) -> int | None:
        """Return a limit in minutes, or None if the level gives none."""
        limit = self.limits.get(figure)
        return limit.minutes if limit else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """How much of the time a service is up, in per cent; `critical` is for critical systems. None: not agreed."""

    target: float | None = None
    critical: float | None = None
    reason: str = ""

    def error_budget(self, days: int, *, critical: bool = False) -> float | None:
        """Return how many minutes of so many days the service, or a critical system, may be down."""
        target = self.critical if critical else self.target
        return None if target is None else days * DAY_MINUTES * (100 - target) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    """When planned work may interrupt the service. Days are numbered from Monday, 0; times are minutes of the day.

    A window whose `end` is not after its `start` ends on the next day. `notice` is how long before it is announced.
    """

    days: tuple[int, ...] = ()
    start: int | None = None
    end: int | None = None
    notice: Period | None = None
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When a role is on duty: weekdays (0 is Monday) and minutes of the day, past midnight where `end` <= `start`."""

    role: str
    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A service level agreement. Levels stand from the gravest to the mildest.

    `clocks_start` is `noticed` or `started`: clocks run from when an incident is noticed, or from when it began.
    `reasons` says of a figure that no level gives why it is not part of the agreement.
    """

    id: str
    name: str
    owner: str
    scope: str
    calendar: BusinessCalendar
    levels: tuple[Level, ...]
    clocks_start: str = "noticed"
    provider: str = ""
    recipient: str = ""
    channels: tuple[str, ...] = ()
    accountability: str = ""
    availability: Availability | None = None
    maintenance_window: MaintenanceWindow | None = None
    duty: tuple[Shift, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    def level(self, name: str) -> Level | None:
        """Return the level that has this id, name or alias."""
        return next((each for each in self.levels if name in (each.id, each.name, *each.aliases)), None)

    @property
    def promised(self) -> tuple[str, ...]:
        """The figures that every level should give: response and resolution, and what any of its levels gives."""
        given = {figure for level in self.levels for figure in level.limits}
        return tuple(
            figure for figure in FIGURES if figure in given or (figure in _DEMANDED and figure not in self.reasons)
        )

    def duty_gaps(self) -> tuple[tuple[int, int, int], ...]:
        """Return when the calendar of the policy is open in a week and nobody is on duty: (weekday, start, end).

        Start and end are minutes of the day, the end exclusive. Empty if the policy has no shifts.
        """
        if not self.duty:
            return ()
        week = 7 * DAY_MINUTES
        covered = bytearray(week)
        for shift in self.duty:
            length = shift.end - shift.start if shift.end > shift.start else shift.end - shift.start + DAY_MINUTES
            for day in shift.days:
                for minute in range(length):
                    covered[(day * DAY_MINUTES + shift.start + minute) % week] = 1
        return tuple(_uncovered(covered, self.calendar))


def _uncovered(covered: bytearray, calendar: BusinessCalendar) -> Iterator[tuple[int, int, int]]:
    for day in range(7):
        for opens, closes in calendar.hours.get(day, ()):
            begin: int | None = None
            for minute in range(opens, closes + 1):
                is_free = minute < closes and not covered[day * DAY_MINUTES + minute]
                if is_free and begin is None:
                    begin = minute
                elif not is_free and begin is not None:
                    yield day, begin, minute
                    begin = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLimits:
    """What holds for incidents of a class, whatever their level: by when they are under control."""

    controlled_within: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackLimits:
    """By when feedback of customers is passed on and answered, and how often they are asked."""

    routed_within: Period | None = None
    answered_within: Period | None = None
    survey_interval: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaRegistry:
    """All that registry/sla.yml says."""

    policies: Mapping[str, Policy] = field(default_factory=dict)
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)
    incident_classes: Mapping[str, IncidentLimits] = field(default_factory=dict)
    feedback: FeedbackLimits = FeedbackLimits()

    def level(self, policy: str, name: str) -> Level | None:
        """Return a level of a policy by its id, name or alias."""
        found = self.policies.get(policy)
        return found.level(name) if found else None
