"""Looks at a built site before anybody else does: every page is there, every local link and anchor leads somewhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from kb_builder.model.diagnostic import Finding
from kb_builder.model.paths import address
from kb_builder.model.site_tree import SiteTree

_TARGET = re.compile(r"<(?:a|link|img|script)\b[^>]*?\s(?:href|src)=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")
# Begins with plain text, which is found much faster than a blank before it.
_ID = re.compile(r"id=(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_NAME = re.compile(r"<a\b[^>]*?\sname=(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
# What browsers do themselves: go to the top, and mark a text.
_TOP = ("", "top")
_TEXT_DIRECTIVE = ":~:"


def verify(tree: SiteTree, out: Path) -> tuple[Finding, ...]:
    """Return what is wrong with the built site in `out`."""
    files = {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}
    return (*_missing(tree, files), *_dead_links(tree, out, files))


def _missing(tree: SiteTree, files: set[str]) -> Iterator[Finding]:
    for page in tree.pages:
        if address(page.path) not in files:
            yield _finding(page.source or page.path, "the page is missing from the built site", page.path)
    for path in (*(asset.path for asset in tree.assets), *(file.path for file in tree.files)):
        if path not in files:
            yield _finding(path, "the file is missing from the built site", path)


def _dead_links(tree: SiteTree, out: Path, files: set[str]) -> Iterator[Finding]:
    built = {page: address(page.path) for page in tree.pages if address(page.path) in files}
    anchors: dict[str, frozenset[str]] = {}
    targets: dict[str, list[str]] = {}
    for page, where in built.items():
        text = (out / where).read_text(encoding="utf-8")
        if f"<title>{html.escape(page.title)}" not in text:
            yield _finding(page.source or page.path, "the built page has not the title of its source", "title")
        anchors[where], targets[where] = ids(text), local_targets(text)
    for page, where in built.items():
        for target in targets[where]:
            if not _exists(target, where, files, anchors):
                yield _finding(
                    page.source or page.path, f"the built page links to `{target}`, which does not exist", target
                )


def local_targets(text: str) -> list[str]:
    """Return what a built page links to on its own site, as it is written, each once."""
    found = {html.unescape(_first(match)) for match in _TARGET.finditer(text)}
    return sorted(target for target in found if target and not _ELSEWHERE.match(target))


def ids(text: str) -> frozenset[str]:
    """Return the anchors of a built page."""
    found = {_first(match) for match in _ID.finditer(text) if text[match.start() - 1].isspace()}
    return frozenset(map(html.unescape, found | {_first(match) for match in _NAME.finditer(text)}))


def _first(match: re.Match[str]) -> str:
    return next(filter(None, match.groups()), "")


def _exists(target: str, where: str, files: Collection[str], anchors: Mapping[str, Collection[str]]) -> bool:
    """Whether a link on the page at `where` leads to a file, and to an anchor of it if that is one of our pages."""
    path, _hash, fragment = target.partition("#")
    path = unquote(path.partition("?")[0])
    name = posixpath.normpath(posixpath.join(posixpath.dirname(where), path)) if path else where
    if name not in files:
        name = "index.html" if name == "." else f"{name}/index.html"
    if name not in files:
        return False
    fragment = fragment.partition(_TEXT_DIRECTIVE)[0]
    present = anchors.get(name)
    return fragment in _TOP or present is None or fragment in present or unquote(fragment) in present


def _finding(path: str, message: str, key: str) -> Finding:
    return Finding(
        slug="site-incomplete",
        path=path,
        message=message,
        hint="this is most likely a bug of kb; please report it",
        key=key,
    )
