"""KB601 customer-link-internal: a page for customers that leads to what customers may not see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.document import Document
from kb_builder.model.location import Span
from kb_builder.model.paths import HOME
from kb_builder.model.settings import Settings

RULE = Rule(code="KB601", slug="customer-link-internal", severity=Severity.ERROR, is_fixed=True)


# Hosts on which everybody has projects: there only our own account is internal.
_SHARED_HOSTS = frozenset(("github.com", "gitlab.com", "bitbucket.org", "codeberg.org"))


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report links from published customer pages to pages, files and addresses that are internal."""
    addresses = _internal_addresses(catalog.settings)
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


def _internal_addresses(settings: Settings) -> re.Pattern[str] | None:
    """Return what addresses of the staff site, of its editor and of its place for reports look like."""
    site, customers = settings.sites["staff"], urlsplit(settings.sites["customers"].url)
    found: dict[str, None] = {}
    for url in (site.url, site.edit_url, site.report_url):
        parts = urlsplit(url.partition("{")[0])
        host = parts.hostname
        if parts.scheme not in ("http", "https") or not host:
            continue
        first = parts.path.strip("/").partition("/")[0]
        # On a host that others use as well, what begins like ours.
        shared = host in _SHARED_HOSTS or host == customers.hostname
        if shared and not first:
            continue
        found[re.escape(host) + r"(?::\d+)?" + (f"/{re.escape(first)}" if shared else "")] = None
    return re.compile(rf"//(?:[^\s/@]*@)?(?:{'|'.join(found)})(?![\w-]|\.\w)", re.IGNORECASE) if found else None


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
