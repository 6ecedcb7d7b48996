"""KB304 date-in-future: a day on which something was done lies in the future."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.content_type import Pattern
from kb_builder.model.dates import parse_date, parse_timestamp
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB304", slug="date-in-future", severity=Severity.ERROR)


_DATES: tuple[Pattern, ...] = (("last_reviewed",), ("reviews", "*", "date"))
_TIMES: tuple[Pattern, ...] = (
    ("started_at",), ("detected_at",), ("acknowledged_at",), ("mitigated_at",), ("resolved_at",), ("recorded_at",),
    ("archived_at",), ("timeline", "*", "at"), ("time",), ("attempts", "*", "at"),
)  # fmt: skip
_HELD: Pattern = ("held_on",)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report reviews, incidents, work and drills that lie after today."""
    # A moment counts by the day it falls on where it was written.
    for document in catalog.documents:
        # A drill that is still to come has no outcome.
        held = (_HELD,) if document.text("outcome") else ()
        for pattern in (*_DATES, *_TIMES, *held):
            if pattern[0] not in document.fields:
                continue
            for path, text in document.find_texts(pattern):
                moment = parse_timestamp(text)
                day = moment.date() if moment else parse_date(text)
                if day and day > catalog.as_of:
                    yield Finding(
                        slug=RULE.slug,
                        path=document.path,
                        message=f"{text} lies in the future; today is {catalog.as_of}",
                        hint="write the day on which it happened",
                        location=document.field(*path),
                    )
