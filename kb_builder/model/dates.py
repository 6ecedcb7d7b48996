"""Dates and periods as front matter writes them. No clock: `today` always comes from the caller."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import floor

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# RFC 3339, section 5.6: the zone is required; a space may stand for the T.
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_PERIOD = re.compile(r"(0|[1-9][0-9]{0,3}) (minute|hour|day|week|month|year)s?", re.ASCII)
# What is longer is a slip of the pen, and no day of the calendar could be told from it.
_LONGEST = {"minute": 9999, "hour": 9999, "day": 9999, "week": 999, "month": 999, "year": 100}
_UNIT_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date | None:
    """Return the day an ISO `YYYY-MM-DD` text names, or None if it names none."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_timestamp(text: str) -> datetime | None:
    """Return the moment an RFC 3339 text with zone names, or None if it names none."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    micro = (fraction or ".0")[:7]
    try:
        return datetime.fromisoformat(f"{day}T{clock}{micro}{'+00:00' if zone in 'Zz' else zone}")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A length of time as written: a count and a unit (`minute` to `year`); 0 minutes means immediately."""

    count: int
    unit: str

    def __str__(self) -> str:
        if self.count == 0:
            return "immediately"
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def approximate_days(self) -> float:
        """Days for comparing periods of different units: a month counts 365.25/12, a year 365.25."""
        if self.unit == "month":
            return self.count * 365.25 / 12
        if self.unit == "year":
            return self.count * 365.25
        return self.count * _UNIT_MINUTES[self.unit] / (24 * 60)

    @property
    def minutes(self) -> int:
        """Minutes as a figure; a month counts 365.25/12 days, a year 365.25."""
        return round(self.approximate_days * 24 * 60)

    def at_most(self, other: Period) -> bool:
        """Whether this period is no longer than the other; 12 months are a year.

        Days and weeks compare with months and years only roughly, as months differ: three days are forgiven, so that
        90 days pass for 3 months.
        """
        mine, theirs = self._months, other._months
        if mine is not None and theirs is not None:
            return mine <= theirs
        forgiven = 0 if mine is None and theirs is None else 3
        return self.approximate_days - forgiven <= other.approximate_days

    @property
    def _months(self) -> int | None:
        return {"month": self.count, "year": 12 * self.count}.get(self.unit)

    def after(self, day: date) -> date:
        """Return the day this period after `day`; months are clamped to the month's end.

        A result past the year 9999 is the last day there is.
        """
        months = self._months
        try:
            if months is None:
                return day + timedelta(minutes=self.count * _UNIT_MINUTES[self.unit])
            year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
            last = calendar.monthrange(year, month0 + 1)[1]
            return date(year, month0 + 1, min(day.day, last))
        except (OverflowError, ValueError, calendar.IllegalMonthError):
            return date.max

    def after_moment(self, moment: datetime) -> datetime:
        """Return the moment this period after `moment`, at the same time of day where it is of months or years."""
        if self._months is None:
            try:
                return moment + timedelta(minutes=self.count * _UNIT_MINUTES[self.unit])
            except OverflowError:
                return datetime.max.replace(tzinfo=moment.tzinfo)
        return datetime.combine(self.after(moment.date()), moment.timetz())


def nearest_minute(minutes: float) -> int:
    """Return a mean as it is shown: to the nearest minute, a half up."""
    return floor(minutes + 0.5)


def spell_minutes(minutes: float) -> str:
    """Return a number of minutes as hours and minutes: 90 is `1 h 30 min`."""
    hours, rest = divmod(round(minutes), 60)
    return " ".join([f"{hours} h"] * (hours > 0) + [f"{rest} min"] * (rest > 0 or not hours))


@lru_cache(maxsize=1024)
def parse_period(text: str) -> Period | None:
    """Return the period of `6 months`, `1 day`, `immediately` …, or None if the text is none.

    A period has at most 9999 minutes, hours or days, 999 weeks or months, or 100 years.
    """
    if text == "immediately":
        return Period(count=0, unit="minute")
    match = _PERIOD.fullmatch(text)
    if match is None or int(match[1]) > _LONGEST[match[2]]:
        return None
    return Period(count=int(match[1]), unit=match[2])
