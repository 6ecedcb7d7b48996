"""KB306 review-without-evidence: a review date that no entry of `reviews` proves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import parse_date
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document

RULE = Rule(code="KB306", slug="review-without-evidence", severity=Severity.ERROR)


CHECKS = ("complete", "effective", "applicable", "operable")


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report SOPs (types with `evidence_required`) whose date or newest review entry does not stand up."""
    for document in catalog.documents:
        if not catalog.type_of(document).evidence_required or not document.is_published:
            continue
        yield from _dates(document, catalog.as_of)
        yield from _checks(document)


def _newest(document: Document) -> tuple[int, str] | None:
    dated = [
        (entry["date"], index) for index, entry in document.entries("reviews") if isinstance(entry.get("date"), str)
    ]
    if not dated:
        return None
    day, index = max(dated)
    return index, day


def _dates(document: Document, as_of: date) -> Iterator[Finding]:
    last = document.text("last_reviewed")
    day = parse_date(last)
    newest = _newest(document)
    # Of a day that has not come another check speaks.
    if day is None or (newest and newest[1] == last) or day > as_of:
        return
    if newest is None:
        what = f"`last_reviewed` says {last}, but `reviews` has no entry"
    else:
        what = f"`last_reviewed` says {last}, but the newest entry of `reviews` is of {newest[1]}"
    yield Finding(
        slug=RULE.slug,
        path=document.path,
        message=what,
        hint=f"run `kb review {document.id}`, which writes both, or make the two dates equal",
        location=document.field("last_reviewed"),
    )


def _checks(document: Document) -> Iterator[Finding]:
    newest = _newest(document)
    if newest is None:
        return
    stated = document.fields["reviews"][newest[0]].get("checks", ())
    if not isinstance(stated, (tuple, list, dict)):
        return  # the schema says what is wrong with it
    missing = [name for name in CHECKS if name not in stated]
    # One that is misspelt may be any of those that are missing.
    if missing and all(name in CHECKS for name in stated):
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message="the newest review does not say whether the page is " + ", ".join(missing),
            hint="add them to `checks`: " + ", ".join(CHECKS),
            location=document.field("reviews", newest[0], "checks"),
            key="checks",
        )
