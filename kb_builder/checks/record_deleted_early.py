"""KB850 record-deleted-early: a record that was deleted before its retention was over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import parse_date, parse_period
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document
from kb_builder.model.history import Deleted
from kb_builder.model.record import last_day
from kb_builder.model.settings import Settings

RULE = Rule(code="KB850", slug="record-deleted-early", severity=Severity.ERROR, blocks_build=False)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages that Git knows to have been deleted too early."""
    return early_deletions(catalog.deleted, catalog.settings, catalog.as_of, catalog.by_id)


def early_deletions(
    deleted: Iterable[Deleted], settings: Settings, as_of: date, ids: Collection[str]
) -> Iterator[Finding]:
    """Report pages that were deleted before `retention`, their own or that of kb.yml, was over.

    `ids` are those of all pages there are: what was only moved was not deleted. Once the retention is over on
    `as_of` there is nothing left to restore, and nothing is reported.
    """
    for each in deleted:
        document = each.document
        if document.id in ids and document.id:
            continue
        kept = _kept_until(document, settings)
        if kept is None or each.day > kept or as_of > kept:
            continue
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"{document.id or 'the page'} ({document.title}) was deleted on {each.day}, "
            f"but must be kept until {kept}",
            hint=f"find the commit with `git log --diff-filter=D -- {document.path}` and restore the file with "
            f"`git checkout COMMIT^ -- {document.path}`",
            key=document.id,
        )


def _kept_until(document: Document, settings: Settings) -> date | None:
    """Return the last day on which a page must still be there: the later one of what it and kb.yml say.

    A record is kept from the day it was over, another page from the last day on which it is known to be in force.
    """
    content_type = settings.types[document.type]
    policy = settings.records.get(document.type)
    start = last_day(document, content_type, settings.zone) if content_type.record else _in_force(document.fields)
    if start is None:
        return None
    periods = (parse_period(document.text("retention")), policy.retention if policy else None)
    return max((period.after(start) for period in periods if period), default=None)


def _in_force(fields: Mapping[str, object]) -> date | None:
    days = [parse_date(str(fields.get(name))) for name in ("last_reviewed", "effective_date")]
    return max((day for day in days if day), default=None)
