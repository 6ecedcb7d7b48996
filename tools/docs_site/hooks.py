"""What the documentation's mkdocs.yml cannot say: a nav of folders, links to files that are not pages."""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
_LOG = logging.getLogger("mkdocs.hooks.docs_site")
_REST = "/*"
_EMPTY: list[Any] = []
# A fence, or code within a line, or a link; what is written as code is left alone.
_CODE_OR_LINK = re.compile(
    r"(?ms)^(?P<fence> *(?:```|~~~)).*?^(?P=fence)\s*?$"
    r"|`+[^`\n]+`+(?!\])"
    r"|(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>\.\./[^)\s]+)\)"
)
_FIRST_COMMENT = re.compile(r"\A\s*<!--.*?-->\s*", re.DOTALL)


def on_config(config: Any) -> Any:
    """Put the pages of folders into the nav."""
    named = set(_names(config.nav))
    config.nav = _expand(config.nav, Path(config.docs_dir), named)
    return config


def _names(entry: Any) -> Iterator[str]:
    """Yield the names of pages in a part of the nav."""
    if isinstance(entry, str):
        yield entry
    for each in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
        yield from _names(each)


def _expand(entry: Any, docs: Path, named: set[str]) -> Any:
    """Return a part of the nav with the pages of folders in it; a heading that is left without pages goes."""
    if isinstance(entry, dict):
        return {title: _expand(each, docs, named) for title, each in entry.items()}
    if not isinstance(entry, list):
        return entry
    found: list[Any] = []
    for each in entry:
        if isinstance(each, str) and each.endswith(_REST):
            pages = sorted(page.relative_to(docs).as_posix() for page in (docs / each.removesuffix(_REST)).glob("*.md"))
            found += [page for page in pages if page not in named]
        elif (expanded := _expand(each, docs, named)) and _EMPTY not in (
            expanded.values() if isinstance(expanded, dict) else ()
        ):
            found.append(expanded)
    return found


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_others: Any) -> str:
    """Show a link to a file of the repository that is no page as the name it has; name those that lead nowhere.

    A comment before the title goes, as MkDocs would not see that it is the title.
    """
    folder = Path(config.docs_dir, page.file.src_uri).parent

    def replace(match: re.Match[str]) -> str:
        target = (match["target"] or "").partition("#")[0]
        path = Path(posixpath.normpath(posixpath.join(folder.as_posix(), target)))
        if not target or path.is_relative_to(config.docs_dir) or not path.is_relative_to(_ROOT):
            return match[0]
        if not path.exists():
            _LOG.warning("%s: the repository has no file %s", page.file.src_uri, target)
        return match["text"]

    return _CODE_OR_LINK.sub(replace, _FIRST_COMMENT.sub("", markdown))
