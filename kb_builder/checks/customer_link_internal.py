"""KB601 customer-link-internal: a page for customers that leads to what customers may not see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document
from kb_builder.model.internal_addresses import internal_addresses
from kb_builder.model.location import Span
from kb_builder.model.paths import HOME

RULE = Rule(code="KB601", slug="customer-link-internal", severity=Severity.ERROR, is_fixed=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report links from published customer pages to pages, files and addresses that are internal."""
    addresses = internal_addresses(catalog.settings)
    for document in catalog.documents:
        if not document.is_for_customers:
            continue
        for link in catalog.body(document).links:
            page = catalog.by_content_path.get(link.target)
            if link.problem is not None or not link.target or (page and page.is_for_customers):
                continue
            if page is None and (link.target == HOME or _is_open(catalog, link.target)):
                continue
            is_file = page is None and link.target in catalog.asset_paths
            yield Finding(
                slug=RULE.slug,
                path=document.path,
                message=f"customers may not see `{link.href}`: it lies in a folder for staff"
                if is_file
                else f"customers cannot open `{link.href}`: it is internal",
                hint="put a copy of the file beside this page, if customers may see it"
                if is_file
                else "remove the link, or link to a published page with `audience: customers`",
                location=link.span,
            )
        if addresses:
            yield from _addresses(document, addresses, catalog.settings.sites["customers"].url)


def _is_open(catalog: Catalog, target: str) -> bool:
    """Whether an asset lies in the folder of a type whose pages may be for customers; the innermost folder counts."""
    if target not in catalog.asset_paths:
        return False
    types = catalog.settings.types.values()
    around = [each for each in types if each.folder in ("", ".") or target.startswith(each.folder + "/")]
    innermost = max((len(each.folder.strip(".")) for each in around), default=-1)
    return any("customers" in each.audiences for each in around if len(each.folder.strip(".")) == innermost)


def _addresses(document: Document, addresses: re.Pattern[str], customers_url: str) -> Iterator[Finding]:
    """Report every mention: even in code or in plain text it tells customers about a host of ours."""
    raw = document.raw
    text = raw.body_text
    own = customers_url.partition(":")[2].rstrip("/")
    for match in addresses.finditer(text):
        if own and text.startswith(own, match.start()):
            continue
        start = raw.body.start + match.start()
        yield Finding(
            slug=RULE.slug,
            path=document.path,
            message=f"`{match[0].lstrip('/')}` is an internal address",
            hint="remove it, or link to a published page with `audience: customers`",
            location=Span(start=start, end=start + len(match[0])),
        )
