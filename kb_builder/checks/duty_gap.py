"""KB813 duty-gap: hours of an SLA policy in which nobody is on duty."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.calendar import WEEKDAYS
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field

RULE = Rule(code="KB813", slug="duty-gap", severity=Severity.WARNING)
_MAX_SHOWN = 5


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report policies whose shifts leave a part of their calendar uncovered."""
    for policy in catalog.sla.policies.values() if catalog.sla else ():
        gaps = policy.duty_gaps()
        if not gaps:
            continue
        shown = [f"{WEEKDAYS[day].capitalize()} {_clock(start)}–{_clock(end)}" for day, start, end in gaps[:_MAX_SHOWN]]
        more = f" and {len(gaps) - _MAX_SHOWN} times more" if len(gaps) > _MAX_SHOWN else ""
        yield Finding(
            slug=RULE.slug,
            path=catalog.registry_path("sla.yml"),
            message=f"`{policy.id}`: nobody is on duty {', '.join(shown)}{more}",
            hint="add a shift to `duty`, or name a calendar that is closed then",
            location=Field(path=("policies", policy.id, "duty"), on_key=True),
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
