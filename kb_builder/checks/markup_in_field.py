"""KB716 markup-in-field: HTML that acts, or such an address, in front matter or in a registry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Span

RULE = Rule(code="KB716", slug="markup-in-field", severity=Severity.WARNING)

# What is in backticks is meant to be seen as it is.
_CODE = re.compile(r"`[^`\n]+`")
MARKUP = re.compile(
    r"</?(?:script|style|img|svg|math|iframe|object|embed|form|input|button|base|meta|link|video|audio|details|title|div"
    r"|span|a|b|i|p|h[1-6]|body|html|template|textarea)(?=[\s/>])[^>\n]*>?|<!--|<!\[|<\?"
    r"|(?:javascript|vbscript)\s*:\s*\S+|data:text/\S+",
    re.IGNORECASE,
)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report every such place: it is shown to readers as it is written."""
    for document in catalog.documents:
        raw = document.raw
        if raw.block is not None:
            yield from _found(raw.path, raw.block.cut(raw.text), raw.block.start)
    for path, text in catalog.registry_texts.items():
        yield from _found(path, text, 0)


def _found(path: str, text: str, offset: int) -> Iterator[Finding]:
    if "<" not in text and "script:" not in text and "data:text" not in text:
        return
    code = [match.span() for match in _CODE.finditer(text)] if "`" in text else []
    for match in MARKUP.finditer(text):
        if not any(start <= match.start() < end for start, end in code):
            start = offset + match.start()
            yield Finding(
                slug=RULE.slug,
                path=path,
                message=f"`{match[0][:60]}` is shown as it is written: fields are plain text",
                hint="delete it, or put it in backticks if readers are to see it",
                location=Span(start=start, end=start + len(match[0])),
            )
