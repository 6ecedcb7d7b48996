"""What search knows of a page, and which words it takes for one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kb_builder.model.location import FieldPath
from kb_builder.model.packed import pack, unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSection:
    """A part of a page under one heading. `anchor` is without `#`; it and `heading` are empty before the first heading.

    `text` is plain text, as a reader sees it.
    """

    text: str
    anchor: str = ""
    heading: str = ""


class PackedSections(Sequence[SearchSection]):
    """Sections of a page in a tenth of the memory, unpacked each time they are gone through."""

    __slots__ = ("_count", "_data")

    def __init__(self, sections: Iterable[SearchSection]) -> None:
        rows = [(each.anchor, each.heading, each.text) for each in sections]
        self._count = len(rows)
        self._data = pack(json.dumps(rows, ensure_ascii=False))

    def __iter__(self) -> Iterator[SearchSection]:
        for anchor, heading, text in json.loads(unpack(self._data)):
            yield SearchSection(anchor=anchor, heading=heading, text=text)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        return tuple(self)[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """A page that can be found. `url` is relative to the site's root and unique.

    `type`, `owner` and `state` are ids (of a content type, an owner, a review state), `tags` as authored; empty where
    a site does not say. `language` is that of the text. A `record` tells what once happened, or what other pages
    say: of two pages that fit alike, it comes second.
    """

    url: str
    title: str
    language: str
    sections: Sequence[SearchSection]
    id: str = ""
    aliases: tuple[str, ...] = ()
    type: str = ""
    owner: str = ""
    state: str = ""
    tags: tuple[str, ...] = ()
    record: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SynonymGroup:
    """Words and phrases `found` by who looks for one of the words in `asked`; for synonyms both are the same.

    `staff_only` words are not for customers to read. `field` is where the registry has the group.
    """

    asked: tuple[str, ...]
    found: tuple[str, ...]
    staff_only: bool = False
    field: FieldPath = ()

    @classmethod
    def of(cls, words: tuple[str, ...], *, staff_only: bool = False, field: FieldPath = ()) -> SynonymGroup:
        """Return a group in which each word finds all others."""
        return cls(asked=words, found=words, staff_only=staff_only, field=field)

    @property
    def is_one_way(self) -> bool:
        """Whether the words found do not find those asked."""
        return self.asked != self.found
