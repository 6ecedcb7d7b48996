"""What addresses that customers may not read look like."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from kb_builder.model.settings import Settings

# Hosts on which everybody has projects: there only our own account is internal.
_SHARED_HOSTS = frozenset(("github.com", "gitlab.com", "bitbucket.org", "codeberg.org"))


def internal_addresses(settings: Settings) -> re.Pattern[str] | None:
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
