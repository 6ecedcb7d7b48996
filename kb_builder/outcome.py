"""What a check found, as far as reports need it: kept from one run to the next and given again if nothing changed.

Nothing of the project is loaded for that, not even kb.yml: what it says of where the inputs lie is remembered by a
hash of its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb_builder.adoption.baseline import FILE_NAME
from kb_builder.cache import Cache, digest
from kb_builder.model.baseline import KnownFinding
from kb_builder.model.diagnostic import Diagnostic, Edit, RelatedDiagnostic, Severity
from kb_builder.model.location import Position, Span
from kb_builder.sources.fingerprint import Places, look

if TYPE_CHECKING:
    from kb_builder.checking import Checked
    from kb_builder.model.settings import Settings

_CONFIG = "kb.yml"
_PROJECT, _OUTCOME = "project", "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a check. `documents` are the paths of all pages, `others` those of all other files looked at.

    `debt` are the findings of the baseline that still occur.
    """

    as_of: date
    content: str
    documents: tuple[str, ...]
    others: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    debt: tuple[KnownFinding, ...] = ()


def outcome_of(checked: Checked) -> Outcome:
    """Return what reports need of a check."""
    catalog = checked.catalog
    return Outcome(
        as_of=catalog.as_of,
        content=catalog.settings.content,
        documents=tuple(each.path for each in catalog.documents),
        others=(catalog.settings.path, *(each.path for each in catalog.assets), *catalog.registry_texts),
        diagnostics=checked.diagnostics,
        debt=catalog.debt,
    )


def find_outcome(
    root: Path,
    cache: Cache,
    day_in: Callable[[str], date],
    load: Callable[[], Settings],
    check: Callable[[Settings, date], Checked],
) -> Outcome:
    """Return the outcome of an earlier run if no input changed since, else that of `check`.

    `day_in` returns today in a time zone, `load` what kb.yml says. Raises what they raise.
    """
    if not cache.is_kept:
        settings = load()
        return outcome_of(check(settings, day_in(settings.timezone)))
    config = _config_key(root)
    known = _read_project(cache.get(_PROJECT, [config]).get(config, b""))
    before = look(root, known[1], cache) if known else None
    if known and before:
        key = digest(before.digest, day_in(known[0]).isoformat())
        outcome = _read_outcome(cache.get(_OUTCOME, [key]).get(key, b""))
        if outcome:
            return outcome
    settings = load()
    zone, places = settings.timezone, places_of(settings)
    if before is None or known != (zone, places):
        before = look(root, places, cache, hashing=False)
        cache.put(_PROJECT, {config: _write_project(zone, places)})
        cache.keep(_PROJECT, [config])
    checked = check(settings, day_in(zone))
    outcome = outcome_of(checked)
    # What changed while it was read would be taken for what was checked.
    seen = {path: before.looks.get(path, "") + state for path, state in checked.read.items()}
    after = look(root, places, cache, read=seen)
    if checked.is_repeatable and config == _config_key(root) and before.agrees(after, checked.read):
        key = digest(after.digest, outcome.as_of.isoformat())
        cache.put(_OUTCOME, {key: _write_outcome(outcome)})
        cache.keep(_OUTCOME, [key])
    return outcome


def _config_key(root: Path) -> str:
    try:
        return digest((root / _CONFIG).read_bytes())
    except OSError as error:
        return f"error {error.errno}"


def places_of(settings: Settings) -> Places:
    """Return where kb.yml says that the inputs lie."""
    return Places(
        config=settings.path,
        content=settings.content,
        registry=settings.registry,
        files=(*settings.files, FILE_NAME),
        made=tuple(site.out for site in settings.sites.values()),
    )


def _write_project(zone: str, places: Places) -> bytes:
    return _to_json([zone, places.config, places.content, places.registry, places.files, places.made])


def _read_project(data: bytes) -> tuple[str, Places] | None:
    try:
        zone, config, content, registry, files, made = json.loads(data)
        places = Places(
            config=_text(config),
            content=_text(content),
            registry=_text(registry),
            files=_texts(files),
            made=_texts(made),
        )
        return _text(zone), places
    except (ValueError, TypeError, RecursionError):
        return None


def _write_outcome(outcome: Outcome) -> bytes:
    return _to_json(
        {
            "as_of": outcome.as_of.isoformat(),
            "content": outcome.content,
            "documents": outcome.documents,
            "others": outcome.others,
            "diagnostics": [_values(each) for each in outcome.diagnostics],
            "debt": [[each.fingerprint, each.code, each.path, each.since.isoformat()] for each in outcome.debt],
        }
    )


def _values(each: Diagnostic) -> list[object]:
    related = [[other.path, _lines(other.position), other.message] for other in each.related]
    place = [each.path, _lines(each.position)]
    edit = [each.edit.span.start, each.edit.span.end, each.edit.text] if each.edit else None
    return [each.code, each.slug, each.severity.word, *place, each.message, each.hint, related, each.fingerprint, edit]


def _read_outcome(data: bytes) -> Outcome | None:
    try:
        value = json.loads(data)
        return Outcome(
            as_of=date.fromisoformat(value["as_of"]),
            content=_text(value["content"]),
            documents=_texts(value["documents"]),
            others=_texts(value["others"]),
            diagnostics=tuple(map(_diagnostic, value["diagnostics"])),
            debt=tuple(map(_known_finding, value["debt"])),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _diagnostic(value: Any) -> Diagnostic:
    code, slug, severity, path, lines, message, hint, related, fingerprint, edit = value
    return Diagnostic(
        code=_text(code),
        slug=_text(slug),
        severity=Severity.from_word(_text(severity)),
        path=_text(path),
        position=_position(lines),
        message=_text(message),
        hint=_text(hint),
        related=tuple(
            RelatedDiagnostic(path=_text(path), position=_position(lines), message=_text(message))
            for path, lines, message in related
        ),
        fingerprint=_text(fingerprint),
        edit=_edit(edit),
    )


def _known_finding(value: Any) -> KnownFinding:
    fingerprint, code, path, since = map(_text, value)
    return KnownFinding(fingerprint=fingerprint, code=code, path=path, since=date.fromisoformat(since))


def _edit(value: Any) -> Edit | None:
    if value is None:
        return None
    start, end, text = value
    return Edit(span=Span(start=_number(start), end=_number(end)), text=_text(text))


def _lines(position: Position) -> list[int]:
    return [position.line, position.column, position.end_line, position.end_column]


def _position(value: Any) -> Position:
    line, column, end_line, end_column = map(_number, value)
    return Position(line=line, column=column, end_line=end_line, end_column=end_column)


def _to_json(value: object) -> bytes:
    return json.dumps(value).encode()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(map(_text, value))


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError(value)
    return value
