"""KB305 review-interval-out-of-bounds: a review interval shorter or longer than the content type allows."""

from __future__ import annotations

from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.dates import parse_period
from kb_builder.model.diagnostic import Finding, Rule, Severity

RULE = Rule(code="KB305", slug="review-interval-out-of-bounds", severity=Severity.ERROR)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report pages whose own interval is out of the bounds of their type."""
    for document in catalog.documents:
        content_type = catalog.type_of(document)
        own = parse_period(document.text("review_interval"))
        low, high = content_type.min_interval, content_type.max_interval
        # An interval of nothing has not the form it must have: the schema says so.
        if own is None or not own.count or content_type.record or document.is_obsolete:
            continue
        too_short = low is not None and not low.at_most(own)
        too_long = high is not None and not own.at_most(high)
        if too_short or too_long:
            bounds = f"at least {low}" if high is None else f"at most {high}" if low is None else f"{low} to {high}"
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"a review interval of {own} is too {'short' if too_short else 'long'} for this type",
                hint=f"allowed: {bounds}",
                location=document.field("review_interval"),
            )
