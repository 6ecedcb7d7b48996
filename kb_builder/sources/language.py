"""Guesses the language of a text from its characters."""

from __future__ import annotations

import re
from collections import Counter

_HAN = re.compile(r"[\u4e00-\u9fff]")
# Frequent characters that are written in one of the scripts alone.
_TRADITIONAL = frozenset("這個們會為來時說國與對開關後從應發現處電腦資訊")
_SIMPLIFIED = frozenset("这个们会为来时说国与对开关后从应发现处电脑资讯")


def guess_language(text: str) -> str:
    """Return `zh-Hant`, `zh-Hans` or `en`; a text of a twentieth of Chinese characters is Chinese."""
    if len(_HAN.findall(text)) < max(len(text) / 20, 1):
        return "en"
    counts = Counter(text)
    traditional = sum(counts[each] for each in _TRADITIONAL - _SIMPLIFIED)
    simplified = sum(counts[each] for each in _SIMPLIFIED - _TRADITIONAL)
    return "zh-Hans" if simplified > traditional else "zh-Hant"
