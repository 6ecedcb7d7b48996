"""KB847 timestamps-out-of-order: times that cannot have followed each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import parse_timestamp
from kb_builder.model.diagnostic import Finding, Related, Rule, Severity
from kb_builder.model.document import Document
from kb_builder.model.location import FieldPath

RULE = Rule(code="KB847", slug="timestamps-out-of-order", severity=Severity.ERROR)

_CHAINS = (
    ("started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at", "archived_at"),
    ("detected_at", "recorded_at"),
)
_LISTS = ("timeline", "attempts")
_FIELDS = frozenset((*_LISTS, *(name for chain in _CHAINS for name in chain)))

Moment = tuple[FieldPath, str, datetime]


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report each time that lies before the one it must follow."""
    for document in catalog.documents:
        for chain in () if _FIELDS.isdisjoint(document.fields) else _chains(document):
            for (before, early, first), (after, late, second) in pairwise(chain):
                if second >= first:
                    continue
                yield Finding(
                    slug=RULE.slug,
                    path=document.path,
                    message=f"`{_name(after)}` ({late}) lies before `{_name(before)}` ({early})",
                    hint="correct the day, the time or the zone of one of them",
                    location=document.field(*after),
                    related=(
                        Related(path=document.path, location=document.field(*before), message="this cannot be later"),
                    ),
                    key=str(before),
                )


def _chains(document: Document) -> Iterator[list[Moment]]:
    """Yield the times that follow each other, those left out that are missing or cannot be read."""
    for names in _CHAINS:
        yield [(path, text, moment) for path in ((name,) for name in names) for text, moment in _at(document, path)]
    for name in _LISTS:
        found: list[Moment] = []
        if name == "attempts":
            found += [(("time",), text, moment) for text, moment in _at(document, ("time",))]
        for path, text in document.find_texts((name, "*", "at")):
            moment = parse_timestamp(text)
            if moment:
                found.append((path, text, moment))
        yield found


def _at(document: Document, path: tuple[str]) -> Iterator[tuple[str, datetime]]:
    text = document.text(path[0])
    moment = parse_timestamp(text)
    if moment:
        yield text, moment


def _name(path: FieldPath) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
