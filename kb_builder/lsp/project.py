"""What the server knows of one project: its settings, the texts that are open, and what the last check found.

A page that is being edited is looked at by itself at once. What other pages and registries make of the edit is found
by a whole check, in the background; until then its earlier findings move with the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kb_builder import checks
from kb_builder.adoption.baseline import FILE_NAME as BASELINE
from kb_builder.authoring.mend import Look, page_look, registry_look
from kb_builder.cache import Cache
from kb_builder.checking import Checked, check, judge, without_repetitions
from kb_builder.config.load import config_schema, load_settings, settings_from
from kb_builder.content_types.lenient import demanded_findings
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.flow.faults import find_faults
from kb_builder.lsp.fields import Fields
from kb_builder.model.catalog import Catalog
from kb_builder.model.content_type import ContentType
from kb_builder.model.diagnostic import Diagnostic, Rule, Severity
from kb_builder.model.document import Document
from kb_builder.model.errors import KbError
from kb_builder.model.flow import FlowFault
from kb_builder.model.location import START_OF_FILE, LineMap, Span
from kb_builder.model.settings import Settings
from kb_builder.registry.file import FILES, registry_schema
from kb_builder.sources.read import read_page, read_yaml
from kb_builder.sources.walk import type_of

CONFIG = "kb.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A check that is wanted: the texts that are open, by path, and the settings to go by where kb.yml is broken."""

    root: Path
    texts: Mapping[str, str]
    settings: Settings | None
    day: Callable[[Settings], date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a check found: `faults` are those that kept kb.yml or the whole project from being read.

    Without `checked` nothing else is known. `texts` are those it went by.
    """

    texts: Mapping[str, str]
    settings: Settings | None
    checked: Checked | None
    faults: tuple[Diagnostic, ...] = ()


def run(job: Job, cache: Cache, between: Callable[[], None] = lambda: None) -> Result:
    """Check a project with the texts that are open in the place of its files."""
    settings = job.settings
    faults: tuple[Diagnostic, ...] = ()
    try:
        settings = _settings(job.root, job.texts)
    except KbError as error:
        faults = _faults(error)
    if settings is None:
        return Result(texts=job.texts, settings=None, checked=None, faults=faults)
    between()
    pages = {
        path: read_page(text.encode(), path, content_path)
        for path, text in job.texts.items()
        if (content_path := content_path_of(settings, path))
    }
    prefix = f"{settings.registry}/"
    registries = {path.removeprefix(prefix): text for path, text in job.texts.items() if path.startswith(prefix)}
    try:
        checked = check(settings, job.day(settings), cache, pages, registries, between)
    except KbError as error:
        return Result(texts=job.texts, settings=settings, checked=None, faults=(*faults, *_faults(error)))
    return Result(texts=job.texts, settings=settings, checked=checked, faults=faults)


def _settings(root: Path, texts: Mapping[str, str]) -> Settings:
    if CONFIG in texts:
        return settings_from(root, texts[CONFIG], checks.rules())
    return load_settings(root, checks.rules())


def _faults(error: KbError) -> tuple[Diagnostic, ...]:
    """Return what an error says as findings in kb.yml, be it only that something it names is not there."""
    diagnostics: tuple[Diagnostic, ...] = getattr(error, "diagnostics", ())
    rule = checks.rules()["configuration"]
    return diagnostics or (
        Diagnostic(
            code=rule.code,
            slug=rule.slug,
            severity=Severity.ERROR,
            path=CONFIG,
            position=START_OF_FILE,
            message=str(error),
            hint=error.hint,
            related=(),
            fingerprint="",
        ),
    )


def content_path_of(settings: Settings, path: str) -> str:
    """Return the path in the content folder of what would be a page; nothing for other files."""
    prefix = "" if settings.content in ("", ".") else settings.content + "/"
    inside = path.removeprefix(prefix)
    if inside == path and prefix:
        return ""
    return inside if type_of(inside, settings.types.values()) else ""


class Project:
    """One project and its open texts, used by one thread. `day` tells what is today by its settings."""

    def __init__(self, root: Path, day: Callable[[Settings], date]) -> None:
        self.root = root
        self.texts: dict[str, str] = {}
        self.settings: Settings | None = None
        self.catalog: Catalog | None = None
        self.faults: tuple[Diagnostic, ...] = ()
        self._day = day
        self._found: dict[str, tuple[Diagnostic, ...]] = {}
        self._from_elsewhere: dict[str, tuple[Diagnostic, ...]] = {}
        self._validators: dict[str, DocumentValidator] = {}
        self._fields: dict[str, Fields] = {}
        self._taken: set[str] = set()
        self._load()

    def job(self) -> Job:
        """Return the check that is wanted now."""
        return Job(root=self.root, texts=dict(self.texts), settings=self.settings, day=self._day)

    def take(self, result: Result) -> dict[str, tuple[Diagnostic, ...]]:
        """Take over what a check found; return all findings by path."""
        self._set_settings(result.settings)
        self.faults = result.faults
        if result.checked is not None:
            self.catalog = result.checked.catalog
            self._taken = {each.id for each in self.catalog.documents}
            debt = {each.fingerprint for each in result.checked.catalog.debt}
            self._found = _by_path(each for each in result.checked.diagnostics if each.fingerprint not in debt)
            self._from_elsewhere = {}
        return self.found()

    def found(self) -> dict[str, tuple[Diagnostic, ...]]:
        """Return all findings of the last check by path; those in kb.yml and in pages never saved as they are now."""
        known = self.catalog.by_path if self.catalog else {}
        new = {path: self._alone(path, text) or () for path, text in self.texts.items() if path not in known}
        return {**self._found, **{path: each for path, each in new.items() if each}, **_by_path(self.faults)}

    def edited(self, path: str) -> tuple[Diagnostic, ...] | None:
        """Return what is wrong with an open file, as far as that can be told at once; None for what is no file of ours.

        Findings that the last check owed to other files are where their text is now, unless it was changed.
        """
        if path == CONFIG:
            self._load()
            return self.found().get(CONFIG, ())
        text = self.texts[path]
        own = self._alone(path, text)
        if own is None:
            return None
        debt = {each.fingerprint for each in self.catalog.debt} if self.catalog else set()
        before = self.checked_text(path)
        others: Iterable[Diagnostic] = ()
        if before is not None:
            if path not in self._from_elsewhere:
                known = {each.fingerprint for each in self._alone(path, before) or ()}
                self._from_elsewhere[path] = tuple(
                    each for each in self._found.get(path, ()) if each.fingerprint not in known
                )
            others = moved(self._from_elsewhere[path], before, text)
        found = [*(each for each in own if each.fingerprint not in debt), *others]
        return tuple(sorted(found, key=lambda each: (each.position.line, each.position.column, each.code)))

    def _alone(self, path: str, text: str) -> tuple[Diagnostic, ...] | None:
        """Return what is wrong with a text of a page or registry by itself; None for another file."""
        name, content_type = self.registry_name(path), self.type_of(path)
        catalog = self._known()
        if catalog is None or not (name or content_type):
            return None
        if name or content_type is None:
            return registry_look(catalog, name, path)(text).diagnostics
        raw = read_page(text.encode(), path, content_path_of(catalog.settings, path))
        document, found = self._validator(content_type).validate(raw)
        alone = _with_one(catalog, document)
        findings = [*raw.faults, *found]
        # Before the first check nobody knows which ids there are.
        modules = [each for each in checks.modules() if _is_at_once(each.RULE)] if self.catalog else []
        checked = demanded_findings(alone, checks.rules(), (one for each in modules for one in each.check(alone)))
        ours = (each for each in without_repetitions(checked, findings) if each.path == path)
        return judge(alone, [*findings, *ours], complete=False).diagnostics

    def _known(self) -> Catalog | None:
        """Return the catalog of the last check, an empty one before the first; None without settings."""
        settings = self.settings
        if settings is None or self.catalog is None:
            return Catalog(settings=settings, as_of=self._day(settings), documents=()) if settings else None
        return self.catalog if self.catalog.settings is settings else replace(self.catalog, settings=settings)

    def _validator(self, content_type: ContentType) -> DocumentValidator:
        if content_type.name not in self._validators:
            self._validators[content_type.name] = DocumentValidator(content_type)
        return self._validators[content_type.name]

    def look(self, path: str) -> Callable[[str], Look] | None:
        """Return what looks at a text as that of a page or registry by itself; None for another file."""
        name, content_type = self.registry_name(path), self.type_of(path)
        catalog = self._known()
        if catalog is None or not (name or content_type):
            return None
        if name or content_type is None:
            return registry_look(catalog, name, path)
        return page_look(catalog, self._document(path, content_type), self._validator(content_type), self._taken)

    def _document(self, path: str, content_type: ContentType) -> Document:
        known = self.catalog.by_path.get(path) if self.catalog else None
        if known is not None and known.type == content_type.name:
            return known
        raw = read_page(b"", path, content_path_of(self.settings, path) if self.settings else path)
        return Document(raw=raw, type=content_type.name, fields={}, valid=False)

    def type_of(self, path: str) -> ContentType | None:
        """Return the content type of what is or would be a page."""
        content_path = content_path_of(self.settings, path) if self.settings else ""
        return type_of(content_path, self.settings.types.values()) if content_path and self.settings else None

    def registry_name(self, path: str) -> str:
        """Return the name of a registry file; nothing for other files."""
        folder, _slash, name = path.rpartition("/")
        return name if self.settings and folder == self.settings.registry and name in FILES else ""

    def is_input(self, path: str) -> bool:
        """Whether a check reads a file, or sees that it is there."""
        if self.settings is None or path in (CONFIG, BASELINE, *self.settings.files):
            return True
        if any(path.startswith(site.out + "/") for site in self.settings.sites.values()):
            return False
        folders = (self.settings.content, self.settings.registry)
        return any(each == "." or path.startswith(each + "/") for each in folders)

    def fields(self, path: str) -> Fields | None:
        """Return the fields that a file may have."""
        name = self.registry_name(path)
        content_type = self.type_of(path)
        key = name or (content_type.name if content_type else CONFIG if path == CONFIG else "")
        if not key:
            return None
        if key not in self._fields:
            schema = registry_schema(name) if name else content_type.schema if content_type else config_schema()
            self._fields[key] = Fields(schema)
        return self._fields[key]

    def text(self, path: str) -> str | None:
        """Return the text of a file: as it is open, else as it was when it was checked last; None if it is unknown."""
        return self.texts[path] if path in self.texts else self.checked_text(path)

    def checked_text(self, path: str) -> str | None:
        """Return the text of a file that the last check went by."""
        if path == CONFIG:
            # One at fault is not in the settings.
            is_good = self.settings is not None and not self.faults
            return self.settings.text if self.settings and is_good else read_yaml(self.root / CONFIG, CONFIG)[0]
        if self.catalog is None:
            return None
        document = self.catalog.by_path.get(path)
        return document.raw.text if document else self.catalog.registry_texts.get(path)

    def _load(self) -> None:
        try:
            settings = _settings(self.root, self.texts)
        except KbError as error:
            self.faults = _faults(error)
        else:
            self.faults = ()
            self._set_settings(settings)

    def _set_settings(self, settings: Settings | None) -> None:
        if settings is None or settings is self.settings:
            return
        self.settings = settings
        self._validators.clear()
        self._fields.clear()


def _is_at_once(rule: Rule) -> bool:
    """Whether a check looks at the fields of one page alone, and the ids that there are besides."""
    is_about_fields = rule.code.startswith("KB5") and rule.slug != "procedures-call-in-circle"
    return is_about_fields or rule.slug in ("owner-unknown", "broken-reference", "sla-unknown")


def _with_one(catalog: Catalog, document: Document) -> Catalog:
    """Return a catalog that holds one page, and the ids of all others."""
    faults: tuple[FlowFault, ...] = ()
    if "steps" in document.fields and not document.is_obsolete and not catalog.type_of(document).lenient:
        faults = tuple(find_faults(document.fields["steps"]))
    alone = replace(catalog, documents=(document,), step_faults={document.path: faults} if faults else {})
    others = {id_: each for id_, each in catalog.by_id.items() if each.path != document.path}
    # Worked out when it is first asked for, from the pages: here from those of the whole catalog.
    alone.__dict__["by_id"] = {document.id: document, **others} if document.id else others
    return alone


def _by_path(found: Iterable[Diagnostic]) -> dict[str, tuple[Diagnostic, ...]]:
    by_path: dict[str, list[Diagnostic]] = {}
    for each in found:
        by_path.setdefault(each.path, []).append(each)
    return {path: tuple(some) for path, some in by_path.items()}


def moved(found: Iterable[Diagnostic], before: str, after: str) -> Iterator[Diagnostic]:
    """Yield findings of an earlier text where they are in a later one, but for those in what was changed."""
    start, end = _changed(before, after)
    by = len(after) - len(before)
    starts = [0, *(match.end() for match in re.finditer("\n", before))]
    lines = LineMap(after)

    def offset(line: int, column: int) -> int:
        return starts[min(line, len(starts)) - 1] + column - 1

    for each in found:
        at = each.position
        span = Span(start=offset(at.line, at.column), end=offset(at.end_line, at.end_column))
        if span.end <= start or at == START_OF_FILE:
            yield replace(each, edit=None)
        elif span.start >= end:
            place = lines.position(Span(start=span.start + by, end=span.end + by))
            yield replace(each, position=place, edit=None)


def _changed(before: str, after: str) -> tuple[int, int]:
    """Return from where to where a text was changed: what is alike at both ends is not."""
    shorter = min(len(before), len(after))
    start = _alike(before, after, shorter)
    end = _alike(before[::-1], after[::-1], shorter - start)
    return start, len(before) - end


def _alike(one: str, other: str, most: int) -> int:
    """Return how many characters two texts begin with alike, by halving what is compared."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
