"""What search knows of a page, and which words it takes for one."""

from __future__ import annotations

from dataclasses import dataclass

from kb_builder.model.location import FieldPath


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSection:
    """A part of a page under one heading. `anchor` is without `#`; it and `heading` are empty before the first heading.

    `text` is plain text, as a reader sees it.
    """

    text: str
    anchor: str = ""
    heading: str = ""


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
    sections: tuple[SearchSection, ...]
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
