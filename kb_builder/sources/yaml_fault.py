"""Something refused in a block of YAML, and how to speak of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from kb_builder.model.diagnostic import Remedy
from kb_builder.model.location import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFault:
    """Something refused in a block. `span` and `other` are offsets within the block; `other` is a related place.

    `{line}` in the message stands for the line of `other` in the file. `remedy` has offsets within the block as well.
    """

    slug: str
    message: str
    hint: str
    span: Span
    other: Span | None = None
    other_message: str = ""
    remedy: Remedy | None = None


def quoted(text: str) -> str:
    """Return a text as a YAML scalar in quotes, ready to be pasted."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def replacing(start: int, end: int, text: str) -> Remedy:
    """Return the remedy that puts a text in the place of a piece of the block."""
    return Remedy(value=text, location=Span(start=start, end=end))


def character_name(character: str) -> str:
    """Name a character that cannot be seen, or be told from another one."""
    name = unicodedata.name(character, "").lower() or "control character"
    return f"{name} (U+{ord(character):04X})"
