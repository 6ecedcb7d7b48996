"""KB846 record-late: an incident that was recorded or filed later than kb.yml allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import Period, parse_timestamp
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document

RULE = Rule(code="KB846", slug="record-late", severity=Severity.WARNING)

# Field, the fields from which its limit counts (the first that is there), and both in words.
_RECORDED = ("recorded_at", ("detected_at", "started_at"), "recorded", "it was noticed")
_ARCHIVED = ("archived_at", ("resolved_at",), "filed", "it was over")


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report records that broke the limits `records` of kb.yml sets for their type, or that wait longer already."""
    for document in catalog.documents:
        policy = catalog.settings.records.get(document.type)
        if policy is None or document.is_obsolete:
            continue
        for limit, clock in ((policy.recorded_within, _RECORDED), (policy.archived_within, _ARCHIVED)):
            if limit:
                yield from _late(catalog, document, limit, clock)


def _late(
    catalog: Catalog, document: Document, limit: Period, clock: tuple[str, tuple[str, ...], str, str]
) -> Iterator[Finding]:
    field, starts, done, event = clock
    start = next((moment for name in starts if (moment := parse_timestamp(document.text(name)))), None)
    if start is None:
        return
    end = parse_timestamp(document.text(field))
    deadline = limit.after_moment(start)
    if end and end > deadline:
        what = f"the incident was {done} {_length(end, start)} after {event}; the limit is {limit}"
    elif field not in document.fields and catalog.as_of > deadline.astimezone(catalog.settings.zone).date():
        what = f"nothing says that the incident was {done}; it was due {limit} after {event}"
    else:
        return
    reason = document.text("late_reason")
    yield Finding(
        slug=RULE.slug,
        path=document.path,
        message=f"{what} (reason: {reason})" if reason else what,
        hint=""
        if reason
        else f"correct `{field}`, or say in `late_reason` why it was late"
        if end
        else f"add `{field}` with the moment it was {done}",
        location=document.field(field) if end else document.field(),
        key=field,
        severity=Severity.NOTICE if reason else None,
    )


def _length(end: datetime, start: datetime) -> str:
    # Rounded up: a second over the limit must not read as the limit.
    minutes = -((start - end) // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    parts = [
        f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in ((hours, "hour"), (rest, "minute")) if count
    ]
    return " ".join(parts)
