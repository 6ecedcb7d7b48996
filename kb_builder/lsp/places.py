"""Where things are: the page of an id, the entry of an owner, the file that a link leads to; the parts of a page."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from kb_builder.lsp.cursor import front_matter, path_at
from kb_builder.lsp.hover import is_owner_field, word_at
from kb_builder.lsp.project import Project
from kb_builder.model.location import FieldPath, Span
from kb_builder.sources.yaml_block import locate

_LINK = re.compile(r"\]\((?P<to>[^()\s]+)[^()\n]*\)")
_HEADING = re.compile(r"^(#{1,6})[ \t]+(?=\S)([^\r\n]*)", re.MULTILINE)
_CODE = re.compile(r"^[ \t]*(```|~~~)", re.MULTILINE)
_LONGEST = 4000
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a file of the project; `text` is what the span counts in, empty for the file as such."""

    path: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading or step of a page: what it is called, where it is, and how deep it lies (from 1)."""

    name: str
    span: Span
    level: int


def definition(project: Project, path: str, offset: int) -> Place | None:
    """Return where what is at an offset of an open file is defined; None if that is unknown."""
    catalog, text = project.catalog, project.texts[path]
    if catalog is None:
        return None
    linked = _linked(project, path, text, offset)
    if linked is not None:
        return linked
    word = word_at(text, offset).cut(text)
    if word in catalog.by_id:
        return _in_page(project, catalog.by_id[word].path, ("id",))
    if word in (catalog.owners or {}) and is_owner_field(project, path, offset):
        return _in_registry(project, "owners.yml", (word,))
    block = front_matter(text) if project.type_of(path) else Span(start=0, end=len(text))
    where = path_at(text, block, offset) if block else ()
    if "sla" in where and catalog.sla is not None and word in catalog.sla.policies:
        return _in_registry(project, "sla.yml", ("policies", word))
    if "channels" in where and catalog.channels is not None and word in catalog.channels.channels:
        return _in_registry(project, "channels.yml", ("channels", word))
    if where[:1] == ("steps",) and block and (where[-1] == "next" or "outcomes" in where):
        return _step(path, text, block, word)
    return None


def parts(text: str) -> Iterator[Part]:
    """Yield the headings of a page, but for what looks like one in code."""
    block = front_matter(text)
    start = block.end if block else 0
    fences = [match.start() for match in _CODE.finditer(text, start)]
    count = 0
    for match in _HEADING.finditer(text, start):
        if bisect_left(fences, match.start()) % 2 == 0:
            yield Part(
                name=match[2].rstrip(" \t#") or match[1],
                span=Span(start=match.start(), end=match.end()),
                level=len(match[1]),
            )
            count += 1
        if count == _MOST:
            return


def _linked(project: Project, path: str, text: str, offset: int) -> Place | None:
    catalog = project.catalog
    document = catalog.by_path.get(path) if catalog else None
    if catalog is None or document is None:
        return None
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)][:_LONGEST]
    for match in _LINK.finditer(line):
        if not match.start() <= offset - start <= match.end():
            continue
        to = unquote(match["to"].partition("#")[0])
        where = posixpath.normpath(posixpath.join(posixpath.dirname(document.content_path), to))
        other = catalog.by_content_path.get(where)
        asset = next((each for each in catalog.assets if each.content_path == where), None)
        if other is not None:
            return Place(path=other.path, span=Span(start=0, end=0), text="")
        return Place(path=asset.path, span=Span(start=0, end=0), text="") if asset else None
    return None


def _in_page(project: Project, path: str, field: FieldPath) -> Place:
    text = project.text(path) or ""
    block = front_matter(text)
    found = locate(block.cut(text), field) if block else None
    if block is None or found is None:
        return Place(path=path, span=Span(start=0, end=0), text="")
    return Place(
        path=path, span=Span(start=block.start + found.value.start, end=block.start + found.value.end), text=text
    )


def _in_registry(project: Project, name: str, field: FieldPath) -> Place | None:
    path = f"{project.settings.registry}/{name}" if project.settings else ""
    text = project.text(path) or ""
    found = locate(text, field)
    return Place(path=path, span=found.key or found.value, text=text) if found else None


def _step(path: str, text: str, block: Span, id_: str) -> Place | None:
    pattern = re.compile(rf"(?:^|[-{{,])[ \t]*id:[ \t]+[\"']?({re.escape(id_)})(?![\w-])", re.MULTILINE)
    match = pattern.search(text, block.start, block.end)
    return Place(path=path, span=Span(start=match.start(1), end=match.end(1)), text=text) if match else None
