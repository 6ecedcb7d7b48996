"""Reads finished pages once for all stages to come, and writes what was read so that a later build can take it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from sys import intern
from typing import Any

from kb_builder.cache import digest
from kb_builder.model.built_page import BuiltPage
from kb_builder.model.search import PackedSections, SearchSection
from kb_builder.policy import directives, forbidden, scripts_of, with_policy
from kb_builder.search.read_html import read_sections
from kb_builder.verify import anchors, local_targets, title


def finish(
    text: str, known: Collection[str], allowed: Iterable[str] = (), *, searched: bool = False
) -> tuple[str, BuiltPage]:
    """Return a page with its policy, and what was read from it.

    `known` are the inline scripts of the theme, `allowed` the sources that the policy names beside those of the page.
    """
    scripts = scripts_of(text, known)
    policy = directives({*allowed, *scripts})
    finished = with_policy(text, policy)
    return finished, BuiltPage(
        digest=digest(_written(finished)),
        title=title(text),
        # Pages have most of these in common.
        targets=tuple(map(intern, local_targets(text))),
        anchors=frozenset(map(intern, anchors(text))),
        policy=intern(policy),
        scripts=scripts,
        forbidden=forbidden(text, known),
        sections=PackedSections(read_sections(text)) if searched else None,
    )


def _written(text: str) -> bytes:
    """Return the bytes of a page as MkDocs writes it."""
    return text.encode("utf-8", errors="xmlcharrefreplace")


def read_others(site: Path, pages: Mapping[str, BuiltPage], known: Collection[str]) -> Mapping[str, BuiltPage]:
    """Return all pages of a site by address: `pages`, and those in its folder that nobody has finished."""
    found = dict(pages)
    for file in sorted(site.rglob("*.html")):
        name = file.relative_to(site).as_posix()
        if name not in found:
            text, found[name] = finish(file.read_text(encoding="utf-8"), known)
            _replace(file, _written(text))
    return found


def with_one_policy(site: Path, pages: Mapping[str, BuiltPage]) -> Mapping[str, BuiltPage]:
    """Give every page the policy of the whole site.

    Pages are swapped without being loaded anew: one must allow for what another runs.
    """
    policy = directives({source for page in pages.values() for source in page.scripts})
    return {name: _with(site / name, page, policy) for name, page in pages.items()}


def _with(file: Path, page: BuiltPage, policy: str) -> BuiltPage:
    if page.policy == policy:
        return page
    data = file.read_bytes().replace(page.policy.encode(), policy.encode(), 1)
    _replace(file, data)
    return replace(page, policy=policy, digest=digest(data))


def _replace(file: Path, data: bytes) -> None:
    """Write a file that may be the same as one of an older site: that must stay as it is."""
    file.unlink()
    file.write_bytes(data)


def to_json(page: BuiltPage, needs: Iterable[str]) -> bytes:
    """Return what was read from a page, with the files of the site that it leads to, as bytes to be kept."""
    sections = page.sections
    return json.dumps(
        {
            "digest": page.digest,
            "title": page.title,
            "targets": page.targets,
            "anchors": sorted(page.anchors),
            "policy": page.policy,
            "scripts": page.scripts,
            "sections": None if sections is None else [[each.anchor, each.heading, each.text] for each in sections],
            "needs": sorted(needs),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")


def from_json(data: bytes) -> tuple[BuiltPage, frozenset[str]] | None:
    """Return what `to_json` was given; None if it was something else."""
    try:
        kept: Any = json.loads(data.decode("utf-8", "surrogatepass"))
        sections = kept["sections"]
        return BuiltPage(
            digest=str(kept["digest"]),
            title=str(kept["title"]),
            targets=tuple(intern(str(each)) for each in kept["targets"]),
            anchors=frozenset(intern(str(each)) for each in kept["anchors"]),
            policy=intern(str(kept["policy"])),
            scripts=tuple(intern(str(each)) for each in kept["scripts"]),
            sections=None
            if sections is None
            else PackedSections(SearchSection(anchor=str(a), heading=str(h), text=str(t)) for a, h, t in sections),
        ), frozenset(map(str, kept["needs"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
