"""Gives a page another id, and every place that refers to it.

All texts of a project are searched for the id: front matter, Markdown, registries, kb.yml, comments included. Each
change is made at its position, and the fields are read again: they must say what they said before with the new id in
the place of the old one. What cannot be told for sure is left as it is and listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document, RawDocument
from kb_builder.model.errors import KbError
from kb_builder.model.location import LineMap, Span
from kb_builder.sources.front_matter import parse_front_matter
from kb_builder.sources.link_scan import replaced, scan
from kb_builder.sources.yaml_block import locate, parse_block

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"']*")
_LINK_TEXT = re.compile(r"\[([^\[\]]*)\]\([ \t\n]*<?\Z")
_MAX_LINK_TEXT = 500
_IN_ADDRESS = "part of an address or of the name of a file, which stay as they are"
_EITHER = "either page may be meant"
_BEYOND = "written in a way that kb cannot change without changing more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file as it is and as it will be; `count` is how often the id changes in it."""

    path: str
    old: str
    new: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A place that still has the old id, and why; line and column from 1."""

    path: str
    line: int
    column: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renumbering:
    """What changes, that of the page itself first, and what is left to do by hand."""

    old: str
    new: str
    changes: tuple[Change, ...]
    left: tuple[Left, ...]

    @property
    def count(self) -> int:
        """How often the id changes."""
        return sum(change.count for change in self.changes)


def renumber(catalog: Catalog, page: Document, new: str) -> Renumbering:
    """Return what gives a page a new id. KbError if its own id cannot be changed.

    Where another page has the same id, only what is certainly about this page changes: its own field, and the words of
    links that lead to it.
    """
    old = page.id
    others = [each for each in catalog.documents if each.id == old and each is not page]
    job = _Job(catalog, page, others, new)
    changes: list[Change] = []
    left: list[Left] = []
    for document in (page, *(each for each in catalog.documents if each is not page)):
        change, rest = job.in_page(document)
        if document is page and change is None:
            raise KbError(
                f"{page.path} cannot be given another id: its field is {_BEYOND}",
                f"write `{page.names.get('id', 'id')}: {new}` there by hand",
            )
        changes += [change] if change else []
        left += rest
    settings = catalog.settings
    for path, text in {**catalog.registry_texts, settings.path: settings.text}.items():
        change, rest = job.in_yaml(path, text)
        changes += [change] if change else []
        left += rest
    return Renumbering(old=old, new=new, changes=tuple(changes), left=tuple(left))


def id_pattern(id_: str) -> re.Pattern[str]:
    """Return what finds an id as a word of its own: not within a longer id, a path or the name of a file."""
    # A slash may stand between two ids: SOP-001/SOP-002.
    before, after = r"(?<![A-Za-z0-9_-])(?<!(?<![0-9])/)", r"(?![A-Za-z0-9_]|[.-][A-Za-z0-9_]|/(?![A-Z]+-[0-9]))"
    return re.compile(f"{before}{re.escape(id_)}{after}")


class _Job:
    """One renumbering: the ids, and which places are certain."""

    def __init__(self, catalog: Catalog, page: Document, others: list[Document], new: str) -> None:
        self._catalog = catalog
        self._page = page
        self._others = others
        self._old, self._new = page.id, new
        self._word = id_pattern(page.id)
        # As well within a path or the name of a file; not within a longer id.
        self._part = re.compile(rf"(?<![A-Za-z0-9_-]){re.escape(page.id)}(?![A-Za-z0-9])")

    def in_page(self, document: Document) -> tuple[Change | None, list[Left]]:
        """Return the change of a page, if any, and what is left there."""
        raw = document.raw
        # A page that names the id only in escapes of YAML has it in its values alone.
        if self._old not in raw.text and self._old not in str(raw.values):
            return None, []
        if "\ufffd" in raw.text and raw.faults:
            return None, self._all_left(document.path, raw.text, "the file is not UTF-8")
        wanted, left = self._places(document)
        text = _put(raw.text, wanted, self._new)
        again = parse_front_matter(raw.path, raw.content_path, text)
        if not _same_faults(raw, again) or again.values != self._expected(document):
            return None, self._all_left(document.path, raw.text, _BEYOND)
        change = Change(path=document.path, old=raw.text, new=text, count=len(wanted)) if wanted else None
        return change, _left(document.path, raw.text, left)

    def in_yaml(self, path: str, text: str) -> tuple[Change | None, list[Left]]:
        """Return the change of a registry or of kb.yml, if any, and what is left there."""
        protected = [Span(start=match.start(), end=match.end()) for match in _ADDRESS.finditer(text)]
        found, parts = self._found(text, protected)
        if not found and not parts:
            return None, []
        if self._others:
            return None, _left(path, text, [(span, _EITHER) for span in found] + parts)
        new = _put(text, found, self._new)
        before, after = (parse_block(each, len(each) * 4 + 1) for each in (text, new))
        if after.values != self._renamed(before.values) or len(after.faults) != len(before.faults):
            return None, self._all_left(path, text, _BEYOND)
        change = Change(path=path, old=text, new=new, count=len(found)) if found else None
        return change, _left(path, text, parts)

    def _places(self, document: Document) -> tuple[list[Span], list[tuple[Span, str]]]:
        """Return where the id changes in a page, and where it is left, with the reason."""
        raw = document.raw
        candidates, _certain = scan(raw.body_text, raw.body.start)
        protected = [Span(start=match.start(), end=match.end()) for match in _ADDRESS.finditer(raw.text)]
        found, left = self._found(raw.text, [*protected, *(each.span for each in candidates)])
        if not self._others:
            return found, left
        own = self._own_field(document)
        to_page, to_other = self._link_texts(document)
        sure = [span for span in found if (own and document is self._page and span == own) or _within(span, to_page)]
        settled = [span for span in found if (own and span == own) or _within(span, to_other)]
        left += [(span, _EITHER) for span in found if span not in sure and span not in settled]
        return sure, sorted(left, key=lambda each: each[0].start)

    def _found(self, text: str, protected: Iterable[Span]) -> tuple[list[Span], list[tuple[Span, str]]]:
        """Return the words that are the id, and those that only hold it or stand in an address."""
        spans = list(protected)
        found: list[Span] = []
        parts: list[tuple[Span, str]] = []
        for match in self._part.finditer(text):
            span = Span(start=match.start(), end=match.end())
            if self._word.match(text, span.start) and not _within(span, spans):
                found.append(span)
            elif not _is_longer_id(text, span.end):
                parts.append((span, _IN_ADDRESS))
        return found, parts

    def _own_field(self, document: Document) -> Span | None:
        """Return where the id stands in the field that gives a page its id."""
        raw = document.raw
        if raw.block is None or document.id != self._old:
            return None
        spans = locate(raw.block.cut(raw.text), (document.names.get("id", "id"),))
        match = self._word.search(raw.text, raw.block.start + spans.value.start) if spans else None
        return Span(start=match.start(), end=match.end()) if match else None

    def _link_texts(self, document: Document) -> tuple[list[Span], list[Span]]:
        """Return the words of links that lead to the page, and of those that lead to another one of the same id."""
        body = self._catalog.bodies.get(document.content_path)
        theirs = {other.content_path for other in self._others}
        found: tuple[list[Span], list[Span]] = ([], [])
        for link in body.links if body else ():
            target = link.target or document.content_path
            start = max(0, link.span.start - _MAX_LINK_TEXT)
            match = _LINK_TEXT.search(document.raw.text[start : link.span.start])
            if match and (target == self._page.content_path or target in theirs):
                words = Span(start=start + match.start(1), end=start + match.end(1))
                found[0 if target == self._page.content_path else 1].append(words)
        return found

    def _expected(self, document: Document) -> Mapping[str, Any]:
        """Return what the fields of a page must say afterwards."""
        values = document.raw.values
        if not self._others:
            renamed: Mapping[str, Any] = self._renamed(values)
            return renamed
        return {**values, document.names.get("id", "id"): self._new} if document is self._page else values

    def _renamed(self, value: Any) -> Any:
        """Return a value with the new id in the place of the old one, but for addresses."""
        if isinstance(value, str):
            return _outside_addresses(value, lambda part: self._word.sub(self._new, part))
        if isinstance(value, list):
            return [self._renamed(each) for each in value]
        if isinstance(value, dict):
            return {self._renamed(key): self._renamed(each) for key, each in value.items()}
        return value

    def _all_left(self, path: str, text: str, why: str) -> list[Left]:
        places = [(Span(start=match.start(), end=match.end()), why) for match in self._part.finditer(text)]
        return _left(path, text, places or [(Span(start=0, end=0), why)])


def _put(text: str, spans: list[Span], new: str) -> str:
    whole = Span(start=0, end=len(text))
    return replaced(text, whole, [(span, new) for span in spans])


def _left(path: str, text: str, places: Iterable[tuple[Span, str]]) -> list[Left]:
    lines = LineMap(text)
    found = []
    for span, why in places:
        line, column = lines.point(span.start)
        found.append(Left(path=path, line=line, column=column, why=why))
    return found


def _within(span: Span, others: Iterable[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)


def _is_longer_id(text: str, end: int) -> bool:
    """Whether what begins with the id is another, longer id, such as SOP-001-A."""
    return bool(re.compile(r"-[A-Z0-9]").match(text, end))


def _outside_addresses(text: str, change: Callable[[str], str]) -> str:
    """Change what stands between addresses; the sign before a piece still decides whether a word begins there."""
    if "://" not in text:
        return change(text)
    return "".join(_pieces(text, change))


def _pieces(text: str, change: Callable[[str], str]) -> Iterator[str]:
    at = 0
    for match in _ADDRESS.finditer(text):
        yield change(text[at : match.start()])
        yield match[0]
        at = match.end()
    yield change(text[at:])


def _same_faults(before: RawDocument, after: RawDocument) -> bool:
    return [fault.slug for fault in before.faults] == [fault.slug for fault in after.faults]
