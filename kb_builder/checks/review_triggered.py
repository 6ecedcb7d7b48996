"""KB307 review-triggered: an incident, a change or a drill asks for a review that was not done."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Related, Rule, Severity
from kb_builder.model.review import Trigger

RULE = Rule(code="KB307", slug="review-triggered", severity=Severity.ERROR, blocks_build=False)

_FINDINGS = {"used": "was used", "missing": "had gaps", "wrong": "was wrong", "not_followed": "was not followed"}


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report what a record finds of a page and no review cites.

    A warning as long as `review.after_incident` of kb.yml lasts, an error from the day after.
    """
    for document in catalog.documents:
        for trigger in catalog.review(document).triggers:
            mention, record = trigger.mention, trigger.mention.record
            days = (trigger.review_by - catalog.as_of).days
            owner = catalog.owner_words(document.text("owner"))
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"{record.id} of {mention.day} {_said(trigger)}; no review cites it, " + _due(days),
                hint=f"read both and correct the page, then run `kb review {document.id} --trigger {mention.kind} "
                f"--ref {record.id}`; owner: {owner}",
                location=document.field("last_reviewed", on_key=True),
                related=tuple(
                    Related(path=record.path, location=record.field(*each.path), message=f"{record.id} names the page")
                    for each in trigger.mentions
                ),
                key=record.id,
                severity=Severity.WARNING if days >= 0 else Severity.ERROR,
            )


def _said(trigger: Trigger) -> str:
    findings = dict.fromkeys(each.finding for each in trigger.mentions)
    known = [_FINDINGS[finding] for finding in findings if finding in _FINDINGS]
    # What a record cannot say is reported there; that it names the page holds all the same.
    return f"says that the page {' and '.join(known)}" if known else f"says `{'`, `'.join(findings)}` of the page"


def _due(days: int) -> str:
    if days == 0:
        return "and today is the last day for it"
    many = "day" if abs(days) == 1 else "days"
    return f"and it is due in {days} {many}" if days > 0 else f"and it was due {-days} {many} ago"
