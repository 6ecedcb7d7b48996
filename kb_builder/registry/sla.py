"""Loads registry/sla.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb_builder.model.calendar import (
    ALL_DAY,
    WEEKDAYS,
    BusinessCalendar,
    Opening,
    always_open,
)
from kb_builder.model.dates import parse_date, parse_period
from kb_builder.model.diagnostic import Finding
from kb_builder.model.location import Field, FieldPath
from kb_builder.model.sla import (
    FIGURES,
    Availability,
    FeedbackLimits,
    IncidentLimits,
    Level,
    MaintenanceWindow,
    Policy,
    Shift,
    SlaRegistry,
)
from kb_builder.registry.file import RegistryFile
from kb_builder.registry.values import group, groups, number, period, text, texts
from kb_builder.schema.sentences import did_you_mean, zone_hint


def read_sla(file: RegistryFile, zone: tzinfo) -> tuple[SlaRegistry | None, tuple[Finding, ...]]:
    """Return the agreements, or None where there is no registry of them, and what its schema cannot find.

    `zone` is the time zone of calendars that name none. Where a calendar is unknown, clocks never stop.
    """
    if file.values is None:
        return None, ()
    return _Reader(file, zone).read()


class _Reader:
    """Reads the file from top to bottom; what is wrong is collected on the way."""

    def __init__(self, file: RegistryFile, zone: tzinfo) -> None:
        self._values: Mapping[str, Any] = file.values or {}
        self._path = file.path
        self._zone = zone
        self._faults: list[Finding] = []
        self._calendars: dict[str, BusinessCalendar] = {}

    def read(self) -> tuple[SlaRegistry, tuple[Finding, ...]]:
        """Return all that can be used, and the faults."""
        for name, entry in groups(group(self._values, "calendars")):
            self._calendars[name] = self._calendar(name, entry)
        feedback = group(self._values, "feedback")
        registry = SlaRegistry(
            calendars=self._calendars,
            policies={name: self._policy(name, entry) for name, entry in groups(group(self._values, "policies"))},
            incident_classes={
                name: IncidentLimits(controlled_within=period(entry, "controlled_within"))
                for name, entry in groups(group(self._values, "incident_classes"))
            },
            feedback=FeedbackLimits(
                routed_within=period(feedback, "routed_within"),
                answered_within=period(feedback, "answered_within"),
                survey_interval=period(feedback, "survey_interval"),
            ),
        )
        return registry, tuple(self._faults)

    def _fault(self, slug: str, message: str, hint: str, path: FieldPath, *, on_key: bool = False) -> None:
        location = Field(path=path, on_key=on_key)
        self._faults.append(Finding(slug=slug, path=self._path, message=message, hint=hint, location=location))

    # --- calendars --------------------------------------------------------------------------------------------

    def _calendar(self, name: str, entry: Mapping[str, Any]) -> BusinessCalendar:
        path = ("calendars", name)
        hours: dict[int, tuple[Opening, ...]] = {}
        if entry.get("hours") == "always":
            hours = dict.fromkeys(range(7), ALL_DAY)
        for day, weekday in enumerate(WEEKDAYS):
            if weekday in group(entry, "hours"):
                hours[day] = self._openings(group(entry, "hours"), weekday, (*path, "hours", weekday))
        exceptions = group(entry, "exceptions")
        return BusinessCalendar(
            id=name,
            name=text(entry, "name") or name,
            zone=self._zone_of(entry, (*path, "timezone")),
            hours=hours,
            holidays={
                closed: str(label)
                for written, label in group(entry, "holidays").items()
                if (closed := parse_date(written))
            },
            exceptions={
                special: self._openings(exceptions, written, (*path, "exceptions", written))
                for written in exceptions
                if (special := parse_date(written))
            },
        )

    def _zone_of(self, entry: Mapping[str, Any], path: FieldPath) -> tzinfo:
        name = text(entry, "timezone")
        if not name:
            return self._zone
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._fault("invalid-choice", f"there is no time zone `{name}`", zone_hint(name), path)
            return self._zone

    def _openings(self, entry: Mapping[str, Any], name: str, path: FieldPath) -> tuple[Opening, ...]:
        """Return openings in order; one that ends before it begins, or overlaps with another, is a fault."""
        found: list[Opening] = []
        for index, written in enumerate(texts(entry, name)):
            start, _dash, end = written.partition("-")
            begin, finish = _minute(start), _minute(end)
            if begin is None or finish is None:
                continue
            if finish == begin:
                self._fault(
                    "invalid-value",
                    f"`{written}` ends when it begins, so it is no time at all",
                    "delete it, or correct one of the times; the whole day is 00:00-24:00",
                    (*path, index),
                )
            elif finish < begin:
                self._fault(
                    "invalid-value",
                    f"`{written}` ends before it begins",
                    "hours past midnight belong to the next day: 22:00-24:00, and 00:00-06:00 there",
                    (*path, index),
                )
            elif any(begin < other_end and other_begin < finish for other_begin, other_end in found):
                self._fault(
                    "invalid-value",
                    f"`{written}` overlaps with other hours of the day",
                    "write them as one",
                    (*path, index),
                )
            else:
                found.append((begin, finish))
        return tuple(sorted(found))

    def _calendar_of(self, entry: Mapping[str, Any], path: FieldPath) -> BusinessCalendar | None:
        name = text(entry, "calendar")
        if name and name not in self._calendars:
            near = did_you_mean(name, list(self._calendars))
            hint = f"did you mean `{near}`?" if near else "add it to `calendars`, or name one that is there"
            self._fault("invalid-choice", f"there is no calendar `{name}`", hint, (*path, "calendar"))
        return self._calendars.get(name)

    # --- policies ---------------------------------------------------------------------------------------------

    def _policy(self, name: str, entry: Mapping[str, Any]) -> Policy:
        path: FieldPath = ("policies", name)
        calendar = self._calendar_of(entry, path) or always_open(self._zone)
        levels = tuple(
            self._level(id_, level, (*path, "levels", id_), calendar) for id_, level in groups(group(entry, "levels"))
        )
        self._check_names(levels, (*path, "levels"))
        return Policy(
            id=name,
            name=text(entry, "name") or name,
            owner=text(entry, "owner"),
            scope=text(entry, "scope"),
            clocks_start=text(entry, "clocks_start") or "noticed",
            provider=text(entry, "provider"),
            recipient=text(entry, "recipient"),
            calendar=calendar,
            levels=levels,
            channels=texts(entry, "channels"),
            accountability=text(entry, "accountability"),
            availability=self._availability(group(entry, "availability"), (*path, "availability")),
            maintenance_window=_window(group(entry, "maintenance_window")),
            duty=tuple(_shifts(entry.get("duty"))),
            reasons={figure: why for figure, why in group(entry, "reasons").items() if isinstance(why, str)},
        )

    def _availability(self, entry: Mapping[str, Any], path: FieldPath) -> Availability | None:
        if not entry:
            return None
        target, critical = number(entry, "target"), number(entry, "critical")
        if target is not None and critical is not None and critical < target:
            self._fault(
                "invalid-value",
                f"critical systems are to be up {critical:g} % of the time, less than others with {target:g} %",
                "correct one of the figures; perhaps they were swapped",
                (*path, "critical"),
            )
        return Availability(target=target, critical=critical, reason=text(entry, "reason"))

    def _check_names(self, levels: tuple[Level, ...], path: FieldPath) -> None:
        """Refuse a word that would mean two levels."""
        owners: dict[str, str] = {}
        for level in levels:
            words = ((level.id, ()), (level.name, ("name",)), *((alias, ("aliases",)) for alias in level.aliases))
            for word, field in words:
                if owners.setdefault(word, level.id) != level.id:
                    self._fault(
                        "invalid-value",
                        f"`{word}` means two levels, `{owners[word]}` and `{level.id}`",
                        "give one of them another name or alias",
                        (*path, level.id, *field),
                        on_key=not field,
                    )

    def _level(self, name: str, entry: Mapping[str, Any], path: FieldPath, calendar: BusinessCalendar) -> Level:
        limits = ((figure, period(entry, figure)) for figure in FIGURES)
        return Level(
            id=name,
            name=text(entry, "name") or name,
            criteria=text(entry, "criteria"),
            calendar=self._calendar_of(entry, path) or calendar,
            aliases=texts(entry, "aliases"),
            limits={figure: limit for figure, limit in limits if limit and limit.unit in ("minute", "hour")},
            channels=texts(entry, "channels"),
            reason=text(entry, "reason"),
        )


def _window(entry: Mapping[str, Any]) -> MaintenanceWindow | None:
    if not entry:
        return None
    return MaintenanceWindow(
        days=_days(entry),
        start=_minute(text(entry, "from")),
        end=_minute(text(entry, "to")),
        notice=parse_period(text(entry, "notice")),
        note=text(entry, "note"),
        reason=text(entry, "reason"),
    )


def _shifts(value: object) -> Iterator[Shift]:
    for entry in value if isinstance(value, list) else ():
        if not isinstance(entry, dict):
            continue
        start, end = _minute(text(entry, "from")), _minute(text(entry, "to"))
        if start is not None and end is not None:
            yield Shift(role=text(entry, "role"), days=_days(entry), start=start, end=end)


def _days(entry: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(WEEKDAYS.index(day) for day in texts(entry, "days") if day in WEEKDAYS)


def _minute(written: str) -> int | None:
    """Return the minutes from midnight to a time such as 09:30; None if it is none. 24:00 ends the day."""
    hours, _colon, minutes = written.partition(":")
    if not (len(written) == 5 and written.isascii() and hours.isdigit() and minutes.isdigit()):
        return None
    minute = int(hours) * 60 + int(minutes)
    return minute if int(minutes) < 60 and minute <= 24 * 60 else None
