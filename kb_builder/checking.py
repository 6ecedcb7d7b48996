"""The stages from a folder of Markdown to a checked catalog, in the order in which they run.

discover → parse → validate → index → check; `pipeline.py` goes on from there. Commands that build nothing load this
module alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from types import MappingProxyType

from kb_builder import checks
from kb_builder.adoption import baseline
from kb_builder.cache import Cache
from kb_builder.checks.suppression_unused import check_overrides
from kb_builder.content_types.lenient import demanded_faults, demanded_findings
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.diagnose import Diagnosis, SourceText, diagnose
from kb_builder.flow.faults import find_faults
from kb_builder.known_pages import KnownPages
from kb_builder.model.baseline import KnownFinding
from kb_builder.model.catalog import EMPTY_BODY, Asset, Catalog
from kb_builder.model.diagnostic import Diagnostic, Finding, Severity
from kb_builder.model.document import Document, RawDocument
from kb_builder.model.errors import ConfigError
from kb_builder.model.location import Field, FieldPath
from kb_builder.model.paths import generated_paths
from kb_builder.model.record import mentions
from kb_builder.model.review import review_of
from kb_builder.model.settings import Settings
from kb_builder.past import Past, look_back
from kb_builder.registry.registries import load_registries
from kb_builder.sources.git import has_commits
from kb_builder.sources.links import LinkIndex, scan_page
from kb_builder.sources.pictures import asset_faults
from kb_builder.sources.read import read_document
from kb_builder.sources.trial import failures, may_be_costly
from kb_builder.sources.walk import Discovery, PageFile
from kb_builder.sources.walk import discover as walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found: the catalog and its diagnostics.

    `is_repeatable` is False where another try might find more, as git stopped half-way through the history. `read` are
    hashes of the pages as they were read, by path, if there is a cache.
    """

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]
    is_repeatable: bool = True
    read: Mapping[str, str] = field(default_factory=dict)

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


def check(
    settings: Settings,
    as_of: date,
    cache: Cache | None = None,
    instead: Mapping[str, RawDocument] = MappingProxyType({}),
    registries: Mapping[str, str] = MappingProxyType({}),
    between: Callable[[], None] = lambda: None,
) -> Checked:
    """Run the stages up to the checks; `cache` is what earlier runs left, empty unless given.

    Pages named in `instead`, by path, are taken as given there and not as they are on disk; so are registries, by the
    names of their files. `between` is called between stages: what it raises ends the check.
    """
    discovery = discover(settings)
    between()
    known = KnownPages(cache or Cache(), settings, discovery.pages)
    raw = [instead.get(each.path, each) for each in parse(discovery, known)]
    known.forget(instead)
    between()
    documents, findings = validate(settings, discovery, raw, known)
    between()
    past = look_back(settings, as_of, documents)
    catalog, more = index(settings, as_of, discovery, documents, past, known, registries)
    between()
    known.keep(documents, frozenset(each.path for each in findings))
    checked = demanded_findings(catalog, checks.rules(), checks.run(catalog))
    found = [*discovery.faults, *findings, *more, *without_repetitions(checked, [*findings, *more])]
    diagnostics = judge(catalog, found).diagnostics
    debt, gone = _debt(catalog, diagnostics)
    return Checked(
        catalog=replace(catalog, debt=debt),
        diagnostics=(*diagnostics, *gone),
        is_repeatable=past.is_whole or not has_commits(settings.root),
        read=known.hashes,
    )


def _debt(
    catalog: Catalog, diagnostics: Sequence[Diagnostic]
) -> tuple[tuple[KnownFinding, ...], tuple[Diagnostic, ...]]:
    """Return which of the findings the project's baseline holds, and what is to be said of its other entries."""
    entries = baseline.read_baseline(catalog.settings.root)
    if entries is None:
        return (), ()
    compared = baseline.compare(entries, diagnostics)
    if not compared.gone:
        return compared.kept, ()
    return compared.kept, judge(catalog, [baseline.outdated(compared.gone)], complete=False).diagnostics


def without_repetitions(found: Iterable[Finding], refused: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what checks say of values that the schema has refused already, or whose field's name is misspelt."""
    fields: dict[str, set[FieldPath]] = {}
    for finding in refused:
        if not isinstance(finding.location, Field) or not finding.location.path:
            continue
        path = finding.location.path
        if not finding.location.on_key:
            fields.setdefault(finding.path, set()).add(path)
        elif finding.slug == "unknown-field" and finding.remedy:
            fields.setdefault(finding.path, set()).add((*path[:-1], finding.remedy.value))
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


def parse(discovery: Discovery, known: KnownPages | None = None) -> list[RawDocument]:
    """Read every page that was found."""
    return [
        read_document(page.file, page.path, page.content_path, partial(known.find, page) if known else None)
        for page in discovery.pages
    ]


def validate(
    settings: Settings, discovery: Discovery, raw: Iterable[RawDocument], known: KnownPages | None = None
) -> tuple[tuple[Document, ...], list[Finding]]:
    """Read the fields of every page by its type."""
    validators = {name: DocumentValidator(content_type) for name, content_type in settings.types.items()}
    documents: list[Document] = []
    findings: list[Finding] = []
    foreign: dict[str, dict[str, int]] = {}
    for page, each in zip(discovery.pages, raw, strict=True):
        document, found = validators[page.type].validate(each, is_known=known is not None and known.is_valid(page.path))
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
    settings: Settings,
    as_of: date,
    discovery: Discovery,
    documents: tuple[Document, ...],
    past: Past | None = None,
    known: KnownPages | None = None,
    registry_texts: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Catalog, tuple[Finding, ...]]:
    """Put everything the checks look at into one catalog; Git is asked for the past unless it is given.

    `registry_texts` are taken in place of registry files, by their names.
    """
    registries = load_registries(settings.registry_dir, settings.registry, settings.zone, registry_texts)
    links = LinkIndex(
        {document.content_path: document for document in documents},
        frozenset(asset.content_path for asset in discovery.assets),
        generated_paths(settings.types.values()),
        _too_costly(settings, documents),
    )
    said = mentions(documents, settings.types, settings.zone)
    past = past or look_back(settings, as_of, documents)
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
            document.content_path: EMPTY_BODY
            if settings.types[document.type].lenient
            else links.body(document, known.scan if known else scan_page)
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
