"""The stages from a folder of Markdown to two published sites, in the order in which they run.

discover → parse → validate → index → check (here `kb check` ends)
→ project → generate → stage → render → search → policy → verify → publish.

Those in the first line are in `checking.py`, so that `kb check` need not load the others. Each stage takes a value and
returns a value; what is wrong with content travels along as findings. The day comes from the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from kb_builder import pages
from kb_builder.audience import project
from kb_builder.cache import Cache
from kb_builder.checking import Checked, check, discover, index, judge, parse, validate
from kb_builder.leaks.proof import prove
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Diagnostic, Finding
from kb_builder.model.errors import KbError
from kb_builder.model.settings import Settings
from kb_builder.model.site_tree import SiteTree, StagedAsset, packed, without_texts
from kb_builder.pages.navigation import navigation
from kb_builder.pages.view import View
from kb_builder.policy import write_policy
from kb_builder.publish import REPORT, build_lock, check_targets, finish, fresh_folder, publish
from kb_builder.renderers import mkdocs
from kb_builder.rendering import Surroundings, render_site
from kb_builder.search_site import write_search
from kb_builder.sources.marks import Marks, differences, file_marks
from kb_builder.sources.read import read_yaml
from kb_builder.staging import stage
from kb_builder.verify import verify

# The stages up to the checks are part of this page, whatever module they are in.
__all__ = ("AUDIENCES", "REPORT", "SITE", "Built", "Checked", "build", "build_site", "build_tree", "check", "discover",
           "generate", "index", "judge", "parse", "stage_tree", "validate")  # fmt: skip

AUDIENCES = ("staff", "customers")
SITE = "site"
# So often everything is read again when files changed meanwhile.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build found and the sites it published, by audience; none if anything stood in the way."""

    checked: Checked
    diagnostics: tuple[Diagnostic, ...]
    published: Mapping[str, Path]


def build(
    settings: Settings, as_of: date, audiences: Sequence[str] = AUDIENCES, around: Surroundings | None = None
) -> Built:
    """Run all stages. Either all sites asked for are published, or none is touched."""
    around = around or Surroundings()
    with ExitStack() as stack:
        private = stack.enter_context(build_lock(settings.root))
        outs = {audience: settings.root / site.out for audience, site in settings.sites.items()}
        finish(private, outs.values())
        checked, marks = _check_at_one_moment(settings, as_of, around.cache)
        if checked.blockers:
            return Built(checked=checked, diagnostics=checked.diagnostics, published={})
        check_targets(outs[audience] for audience in audiences)
        finished: dict[Path, Path] = {}
        findings: list[Finding] = []
        for audience in audiences:
            folder = stack.enter_context(fresh_folder(outs[audience]))
            with _stopping_at(folder):
                findings += build_site(checked.catalog, audience, folder, outs[audience], around)
            finished[folder / SITE] = outs[audience]
        if findings:
            # A page on both sites is at fault once.
            diagnosis = judge(checked.catalog, dict.fromkeys(findings), complete=False)
            return Built(checked=checked, diagnostics=(*checked.diagnostics, *diagnosis.diagnostics), published={})
        # Pages are in memory since the check; files beside them were copied only now.
        assets = {asset.path for asset in checked.catalog.assets}
        _refuse_changes(path for path in differences(marks, _marks(settings)) if path in assets)
        publish(finished, private)
    return Built(
        checked=checked,
        diagnostics=checked.diagnostics,
        published={audience: outs[audience] for audience in audiences},
    )


def _check_at_one_moment(settings: Settings, as_of: date, cache: Cache) -> tuple[Checked, Marks]:
    """Check files that did not change while they were read, so that they are all of one moment; return their marks.

    KbError, naming files, if some are written again and again, or if kb.yml is not what was loaded.
    """
    before = _marks(settings)
    text, _block, faults = read_yaml(settings.root / settings.path, settings.path)
    for fault in faults:
        if fault.slug == "unreadable":
            raise KbError(f"{settings.path}: {fault.message}", f"nothing was published; {fault.hint}")
    if text != settings.text:
        _refuse_changes([settings.path])
    for attempt in range(_ATTEMPTS):
        checked = check(settings, as_of, cache)
        after = _marks(settings)
        changed = differences(before, after)
        if not changed:
            break
        if settings.path in changed or attempt == _ATTEMPTS - 1:
            _refuse_changes(changed)
        before = after
    return checked, after


def _marks(settings: Settings) -> Marks:
    outs = [site.out for site in settings.sites.values()]
    return file_marks(settings.root, (settings.content, settings.registry, settings.path), outs)


def _refuse_changes(paths: Iterable[str]) -> None:
    changed = list(paths)
    if changed:
        more = f" and {len(changed) - 3} more files" if len(changed) > 3 else ""
        raise KbError(
            f"changed during the build: {', '.join(changed[:3])}{more}",
            "nothing was published; run it again when nobody writes there, or build a clone of the project",
        )


@contextmanager
def _stopping_at(folder: Path) -> Iterator[None]:
    """Say at which file the build of a site stopped; what writes into the folder may not know a name."""
    try:
        yield
    except OSError as error:
        raise KbError(
            f"the build stopped at {error.filename or folder.parent}: {error.strerror or error}",
            "nothing was published; mend that and run it again",
        ) from error


def build_site(
    catalog: Catalog, audience: str, folder: Path, published: Path, around: Surroundings | None = None
) -> tuple[Finding, ...]:
    """Stage, render, index and verify one site: the staged tree in `folder`, the finished site in its folder SITE.

    In `published` an older site may stand, of which unchanged pages are taken. The site of customers is searched for
    everything internal; what was done for it is written to REPORT in `folder`.
    """
    around = around or Surroundings()
    return build_tree(generate(catalog, audience, around.cache), catalog, folder, published, around)


def build_tree(
    tree: SiteTree, catalog: Catalog, folder: Path, published: Path, around: Surroundings
) -> tuple[Finding, ...]:
    """Do as `build_site` with a site tree that was generated from the catalog."""
    site, audience = folder / SITE, tree.site.audience
    around.between()
    stage_tree(tree, folder)
    tree = without_texts(tree)
    rendered = render_site(tree, folder, site, catalog.as_of, published, around)
    if rendered.findings:
        return rendered.findings
    around.between()
    sections = {where: page.sections for where, page in rendered.pages.items() if page.sections is not None}
    write_search(tree, project(catalog, audience), site, sections, around.cache)
    around.between()
    findings = (*write_policy(tree, site, rendered.pages), *verify(tree, site, rendered.pages))
    if audience == "staff" or findings:
        return findings
    proof = prove(catalog, site, around.cache)
    (folder / REPORT).write_bytes(proof.report())
    return tuple(proof.findings(tree.site.out))


def generate(catalog: Catalog, audience: str, cache: Cache | None = None) -> SiteTree:
    """Project the catalog onto an audience and make all pages of its site; `cache` holds what earlier runs made."""
    projected = project(catalog, audience)
    site = catalog.settings.sites[audience]
    view = View(catalog=projected, site=site, cache=cache)
    made = sorted(map(packed, pages.generate(view)), key=lambda page: page.path)
    for one, other in pairwise(made):
        if one.path == other.path:
            sources = " and ".join(page.source or "a page that kb makes" for page in (one, other))
            raise KbError(f"{sources} would have the same address, {one.path}", "rename the source")
    return SiteTree(
        site=site,
        pages=tuple(made),
        assets=tuple(
            StagedAsset(path=asset.content_path, file=catalog.settings.root / asset.path) for asset in projected.assets
        ),
        nav=tuple(navigation(view, made)),
        files=tuple(sorted(pages.generate_files(view), key=lambda file: file.path)),
    )


def stage_tree(tree: SiteTree, folder: Path) -> None:
    """Put a site's Markdown, assets and generator configuration on disk."""
    docs = folder / mkdocs.DOCS_NAME
    docs.mkdir(parents=True, exist_ok=True)
    stage(tree, docs)
    mkdocs.configure(tree, folder)
