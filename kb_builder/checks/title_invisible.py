"""KB705 title-invisible: a title of nothing but characters that cannot be seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB705", slug="title-invisible", severity=Severity.ERROR)

# Separators, controls and formatting characters.
_UNSEEN = ("Z", "C")


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report such titles and summaries; those that are empty are left to the schema."""
    for document in catalog.documents:
        for name in ("title", "summary"):
            text = document.text(name)
            if text and not text.isspace() and all(unicodedata.category(each)[0] in _UNSEEN for each in text):
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"`{document.names.get(name, name)}` has no character that can be seen",
                    hint="write it anew",
                    location=document.field(name),
                    key=name,
                )
