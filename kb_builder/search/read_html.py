"""Reads what can be found on a built page: the text of its article, section by section."""

from __future__ import annotations

import re
from html import unescape

from kb_builder.model.search import SearchSection

_TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*)((?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)
_ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.DOTALL)
_ID = re.compile(r"""\sid=["']([^"']*)["']""")
# Not text of the page: pictures, scripts, what only repeats the text, and what the page's template rules out.
_SILENT = frozenset(("script", "style", "svg", "template", "button", "h1"))
_RULED_OUT = re.compile(
    r"""\sclass=["'](?:[^"']*\s)?headerlink[\s"']|\saria-hidden=["']true["']|\sdata-kb-search=["']no["']|\shidden(?=[\s=/]|$)"""
)
_EMPTY = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"))
# Within a line; any other element ends what stands before it.
_INLINE = frozenset(
    (
        "a",
        "abbr",
        "b",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "span",
        "strong",
        "sub",
        "sup",
    )
)
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_KNOWN = _INLINE | _HEADINGS | frozenset(("", "div", "li", "ol", "p", "table", "td", "th", "tr", "ul"))


def read_sections(page: str) -> tuple[SearchSection, ...]:
    """Return the sections of a built page, cut at its headings; the title, which is h1, is left out.

    An element with `data-kb-search="no"` is left out too, and so is a page without an article.
    """
    article = _ARTICLE.search(page)
    return tuple(_sections(article[1])) if article else ()


def _sections(article: str) -> list[SearchSection]:
    sections: list[SearchSection] = []
    anchor = heading = ""
    pieces: list[str] = []
    at = 0
    next_tag, is_ruled_out = _TAG.search, _RULED_OUT.search
    while tag := next_tag(article, at):
        start, end = tag.span()
        if at != start:
            pieces.append(article[at:start])
        at = end
        closing, name, attributes = tag.groups("")
        if name not in _KNOWN:
            name = name.lower()
        if not name or (name in _INLINE and not (attributes and is_ruled_out(attributes))):
            continue
        if closing:
            if name in _HEADINGS:
                heading, pieces = _text(pieces), []
            pieces.append("\n")
            continue
        if name in _SILENT or (attributes and is_ruled_out(attributes)):
            at = at if name in _EMPTY or attributes.endswith("/") else _end_of(article, name, at)
        elif name in _HEADINGS:
            sections.append(SearchSection(anchor=anchor, heading=heading, text=_text(pieces)))
            found = _ID.search(attributes)
            anchor, heading, pieces = unescape(found[1]) if found else anchor, "", []
            continue
        pieces.append("\n")
    sections.append(SearchSection(anchor=anchor, heading=heading, text=_text([*pieces, article[at:]])))
    return [section for section in sections if section.text or section.heading]


def _end_of(article: str, name: str, at: int) -> int:
    """Return where an element ends whose content begins here."""
    depth = 1
    for tag in re.compile(rf"<(/?){re.escape(name)}\b[^>]*>", re.IGNORECASE).finditer(article, at):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return len(article)


def _text(pieces: list[str]) -> str:
    return " ".join(unescape("".join(pieces)).split())
