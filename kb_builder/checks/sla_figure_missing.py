"""KB812 sla-figure-missing: a level of an SLA policy without a figure that it should give."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field
from kb_builder.model.sla_lint import figures_missing

RULE = Rule(code="KB812", slug="sla-figure-missing", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report missing figures: with a reason as a notice, so that what is still open stays in sight."""
    for policy in catalog.sla.policies.values() if catalog.sla else ():
        for oddity in figures_missing(policy):
            level, figure = oddity.level, oddity.figure
            reason = f": {level.reason}" if level.reason else ", and no reason"
            yield Finding(
                slug=RULE.slug,
                path=catalog.registry_path("sla.yml"),
                message=f"`{policy.id}`: level `{level.id}` gives no {figure}{reason}",
                hint=f"agree on it and add `{figure}: …`"
                if oddity.is_explained
                else f"add `{figure}: …`, or say in `reason` why there is none",
                location=Field(path=("policies", policy.id, "levels", level.id, figure), on_key=True),
                severity=Severity.NOTICE if oddity.is_explained else None,
            )
