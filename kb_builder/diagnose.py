"""From findings to diagnostics: codes, severities, positions and fingerprints."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kb_builder.model.diagnostic import Diagnostic, Edit, Finding, RelatedDiagnostic, Rule, Severity
from kb_builder.model.location import START_OF_FILE, Field, LineMap, Location, Position, Span
from kb_builder.model.settings import Override
from kb_builder.sources.yaml_block import is_there, locate
from kb_builder.sources.yaml_fault import quoted
from kb_builder.sources.yaml_write import rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The text of a file that findings point into; `block` is its YAML, which begins at offset `block_start`."""

    path: str
    text: str
    block_start: int
    block: str | None


@dataclass(slots=True)
class _Used:
    """Which overrides changed a finding."""

    overrides: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The diagnostics, sorted by place, and the overrides of kb.yml that changed at least one finding."""

    diagnostics: tuple[Diagnostic, ...]
    used_overrides: frozenset[int]


def diagnose(
    findings: Iterable[Finding],
    rules: Mapping[str, Rule],
    overrides: tuple[Override, ...],
    today: date,
    source_of: Callable[[str], SourceText | None],
) -> Diagnosis:
    """Settle severity, place and fingerprint of all findings; those turned off are left out."""
    used = _Used()
    maps: dict[str, LineMap] = {}
    seen: dict[str, int] = {}
    found: list[Diagnostic] = []
    for finding in findings:
        rule = rules[finding.slug]
        severity = _severity(finding, rule, overrides, today, used)
        if severity is Severity.OFF:
            continue
        found.append(_diagnostic(finding, rule, severity, source_of, maps, seen))
    found.sort(key=lambda each: (each.path, each.position.line, each.position.column, each.code, each.message))
    return Diagnosis(diagnostics=tuple(found), used_overrides=frozenset(used.overrides))


def _severity(finding: Finding, rule: Rule, overrides: tuple[Override, ...], today: date, used: _Used) -> Severity:
    """Return the severity; of several overrides that apply, the last one written holds."""
    severity = finding.severity if finding.severity is not None else rule.severity
    for index, override in enumerate(overrides):
        if not override.applies(rule.slug, finding.path, today):
            continue
        used.overrides.add(index)
        severity = override.severity
    return severity


def _diagnostic(
    finding: Finding,
    rule: Rule,
    severity: Severity,
    source_of: Callable[[str], SourceText | None],
    maps: dict[str, LineMap],
    seen: dict[str, int],
) -> Diagnostic:
    def place(path: str, location: Location) -> Position:
        source = source_of(path)
        if source is None:
            return START_OF_FILE
        if path not in maps:
            maps[path] = LineMap(source.text)
        span = resolve(source, location)
        return maps[path].position(span) if span else START_OF_FILE

    source = source_of(finding.path)
    return Diagnostic(
        code=rule.code,
        slug=rule.slug,
        severity=severity,
        path=finding.path,
        position=place(finding.path, finding.location),
        message=finding.message,
        hint=finding.hint,
        related=tuple(
            RelatedDiagnostic(path=each.path, position=place(each.path, each.location), message=each.message)
            for each in finding.related
        ),
        fingerprint=_fingerprint(finding, rule, source, seen),
        edit=_edit(finding, source) if finding.remedy and source else None,
    )


def _edit(finding: Finding, source: SourceText) -> Edit | None:
    """Return the remedy as an edit; None for a value that is written over several lines."""
    remedy = finding.remedy
    if remedy is None:
        return None
    location = remedy.location or finding.location
    if isinstance(location, Span):
        return Edit(span=location, text=str(remedy.value))
    if not isinstance(location, Field) or source.block is None or not is_there(source.block, location.path):
        return None
    span = resolve(source, location)
    old = span.cut(source.text) if span else ""
    if span is None or not old.strip() or "\n" in old:
        return None
    return Edit(span=span, text=quoted(old) if remedy.as_text else rewrite(old, remedy.value))


def resolve(source: SourceText, location: Location) -> Span | None:
    """Return the span of a symbolic place in a file, or None for the file as such."""
    if isinstance(location, Span):
        return location
    if not isinstance(location, Field) or source.block is None:
        return None
    if not location.path:
        return Span(start=0, end=len(source.text.partition("\n")[0].rstrip("\r")))
    spans = locate(source.block, location.path)
    if spans is None:
        return resolve(source, Field())
    span = spans.key if location.on_key and spans.key else spans.value
    if span.start == span.end and spans.key:
        span = spans.key
    return Span(start=source.block_start + span.start, end=source.block_start + span.end)


def _fingerprint(finding: Finding, rule: Rule, source: SourceText | None, seen: dict[str, int]) -> str:
    """Return 16 hex digits that stay the same when lines move or days pass.

    Made of code, path, the symbolic place (a field path, or the text a span covers) and the finding's key; equal
    ones are numbered in order.
    """
    location = finding.location
    if isinstance(location, Field):
        where = repr((location.path, location.on_key))
    elif isinstance(location, Span) and source is not None:
        where = location.cut(source.text)[:200]
    else:
        where = ""
    base = "\0".join((rule.code, finding.path, where, finding.key))
    seen[base] = seen.get(base, 0) + 1
    return hashlib.sha256(f"{base}\0{seen[base]}".encode(errors="surrogatepass")).hexdigest()[:16]
