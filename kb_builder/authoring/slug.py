"""Names of files from titles: English words, and pinyin for Chinese characters."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
# So long that a title is still recognised, so short that an address fits on a line.
_MAX_LENGTH = 60


def slug_of(title: str) -> str:
    """Return the words of a title in lower-case ASCII with hyphens, at most 60 characters; empty if there are none.

    >>> slug_of("重新啟動 Nginx")
    'chong-xin-qi-dong-nginx'
    """
    text = title if title.isascii() else _with_pinyin(title)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = _WORD.findall(re.sub(r"(?<=[a-z])'(?=[a-z])", "", plain))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:_MAX_LENGTH]
        if len(longer) > _MAX_LENGTH:
            break
        slug = longer
    return slug


def _with_pinyin(title: str) -> str:
    """Return a title with Chinese characters as they are spoken.

    In simplified characters, as the dictionary that tells how a character is spoken in a word is written in them.
    """
    from pypinyin import lazy_pinyin

    from kb_builder.search.fold import fold

    return " ".join(lazy_pinyin(fold(title)))
