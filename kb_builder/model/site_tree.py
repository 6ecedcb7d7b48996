"""One site before it is rendered: plain Markdown pages, assets and an explicit navigation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
