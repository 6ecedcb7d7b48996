"""Looks at a built site before anybody else does: every page is there, every local link and anchor leads somewhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from kb_builder.model.built_page import BuiltPage
from kb_builder.model.diagnostic import Finding
from kb_builder.model.paths import address
from kb_builder.model.site_tree import SiteTree, StagedPage

_TARGET = re.compile(r"<(?:a|link|img|script)\b[^>]*?\s(?:href|src)=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")
# Begins with plain text, which is found much faster than a blank before it.
_ID = re.compile(r"id=(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_NAME = re.compile(r"<a\b[^>]*?\sname=(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
# What browsers do themselves: go to the top, and mark a text.
_TOP = ("", "top")
_TEXT_DIRECTIVE = ":~:"


def verify(tree: SiteTree, out: Path, pages: Mapping[str, BuiltPage] | None = None) -> tuple[Finding, ...]:
    """Return what is wrong with the built site in `out`; `pages` are those that were read already, by address."""
    files = {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}
    known = pages or {}
    built = [
        (page, where, known[where] if where in known else _read(out / where))
        for page in tree.pages
        if (where := address(page.path)) in files
    ]
    return (*_missing(tree, files), *_dead_links(built, files))


def _read(file: Path) -> BuiltPage:
    text = file.read_text(encoding="utf-8")
    return BuiltPage(digest="", title=title(text), targets=local_targets(text), anchors=anchors(text))


def _missing(tree: SiteTree, files: set[str]) -> Iterator[Finding]:
    for page in tree.pages:
        if address(page.path) not in files:
            yield _finding(page.source or page.path, "the page is missing from the built site", page.path)
    for path in (*(asset.path for asset in tree.assets), *(file.path for file in tree.files)):
        if path not in files:
            yield _finding(path, "the file is missing from the built site", path)


def _dead_links(built: Collection[tuple[StagedPage, str, BuiltPage]], files: Collection[str]) -> Iterator[Finding]:
    present = {where: page.anchors for _staged, where, page in built}
    for staged, where, page in built:
        if not page.title.startswith(html.escape(staged.title)):
            yield _finding(staged.source or staged.path, "the built page has not the title of its source", "title")
        for target in page.targets:
            if not _exists(target, where, files, present):
                yield _finding(
                    staged.source or staged.path, f"the built page links to `{target}`, which does not exist", target
                )


def title(text: str) -> str:
    """Return the title of a built page as it stands there."""
    found = _TITLE.search(text)
    return found[1] if found else ""


def local_targets(text: str) -> tuple[str, ...]:
    """Return what a built page links to on its own site, as it is written, each once."""
    found = {html.unescape(_first(match)) for match in _TARGET.finditer(text)}
    return tuple(sorted(target for target in found if target and not _ELSEWHERE.match(target)))


def anchors(text: str) -> frozenset[str]:
    """Return the anchors of a built page."""
    found = {_first(match) for match in _ID.finditer(text) if text[match.start() - 1].isspace()}
    return frozenset(map(html.unescape, found | {_first(match) for match in _NAME.finditer(text)}))


def _first(match: re.Match[str]) -> str:
    return next(filter(None, match.groups()), "")


def file_of(target: str, where: str, files: Collection[str]) -> str | None:
    """Return which of the files of a site a link on the page at `where` leads to, None if to none."""
    path = unquote(target.partition("#")[0].partition("?")[0])
    name = posixpath.normpath(posixpath.join(posixpath.dirname(where), path)) if path else where
    if name not in files:
        name = "index.html" if name == "." else f"{name}/index.html"
    return name if name in files else None


def _exists(target: str, where: str, files: Collection[str], present: Mapping[str, Collection[str]]) -> bool:
    """Whether a link leads to a file, and to an anchor of it if that is one of our pages."""
    name = file_of(target, where, files)
    if name is None:
        return False
    fragment = target.partition("#")[2].partition(_TEXT_DIRECTIVE)[0]
    there = present.get(name)
    return fragment in _TOP or there is None or fragment in there or unquote(fragment) in there


def _finding(path: str, message: str, key: str) -> Finding:
    return Finding(
        slug="site-incomplete",
        path=path,
        message=message,
        hint="this is most likely a bug of kb; please report it",
        key=key,
    )
