"""A Markdown page: as it lies on disk, and as its front matter was understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from kb_builder.model.diagnostic import Finding
from kb_builder.model.location import Field, FieldPath, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """A file that was read: its text, cut into front matter and body.

    `path` is relative to the project, `content_path` to the content folder; both use forward slashes.
    `text` is decoded and without BOM, line ends as they are on disk; spans count its code points. `block` is the front
    matter between the fences (None when there is none or it is unusable), `body` the rest. `values` are the
    parsed fields; `faults` what was wrong with the syntax.
    """

    path: str
    content_path: str
    text: str
    block: Span | None
    body: Span
    values: Mapping[str, Any]
    faults: tuple[Finding, ...] = ()

    @property
    def body_text(self) -> str:
        """The Markdown after the front matter."""
        return self.body.cut(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page whose front matter was read as its type demands.

    `fields` are the values under our own names: aliases renamed, defaults filled in, ignored ones gone.
    `names` maps our field name to the author's where kb.yml has an alias for it that the page uses or, as the field is
    missing, should use.
    `valid` tells whether the front matter could be read as it is written: what is not valid is never published.
    """

    raw: RawDocument
    type: str
    fields: Mapping[str, Any]
    names: Mapping[str, str] = dataclass_field(default_factory=dict)
    valid: bool = True

    @property
    def path(self) -> str:
        """Path relative to the project."""
        return self.raw.path

    @property
    def content_path(self) -> str:
        """Path relative to the content folder: it is also the page's path in the staged tree."""
        return self.raw.content_path

    @property
    def id(self) -> str:
        """The permanent id, or an empty text where it is missing or no text."""
        return self.text("id")

    @property
    def title(self) -> str:
        """The title, or the path where it is missing."""
        return self.text("title") or self.content_path

    @property
    def status(self) -> str:
        """Where the page stands: `draft`, `in_review`, `published`, `obsolete`, or empty."""
        return self.text("status")

    @property
    def is_published(self) -> bool:
        """Whether the page is in force."""
        return self.status == "published"

    @property
    def is_for_customers(self) -> bool:
        """Whether the page reaches the customer site: audience exactly `customers`, and published."""
        return self.fields.get("audience") == "customers" and self.is_published and self.valid

    @property
    def is_obsolete(self) -> bool:
        """Whether the page was withdrawn."""
        return self.status == "obsolete"

    def text(self, name: str) -> str:
        """Return a field that is a text, or an empty text."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a field that is a text or a list; what is no text is left out."""
        value = self.fields.get(name)
        if isinstance(value, str):
            return (value,)
        return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()

    def entries(self, name: str) -> tuple[tuple[int, Mapping[str, Any]], ...]:
        """Return the mappings of a list field with their index; what is no mapping is left out."""
        value = self.fields.get(name)
        if not isinstance(value, list):
            return ()
        return tuple((index, entry) for index, entry in enumerate(value) if isinstance(entry, dict))

    def find_texts(self, pattern: Sequence[str]) -> Iterator[tuple[FieldPath, str]]:
        """Yield path and text of every field a pattern meets; `*` stands for every entry of a list or mapping."""
        return _find_texts(self.fields, pattern) if pattern[0] in self.fields else iter(())

    def field(self, *path: str | int, on_key: bool = False) -> Field:
        """Return the place of a field in the author's front matter, where it may have another name."""
        return Field(path=authored_path(path, self.names), on_key=on_key)


def authored_path(path: FieldPath, names: Mapping[str, str]) -> FieldPath:
    """Return the path of one of our fields as the author wrote it; `names` maps our names to the author's.

    One list of theirs may hold the owner and, after it, the reviewers.
    """
    name = str(path[0]) if path else ""
    if name not in names:
        return path
    theirs, rest = names[name], path[1:]
    if names.get("owner") == names.get("reviewers"):
        if name == "owner":
            return (theirs, 0)
        if name == "reviewers" and rest and isinstance(rest[0], int):
            return (theirs, rest[0] + 1, *rest[1:])
    return (theirs, *rest)


def _find_texts(value: Any, pattern: Sequence[str]) -> Iterator[tuple[FieldPath, str]]:
    # Level by level, not value by value: most patterns meet something in most pages.
    level: list[tuple[FieldPath, Any]] = [((), value)]
    for name in pattern:
        if name == "*":
            level = [((*path, key), entry) for path, each in level for key, entry in _items(each)]
        else:
            level = [((*path, name), each[name]) for path, each in level if isinstance(each, dict) and name in each]
    return ((path, each) for path, each in level if isinstance(each, str))


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, list):
        return enumerate(value)
    return value.items() if isinstance(value, dict) else ()
