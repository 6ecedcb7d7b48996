"""Icons and emojis in Markdown, without asking another host for pictures."""

from __future__ import annotations

from typing import Any


def drawn(
    index: str,
    shortname: str,
    alias: str | None,
    uc: str | None,
    alt: str,
    title: str | None,
    category: str | None,
    options: dict[str, Any],
    md: Any,
) -> Any:
    """Return an icon as a drawing in the page, and an emoji of Unicode as the sign itself; for `pymdownx.emoji`."""
    from material.extensions.emoji import to_svg
    from pymdownx.emoji import to_alt

    return (to_alt if uc else to_svg)(index, shortname, alias, uc, alt, title, category, options, md)
