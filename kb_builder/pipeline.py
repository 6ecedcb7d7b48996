"""The stages from a folder of Markdown to two published sites, in the order in which they run.

discover → parse → validate → index → check (here `kb check` ends)
→ project → generate → stage → render → search → policy → verify → publish.

Those in the first line are in `checking.py`, so that `kb check` need not load the others. Each stage takes a value and
returns a value; what is wrong with content travels along as findings. The day comes from the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
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
from kb_builder.model.site_tree import SiteTree, StagedAsset
from kb_builder.pages.navigation import navigation
from kb_builder.pages.view import View
from kb_builder.policy import write_policy
from kb_builder.publish import build_lock, check_targets, fresh_folder, publish
from kb_builder.renderers import mkdocs
from kb_builder.rendering import Surroundings, render_site
from kb_builder.search_site import write_search
from kb_builder.staging import stage
from kb_builder.verify import verify

# The stages up to the checks are part of this page, whatever module they are in.
__all__ = ("AUDIENCES", "REPORT", "SITE", "Built", "Checked", "build", "build_site", "check", "discover", "generate",
           "index", "judge", "parse", "stage_tree", "validate")  # fmt: skip

AUDIENCES = ("staff", "customers")
SITE = "site"
# What was searched before the customer site was published, beside it: `site/customers.verify.json`.
REPORT = ".verify.json"


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
    checked = check(settings, as_of)
    if checked.blockers:
        return Built(checked=checked, diagnostics=checked.diagnostics, published={})
    with ExitStack() as stack:
        stack.enter_context(build_lock(settings.root))
        check_targets(settings.root / settings.sites[audience].out for audience in audiences)
        finished: dict[str, tuple[Path, Path]] = {}
        findings: list[Finding] = []
        for audience in audiences:
            out = settings.root / settings.sites[audience].out
            folder = stack.enter_context(fresh_folder(out))
            findings += build_site(checked.catalog, audience, folder, out, around)
            finished[audience] = (folder / SITE, out)
        if findings:
            # A page on both sites is at fault once.
            diagnosis = judge(checked.catalog, dict.fromkeys(findings), complete=False)
            return Built(checked=checked, diagnostics=(*checked.diagnostics, *diagnosis.diagnostics), published={})
        reports = {
            folder.parent / REPORT: out.with_name(out.name + REPORT)
            for folder, out in finished.values()
            if (folder.parent / REPORT).exists()
        }
        publish(dict(finished.values()), reports)
    return Built(
        checked=checked,
        diagnostics=checked.diagnostics,
        published={audience: out for audience, (_built, out) in finished.items()},
    )


def build_site(
    catalog: Catalog, audience: str, folder: Path, published: Path, around: Surroundings | None = None
) -> tuple[Finding, ...]:
    """Stage, render, index and verify one site: the staged tree in `folder`, the finished site in its folder SITE.

    In `published` an older site may stand, of which unchanged pages are taken. The site of customers is searched for
    everything internal; what was done for it is written to REPORT in `folder`.
    """
    around = around or Surroundings()
    tree = generate(catalog, audience, around.cache)
    try:
        stage_tree(tree, folder)
    except OSError as error:
        raise KbError(
            f"the build stopped at {error.filename}: {error.strerror}",
            "nothing was published; if content changed during the build, run it again",
        ) from error
    site = folder / SITE
    rendered = render_site(tree, folder, site, catalog.as_of, published, around)
    if rendered.findings:
        return rendered.findings
    sections = {where: page.sections for where, page in rendered.pages.items() if page.sections is not None}
    write_search(tree, project(catalog, audience), site, sections, around.cache)
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
    made = sorted(pages.generate(view), key=lambda page: page.path)
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
