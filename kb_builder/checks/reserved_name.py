"""KB713 reserved-name: ids, names and classes that belong to the site itself."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.safe_html import HtmlFaultKind

RULE = Rule(code="KB713", slug="reserved-name", severity=Severity.ERROR, is_fixed=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report ids, names and classes of the theme and of our scripts; not in code."""
    for document in catalog.documents:
        for fault in catalog.body(document).unsafe:
            if fault.kind is not HtmlFaultKind.RESERVED:
                continue
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"`{fault.what}` belongs to the site itself",
                hint="choose another id or class: not with `__`, `$`, `kb` and a capital, `md-` or `kb-`; no `name`",
                location=fault.span,
            )
