"""KB901 suppression-unused: a changed severity that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Field

RULE = Rule(code="KB901", slug="suppression-unused", severity=Severity.WARNING)

# Findings that come later than this check: whether such an override is still needed cannot be told here.
_LATER = ("baseline-outdated", "build-warning", "inline-code", "site-incomplete", RULE.slug)


def check_overrides(catalog: Catalog, used: frozenset[int]) -> Iterator[Finding]:
    """Report overrides of kb.yml, by index, that no finding met; called once all findings are known."""
    for index, override in enumerate(catalog.settings.overrides):
        expired = override.until and catalog.as_of > override.until
        if index not in used and not expired and override.check not in _LATER:
            yield Finding(
                slug=RULE.slug,
                path=catalog.settings.path,
                message=f"the changed severity of `{override.check}` meets no finding any more",
                hint="remove the entry",
                location=Field(path=override.field, on_key=True),
            )
