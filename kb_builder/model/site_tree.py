"""One site before it is rendered: plain Markdown pages, assets and an explicit navigation."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

from kb_builder.model.packed import pack, unpack
from kb_builder.model.settings import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedPage:
    """A page of the staged tree. `source` is the content file it came from, empty for generated pages.

    `title`, `summary` and `body` are finished: the title and the summary plain text, the body Markdown. `hide` names
    what the theme leaves out: `toc`, `navigation`.
    """

    path: str
    title: str
    summary: str
    language: str
    body: str
    source: str = ""
    in_search: bool = True
    hide: tuple[str, ...] = ()


class _PackedPage(StagedPage):
    """A page whose Markdown takes a tenth of the memory, so that all pages of a large site find room."""

    __slots__ = ("_body",)
    _body: bytes

    @property
    def body(self) -> str:
        """The Markdown, unpacked each time it is asked for."""
        return unpack(self._body)


def packed(page: StagedPage) -> StagedPage:
    """Return the same page with its Markdown packed."""
    new = object.__new__(_PackedPage)
    for each in fields(page):
        if each.name != "body":
            object.__setattr__(new, each.name, getattr(page, each.name))
    object.__setattr__(new, "_body", pack(page.body))
    return new


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedAsset:
    """A file that is copied as it is."""

    path: str
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """A file that the tool makes and that is no page: a calendar, a feed, data for other programs."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NavEntry:
    """A hub page in the navigation, or a section of hub pages: then `path` is empty."""

    label: str
    path: str = ""
    children: tuple[NavEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTree:
    """All of one site. `nav` holds the hub pages; other pages are reached from them."""

    site: Site
    pages: tuple[StagedPage, ...]
    assets: tuple[StagedAsset, ...]
    nav: tuple[NavEntry, ...]
    files: tuple[StagedFile, ...] = ()
    copyright: str = ""


def without_texts(tree: SiteTree) -> SiteTree:
    """Return a tree without the Markdown of its pages, for the stages after it has been put on disk."""
    names = [each.name for each in fields(StagedPage) if each.name != "body"]
    return replace(
        tree,
        pages=tuple(StagedPage(**{name: getattr(page, name) for name in names}, body="") for page in tree.pages),
    )
