"""KB810 sla-milder-level-faster: a level of an SLA policy with a shorter limit than a graver one."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Related, Rule, Severity
from kb_builder.model.location import Field
from kb_builder.model.sla_lint import milder_levels_faster

RULE = Rule(code="KB810", slug="sla-milder-level-faster", severity=Severity.WARNING)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report, figure by figure, levels that are faster than the next graver one that is slower."""
    path = catalog.registry_path("sla.yml")
    for policy in catalog.sla.policies.values() if catalog.sla else ():
        for oddity in milder_levels_faster(policy):
            milder, graver, figure = oddity.level, oddity.other_level, oddity.figure
            levels = ("policies", policy.id, "levels")
            yield Finding(
                slug=RULE.slug,
                path=path,
                message=f"`{policy.id}`: {figure} of `{milder.id}` ({milder.limits[figure]}) is shorter than that "
                f"of the graver `{graver.id}` ({graver.limits[figure]})",
                hint="correct the figure, put the levels in order from the gravest to the mildest, or allow it in "
                f"kb.yml with a reason (`checks: {RULE.slug}`)",
                location=Field(path=(*levels, milder.id, figure)),
                related=(
                    Related(
                        path=path,
                        location=Field(path=(*levels, graver.id, figure)),
                        message=f"{figure} of the graver level",
                    ),
                ),
            )
