"""`kb check --fix`: makes the edits that findings carry, one after the other, each proven by checking the file anew.

An edit stays if its finding is gone and nothing new was found. A file that could not be read shows what lies behind
its fault only once that is mended: then the edit stays if nothing is wrong with the lines it wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from kb_builder import checks
from kb_builder.checks import owner_unknown
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.diagnose import SourceText, diagnose
from kb_builder.difference import difference
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Diagnostic, Edit, Finding
from kb_builder.model.document import Document
from kb_builder.model.location import LineMap
from kb_builder.registry.file import FILES, registry_of
from kb_builder.sources.read import read_page

# More mistakes of one file than a person makes.
_MOST = 200
_FENCE = "front-matter-fence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is wrong with the text of one file, in the order of the text.

    Where `is_readable` is false no field could be read, and the first diagnostic says why. `names` are those in the
    fields that lead nowhere: ids of pages that do not exist, an id that another page has.
    """

    diagnostics: tuple[Diagnostic, ...]
    is_readable: bool = True
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A file before and after, and the findings that are gone."""

    path: str
    before: str
    after: str
    mended: tuple[Diagnostic, ...]

    def diff(self) -> list[str]:
        """Return the lines of a unified diff, without line ends."""
        # What is alike at the end need not be compared: the body of a page may be long.
        old, new = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        alike = 0
        while alike < min(len(old), len(new)) and old[-1 - alike] == new[-1 - alike]:
            alike += 1
        rest = max(alike - 3, 0)
        cut = sum(map(len, old[len(old) - rest :]))
        return difference(self.path, self.before[: len(self.before) - cut], self.after[: len(self.after) - cut])


def mend(path: str, text: str, look: Callable[[str], Look], wanted: Callable[[Diagnostic], bool]) -> Mended | None:
    """Mend what can be mended of the wanted findings in a file's text; None if that is nothing."""
    mended: list[Diagnostic] = []
    refused: set[str] = set()
    before, now = text, look(text)
    while len(mended) < _MOST:
        found = next((each for each in now.diagnostics if wanted(each) and each.fingerprint not in refused), None)
        if found is None or found.edit is None:
            break
        candidate = found.edit.apply(text)
        then = look(candidate)
        if _is_better(now, then, found.edit, candidate):
            text, now = candidate, then
            mended.append(found)
        else:
            refused.add(found.fingerprint)
    return Mended(path=path, before=before, after=text, mended=tuple(mended)) if mended else None


def proven(text: str, diagnostic: Diagnostic, look: Callable[[str], Look]) -> str | None:
    """Return a text with the edit of one of its findings made; None if there is none, or it proves to be wrong."""
    if diagnostic.edit is None:
        return None
    candidate = diagnostic.edit.apply(text)
    return candidate if _is_better(look(text), look(candidate), diagnostic.edit, candidate) else None


def _is_better(before: Look, after: Look, edit: Edit, text: str) -> bool:
    """Whether a finding is gone by an edit, which led to this text, and none has come."""
    if before.is_readable:
        known, left = ({each.fingerprint for each in look.diagnostics} for look in (before, after))
        return after.is_readable and left < known and after.names <= before.names
    lines = LineMap(text)
    first, _ = lines.point(edit.span.start)
    last, end = lines.point(edit.span.start + len(edit.text.rstrip("\r\n")))
    if not after.is_readable:
        # The next fault was hidden by this one: behind it, or between fences that are now there.
        one, other = before.diagnostics[0], after.diagnostics[0]
        at = other.position
        if one.slug == _FENCE != other.slug:
            return not first <= at.line <= last
        return at.line > last or (at.line == last and at.column >= end and one.slug == other.slug)
    return not any(
        each.position.line <= last and each.position.end_line >= first and each.slug != "missing-field"
        for each in after.diagnostics
    )


def mend_all(catalog: Catalog, found: Iterable[Diagnostic], slugs: frozenset[str]) -> Iterator[Mended]:
    """Mend the files of the findings, by path; `slugs` are the checks whose findings may be mended."""

    def wanted(each: Diagnostic) -> bool:
        return each.edit is not None and each.slug in slugs

    validators: dict[str, DocumentValidator] = {}
    registries = {catalog.registry_path(name): name for name in FILES}
    taken = {each.id for each in catalog.documents}
    for path in dict.fromkeys(each.path for each in found if wanted(each)):
        document = catalog.by_path.get(path)
        mended = None
        if document is not None:
            content_type = catalog.type_of(document)
            validator = validators.setdefault(document.type, DocumentValidator(content_type))
            mended = mend(path, document.raw.text, page_look(catalog, document, validator, taken), wanted)
            if mended:
                raw = read_page(mended.after.encode(), path, document.content_path)
                taken.add(validator.validate(raw)[0].id)
        elif path in registries and path in catalog.registry_texts:
            look = registry_look(catalog, registries[path], path)
            mended = mend(path, catalog.registry_texts[path], look, wanted)
        if mended:
            yield mended


def page_look(
    catalog: Catalog, document: Document, validator: DocumentValidator, taken: set[str]
) -> Callable[[str], Look]:
    """Return a function that looks at a text as that of a page; `taken` are the ids of all pages."""

    def look(text: str) -> Look:
        raw = read_page(text.encode(), document.path, document.content_path)
        read, found = validator.validate(raw)
        block = raw.block.cut(text) if raw.block else None
        start = raw.block.start if raw.block else 0
        alone = replace(catalog, documents=(read,))
        return Look(
            diagnostics=_diagnose(
                catalog, document.path, text, start, block, [*raw.faults, *found, *owner_unknown.check(alone)]
            ),
            is_readable=bool(raw.values) or not raw.faults,
            names=frozenset(_lost_names(catalog, alone, read, taken - {document.id})),
        )

    return look


def registry_look(catalog: Catalog, name: str, path: str) -> Callable[[str], Look]:
    """Return a function that looks at a text as that of a registry file, `name` with the path `path`."""

    def look(text: str) -> Look:
        registry = registry_of(name, path, text)
        diagnostics = _diagnose(catalog, path, text, 0, text, registry.faults)
        return Look(diagnostics=diagnostics, is_readable=registry.values is not None)

    return look


def _diagnose(
    catalog: Catalog, path: str, text: str, start: int, block: str | None, found: Iterable[Finding]
) -> tuple[Diagnostic, ...]:
    source = SourceText(path=path, text=text, block_start=start, block=block)
    overrides = catalog.settings.overrides
    return diagnose(found, checks.rules(), overrides, catalog.as_of, lambda _path: source).diagnostics


def _lost_names(catalog: Catalog, alone: Catalog, document: Document, taken: set[str]) -> Iterator[str]:
    """Yield the names in a page, `alone` in a catalog, that lead nowhere, and its id if another page has it."""
    if document.id in taken:
        yield document.id
    for reference in alone.document_references:
        if reference.target not in catalog.by_id:
            yield reference.target
    policy = document.text("sla")
    if policy and catalog.sla is not None and policy not in catalog.sla.policies:
        yield policy
