"""KB027 nothing-to-check: a project without a single page, where a green run would mean nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB027", slug="nothing-to-check", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report a catalog without pages."""
    if not catalog.documents:
        folders = ", ".join(f"{catalog.settings.content}/{each.folder}" for each in catalog.settings.types.values())
        yield Finding(
            slug=RULE.slug,
            path=catalog.settings.path,
            message="no page was found, so nothing was checked",
            hint=f"looked in {folders}; correct `content` or `types` in kb.yml",
        )
