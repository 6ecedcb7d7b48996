"""KB811 sla-clocks-out-of-order: a limit that is longer than that of a clock which stops later."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field
from kb_builder.model.sla_lint import clocks_out_of_order

RULE = Rule(code="KB811", slug="sla-clocks-out-of-order", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report levels where a response may take longer than the resolution, and the like."""
    for policy in catalog.sla.policies.values() if catalog.sla else ():
        for oddity in clocks_out_of_order(policy):
            level, early, late = oddity.level, oddity.figure, oddity.other_figure
            yield Finding(
                slug=RULE.slug,
                path=catalog.registry_path("sla.yml"),
                message=f"`{policy.id}`: in level `{level.id}`, {early} ({level.limits[early]}) is longer than "
                f"{late} ({level.limits[late]})",
                hint="correct one of the figures",
                location=Field(path=("policies", policy.id, "levels", level.id, early)),
                key=late,
            )
