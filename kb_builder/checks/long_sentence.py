"""KB707 long-sentence: a sentence that customers will not read to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.location import Span

RULE = Rule(code="KB707", slug="long-sentence", severity=Severity.NOTICE, blocks_build=False)

# A sentence of Chinese in Han characters, one of another language in words.
_MOST_HAN, _MOST_WORDS = 80, 40
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z][\w'-]*")
_END = re.compile(r"[。！？!?；;]|\.(?=\s)|\n[ \t]*(?=\n|[-*+>|#]|\d+[.)])")
_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)", re.MULTILINE | re.DOTALL)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report sentences on pages for customers that are too long; code and tables are no sentences."""
    for document in catalog.documents:
        if not document.is_for_customers:
            continue
        body = document.raw.body
        text = _FENCED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), document.raw.body_text)
        start = 0
        for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
            sentence = text[start:end]
            found = len(_HAN.findall(sentence)), len(_WORD.findall(sentence))
            if (found[0] > _MOST_HAN or found[1] > _MOST_WORDS) and not sentence.lstrip().startswith("|"):
                begin = body.start + start + len(sentence) - len(sentence.lstrip())
                size = f"{found[0]} characters" if found[0] > _MOST_HAN else f"{found[1]} words"
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"a sentence of {size}",
                    hint=f"make two of it, or a list: at most {_MOST_HAN} characters or {_MOST_WORDS} words are read",
                    location=Span(start=begin, end=body.start + start + len(sentence.rstrip())),
                    key=sentence.strip()[:40],
                )
            start = end
