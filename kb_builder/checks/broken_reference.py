"""KB402 broken-reference: the id of a page that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from kb_builder.model.catalog import Catalog, id_letters
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB402", slug="broken-reference", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report ids in front matter (`related`, `supersedes`, `sops`, a step's `sop` …) that no page has."""
    for reference in catalog.document_references:
        target, document = reference.target, reference.document
        if target not in catalog.by_id:
            if id_letters(target) in catalog.doubtful_ids:
                # The page is there, and another finding says what is wrong with it or its id.
                continue
            near = process.extractOne(target, catalog.by_id.keys(), score_cutoff=75)
            hint = (
                f"did you mean `{near[0]}` ({catalog.by_id[near[0]].title})?"
                if near
                else "correct the id, or remove it"
            )
            what = f"there is no page `{target}`"
        elif target == document.id:
            what, hint = f"the page refers to itself (`{target}`)", "remove the entry"
            if reference.path[0] == "steps":
                hint = "a procedure is no step of itself: lead back to its first step with `next`"
        else:
            continue
        yield Finding(
            slug=RULE.slug, path=document.path, message=what, hint=hint, location=document.field(*reference.path)
        )
