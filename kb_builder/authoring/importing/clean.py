"""Cleans foreign HTML: what may stay, one title, headings in order, plain tables, links that lead somewhere."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb_builder.model.safe_html import unsafe_address

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_INLINE = ("strong", "b", "em", "i", "code", "kbd", "samp", "a", "img", "del", "s", "sub", "sup", "br")
_BLOCKS = ("p", "hr", "ul", "ol", "li", "pre", "blockquote", "dl", "dt", "dd")
_TABLES = ("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption")
_ATTRIBUTES = {
    "a": {"href"}, "img": {"src", "alt"}, "h1": {"class"}, "ol": {"start"},
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_TAGS = frozenset((*_INLINE, *_BLOCKS, *_TABLES, *_HEADINGS))
_DEEPEST = 200
_MAX_SPAN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The body of a page as HTML without its title; `notes` says what was left out."""

    body: BeautifulSoup
    title: str
    notes: tuple[str, ...]


def clean(html: str, pictures: Mapping[str, bytes]) -> Cleaned:
    """Clean HTML that anybody may have written. RecursionError where it nests beyond reason."""
    import nh3
    from bs4 import BeautifulSoup

    safe = nh3.clean(html, tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    soup = BeautifulSoup(safe, "html.parser")
    for each in soup.find_all(True):
        if len(list(each.parents)) > _DEEPEST:
            raise RecursionError
    notes: list[str] = []
    _settle_nesting(soup)
    _settle_pictures(soup, pictures)
    _settle_links(soup, notes)
    for table in reversed(soup.find_all("table")):
        _settle_table(soup, table)
    title = _take_title(soup)
    _settle_headings(soup)
    return Cleaned(body=soup, title=title, notes=tuple(notes))


def _settle_nesting(soup: BeautifulSoup) -> None:
    """Let no bold text, link or heading reach over paragraphs, lists or code: Markdown cannot say that."""
    blocks = [*_BLOCKS, *_TABLES, *_HEADINGS]
    for each in soup(list(_INLINE)):
        if each.find(blocks) is not None:
            each.unwrap()
    for heading in soup(list(_HEADINGS)):
        for block in heading(blocks):
            block.unwrap()


def _settle_pictures(soup: BeautifulSoup, pictures: Mapping[str, bytes]) -> None:
    for image in soup("img"):
        if image.get("src") not in pictures:
            image.decompose()


def _settle_links(soup: BeautifulSoup, notes: list[str]) -> None:
    """Keep links to the web and to mail; one to another file or a place in the document leads nowhere from here."""
    lost: list[str] = []
    for anchor in soup("a"):
        href = str(anchor.get("href") or "")
        if re.match(r"(?:https?://[^\s/]|mailto:.|tel:.)", href) and not unsafe_address(href):
            continue
        if href and not href.startswith("#"):
            lost.append(" ".join(anchor.get_text(" ").split())[:40] or href[:40])
        anchor.unwrap()
    if lost:
        notes.append(f"links to other files are left out, their text stays: {', '.join(dict.fromkeys(lost))}")


# --- tables -----------------------------------------------------------------


def _settle_table(soup: BeautifulSoup, table: Tag) -> None:
    """Make a table of plain cells: spans repeated, blocks in a cell on lines of it. A frame around text goes."""
    rows = grid(table)
    width = max((len(row) for row in rows), default=0)
    if not rows or not width:
        table.decompose()
        return
    if table.find_parent("table"):
        table.replace_with(" ".join(table.get_text(" ").split()))
        return
    if len(rows) == 1 and width == 1:
        table.replace_with(*list(rows[0][0].contents)) if rows[0][0].contents else table.decompose()
        return
    plain = soup.new_tag("table")
    for number, row in enumerate(rows):
        line = soup.new_tag("tr")
        for cell in (*row, *[None] * (width - len(row))):
            new = soup.new_tag("th" if number == 0 else "td")
            for child in list(copy.copy(cell).contents) if cell is not None else ():
                new.append(child)
            _flatten(soup, new)
            line.append(new)
        plain.append(line)
    table.replace_with(plain)


def grid(table: Tag) -> list[list[Tag]]:
    """Return the cells of a table by rows and columns; one that spans several stands in each of them."""
    rows: list[list[Tag]] = []
    hanging: dict[int, tuple[int, Tag]] = {}
    for row in table("tr"):
        if row.find_parent("table") is not table:
            continue
        line: list[Tag] = []
        for cell in row.find_all(["td", "th"], recursive=False):
            _fill(line, hanging)
            height, width = _span(cell, "rowspan"), _span(cell, "colspan")
            for _ in range(width):
                if height > 1:
                    hanging[len(line)] = (height - 1, cell)
                line.append(cell)
        _fill(line, hanging)
        if line:
            rows.append(line)
    return rows


def _fill(line: list[Tag], hanging: dict[int, tuple[int, Tag]]) -> None:
    """Put cells that hang down from rows above in their places."""
    while len(line) in hanging:
        at = len(line)
        left, cell = hanging.pop(at)
        if left > 1:
            hanging[at] = (left - 1, cell)
        line.append(cell)


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name) or "1")
    return min(int(text), _MAX_SPAN) if re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII) else 1


def _flatten(soup: BeautifulSoup, cell: Tag) -> None:
    """Put paragraphs, list entries and code of a cell on lines of their own within it."""
    for number, item in (
        (n, item) for each in cell(["ol", "ul"]) for n, item in enumerate(each("li", recursive=False), 1)
    ):
        item.insert(0, f"{number}. " if item.parent is not None and item.parent.name == "ol" else "• ")
    for code in cell("pre"):
        code.name = "code"
    for block in cell(["p", "li", "blockquote", "dt", "dd", "hr", *_HEADINGS]):
        block.append(soup.new_tag("br"))
        block.unwrap()
    for block in cell(["ol", "ul", "dl"]):
        block.unwrap()
    while cell.contents and (getattr(cell.contents[-1], "name", "") == "br" or not str(cell.contents[-1]).strip()):
        cell.contents[-1].extract()


# --- headings ---------------------------------------------------------------


def _take_title(soup: BeautifulSoup) -> str:
    """Take the title out of the text: what is marked as one, else the only heading of the first level."""
    first = soup("h1")
    marked = [each for each in first if "title" in (each.get("class") or [])]
    chosen = marked[0] if marked else first[0] if len(first) == 1 else None
    if chosen is None or not text_of(chosen):
        return ""
    title = text_of(chosen)
    for image in chosen("img"):
        chosen.insert_after(image)
    chosen.decompose()
    return title


def _settle_headings(soup: BeautifulSoup) -> None:
    """Let headings begin at the second level, as the first is the title's; empty ones go, pictures in them stay."""
    headings = soup(list(_HEADINGS))
    for each in headings:
        del each["class"]
        for image in each("img"):
            each.insert_after(image)
        if not text_of(each):
            each.decompose()
    headings = soup(list(_HEADINGS))
    top = min((int(each.name[1]) for each in headings), default=2)
    for each in headings:
        each.name = f"h{min(6, int(each.name[1]) - top + 2)}"


def text_of(element: Tag) -> str:
    """Return the text of an element on one line."""
    return " ".join(element.get_text(" ", strip=True).split())
