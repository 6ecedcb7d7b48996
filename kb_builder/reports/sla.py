"""Service levels: every clock that an agreement or a rule sets, and in which incidents it was met or breached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import Period
from kb_builder.model.sla import CLOCKS
from kb_builder.reports.incidents import Clock, ClockState, Incident, incidents
from kb_builder.reports.table import Count, Source

# The policy, its level and the clock, or nothing, nothing and the clock where it holds whatever the level.
_Key = tuple[str, str, str, Period]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaRow:
    """A clock of a level of a policy, or one that holds whatever the level: then `policy` and `level` are empty.

    `met`, `breached`, `running` and `unknown` count the incidents in which it ended or stands so (`reports.incidents`
    says what stops which clock); `met_percent` is met ÷ (met + breached). `mean_minutes` is how long it ran in those on
    average, in minutes of its calendar; `limit_minutes` is what it may run.
    """

    policy: str
    policy_name: str
    owner: str
    level: str
    level_name: str
    clock: str
    limit: str
    limit_minutes: int
    met_percent: float | None
    mean_minutes: float | None
    met: Count
    breached: Count
    running: Count
    unknown: Count


@dataclass(slots=True)
class _Tally:
    records: dict[ClockState, list[Source]] = field(default_factory=lambda: {state: [] for state in ClockState})
    minutes: list[float] = field(default_factory=list)


def sla_rows(catalog: Catalog) -> list[SlaRow]:
    """Return one row a clock and limit: those breached in most incidents first, then as the registry has them."""
    tallies: dict[_Key, _Tally] = {key: _Tally() for key in _agreed(catalog)}
    for incident in incidents(catalog):
        for clock in incident.clocks:
            tally = tallies.setdefault(_key(incident, clock), _Tally())
            tally.records[clock.state].append(Source(incident.id, incident.path))
            if clock.minutes is not None:
                tally.minutes.append(clock.minutes)
    rows = [_row(catalog, key, tally) for key, tally in tallies.items()]
    return sorted(rows, key=lambda row: (-int(row.breached), -int(row.running)))


def _agreed(catalog: Catalog) -> Iterator[_Key]:
    """Yield the clocks of all levels, whether an incident set them off or not."""
    for policy in catalog.sla.policies.values() if catalog.sla else ():
        for level in policy.levels:
            yield from ((policy.id, level.id, name, level.limits[name]) for name in CLOCKS if name in level.limits)


def _key(incident: Incident, clock: Clock) -> _Key:
    of_level = clock.name in CLOCKS
    return (incident.sla if of_level else "", incident.severity if of_level else "", clock.name, clock.limit)


def _row(catalog: Catalog, key: _Key, tally: _Tally) -> SlaRow:
    policy_id, level_id, clock, limit = key
    policy = catalog.sla.policies.get(policy_id) if catalog.sla else None
    level = policy.level(level_id) if policy else None
    met, breached = tally.records[ClockState.MET], tally.records[ClockState.BREACHED]
    return SlaRow(
        policy=policy_id,
        policy_name=policy.name if policy else "",
        owner=policy.owner if policy else "",
        level=level_id,
        level_name=level.name if level else "",
        clock=clock,
        limit=str(limit),
        limit_minutes=limit.minutes,
        met_percent=_percent(len(met), len(breached)),
        mean_minutes=round(sum(tally.minutes) / len(tally.minutes), 2) if tally.minutes else None,
        met=Count(tuple(met)),
        breached=Count(tuple(breached)),
        running=Count(tuple(tally.records[ClockState.RUNNING])),
        unknown=Count(tuple(tally.records[ClockState.UNKNOWN])),
    )


def _percent(met: int, breached: int) -> float | None:
    """Return a share with two places, rounded down: 100 only where nothing was breached."""
    return met * 10_000 // (met + breached) / 100 if met or breached else None
