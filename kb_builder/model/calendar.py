"""When an agreement's time runs: opening hours by weekday, holidays and exceptions, in one time zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES = 24 * 60
# From when to when of a day, in minutes after midnight, the end exclusive: (540, 1080) is 09:00 to 18:00.
Opening = tuple[int, int]
ALL_DAY: tuple[Opening, ...] = ((0, DAY_MINUTES),)

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
# What lies further away is a slip of the pen, and not worth counting days for.
_HORIZON = timedelta(days=40 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """The hours in which the clocks of an agreement run.

    `hours` gives the openings of each weekday (0 is Monday), sorted and apart; a weekday that is not there is closed.
    `holidays` are closed days with their names. `exceptions` are days with hours of their own: they stand above both.
    Time is real time: a day on which the clock is put forward has an hour less. An opening begins when the clock first
    shows its start and ends when it last shows its end; a time that the clock skips is the moment at which it jumps.
    Forty years are the most that is counted.
    """

    id: str
    name: str
    zone: tzinfo
    hours: Mapping[int, tuple[Opening, ...]]
    holidays: Mapping[date, str] = field(default_factory=dict)
    exceptions: Mapping[date, tuple[Opening, ...]] = field(default_factory=dict)

    @property
    def is_always_open(self) -> bool:
        """Whether the clocks never stop."""
        return not self.holidays and not self.exceptions and all(self.hours.get(day) == ALL_DAY for day in range(7))

    def openings(self, day: date) -> tuple[Opening, ...]:
        """Return the openings of a day."""
        if day in self.exceptions:
            return self.exceptions[day]
        return () if day in self.holidays else self.hours.get(day.weekday(), ())

    def business_minutes(self, start: datetime, end: datetime) -> float:
        """Return how many minutes of opening hours lie between two moments with zone; 0 if `end` comes first."""
        first, last = _utc(start), _utc(end)
        if last <= first:
            return 0.0
        if self.is_always_open:
            return (last - first) / _MINUTE
        open_time = timedelta()
        for opens, closes in self._intervals(first, last):
            open_time += closes - opens
        return open_time / _MINUTE

    def deadline(self, start: datetime, minutes: float) -> datetime | None:
        """Return the first moment, in UTC, by which so many minutes of opening hours have passed since `start`.

        None if that is not so within forty years, as where nothing is ever open.
        """
        first, left = _utc(start), timedelta(minutes=minutes)
        if left <= timedelta():
            return first
        if self.is_always_open:
            return first + left if left <= _LATEST - first else None
        for opens, closes in self._intervals(first, _LATEST):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        return None

    def _intervals(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open hours between two moments, in UTC, in order and apart."""
        end = min(end, start + _HORIZON) if _LATEST - start > _HORIZON else end
        # A zone is at most a day away from UTC.
        first, last = max(start.date().toordinal() - 1, 1), min(end.date().toordinal() + 1, date.max.toordinal())
        done = start
        for ordinal in range(first, last + 1):
            day = date.fromordinal(ordinal)
            for begin, finish in self.openings(day):
                try:
                    opens, closes = self._moment(day, begin), self._moment(day, finish, last=True)
                except OverflowError:
                    # The hours at either end of the calendar have no moment in UTC.
                    continue
                opens, closes = max(opens, done), min(closes, end)
                if closes > opens:
                    yield opens, closes
                    done = closes

    def _moment(self, day: date, minute: int, *, last: bool = False) -> datetime:
        """Return the moment in UTC when the clock shows a time of a day, the last one if it does so twice."""
        shown = datetime.combine(day, time.min) + timedelta(minutes=minute)
        first, second = (shown.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        # A skipped time lies, by the offsets of PEP 495, later with the old offset than with the new one.
        return self._jump(second, first) if second < first else second if last else first

    def _jump(self, before: datetime, after: datetime) -> datetime:
        """Return the second at which the clock is put forward between two moments."""
        offset = before.astimezone(self.zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
            if middle.astimezone(self.zone).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after


def always_open(zone: tzinfo) -> BusinessCalendar:
    """Return the calendar of those who are always there."""
    return BusinessCalendar(id="", name="", zone=zone, hours=dict.fromkeys(range(7), ALL_DAY))


def _utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one before the year 1 or after 9999 there is the first or last there is."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _EARLIEST if moment.year < 5000 else _LATEST
