"""Anchors of headings."""

from __future__ import annotations

from markdown.extensions.toc import slugify_unicode


def anchor(text: str, separator: str) -> str:
    """Return the anchor of a heading: 備份 gives 備份. Ids that begin with `__` belong to the theme."""
    slug = slugify_unicode(text, separator)
    return slug.lstrip("_") if slug.startswith("__") else slug
