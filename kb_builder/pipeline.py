"""The stages from a folder of Markdown to two published sites, in the order in which they run.

discover → parse → validate → index → check (here `kb check` ends)
→ project → generate → stage → render → search → policy → verify → publish.

Each stage takes a value and returns a value; what is wrong with content travels along as findings. The day
comes from the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from kb_builder import checks, pages
from kb_builder.adoption import baseline
from kb_builder.audience import project
from kb_builder.checks.suppression_unused import check_overrides
from kb_builder.content_types.lenient import demanded_faults, demanded_findings
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.diagnose import Diagnosis, SourceText, diagnose
from kb_builder.flow.faults import find_faults
from kb_builder.leaks.proof import prove
from kb_builder.model.catalog import EMPTY_BODY, Asset, Catalog
from kb_builder.model.diagnostic import Diagnostic, Finding, Severity
from kb_builder.model.document import Document, RawDocument
from kb_builder.model.errors import ConfigError, KbError
from kb_builder.model.location import Field, FieldPath
from kb_builder.model.paths import generated_paths
from kb_builder.model.record import mentions
from kb_builder.model.review import review_of
from kb_builder.model.settings import Settings
from kb_builder.model.site_tree import SiteTree, StagedAsset
from kb_builder.pages.navigation import navigation
from kb_builder.pages.view import View
from kb_builder.past import look_back
from kb_builder.policy import write_policy
from kb_builder.publish import build_lock, check_targets, fresh_folder, publish
from kb_builder.registry.registries import load_registries
from kb_builder.renderers import mkdocs
from kb_builder.search_site import write_search
from kb_builder.sources.links import LinkIndex
from kb_builder.sources.pictures import asset_faults
from kb_builder.sources.read import read_document
from kb_builder.sources.trial import failures, may_be_costly
from kb_builder.sources.walk import Discovery, PageFile
from kb_builder.sources.walk import discover as walk
from kb_builder.staging import stage
from kb_builder.verify import verify

AUDIENCES = ("staff", "customers")
SITE = "site"
# What was searched before the customer site was published, beside it: `site/customers.verify.json`.
REPORT = ".verify.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found: the catalog and its diagnostics."""

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]

    @property
    def files(self) -> int:
        """Number of pages that were looked at."""
        return len(self.catalog.documents)

    @property
    def blockers(self) -> tuple[Diagnostic, ...]:
        """The errors that keep a site from being built; a stale page is built and says that it is stale."""
        rules = checks.rules()
        return tuple(
            each for each in self.diagnostics if each.severity is Severity.ERROR and rules[each.slug].blocks_build
        )


def check(settings: Settings, as_of: date) -> Checked:
    """Run the stages up to the checks."""
    discovery = discover(settings)
    raw = parse(discovery)
    documents, findings = validate(settings, discovery, raw)
    catalog, more = index(settings, as_of, discovery, documents)
    checked = demanded_findings(catalog, checks.rules(), checks.run(catalog))
    found = [*discovery.faults, *findings, *more, *_without_repetitions(checked, [*findings, *more])]
    return _with_debt(Checked(catalog=catalog, diagnostics=judge(catalog, found).diagnostics))


def _with_debt(checked: Checked) -> Checked:
    """Note which findings the project's baseline holds, and report entries of it that have none any more."""
    entries = baseline.read_baseline(checked.catalog.settings.root)
    if entries is None:
        return checked
    compared = baseline.compare(entries, checked.diagnostics)
    gone = (
        judge(checked.catalog, [baseline.outdated(compared.gone)], complete=False).diagnostics if compared.gone else ()
    )
    return Checked(catalog=replace(checked.catalog, debt=compared.kept), diagnostics=(*checked.diagnostics, *gone))


def _without_repetitions(found: Iterable[Finding], refused: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what checks say of values that the schema has refused already."""
    fields: dict[str, set[FieldPath]] = {}
    for finding in refused:
        if isinstance(finding.location, Field) and finding.location.path and not finding.location.on_key:
            fields.setdefault(finding.path, set()).add(finding.location.path)
    for finding in found:
        path = finding.location.path if isinstance(finding.location, Field) else ()
        known = fields.get(finding.path, ())
        if not any(path[:length] in known for length in range(1, len(path) + 1)):
            yield finding


def discover(settings: Settings) -> Discovery:
    """Find pages and assets; ConfigError if there is no content folder."""
    try:
        exists = settings.content_dir.is_dir()
    except OSError as error:
        raise ConfigError(
            f"the content folder {settings.content}/ cannot be read: {error.strerror}", "mend the permissions above it"
        ) from error
    if not exists:
        raise ConfigError(
            f"the content folder {settings.content}/ does not exist", "create it, or correct `content` in kb.yml"
        )
    found = walk(settings.root, settings.content, settings.types, generated_paths(settings.types.values()))
    found.faults += asset_faults(settings.root, _published(settings, found.assets))
    found.faults = demanded_faults(settings, found)
    return found if settings.content != "." else _without_our_own(settings, found)


def _published(settings: Settings, assets: Iterable[Asset]) -> Iterator[Asset]:
    """Yield the files that no lenient type claims: what is only checked in place may look as it likes."""
    lenient = tuple(each.folder + "/" for each in settings.types.values() if each.lenient and each.folder)
    everything = any(each.lenient and each.folder in ("", ".") for each in settings.types.values())
    return (each for each in assets if not everything and not each.content_path.startswith(lenient))


def _without_our_own(settings: Settings, found: Discovery) -> Discovery:
    """Leave out kb.yml, the registry and all else of ours, which lies within the content if that is the project."""
    ours = (settings.path, baseline.FILE_NAME, settings.registry, *(site.out for site in settings.sites.values()))

    def is_content(item: PageFile | Asset | Finding) -> bool:
        return not any(item.path == each or item.path.startswith(each + "/") for each in ours)

    return Discovery(
        pages=list(filter(is_content, found.pages)),
        assets=list(filter(is_content, found.assets)),
        faults=list(filter(is_content, found.faults)),
    )


def parse(discovery: Discovery) -> list[RawDocument]:
    """Read every page that was found."""
    return [read_document(page.file, page.path, page.content_path) for page in discovery.pages]


def validate(
    settings: Settings, discovery: Discovery, raw: Iterable[RawDocument]
) -> tuple[tuple[Document, ...], list[Finding]]:
    """Read the fields of every page by its type."""
    validators = {name: DocumentValidator(content_type) for name, content_type in settings.types.items()}
    documents: list[Document] = []
    findings: list[Finding] = []
    foreign: dict[str, dict[str, int]] = {}
    for page, each in zip(discovery.pages, raw, strict=True):
        document, found = validators[page.type].validate(each)
        documents.append(document)
        findings += each.faults
        findings += found
        for name in validators[page.type].foreign_fields(each):
            counts = foreign.setdefault(page.type, {})
            counts[name] = counts.get(name, 0) + 1
    findings += [_foreign_fields(settings, name, counts) for name, counts in foreign.items()]
    return tuple(documents), findings


def _foreign_fields(settings: Settings, type_name: str, counts: Mapping[str, int]) -> Finding:
    by_count = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{name} ({count})" for name, count in by_count)
    return Finding(
        slug="foreign-fields",
        path=settings.path,
        message=f"fields that `{type_name}` lets through unread, with the number of pages: {shown}",
        hint=f"map them in types.{type_name}.aliases, or list them in types.{type_name}.ignore",
        location=Field(path=("types", type_name)),
        key=type_name,
    )


def index(
    settings: Settings, as_of: date, discovery: Discovery, documents: tuple[Document, ...]
) -> tuple[Catalog, tuple[Finding, ...]]:
    """Put everything the checks look at into one catalog."""
    registries = load_registries(settings.registry_dir, settings.registry, settings.zone)
    links = LinkIndex(
        {document.content_path: document for document in documents},
        frozenset(asset.content_path for asset in discovery.assets),
        generated_paths(settings.types.values()),
        _too_costly(settings, documents),
    )
    said = mentions(documents, settings.types, settings.zone)
    past = look_back(settings, as_of, documents)
    catalog = Catalog(
        settings=settings,
        as_of=as_of,
        documents=documents,
        assets=tuple(discovery.assets),
        owners=registries.owners,
        sla=registries.sla,
        kpis=registries.kpis,
        channels=registries.channels,
        alerts=registries.alerts,
        synonyms=registries.synonyms,
        registry_texts=registries.texts,
        # How another system links its pages is not known here.
        bodies={
            document.content_path: EMPTY_BODY if settings.types[document.type].lenient else links.body(document)
            for document in documents
        },
        step_faults={
            document.path: faults
            for document in documents
            if "steps" in document.fields
            and not document.is_obsolete
            and not settings.types[document.type].lenient
            and (faults := find_faults(document.fields["steps"]))
        },
        reviews={
            document.path: review_of(
                document,
                settings.types[document.type],
                as_of,
                due_soon=settings.due_soon,
                grace=settings.grace,
                mentions=said.get(document.id, ()),
                after_incident=settings.after_incident,
            )
            for document in documents
        },
        mentions=said,
        history=past.history,
        deleted=past.deleted,
        unchanged=past.unchanged,
    )
    return catalog, registries.faults


def _too_costly(settings: Settings, documents: Iterable[Document]) -> Mapping[str, str]:
    """Return by content path why pages cannot be rendered within the limits; most need not be tried."""
    return failures(
        {
            document.content_path: document.raw.body_text
            for document in documents
            if may_be_costly(document.raw.body_text) and not settings.types[document.type].lenient
        }
    )


def judge(catalog: Catalog, findings: Iterable[Finding], *, complete: bool = True) -> Diagnosis:
    """Settle severity and place of findings; if they are all there are, report changed severities that meet none."""
    settings = catalog.settings
    documents = {document.path: document.raw for document in catalog.documents}

    def source_of(path: str) -> SourceText | None:
        text = settings.text if path == settings.path else catalog.registry_texts.get(path)
        if text is not None:
            return SourceText(path=path, text=text, block_start=0, block=text)
        raw = documents.get(path)
        if raw is None:
            return None
        block = raw.block
        return SourceText(
            path=path,
            text=raw.text,
            block_start=block.start if block else 0,
            block=block.cut(raw.text) if block else None,
        )

    found = list(findings)
    rules = checks.rules()
    first = diagnose(found, rules, settings.overrides, catalog.as_of, source_of)
    unused = list(check_overrides(catalog, first.used_overrides)) if complete else []
    if not unused:
        return first
    return diagnose([*found, *unused], rules, settings.overrides, catalog.as_of, source_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build found and the sites it published, by audience; none if anything stood in the way."""

    checked: Checked
    diagnostics: tuple[Diagnostic, ...]
    published: Mapping[str, Path]


def build(settings: Settings, as_of: date, audiences: Sequence[str] = AUDIENCES) -> Built:
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
            findings += build_site(checked.catalog, audience, folder)
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


def build_site(catalog: Catalog, audience: str, folder: Path) -> tuple[Finding, ...]:
    """Stage, render, index and verify one site: the staged tree in `folder`, the finished site in its folder SITE.

    That of customers is searched for everything internal; what was done for it is written to REPORT in `folder`.
    """
    tree = generate(catalog, audience)
    try:
        stage_tree(tree, folder)
    except OSError as error:
        raise KbError(
            f"the build stopped at {error.filename}: {error.strerror}",
            "nothing was published; if content changed during the build, run it again",
        ) from error
    sources = {page.path: page.source for page in tree.pages if page.source}
    warnings = mkdocs.render(folder, folder / SITE, catalog.as_of, sources)
    if warnings:
        return warnings
    write_search(tree, project(catalog, audience), folder / SITE)
    forbidden = write_policy(tree, folder / SITE, mkdocs.inline_scripts(tree.site))
    findings = (*forbidden, *verify(tree, folder / SITE))
    if audience == "staff" or findings:
        return findings
    proof = prove(catalog, folder / SITE)
    (folder / REPORT).write_bytes(proof.report())
    return tuple(proof.findings(tree.site.out))


def generate(catalog: Catalog, audience: str) -> SiteTree:
    """Project the catalog onto an audience and make all pages of its site."""
    projected = project(catalog, audience)
    site = catalog.settings.sites[audience]
    view = View(catalog=projected, site=site)
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
