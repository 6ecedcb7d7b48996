"""What a page's Markdown becomes: its anchors, its link targets and its empty headings."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, cast

from kb_builder.model.dialect import EXTENSIONS, SITE_EXTENSIONS, PythonName
from kb_builder.model.safe_html import HtmlFault, HtmlFaultKind, is_empty, may_stay_open, tag_faults

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown import Markdown

_TARGETS = frozenset(("href", "src", "poster", "data", "cite", "action", "background"))
# A heading whose text holds no markup.
_PLAIN_HEADING = re.compile(r"#{1,6}[ \t]+((?:[^\W_]|[ .,:;?!/()\u3000-\u303f\uff00-\uffef-]){1,120})\r?")
_MARK = "kb-mark-"
_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CODE = frozenset(("code", "pre", "script", "style", "textarea"))
# An emoji in a heading is no part of its anchor. Loading them costs more than a page, so it is done on demand.
_EMOJI_IN_HEADING = re.compile(r"^[^\n]*(?:#[^\n]*:[\w+-]+:|:[\w+-]+:[^\n]*\n[ \t>]*(?:=+|-+)[ \t]*\r?$)", re.MULTILINE)


@dataclass(slots=True)
class Structure:
    """Anchors, targets in the order of the page, the text of every heading, comments, and the text outside code.

    `rewritten` are the targets of links and images made from Markdown: the site generator turns those that lead to
    pages into addresses, and leaves raw HTML alone. `loaded` are those that a browser fetches by itself. `faults` are
    what a page may not hold.
    """

    anchors: set[str] = field(default_factory=set)
    targets: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    loaded: set[str] = field(default_factory=set)
    faults: list[HtmlFault] = field(default_factory=list)
    rewritten: frozenset[str] = frozenset()


class MarkdownFailure(Exception):
    """The Markdown library gave up on a page."""


def render_structure(body: str) -> Structure:
    """Render Markdown as the site does and return what it holds; MarkdownFailure when that is impossible."""
    emojis = ":" in body and _EMOJI_IN_HEADING.search(body) is not None
    markdown = _markdown(emojis)
    try:
        html = markdown.reset().convert(body)
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        _markdown.cache_clear()
        raise MarkdownFailure(f"{type(error).__name__} in the Markdown library") from error
    reader = _StructureReader()
    reader.feed(html)
    reader.close()
    structure = reader.structure
    structure.rewritten = frozenset(unescape(each) for each in _collector(markdown).found)
    return structure


def plain_anchors(body: str) -> frozenset[str]:
    """Return anchors that the page has for certain, without rendering it; none if its Markdown is not simple enough."""
    from markdown.extensions.toc import slugify_unicode

    anchors: set[str] = set()
    fence = ""
    after_blank = True
    for line in body.split("\n"):
        start = line.lstrip()
        if fence:
            fence = "" if line.rstrip() == fence else fence
        elif opening := _FENCE.fullmatch(line):
            fence = opening[1]
        elif start.startswith(("```", "~~~", "<")) or "<!--" in line:
            # Code, raw HTML or a comment that may hide the headings after it.
            return frozenset()
        elif after_blank and (heading := _PLAIN_HEADING.fullmatch(line)) and heading[1].count(":") < 2:
            # Two colons may stand around the name of an emoji.
            anchors.add(slugify_unicode(heading[1], "-"))
        after_blank = not start
    return frozenset() if fence else frozenset(anchors - {""})


def resolve_names(options: Mapping[str, Any]) -> dict[str, Any]:
    """Replace dotted names in extension options by what they name."""
    return {key: _import(value) if isinstance(value, PythonName) else value for key, value in options.items()}


def _import(name: PythonName) -> Any:
    module, _dot, attribute = name.name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


class _Targets:
    """The last step before Markdown writes HTML: notes the targets of links and images that are not raw HTML."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def run(self, root: Element) -> None:
        self.found = {
            target
            for each in root.iter()
            if (target := each.get("href" if each.tag == "a" else "src")) and each.tag in ("a", "img")
        }


def _collector(markdown: Markdown) -> _Targets:
    collector: Any = markdown.treeprocessors["kb_targets"]
    return cast(_Targets, collector)


@cache
def _markdown(emojis: bool) -> Markdown:
    from markdown import Markdown

    extensions = {**EXTENSIONS, **(SITE_EXTENSIONS if emojis else {})}
    configs = {name: resolve_names(options) for name, options in extensions.items()}
    # Pygments stays on, though colours change neither links nor anchors: without it a fence with a title is no fence.
    configs["pymdownx.highlight"]["anchor_linenums"] = False
    configs["toc"]["permalink"] = False
    markdown = Markdown(extensions=list(configs), extension_configs=configs)
    # After everything else, when escapes are undone as well.
    collector: Any = _Targets()
    markdown.treeprocessors.register(collector, "kb_targets", -10)
    return markdown


class _StructureReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.structure = Structure()
        self._in_heading = False
        self._in_code = 0
        self._open: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._judge(tag, attrs)
        for name, value in attrs:
            if name == "id" or (name == "name" and tag == "a"):
                self.structure.anchors.add(value or "")
            elif name in _TARGETS:
                self.structure.targets.append(value or "")
                if tag == "img":
                    self.structure.loaded.add(value or "")
        if tag in _CODE:
            self._in_code += 1
        if tag in _HEADINGS:
            self._in_heading = True
            self.structure.headings.append("")
        elif tag == "img" and self._in_heading:
            self.structure.headings[-1] += "x"

    def _judge(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        mark = next((name for name, _value in attrs if name.startswith(_MARK)), "")
        # Marks of tags stand alone, those in lists of attributes have a value.
        is_made = not mark or any(name == mark and value is not None for name, value in attrs)
        if mark:
            attrs = [each for each in attrs if not each[0].startswith(_MARK)]
        self.structure.faults += (replace(fault, mark=mark) for fault in tag_faults(tag, attrs, is_made))
        if not is_empty(tag):
            self._open.setdefault(tag, []).append(mark)

    def close(self) -> None:
        """Report what was never closed."""
        super().close()
        for tag, marks in self._open.items():
            if not may_stay_open(tag):
                self.structure.faults += (HtmlFault(HtmlFaultKind.UNCLOSED, tag, mark) for mark in marks)

    def handle_decl(self, decl: str) -> None:
        self.structure.faults.append(HtmlFault(HtmlFaultKind.UNKNOWN, "!" + decl.split()[0] if decl.split() else "!"))

    def unknown_decl(self, data: str) -> None:
        self.handle_decl(data)

    def handle_pi(self, data: str) -> None:
        self.structure.faults.append(HtmlFault(HtmlFaultKind.UNKNOWN, "?" + data[:20]))

    def handle_endtag(self, tag: str) -> None:
        if self._open.get(tag):
            self._open[tag].pop()
        elif not may_stay_open(tag):
            self.structure.faults.append(HtmlFault(HtmlFaultKind.UNCLOSED, "/" + tag))
        if tag in _CODE:
            self._in_code = max(0, self._in_code - 1)
        if tag in _HEADINGS:
            self._in_heading = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The slash in `<div/>` closes nothing: browsers read it as `<div>`. In pictures it does.
        self.handle_starttag(tag, attrs)
        if tag == "path":
            self.handle_endtag(tag)

    def handle_comment(self, data: str) -> None:
        # Browsers end such a comment earlier than others do.
        if data.startswith((">", "->")) or "--!>" in data:
            self.structure.faults.append(HtmlFault(HtmlFaultKind.ACTIVE, "!--"))
        self.structure.comments.append(data)

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.structure.text.append(data)
        if self._in_heading:
            self.structure.headings[-1] += data
