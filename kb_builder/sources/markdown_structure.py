"""What a page's Markdown becomes: its anchors, its link targets and its empty headings."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from kb_builder.model.dialect import EXTENSIONS, PythonName

if TYPE_CHECKING:
    from markdown import Markdown

_TARGETS = frozenset(("href", "src", "poster", "data", "cite", "action", "background"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(slots=True)
class Structure:
    """Anchors, targets in the order of the page, and the text of every heading."""

    anchors: set[str] = field(default_factory=set)
    targets: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)


class MarkdownFailure(Exception):
    """The Markdown library gave up on a page."""


def render_structure(body: str) -> Structure:
    """Render Markdown as the site does and return what it holds; MarkdownFailure when that is impossible."""
    markdown = _markdown()
    try:
        html = markdown.reset().convert(body)
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        _markdown.cache_clear()
        raise MarkdownFailure(f"{type(error).__name__} in the Markdown library") from error
    reader = _StructureReader()
    reader.feed(html)
    reader.close()
    return reader.structure


def resolve_names(options: Mapping[str, Any]) -> dict[str, Any]:
    """Replace dotted names in extension options by what they name."""
    return {key: _import(value) if isinstance(value, PythonName) else value for key, value in options.items()}


def _import(name: PythonName) -> Any:
    module, _dot, attribute = name.name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


@cache
def _markdown() -> Markdown:
    from markdown import Markdown

    configs = {name: resolve_names(options) for name, options in EXTENSIONS.items()}
    # Colours change neither links nor anchors.
    configs["pymdownx.highlight"]["use_pygments"] = False
    configs["toc"]["permalink"] = False
    return Markdown(extensions=list(configs), extension_configs=configs)


class _StructureReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.structure = Structure()
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" or (name == "name" and tag == "a"):
                self.structure.anchors.add(value or "")
            elif name in _TARGETS:
                self.structure.targets.append(value or "")
        if tag in _HEADINGS:
            self._in_heading = True
            self.structure.headings.append("")
        elif tag == "img" and self._in_heading:
            self.structure.headings[-1] += "x"

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.structure.headings[-1] += data
