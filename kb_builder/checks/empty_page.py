"""KB701 empty-page: a page without any text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document

RULE = Rule(code="KB701", slug="empty-page", severity=Severity.ERROR)

# Enough for nearly every page, and quick: a line that begins with a word, and no comment that it could be in.
_PROSE = re.compile(r"^[^\W_]", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+[^\W_]", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Headings, rules and what cannot be seen; a heading alone promises a text that is not there.
_NO_TEXT = re.compile(
    r"^[ \t]*(?:#{1,6}(?:[ \t][^\n]*)?|(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\r?$"
    r"|&nbsp;|&#160;|&#xa0;|[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff]",
    re.MULTILINE | re.IGNORECASE,
)


# Fields in which a work log and a drill say all there is to say.
_TELLING = ("description", "scenario")


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages that have neither such fields nor a text that can be seen."""
    for document in catalog.documents:
        told = document.entries("steps") or any(map(document.text, _TELLING))
        if document.raw.block is not None and not told and not _has_text(document):
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message="the page has no text",
                hint="write what the reader needs, below the front matter",
                location=document.raw.body,
            )


def _has_text(document: Document) -> bool:
    """Whether there is something to read; until it is published a page may consist of headings, as templates do."""
    body = document.raw.body_text
    comment = "<!--" in body
    if not comment and _PROSE.search(body):
        return True
    body = _COMMENT.sub("", body) if comment else body
    return bool((not document.is_published and _HEADING.search(body)) or _NO_TEXT.sub("", body))
