"""KB514 step-limits-exceed-sla: steps whose time limits add up to more than the SLA policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.flow.figures import total_minutes
from kb_builder.flow.graph import build_flow
from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import spell_minutes
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.flow import Flow
from kb_builder.model.sla import CLOCKS, Policy

RULE = Rule(code="KB514", slug="step-limits-exceed-sla", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages whose longest way, loops gone through once, takes longer than a level of their policy allows.

    Clocks stop at the steps that say so (`meets`); where none does, resolution stops at the end.
    """
    for document in catalog.documents:
        policy = catalog.sla.policies.get(document.text("sla")) if catalog.sla else None
        if policy is None or document.is_obsolete or "steps" not in document.fields:
            continue
        flow = build_flow(document.fields["steps"])
        for clock in CLOCKS:
            over = list(_over(flow, policy, clock))
            if over:
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"the steps may take longer than `{policy.id}` allows for {clock}: {', '.join(over)}",
                    hint="shorten steps, or mark the step with which the clock stops: "
                    f"`meets: {clock}`; loops count once",
                    location=document.field("sla"),
                    key=clock,
                )


def _over(flow: Flow, policy: Policy, clock: str) -> Iterator[str]:
    """Yield a few words for each level whose limit the longest way exceeds."""
    until = {node.id for node in flow.nodes if node.meets == clock}
    if not until and clock != "resolution":
        return
    totals = total_minutes(flow, until)
    for level in policy.levels:
        total = next(
            (totals[name] for name in (level.id, level.name, *level.aliases) if name in totals), totals.get("")
        )
        limit = level.minutes(clock)
        if total is not None and limit is not None and total > limit:
            yield f"{level.id} {spell_minutes(total)} of {level.limits[clock]}"
