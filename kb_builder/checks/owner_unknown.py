"""KB201 owner-unknown: an owner, reviewer, approver or role that the registry does not know."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rapidfuzz import process

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Remedy, Rule, Severity

RULE = Rule(code="KB201", slug="owner-unknown", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report ids of owners that are not in registry/owners.yml, where there is one."""
    owners = catalog.owners
    if owners is None:
        return
    for reference in catalog.owner_references:
        if reference.target in owners or reference.target != reference.target.strip():
            # The schema names the blank that stands beside an id.
            continue
        near = process.extractOne(reference.target, owners.keys(), score_cutoff=70)
        yield Finding(
            slug=RULE.slug,
            path=reference.document.path,
            message=f"`{reference.target}` is not in {catalog.owners_path}",
            hint=f"did you mean `{near[0]}`?"
            if near
            else f"add it to {catalog.owners_path}, or name one that is there",
            location=reference.document.field(*reference.path),
            remedy=_other_case(reference.target, owners),
        )


def _other_case(name: str, owners: Collection[str]) -> Remedy | None:
    """Return the one owner whose id differs in upper and lower case alone."""
    same = [each for each in owners if each.casefold() == name.casefold()]
    return Remedy(value=same[0]) if len(same) == 1 else None
