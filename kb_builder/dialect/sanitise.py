"""Takes out of rendered HTML whatever an author's Markdown may not hold: the last net behind the checks.

An extension of Markdown rather than a plugin of the generator, so that whatever renders the staged pages has it. Only
the author's part of a page is touched: it stands between two marks that nobody can write, as they hold a hash of it.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from kb_builder.model.safe_html import (
    ATTRIBUTES,
    AUTHOR_MARK,
    INPUT_TYPES,
    MADE_ELEMENTS,
    MADE_ID,
    SCHEMES,
    is_empty,
    is_reserved,
    unsafe_address,
    without_reserved,
)

if TYPE_CHECKING:
    from markdown import Markdown

# What Markdown itself puts at the end of the page, after what the templates say.
_FOOTNOTES = '<div class="footnote">'
_START = re.compile(r"<([a-zA-Z][^\s/>]*)|</([a-zA-Z][^\s/>]*)")
# As nh3 writes it: every value is in double quotes.
_INPUT = re.compile(r'<input((?: [^\s="]+="[^"]*")*)>')
_MAX_DEPTH = 200
_ARIA = frozenset(
    ("aria-current", "aria-describedby", "aria-expanded", "aria-hidden", "aria-label", "aria-labelledby", "aria-level")
)


def sanitise_page(page: str) -> str:
    """Return the HTML of a page with the author's part sanitised; a page without marks is all our own."""
    first = AUTHOR_MARK.search(page)
    if first is None:
        return page
    start, mark = first.start(), first[0]
    end = page.find(mark, first.end())
    if end == -1:
        # The author's part has swallowed its end.
        return page[:start] + sanitise(page[first.end() :])
    after = page[end + len(mark) :]
    notes = after.find(_FOOTNOTES)
    tail = sanitise(after[notes:]) if notes != -1 else ""
    return page[:start] + sanitise(page[first.end() : end]) + (after[:notes] + tail if notes != -1 else after)


def sanitise(part: str) -> str:
    """Return HTML with nothing in it but what pages may hold; nested too deep, it is shown as text."""
    if _depth(part) > _MAX_DEPTH:
        return f"<pre>{html.escape(part)}</pre>"
    # Parsers of HTML take marks of byte order at the beginning for none of the text.
    cleaned: str = _cleaner().clean(part).lstrip("\ufeff")
    return _INPUT.sub(_typed_input, cleaned) if "<input" in cleaned else cleaned


def _depth(part: str) -> int:
    """Return how deep elements can be nested at most: those that were opened and not closed by their own name."""
    if part.count("<") <= _MAX_DEPTH:
        return 0
    open_: Counter[str] = Counter()
    depth = deepest = 0
    for match in _START.finditer(part):
        name = (match[1] or match[2]).lower()
        if match[2]:
            if open_[name]:
                open_[name] -= 1
                depth -= 1
        elif not is_empty(name):
            open_[name] += 1
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _typed_input(match: re.Match[str]) -> str:
    """Drop an input without a type: it would be a field to write into."""
    return match[0] if ' type="' in match[1] else ""


@cache
def _cleaner() -> Any:
    import nh3

    return nh3.Cleaner(
        tags=set(MADE_ELEMENTS),
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "title", "textarea"},
        attributes={
            "*": {*ATTRIBUTES, *_ARIA},
            **{tag: set(names) for tag, names in MADE_ELEMENTS.items() if names},
        },
        tag_attribute_values={"input": {"type": set(INPUT_TYPES)}},
        attribute_filter=_attribute,
        url_schemes=set(SCHEMES),
        strip_comments=True,
        link_rel=None,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value that an attribute may have, None if it may have none."""
    if name == "class":
        return without_reserved(value)
    if name in ("id", "for", "name"):
        if name != "id" and tag in ("input", "label") and not MADE_ID.fullmatch(value):
            return None
        return None if is_reserved(value) else value
    if name in ("href", "src"):
        return None if unsafe_address(value, is_loaded=name == "src") else value
    return value


class _Sanitiser(Postprocessor):
    def run(self, text: str) -> str:
        _clean_contents(getattr(self.md, "toc_tokens", []))
        return sanitise_page(text)


def _clean_contents(tokens: list[dict[str, Any]]) -> None:
    """Leave nothing but text in the names of headings: themes print the table of contents as it is."""
    for token in tokens:
        if "<" in token["name"] + token["html"]:
            token["name"] = _text_only().clean(token["name"])
            token["html"] = sanitise(token["html"])
        _clean_contents(token["children"])


@cache
def _text_only() -> Any:
    import nh3

    return nh3.Cleaner(tags=set())


class SanitiseExtension(Extension):
    """The extension for Python-Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Come last of all, when what was stashed away is back."""
        md.postprocessors.register(_Sanitiser(md), "kb_sanitise", -100)


makeExtension = partial(SanitiseExtension)
