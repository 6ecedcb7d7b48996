"""A review and what it does to a page: one more entry of `reviews`, another day in `last_reviewed`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kb_builder.checking import Checked, judge
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import parse_date
from kb_builder.model.diagnostic import Diagnostic, Finding, Severity
from kb_builder.model.document import Document, RawDocument
from kb_builder.model.errors import KbError
from kb_builder.schema.sentences import Sentence, explain
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources.decode import check_size, decode_page
from kb_builder.sources.edit import append_entry, set_text
from kb_builder.sources.front_matter import parse_front_matter

# What any review mends that is written down.
_MENDED = frozenset(("review-overdue", "review-never", "review-triggered", "review-without-evidence", "review-failed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """An entry of `reviews`. `checks` tells of every question that was answered whether the page passed."""

    date: date
    by: tuple[str, ...]
    trigger: str
    checks: Mapping[str, bool]
    outcome: str = ""
    ref: str = ""
    note: str = ""

    def fields(self) -> dict[str, Any]:
        """Return the entry as front matter has it: without what is empty, and with a list of one as that one."""
        checks: list[str] | dict[str, str] = list(self.checks)
        if not all(self.checks.values()):
            checks = {name: "pass" if passed else "fail" for name, passed in self.checks.items()}
        fields = {
            "date": self.date.isoformat(),
            "by": self.by[0] if len(self.by) == 1 else list(self.by),
            "trigger": self.trigger,
            "checks": checks,
            "outcome": self.outcome,
            "ref": self.ref,
            "note": self.note,
        }
        return {name: value for name, value in fields.items() if value}


def refuse_unreviewed(document: Document, content_type: ContentType) -> None:
    """Raise KbError if pages like this one are not reviewed."""
    shown = document.names.get("reviews", "reviews")
    if content_type.record:
        raise KbError(
            f"{document.id} is a record ({content_type.name}), and records are not reviewed",
            f"review the pages that it is about, and cite it: `--ref {document.id}`",
        )
    if _review_schema(content_type) is None:
        raise KbError(f"pages of type {content_type.name} have no `reviews`", "add the field to the type's schema")
    if document.is_obsolete:
        raise KbError(f"{document.id} is obsolete, so it is not reviewed", "review the page that supersedes it")
    if shown in content_type.ignore or (shown in document.raw.values and "reviews" not in document.fields):
        raise KbError(
            f"`{shown}` of {document.path} is let through unread, so no review can be written there",
            f"give it another name in types.{content_type.name}.aliases, such as {{review_log: reviews}}",
        )


def last_review(document: Document) -> date | None:
    """Return the day of the newest review that a page tells of."""
    texts = [document.text("last_reviewed"), *(str(entry.get("date")) for _i, entry in document.entries("reviews"))]
    return max(filter(None, map(parse_date, texts)), default=None)


def entry_faults(entry: ReviewEntry, content_type: ContentType) -> list[Sentence]:
    """Return what the type's schema says against an entry."""
    validator = SchemaValidator({"$defs": content_type.schema["$defs"], **(_review_schema(content_type) or {})})
    return list(explain(validator.errors(entry.fields())))


def with_review(document: Document, entry: ReviewEntry) -> RawDocument:
    """Return a page without faults of syntax as it is with one more review; nothing else of it changes.

    KbError if its fields are written in a way that does not bear it.
    """
    raw = document.raw
    assert raw.block is not None
    day, interval, reviews = (
        document.names.get(each, each) for each in ("last_reviewed", "review_interval", "reviews")
    )
    block = set_text(raw.block.cut(raw.text), day, entry.date.isoformat(), after=(interval,))
    block = append_entry(block, reviews, entry.fields(), after=(day,))
    text = raw.text[: raw.block.start] + block + raw.text[raw.block.end :]
    data = text.encode()
    _text, faults = decode_page(raw.path, data)
    edited = parse_front_matter(raw.path, raw.content_path, text, faults or check_size(raw.path, data))
    if edited.faults or edited.body_text != raw.body_text:
        why = "; ".join(fault.message for fault in edited.faults) or "the fields would reach into the text"
        raise KbError(f"{raw.path} would not be in order after the review: {why}", "write the entry by hand")
    return edited


def hindrances(checked: Checked, document: Document, edited: RawDocument) -> tuple[Diagnostic, ...]:
    """Return the errors of a page that are still there once it is reviewed, with their places in the page of now."""
    validator = DocumentValidator(checked.catalog.type_of(document))
    stay = validator.validate(edited)[1]
    gone = [finding for finding in validator.validate(document.raw)[1] if finding not in stay]
    mended = {each.fingerprint for each in judge(checked.catalog, gone, complete=False).diagnostics}
    return tuple(each for each in page_errors(checked, document) if each.fingerprint not in mended)


def page_errors(checked: Checked, document: Document) -> tuple[Diagnostic, ...]:
    """Return the errors of a page but for those that any review mends."""
    return tuple(
        each
        for each in checked.diagnostics
        if each.path == document.path and each.severity is Severity.ERROR and each.slug not in _MENDED
    )


def read_again(document: Document, content_type: ContentType, edited: RawDocument) -> Document:
    """Return the page after the review; KbError if its schema finds a fault that was not there before."""
    validator = DocumentValidator(content_type)
    before = validator.validate(document.raw)[1]
    page, after = validator.validate(edited)
    found: list[Finding] = [finding for finding in after if finding not in before]
    if found:
        raise KbError(f"the review does not fit {document.path}: {found[0].message}", found[0].hint)
    return page


def _review_schema(content_type: ContentType) -> Mapping[str, Any] | None:
    """Return the schema of an entry of `reviews`; None if pages of the type have none."""
    schema = content_type.schema
    fields = {**schema.get("x-known", {}), **schema["properties"]}
    if "reviews" not in fields:
        return None
    field = fields["reviews"]
    items = field.get("items") if isinstance(field, dict) else None
    if not isinstance(items, dict):
        return {}
    named: Mapping[str, Any] = schema["$defs"].get(str(items.get("$ref", "")).removeprefix("#/$defs/"), items)
    return named
