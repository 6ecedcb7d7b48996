"""KB603 customer-report-internal: customers would report problems to an address that is internal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule, Severity
from kb_builder.model.internal_addresses import internal_addresses
from kb_builder.model.location import Field

RULE = Rule(code="KB603", slug="customer-report-internal", severity=Severity.ERROR, is_fixed=True)

_PUBLISHED = "`report_url` stands on every page of the customer site: "


def check(catalog: Catalog) -> Iterator[Finding]:
    """Report internal addresses and contacts in the customers' `report_url`, unless customers may know them anyway."""
    settings = catalog.settings
    site = settings.sites["customers"]
    if not site.report_url:
        return
    shown = unquote(site.report_url).casefold()
    known = "\n".join(site.known_words).casefold()
    addresses = internal_addresses(settings)
    own = site.url.partition(":")[2].rstrip("/").casefold()
    found: dict[str, str] = {}
    for match in addresses.finditer(shown) if addresses else ():
        if not (own and shown.startswith(own, match.start())):
            found[match[0].lstrip("/")] = "an internal address: of the staff site, its editor or its place for reports"
    for contact, whose in _contacts(catalog):
        if _contains(shown, contact.casefold()) and not _is_said(catalog, contact):
            found[contact] = whose
    for text, what in found.items():
        if text.casefold() not in known:
            yield Finding(
                slug=RULE.slug,
                path=settings.path,
                message=f"{_PUBLISHED}customers would read `{text}`, which is {what}",
                hint="give an address that is meant for customers; or, if they may know this one, list "
                f"`{text}` in sites.customers.known_words",
                location=Field(path=("sites", "customers", "report_url")),
                key=text,
            )


def _contains(address: str, contact: str) -> bool:
    """Whether an address holds a contact that is an address itself; numbers and names are found in the built site."""
    is_address = "@" in contact or "://" in contact
    return is_address and re.search(rf"(?<![\w.+-]){re.escape(contact)}(?![\w-]|\.\w)", address) is not None


def _contacts(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield the contacts of registries and of the staff site, and whose they are."""
    for owner in (catalog.owners or {}).values():
        for contact in owner.channels.values():
            yield contact, f"the contact of `{owner.id}` in {catalog.owners_path}"
    for channel in catalog.channels.channels.values() if catalog.channels else ():
        yield channel.name, f"`{channel.id}` in {catalog.registry_path('channels.yml')}"
    scheme, _colon, rest = catalog.settings.sites["staff"].report_url.partition(":")
    if scheme == "mailto" and (mail := unquote(rest.partition("?")[0])):
        yield mail, "that of the staff site"


def _is_said(catalog: Catalog, contact: str) -> bool:
    """Whether a page tells customers this contact."""
    return any(contact in each.raw.body_text for each in catalog.documents if each.is_for_customers)
