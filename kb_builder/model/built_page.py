"""A finished page of a site, as far as later stages ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb_builder.model.search import SearchSection


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPage:
    """What was read from the HTML of a page when it was made, so that nobody needs to read it again.

    `digest` is that of its bytes. `title` is the text of the element, escaped as it stands there. `targets` are links
    to files and anchors of the same site as they are written, `anchors` its own. `policy` is the
    Content-Security-Policy that it holds, `scripts` are the sources of inline scripts for which it must allow,
    `forbidden` says what no policy allows. `sections` are None if the page was not read for the search.
    """

    digest: str
    title: str = ""
    targets: tuple[str, ...] = ()
    anchors: frozenset[str] = frozenset()
    policy: str = ""
    scripts: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    sections: Sequence[SearchSection] | None = None
