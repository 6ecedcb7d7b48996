"""KB309 reviewer-missing: a role that must review the pages of a category is not among the reviewers."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB309", slug="reviewer-missing", severity=Severity.WARNING, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report published pages whose reviewers lack one whom `review.reviewers` of kb.yml demands.

    A team is among them if one of its members is.
    """
    owners = catalog.owners or {}
    for document in catalog.documents:
        demanded = catalog.settings.reviewers.get(document.text("category"), ())
        if not demanded or not document.is_published:
            continue
        given = set(document.texts("reviewers"))
        for id_ in demanded:
            members = owners[id_].members if id_ in owners else ()
            if id_ not in given and not given.intersection(members):
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"`{id_}` is not among the reviewers",
                    hint=f"add {catalog.owner_words(id_)} or a member; kb.yml demands it for pages of the category "
                    f"`{document.text('category')}`",
                    location=document.field("reviewers" if "reviewers" in document.fields else "category"),
                    key=id_,
                )
