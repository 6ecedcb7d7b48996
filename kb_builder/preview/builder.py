"""Brings a preview up to date: first the pages that were edited, then all that follows from them.

A page that is at fault shows its findings in its place. For all others it stays as it was when it was last in order; if
it never was, it is left out of lists, and an empty page stands where links to it lead.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from pathlib import Path

from kb_builder.audience import project, with_documents
from kb_builder.cache import ENVIRONMENT, Cache, open_cache
from kb_builder.checking import Checked, check, judge
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Diagnostic
from kb_builder.model.document import RawDocument
from kb_builder.model.errors import KbError
from kb_builder.model.paths import HOME, address, page_path
from kb_builder.model.settings import Settings
from kb_builder.model.site_tree import StagedPage
from kb_builder.outcome import places_of
from kb_builder.pages import document_page
from kb_builder.pages.view import View
from kb_builder.pipeline import SITE, build_tree, generate
from kb_builder.preview.faults import faults_page
from kb_builder.preview.shown import Shown
from kb_builder.preview.watch import is_private
from kb_builder.renderers import mkdocs
from kb_builder.renderers.mkdocs_share import Share, render_share
from kb_builder.rendering import Surroundings
from kb_builder.reporters import Report
from kb_builder.reporters.text import diagnostic_lines, summary
from kb_builder.sources.fingerprint import look
from kb_builder.sources.marks import Marks, file_marks
from kb_builder.staging import page_text

# When more pages than these were edited at once, it is not somebody writing.
_A_FEW = 20
_SCRIPT_HASH = re.compile(r"'sha256-[^']+'")
# What is said of a link if its page cannot be read.
_OF_LINKS = ("broken-anchor", "customer-link-internal")
_MENDED = "This page shows itself again as soon as they are mended."


class _Outdated(Exception):
    """What is being built has changed meanwhile."""


class Preview:
    """Keeps `shown` up to date, with `folder` for what it needs.

    `load` gives the settings and the day, `say` tells the author something, `cache` opens what earlier runs left.
    """

    def __init__(
        self,
        *,
        load: Callable[[], tuple[Settings, date]],
        audience: str,
        folder: Path,
        shown: Shown,
        say: Callable[[str], None],
        cache: Callable[[Path], Cache],
        jobs: int = 1,
    ) -> None:
        self._load = load
        self._audience = audience
        self._folder = folder
        self._stage = folder / "stage"
        self._shown = shown
        self._say = say
        self._open_cache = cache
        self._cache = Cache()
        self._jobs = jobs
        self._settings: Settings | None = None
        self._marks: Marks | None = None
        self._states: Mapping[str, str] = {}
        self._is_due = True
        self._in_order: Mapping[str, RawDocument] = {}
        self._told: Collection[str] = ()

    def folders(self) -> Mapping[Path, bool]:
        """Return the folders with the inputs, each with whether all below it counts."""
        settings = self._settings
        if settings is None:
            return {}
        beside = (settings.root / path for path in (settings.path, *settings.files))
        return {
            **{file.parent: False for file in beside},
            settings.registry_dir: False,
            settings.content_dir: True,
        }

    def update(self, has_news: Callable[[], bool] = lambda: False) -> None:
        """Show what the inputs are now, if they changed. With `has_news` meanwhile the rest waits for the next call."""
        marks = self._look_at_marks()
        if marks is not None and marks == self._marks:
            return
        self._marks = marks
        try:
            self._update(has_news)
        except _Outdated:
            self._marks = None
        except KbError as error:
            self._is_due = True
            diagnostics = getattr(error, "diagnostics", ())
            hint = f"  hint: {error.hint}\n" if error.hint else ""
            self._say("".join(f"{line}\n" for each in diagnostics for line in diagnostic_lines(each)))
            self._say(f"error: {error}\n{hint}")
            self._keep_showing({}, diagnostics, f"{error}; {error.hint}" if error.hint else str(error))
        except OSError as error:
            self._is_due = True
            self._say(f"error: {error.filename}: {error.strerror or error}\n")

    def _look_at_marks(self) -> Marks | None:
        settings = self._settings
        if settings is None:
            return None
        names = (settings.path, settings.content, settings.registry, *settings.files)
        return file_marks(settings.root, names, [site.out for site in settings.sites.values()])

    def _update(self, has_news: Callable[[], bool]) -> None:
        settings, day = self._load()
        self._settings = settings
        self._ensure_cache(settings)
        states = look(settings.root, places_of(settings), self._cache).states
        changed = {
            path
            for path in states.keys() | self._states.keys()
            if states.get(path) != self._states.get(path) and not is_private(path.rpartition("/")[2])
        }
        self._states = states
        if not changed and not self._is_due:
            return
        checked = check(settings, day, self._cache)
        if changed:
            self._report(checked, day)
        self._is_due = True
        catalog, faulty, lost = self._without_faults(checked)
        instead = {
            address(page_path(catalog_path)): faults_page(path, faults, _MENDED)
            for path, faults in faulty.items()
            if (catalog_path := _content_path(checked.catalog, path))
        }
        elsewhere = [each for path, faults in faulty.items() for each in faults if path not in checked.catalog.by_path]
        if elsewhere:
            self._keep_showing(instead, [each for faults in faulty.values() for each in faults])
            return
        hurried = self._hurry(catalog, day, changed - {""} - faulty.keys())
        covered = {where: page for where, page in self._shown.instead.items() if where not in hurried}
        self._shown.show(instead={**covered, **instead} if self._shown.root.exists() else {}, pages=hurried)

        def between() -> None:
            if has_news():
                raise _Outdated

        between()
        found = self._build(catalog, lost, between)
        self._is_due = False
        if found:
            self._say("".join(f"{line}\n" for each in found for line in diagnostic_lines(each)))
            pages = {each.path: [one for one in found if one.path == each.path] for each in found}
            more = {
                address(page_path(where)): faults_page(path, faults, _MENDED)
                for path, faults in pages.items()
                if (where := _content_path(checked.catalog, path))
            }
            self._keep_showing({**instead, **more}, found)
            return
        self._shown.show(instead=instead, site=self._stage / SITE)
        if faulty:
            count = "1 page shows" if len(faulty) == 1 else f"{len(faulty)} pages show"
            self._say(f"{count} what is wrong instead of what it says; all others are up to date\n")

    def _ensure_cache(self, settings: Settings) -> None:
        """Open the project's cache, or one of our own; again if it was of no use any more."""
        if not self._cache.is_kept:
            self._cache = self._open_cache(settings.root)
        if not self._cache.is_kept:
            self._cache = open_cache(settings.root, {ENVIRONMENT: os.fspath(self._folder / "cache")})

    def _report(self, checked: Checked, day: date) -> None:
        """Say what is wrong: all errors, of the rest what was not said before."""
        report = Report(as_of=day, files=checked.files, diagnostics=checked.diagnostics)
        blockers = set(checked.blockers)
        lines = [
            line
            for each in checked.diagnostics
            if each in blockers or each.fingerprint not in self._told
            for line in diagnostic_lines(each)
        ]
        self._told = {each.fingerprint for each in checked.diagnostics}
        self._say("\n".join((*lines, summary(report))) + "\n")

    def _without_faults(
        self, checked: Checked
    ) -> tuple[Catalog, Mapping[str, list[Diagnostic]], tuple[StagedPage, ...]]:
        """Return a catalog that a site can be built of, the errors by path, and pages in place of those it lacks."""
        faulty = _faulty(checked)
        kept = {path: self._in_order[path] for path in faulty if path in self._in_order}
        catalog, lacking = checked.catalog, set(faulty)
        if kept:
            again = check(catalog.settings, catalog.as_of, self._cache, kept)
            more = _faulty(again)
            catalog, lacking = again.catalog, set(more)
            faulty = {**more, **faulty}
        self._in_order = {each.path: each.raw for each in catalog.documents if each.path not in lacking}
        lost = tuple(
            StagedPage(
                path=page_path(each.content_path),
                title=each.content_path.rpartition("/")[2],
                summary="",
                language=catalog.settings.language,
                body="",
                source=each.path,
                in_search=False,
                hide=("navigation",),
            )
            for each in catalog.documents
            if each.path in lacking
        )
        rest = tuple(each for each in catalog.documents if each.path not in lacking)
        return with_documents(catalog, rest), faulty, lost

    def _hurry(self, catalog: Catalog, day: date, paths: AbstractSet[str]) -> Mapping[str, bytes]:
        """Return the built pages of documents that were edited, by address; none if more than their text changed."""
        if not self._shown.root.exists() or not 0 < len(paths) <= _A_FEW or not paths <= catalog.by_path.keys():
            return {}
        site = catalog.settings.sites[self._audience]
        view = View(catalog=project(catalog, self._audience), site=site)
        docs, out = self._stage / mkdocs.DOCS_NAME, self._folder / "hurried"
        headers = (self._shown.root / "_headers").read_text(encoding="utf-8")
        edited = [each for each in view.catalog.documents if each.path in paths]
        pages = list(document_page.pages_of(view, edited))
        if not pages or not all((docs / page.path).exists() for page in pages):
            return {}
        for page in pages:
            (docs / page.path).write_text(page_text(page), encoding="utf-8", newline="\n")
        rendered = render_share(
            Share(
                folder=self._stage,
                out=out,
                as_of=day,
                paths=frozenset(page.path for page in pages),
                is_first=False,
                known=mkdocs.inline_scripts(site),
                allowed=frozenset(_SCRIPT_HASH.findall(headers)),
            )
        )
        if rendered.warnings:
            # The whole build says what is wrong.
            return {}
        return {where: (out / where).read_bytes() for where in rendered.pages}

    def _build(
        self, catalog: Catalog, lost: tuple[StagedPage, ...], between: Callable[[], None]
    ) -> tuple[Diagnostic, ...]:
        """Build the whole site; unchanged pages are those of the site that is shown, else of the published one."""
        shutil.rmtree(self._stage / SITE, ignore_errors=True)
        published = catalog.settings.root / catalog.settings.sites[self._audience].out
        tree = generate(catalog, self._audience, self._cache)
        if lost:
            taken = {page.path for page in lost}
            rest = (page for page in tree.pages if page.path not in taken)
            tree = replace(tree, pages=tuple(sorted((*rest, *lost), key=lambda page: page.path)))
        found = build_tree(
            tree,
            catalog,
            self._stage,
            self._shown.root if self._shown.root.exists() else published,
            Surroundings(cache=self._cache, jobs=self._jobs, between=between),
        )
        # Anchors of a page that is at fault are not known.
        return judge(
            catalog, (each for each in found if not lost or each.slug != "site-incomplete"), complete=False
        ).diagnostics

    def _keep_showing(self, instead: Mapping[str, bytes], faults: Iterable[Diagnostic], remark: str = "") -> None:
        """Say that no newer site can be shown, and on the home page why."""
        is_there = self._shown.root.exists()
        home = faults_page("Faults that keep the site from being built", faults, remark)
        self._shown.show(instead={**instead, address(HOME): home})
        self._say("still showing the last good site\n" if is_there else "waiting for these faults to be mended\n")


def _faulty(checked: Checked) -> dict[str, list[Diagnostic]]:
    """Return the errors by path, but for those which say no more than that another page is at fault."""
    catalog = checked.catalog
    broken = [each for each in catalog.documents if not each.valid]
    targets = {each.content_path for each in broken}

    def follows(each: Diagnostic) -> bool:
        if each.path not in catalog.by_path or catalog.by_path[each.path] in broken:
            return False
        if each.slug == "broken-reference":
            # Whose ids they are cannot be read.
            return any(not other.id for other in broken)
        links = catalog.body(catalog.by_path[each.path]).links
        return each.slug in _OF_LINKS and any(link.target in targets and link.href in each.message for link in links)

    found: dict[str, list[Diagnostic]] = {}
    for each in checked.blockers:
        if not broken or not follows(each):
            found.setdefault(each.path, []).append(each)
    return found


def _content_path(catalog: Catalog, path: str) -> str:
    document = catalog.by_path.get(path)
    return document.content_path if document else ""
