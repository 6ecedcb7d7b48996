"""The Markdown that authors may use: one list for checking and for building."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonName:
    """A function given by its dotted name, so that the dialect stays plain data."""

    name: str


# Snippet includes are absent on purpose: they copy any file of the machine into a page.
EXTENSIONS: Mapping[str, Mapping[str, Any]] = {
    "abbr": {},
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "footnotes": {},
    "md_in_html": {},
    # `align` instead of `style`, which a strict Content-Security-Policy would drop.
    "tables": {"use_align_attribute": True},
    # Keeps 備份 as #備份, where the default would leave #_1.
    "toc": {"slugify": PythonName(name="kb_builder.dialect.anchors.anchor"), "permalink": True},
    "pymdownx.caret": {},
    "pymdownx.details": {},
    "pymdownx.highlight": {"anchor_linenums": True},
    "pymdownx.inlinehilite": {},
    "pymdownx.keys": {},
    "pymdownx.mark": {},
    "pymdownx.superfences": {},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
    "pymdownx.tilde": {},
}
# Only the site needs icons: they change neither links nor anchors, and loading them costs more than a page.
SITE_EXTENSIONS: Mapping[str, Mapping[str, Any]] = {
    "pymdownx.emoji": {
        "emoji_index": PythonName(name="material.extensions.emoji.twemoji"),
        # An icon of the theme becomes a drawing in the page, an emoji the sign that it is: no other host is asked.
        "emoji_generator": PythonName(name="kb_builder.dialect.emoji.drawn"),
    },
}
