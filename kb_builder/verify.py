"""Looks at a built site before anybody else does: every page is there, every local link leads somewhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from kb_builder.model.diagnostic import Finding
from kb_builder.model.paths import address
from kb_builder.model.site_tree import SiteTree

_TARGET = re.compile(r"<(?:a|link|img|script)\b[^>]*?\s(?:href|src)=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|/")


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
    for page in tree.pages:
        where = address(page.path)
        if where not in files:
            continue
        folder = posixpath.dirname(where)
        text = (out / where).read_text(encoding="utf-8")
        if f"<title>{html.escape(page.title)}" not in text:
            yield _finding(page.source or page.path, "the built page has not the title of its source", "title")
        for target in sorted({next(filter(None, match.groups()), "") for match in _TARGET.finditer(text)}):
            path = unquote(html.unescape(target).partition("#")[0].partition("?")[0])
            if not path or _ELSEWHERE.match(target):
                continue
            name = posixpath.normpath(posixpath.join(folder, path))
            if name not in files and f"{name}/index.html" not in files and name != ".":
                yield _finding(
                    page.source or page.path, f"the built page links to `{target}`, which does not exist", target
                )


def _finding(path: str, message: str, key: str) -> Finding:
    return Finding(
        slug="site-incomplete",
        path=path,
        message=message,
        hint="this is most likely a bug of kb; please report it",
        key=key,
    )
