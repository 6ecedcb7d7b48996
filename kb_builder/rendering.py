"""Makes the pages of a site: those that are as they were come from the published site, the others from the generator.

A page is as it was if its staged text, the configuration and the theme are, if all files of the site to which it leads
are still there, and if nobody touched it where it was published. What was warned of is never kept.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kb_builder.built_pages import from_json, read_others, to_json, with_one_policy
from kb_builder.cache import Cache, digest, in_batches
from kb_builder.model.built_page import BuiltPage
from kb_builder.model.diagnostic import Finding
from kb_builder.model.paths import address
from kb_builder.model.site_tree import SiteTree, StagedPage
from kb_builder.renderers import mkdocs
from kb_builder.renderers.cluster import Cluster
from kb_builder.renderers.mkdocs_share import Share
from kb_builder.renderers.processes import Runner, render_shares
from kb_builder.verify import file_of

# Starting one more process costs as much as rendering so many pages.
_PAGES_A_PROCESS = 60
_SHARE = "share-{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedSite:
    """The pages of a site by address, all with one policy; or, and then no pages, what was warned of."""

    findings: tuple[Finding, ...] = ()
    pages: Mapping[str, BuiltPage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a build may use: what earlier ones left, and how many processes, or a cluster.

    `apart` renders the site of customers in a process that was never given anything internal. `between` is called
    between stages; what it raises ends the build.
    """

    cache: Cache = field(default_factory=Cache)
    jobs: int = 1
    cluster: Cluster | None = None
    apart: Runner | None = None
    between: Callable[[], None] = lambda: None


def render_site(
    tree: SiteTree, folder: Path, out: Path, as_of: date, published: Path, around: Surroundings
) -> RenderedSite:
    """Make the pages of the staged `folder` in `out`; in `published` an older site may stand."""
    kind = f"page-{tree.site.audience}"
    keys = _keys(tree, folder)
    files = frozenset(
        (
            *(address(page.path) for page in tree.pages),
            *(asset.path for asset in tree.assets),
            *(file.path for file in tree.files),
        )
    )
    kept = _kept(around.cache, kind, keys, files)
    unchanged = dict(_unchanged(kept, published))
    rest = [page for page in tree.pages if page.path not in unchanged]
    allowed = frozenset(source for page in kept.values() for source in page.scripts)
    shares = [
        Share(
            folder=folder,
            out=out if number == 0 else folder / _SHARE.format(number),
            as_of=as_of,
            paths=paths,
            is_first=number == 0,
            known=mkdocs.inline_scripts(tree.site),
            allowed=allowed,
            searched=frozenset(page.path for page in rest if page.in_search),
        )
        for number, paths in enumerate(_dealt(rest, around.cluster.size if around.cluster else around.jobs))
    ]
    apart = around.apart if tree.site.audience == "customers" else None
    rendered = render_shares(shares, around.cluster.render if around.cluster else apart)
    if rendered.warnings:
        sources = {page.path: page.source for page in tree.pages if page.source}
        return RenderedSite(findings=mkdocs.findings(rendered.warnings, sources))
    for share in shares[1:]:
        _move(share.out, out)
    for path in unchanged:
        _take(published, out, address(path))
    made = {**rendered.pages, **{address(path): page for path, page in unchanged.items()}}
    pages = with_one_policy(out, read_others(out, made, mkdocs.inline_scripts(tree.site)))
    _keep(around, kind, keys, pages, files, unchanged)
    return RenderedSite(pages=pages)


def _keys(tree: SiteTree, folder: Path) -> Mapping[str, str]:
    """Return under which key what is known of a page is kept, by path."""
    state, docs = mkdocs.state(folder), folder / mkdocs.DOCS_NAME
    return {
        page.path: digest(state, page.path, "searched" if page.in_search else "", (docs / page.path).read_bytes())
        for page in tree.pages
    }


def _kept(cache: Cache, kind: str, keys: Mapping[str, str], files: frozenset[str]) -> Mapping[str, BuiltPage]:
    """Return the pages, by path, that are known to look as they would again."""
    found = {}
    for some in in_batches(keys.items()):
        entries = cache.get(kind, (key for _path, key in some))
        for path, key in some:
            known = from_json(entries[key]) if key in entries else None
            if known is not None and known[1] <= files:
                found[path] = known[0]
    return found


def _unchanged(kept: Mapping[str, BuiltPage], published: Path) -> Iterator[tuple[str, BuiltPage]]:
    """Yield those that stand in the published site as they were made."""
    for path, page in kept.items():
        with suppress(OSError):
            if digest((published / address(path)).read_bytes()) == page.digest:
                yield path, page


def _dealt(pages: Sequence[StagedPage], jobs: int) -> Iterator[frozenset[str]]:
    """Deal pages out to processes, neighbours to different ones: those of a kind take about as long."""
    count = max(1, min(jobs, len(pages) // _PAGES_A_PROCESS))
    for number in range(count):
        yield frozenset(page.path for page in pages[number::count])


def _move(folder: Path, out: Path) -> None:
    """Move all files of a folder to the same place in another."""
    for parent, _folders, names in os.walk(folder):
        target = out / Path(parent).relative_to(folder)
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            Path(parent, name).replace(target / name)


def _take(published: Path, out: Path, name: str) -> None:
    """Put a published file into a new site as the same file, or as a copy where the file system knows no such thing.

    Nothing here changes a file in place, so that the published site stays as it is.
    """
    target = out / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(published / name, target)
    except OSError:
        shutil.copyfile(published / name, target)


def _keep(
    around: Surroundings,
    kind: str,
    keys: Mapping[str, str],
    pages: Mapping[str, BuiltPage],
    files: Collection[str],
    unchanged: Mapping[str, BuiltPage],
) -> None:
    """Keep what is known of pages for the next build, and no more than that."""
    for some in in_batches(keys.items()):
        new = {}
        for path, key in some:
            where = address(path)
            page = pages.get(where)
            if page is not None and not page.forbidden and page != unchanged.get(path):
                needs = {name for target in page.targets if (name := file_of(target, where, files))}
                new[key] = to_json(page, needs)
        around.cache.put(kind, new)
    around.cache.keep(kind, keys.values())
