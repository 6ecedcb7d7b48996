"""KB704 title-in-text: a heading of the first level in the text, beside the title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Span

RULE = Rule(code="KB704", slug="title-in-text", severity=Severity.WARNING)

# In code and in comments such a line is no heading. What is open at the end reaches there.
_HIDDEN = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?^[ \t>]*(?P=fence)[ \t]*\r?$|.*)"
    r"|<!--.*?(?:-->|\Z)|<pre\b.*?(?:</pre>|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_HEADING = re.compile(r"^#[ \t]+[^\s#][^\n]*?(?=[ \t]*\r?$)", re.MULTILINE)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report the first such heading of a page."""
    for document in catalog.documents:
        text = document.raw.body_text
        if document.raw.block is None or catalog.type_of(document).lenient:
            continue
        if not _may_hold_title(text):
            continue
        hidden = [match.span() for match in _HIDDEN.finditer(text)]
        for match in _HEADING.finditer(text):
            if not any(start <= match.start() < end for start, end in hidden):
                start = document.raw.body.start + match.start()
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message="the page gets a second title: the first is made from `title`",
                    hint="delete the line, or begin it with `##`",
                    location=Span(start=start, end=start + len(match[0])),
                )
                break


def _may_hold_title(text: str) -> bool:
    """Whether a line with one hash may be a heading; most are comments in fenced code, which counting fences tells."""
    if text.startswith("# "):
        return True
    at = text.find("\n# ")
    while at != -1:
        fences = text.count("\n```", 0, at) + text.startswith("```")
        if fences % 2 == 0 or "~~~" in text or "````" in text:
            return True
        at = text.find("\n# ", at + 1)
    return False
