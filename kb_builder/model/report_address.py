"""Addresses at which readers report a problem, as kb.yml gives them, such as `mailto:…?subject={title}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

PLACEHOLDER = re.compile(r"\{(\w*)\}")
# What only the reader's browser knows; the script of the site fills it in when the link is followed.
LATE = ("heading", "url")
_ALL = ("id", "title", "version", *LATE, "path")


def placeholders(audience: str) -> tuple[str, ...]:
    """Return what may stand in braces for an audience. Paths of the repository are nothing for customers."""
    return _ALL if audience == "staff" else _ALL[:-1]


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """Return an address with values, percent-encoded, in the place of their names; a path keeps its `/`."""
    return PLACEHOLDER.sub(
        lambda found: (
            quote(values[found[1]], safe="/" if found[1] == "path" else "") if found[1] in values else found[0]
        ),
        pattern,
    )
