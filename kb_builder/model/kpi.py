"""Key performance indicators: target, direction, baseline, and readings by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from kb_builder.model.dates import Period


class KpiStatus(StrEnum):
    """Whether a target is met."""

    PASS = "pass"
    FAIL = "fail"
    NO_DATA = "no_data"


class Trend(StrEnum):
    """Where the last two readings lead."""

    BETTER = "better"
    WORSE = "worse"
    STEADY = "steady"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """An indicator. Months are dates of their first day.

    `target` is met by a value that is at least or at most (`direction`) the target. `change` is the target as a change
    against the baseline in per cent, where it was given so. `aggregate` makes the value of the readings: the `latest`,
    or the `sum` or `mean` of the year so far. There is a reading for every `interval` months, counted from `since` (the
    first reading unless given); it is due so long (`reported_within`) after the month. `computed` names the figure of
    the same meaning that records give, such as `mttr`.
    """

    id: str
    name: str
    unit: str
    target: float
    direction: str
    change: float | None = None
    baseline: float | None = None
    baseline_period: str = ""
    readings: Mapping[date, float] = field(default_factory=dict)
    aggregate: str = "latest"
    interval: int = 1
    since: date | None = None
    reported_within: Period | None = None
    owner: str = ""
    formula: str = ""
    source: str = ""
    group: str = ""
    computed: str = ""

    def known(self, as_of: date) -> tuple[tuple[date, float], ...]:
        """Return the readings up to the month of a day, in order."""
        return tuple(sorted((month, value) for month, value in self.readings.items() if month <= as_of))

    def used(self, as_of: date) -> tuple[date, ...]:
        """Return the months whose readings make the value."""
        known = [month for month, _value in self.known(as_of)]
        if self.aggregate == "latest":
            return tuple(known[-1:])
        return tuple(month for month in known if month.year == as_of.year)

    def value(self, as_of: date) -> float | None:
        """Return the value on a day, made of the readings as `aggregate` says; None if there is none."""
        values = [self.readings[month] for month in self.used(as_of)]
        if not values:
            return None
        # As decimals are written: 0.1 and 0.2 make 0.3.
        total = round(sum(values), 9)
        return round(total / len(values), 9) if self.aggregate == "mean" else total

    def status(self, as_of: date) -> KpiStatus:
        """Return whether the target is met on a day."""
        value = self.value(as_of)
        if value is None:
            return KpiStatus.NO_DATA
        met = value >= self.target if self.direction == "at_least" else value <= self.target
        return KpiStatus.PASS if met else KpiStatus.FAIL

    def delta(self, as_of: date) -> float | None:
        """Return by how much the value differs from the baseline, in the unit."""
        value = self.value(as_of)
        return None if value is None or self.baseline is None else round(value - self.baseline, 9)

    def delta_percent(self, as_of: date) -> float | None:
        """Return by how much the value differs from the baseline, in per cent of it."""
        delta = self.delta(as_of)
        return None if delta is None or not self.baseline else delta / abs(self.baseline) * 100

    def trend(self, as_of: date) -> Trend | None:
        """Return whether the last reading is better than the one before; None with fewer than two."""
        values = [value for _month, value in self.known(as_of)][-2:]
        if len(values) < 2:
            return None
        change = values[1] - values[0]
        if self.direction == "at_most":
            change = -change
        return Trend.BETTER if change > 0 else Trend.WORSE if change < 0 else Trend.STEADY

    def missing(self, as_of: date) -> tuple[date, ...]:
        """Return the months whose reading is due by a day and not there; none before the first is known."""
        return tuple(month for month in self._months_due(as_of) if month not in self.readings)

    def next_month(self, as_of: date) -> date | None:
        """Return the month of the reading that falls due next and is not there; None before the first is known."""
        due = self._months_due(as_of)
        month = _later(due[-1], self.interval) if due else self._first
        while month is not None and month in self.readings:
            month = _later(month, self.interval)
        return month

    def due(self, month: date) -> date:
        """Return the last day for the reading of a month."""
        following = _later(month, 1)
        last = following - timedelta(days=1) if following else date.max
        return self.reported_within.after(last) if self.reported_within else last

    @property
    def _first(self) -> date | None:
        return self.since or min(self.readings, default=None)

    def _months_due(self, as_of: date) -> list[date]:
        month, found = self._first, []
        while month is not None and as_of > self.due(month):
            found.append(month)
            month = _later(month, self.interval)
        return found


def _later(month: date, count: int) -> date | None:
    """Return the first day of the month so many months later, if there is one."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1) if year <= date.max.year else None
