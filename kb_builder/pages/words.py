"""Words for values: states, durations, moments. All in English here; the catalogues translate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from math import ceil, floor

from kb_builder.messages import Messages
from kb_builder.model.dates import parse_period


def N_(message: str) -> str:
    """Mark a message for the catalogues without translating it here."""
    return message


STATES: Mapping[str, str] = {
    "fresh": N_("In date"),
    "due_soon": N_("Review due soon"),
    "overdue": N_("Review overdue"),
    "triggered": N_("Review asked for"),
    "never": N_("Never reviewed"),
    "exempt": N_("No review needed"),
}
STATUSES: Mapping[str, str] = {
    "draft": N_("Draft"),
    "in_review": N_("In review"),
    "published": N_("Published"),
    "obsolete": N_("Obsolete"),
}
# Questions of a review that a page did not pass.
FAILED_CHECKS: Mapping[str, str] = {
    "complete": N_("not complete"),
    "effective": N_("not effective"),
    "applicable": N_("not applicable"),
    "operable": N_("not operable"),
}
CATEGORIES: Mapping[str, str] = {
    "emergency": N_("Emergency response"),
    "security": N_("Security"),
    "routine": N_("Routine maintenance"),
    "release": N_("Releases"),
    "support": N_("Support and after-sales"),
    "vendor": N_("Vendors"),
}
CLASSES: Mapping[str, str] = {
    "unreachable": N_("Site unreachable"),
    "data_loss": N_("Data lost or damaged"),
    "security_breach": N_("Security breach"),
    "core_function": N_("Core function broken"),
    "slowdown": N_("Sharp slowdown"),
}
PROBLEMS: Mapping[str, str] = {
    "system_fault": N_("System faults"),
    "configuration": N_("Configuration"),
    "data_security": N_("Data security"),
    "user_operation": N_("Use"),
    "third_party": N_("Third parties"),
}
TIMES: Mapping[str, str] = {
    "started_at": N_("Started"),
    "detected_at": N_("Detected"),
    "acknowledged_at": N_("Acknowledged"),
    "mitigated_at": N_("Mitigated"),
    "resolved_at": N_("Resolved"),
    "recorded_at": N_("Recorded"),
    "archived_at": N_("Archived"),
}
ACTION_STATES: Mapping[str, str] = {
    "open": N_("Open"),
    "in_progress": N_("In progress"),
    "done": N_("Done"),
    "verified": N_("Verified"),
    "cancelled": N_("Cancelled"),
}
ACTION_KINDS: Mapping[str, str] = {
    "technical": N_("Technical"),
    "process": N_("Process"),
    "people": N_("People and skills"),
}
FINDINGS: Mapping[str, str] = {
    "used": N_("was used"),
    "missing": N_("had gaps"),
    "wrong": N_("was wrong"),
    "not_followed": N_("was not followed"),
}
OUTCOMES: Mapping[str, str] = {
    "passed": N_("Passed"),
    "partly": N_("Partly passed"),
    "failed": N_("Failed"),
}
ENVIRONMENT: Mapping[str, str] = {
    "server": N_("Server"),
    "os": N_("Operating system"),
    "web_server": N_("Web server"),
    "app": N_("Applications"),
}
TRIGGERS: Mapping[str, str] = {
    "scheduled": N_("Scheduled"),
    "incident": N_("After an incident"),
    "change": N_("After a change"),
    "drill": N_("After a drill"),
}
KINDS: Mapping[str, str] = {
    "team": N_("Team"),
    "role": N_("Role"),
    "person": N_("Person"),
}
KINDS_PLURAL: Mapping[str, str] = {
    "team": N_("Teams"),
    "role": N_("Roles"),
    "person": N_("People"),
}
TIERS: Mapping[str, str] = {
    "headquarters": N_("Headquarters"),
    "region": N_("Region"),
    "base": N_("Base"),
}
CHANNELS: Mapping[str, str] = {
    "chat": N_("Chat"),
    "mail": N_("E-mail"),
    "phone": N_("Phone"),
    "sms": N_("SMS"),
    "ticket": N_("Ticket system"),
}
URGENCIES: Mapping[str, str] = {
    "urgent": N_("Urgent matters"),
    "ordinary": N_("Ordinary matters"),
    "any": N_("Any matter"),
}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
# Figures of an SLA level, and the clocks that hold whatever the level.
LIMITS: Mapping[str, str] = {
    "response": N_("Response"),
    "first_solution": N_("First solution"),
    "first_handling": N_("First handling"),
    "resolution": N_("Resolution"),
    "third_party": N_("Third party called"),
    "update_interval": N_("Update interval"),
    "controlled": N_("Under control"),
    "recorded": N_("Recorded"),
    "archived": N_("Archived"),
}
CLOCK_STATES: Mapping[str, str] = {
    "met": N_("Met"),
    "breached": N_("Breached"),
    "running": N_("Running"),
    "unknown": N_("Unknown"),
}
DETECTORS: Mapping[str, str] = {
    "monitoring": N_("Monitoring"),
    "users": N_("Users"),
    "staff": N_("Staff"),
}
_UNITS: Mapping[str, tuple[str, str]] = {
    "minute": (N_("{n} minute"), N_("{n} minutes")),
    "hour": (N_("{n} hour"), N_("{n} hours")),
    "day": (N_("{n} day"), N_("{n} days")),
    "week": (N_("{n} week"), N_("{n} weeks")),
    "month": (N_("{n} month"), N_("{n} months")),
    "year": (N_("{n} year"), N_("{n} years")),
}


def duration_words(text: str, words: Messages) -> str:
    """Return `30 minutes` in the page's language; a text that is no duration stays as it is."""
    period = parse_period(text)
    if period is None:
        return text
    if period.count == 0:
        return words("at once")
    one, many = _UNITS[period.unit]
    return words(one if period.count == 1 else many, n=period.count)


def minutes_words(minutes: int, words: Messages) -> str:
    """Return a number of minutes as hours and minutes, or days and hours, in the page's language."""
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [("day", days), ("hour", hours)] if days else [("hour", hours), ("minute", minutes)]
    return _parts_words(parts, words)


def hours_words(minutes: float, words: Messages) -> str:
    """Return a number of minutes as hours and minutes, rounded up: what is over a limit of hours reads so."""
    hours, rest = divmod(ceil(round(minutes, 6)), 60)
    return _parts_words([("hour", hours), ("minute", rest)], words)


def _parts_words(parts: Iterable[tuple[str, int]], words: Messages) -> str:
    shown = [words(_UNITS[unit][count != 1], n=count) for unit, count in parts if count]
    return " ".join(shown) or words("{n} minutes", n=0)


def percent_words(percent: float | None) -> str:
    """Return a share as `98.2 %`, rounded down: 100 % only where nothing is left out. A dash for None."""
    return "—" if percent is None else f"{floor(percent * 10 + 1e-9) / 10:g} %"


def days_words(days: Iterable[int], words: Messages) -> str:
    """Return days of the week, numbered from Monday, 0, in words; neighbours are a span: Mon–Fri."""
    wanted = sorted(set(days))
    if len(wanted) == len(WEEKDAYS):
        return words("every day")
    # The distance to the place in the list is the same for neighbours.
    runs = (list(run) for _distance, run in groupby(enumerate(wanted), lambda pair: pair[1] - pair[0]))
    spans = ((run[0][1], run[-1][1]) for run in runs)
    return words(", ").join(
        words(WEEKDAYS[first]) + (f"–{words(WEEKDAYS[last])}" if last > first else "") for first, last in spans
    )


def clock_words(minute: int) -> str:
    """Return a minute of the day as `08:30`; the end of the day is `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"
