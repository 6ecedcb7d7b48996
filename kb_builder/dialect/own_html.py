"""Keeps the HTML of our own templates away from the parsers of Markdown, which need longer for it than for all else.

Charts and tables in staged pages are finished HTML. Python-Markdown would read them tag by tag only to leave them as
they are, and so would MkDocs in search of anchors. Where this extension is absent, pages come out the same.

Everything outside the author's part of a page was escaped by our templates: there `<` always begins a tag of theirs.
The marks around that part are taken out as well: nothing that an author writes may come between them and the sanitiser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from hashlib import sha256
from typing import TYPE_CHECKING

from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.util import ETX, STX

from kb_builder.model.safe_html import AUTHOR_MARK

if TYPE_CHECKING:
    from markdown import Markdown

# After Markdown has normalised blanks, before anything looks for code or HTML.
_BEFORE_CODE = 26
# After all other HTML is back, before the sanitiser.
_BEFORE_SANITISER = -50
_START = re.compile(r"^<([a-z][a-z0-9]*)[\s>]", re.MULTILINE)
_REST_OF_LINE = re.compile(r" *(?:\n( *\n)?|\Z)")


class OwnHtmlExtension(Extension):
    """The extension for Python-Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Take blocks out at the beginning and put them back at the end."""
        store = _PutBack(md)
        md.preprocessors.register(_TakeOut(md, store), "kb_own_html", _BEFORE_CODE)
        md.postprocessors.register(store, "kb_own_html", _BEFORE_SANITISER)


class _PutBack(Postprocessor):
    """Holds the blocks of one page; `name` stands for them in the text."""

    name = ""
    blocks: tuple[str, ...] = ()

    def run(self, text: str) -> str:
        if not self.blocks:
            return text
        # Alone it is a paragraph to Markdown; within HTML that the author left open it is not.
        pattern = re.compile(f"<p>{STX}{self.name}([0-9]+){ETX}</p>|{STX}{self.name}([0-9]+){ETX}")
        return pattern.sub(lambda match: self.blocks[int(match[1] or match[2])], text)


class _TakeOut(Preprocessor):
    def __init__(self, md: Markdown, store: _PutBack) -> None:
        super().__init__(md)
        self._store = store

    def run(self, lines: list[str]) -> list[str]:
        page = "\n".join(lines)
        # An author cannot name a hash of the page that holds the name. With the number it is one word, of which an
        # abbreviation that an author defines cannot be a part.
        name = f"kb{sha256(page.encode(errors='surrogatepass')).hexdigest()[:32]}x"
        blocks: list[str] = []
        parts: list[str] = []
        at = 0
        for start, end, block in _ours(page, self.md):
            parts += (page[at:start], f"\n\n{STX}{name}{len(blocks)}{ETX}\n\n")
            blocks.append(block)
            at = end
        self._store.name, self._store.blocks = name, tuple(blocks)
        return "".join((*parts, page[at:])).split("\n")


def _ours(page: str, md: Markdown) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of what is not the author's: blocks of HTML, and the marks."""
    first = AUTHOR_MARK.search(page)
    if first is None:
        yield from _blocks(page, 0, len(page), md)
        return
    yield from _blocks(page, 0, first.start(), md)
    yield first.start(), first.end(), first[0] + "\n"
    start = page.find(first[0], first.end())
    if start != -1:
        end = start + len(first[0])
        yield start, end, first[0] + ("\n" if page.startswith("\n\n", end) else "")
        yield from _blocks(page, end, len(page), md)


def _blocks(page: str, at: int, end: int, md: Markdown) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of the blocks of HTML of a part that stand alone on their lines."""
    for start in _START.finditer(page, at, end):
        if start.start() < at or not md.is_block_level(start[1]):
            continue
        close = _end_of(page, start[1], start.end(), end)
        rest = _REST_OF_LINE.match(page, close, end) if close != -1 else None
        at = max(at, close)
        if rest is not None:
            # As Markdown has it: a block before a blank line keeps its line end.
            yield start.start(), close, page[start.start() : close] + ("\n" if rest[1] is not None else "")


def _end_of(page: str, name: str, at: int, end: int) -> int:
    """Return where the element ends whose content begins here, -1 if it does not."""
    depth = 1
    for tag in _tags(name).finditer(page, at, end):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return -1


@cache
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){name}(?:\s[^>]*)?>")


makeExtension = partial(OwnHtmlExtension)
