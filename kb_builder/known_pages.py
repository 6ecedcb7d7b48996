"""What earlier runs read in pages that had no fault: fields and possible links, by a hash of the page's bytes.

Reading the fields is most of what a check costs. Pages that had a fault are read anew: they are few, and then there is
no finding to be kept. Entries hold pages of many files, as each costs something, and which page is in which depends on
its path alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kb_builder.cache import Cache, digest
from kb_builder.model.document import Document, RawDocument
from kb_builder.model.location import Span
from kb_builder.model.settings import Settings
from kb_builder.sources.link_scan import Candidate, Scan
from kb_builder.sources.links import scan_page
from kb_builder.sources.walk import PageFile

_KIND = "pages"
# Digits of the hash of a path that say in which entry the page is: 256 entries, some 40 pages each of 10,000.
_DIGITS = 2


class KnownPages:
    """The pages of one run: those that are known from an earlier one, and what is to be kept for the next.

    `hashes` are those of the bytes of pages, by path, as they were read.
    """

    def __init__(self, cache: Cache, settings: Settings, pages: Iterable[PageFile]) -> None:
        self._cache = cache
        self.hashes: dict[str, str] = {}
        self._rows: dict[str, list[Any]] = {}
        self._entries: dict[str, dict[str, list[Any]]] = {}
        self._found: dict[str, list[Any]] = {}
        self._links: dict[str, list[list[Any]]] = {}
        if not cache.is_kept:
            return
        paths = [page.path for page in pages]
        # What a page's fields become, and whether they are in order, depends on its type as kb.yml adjusts it.
        types = {name: each.schema for name, each in settings.types.items()}
        self._rules = digest(settings.text, json.dumps(types))
        self._key_of = {path: digest(path)[:_DIGITS] for path in paths}
        for key, data in cache.get(_KIND, sorted(set(self._key_of.values()))).items():
            self._entries[key] = _read(data, self._rules)
            self._rows.update(self._entries[key])

    def find(self, page: PageFile, data: bytes) -> RawDocument | None:
        """Return a page that was in order when it had these bytes and this type."""
        if not self._cache.is_kept:
            return None
        found = self.hashes[page.path] = digest(data)
        row = self._rows.get(page.path)
        if row is None or row[0] != found or row[1] != page.type:
            return None
        text = data.decode("utf-8-sig")
        _hash, _type, start, end, body, values, links = row
        if not 0 <= start <= end <= body <= len(text) or any(each[2] > len(text) for each in links or ()):
            return None
        self._found[page.path] = row
        return RawDocument(
            path=page.path,
            content_path=page.content_path,
            text=text,
            block=Span(start=start, end=end),
            body=Span(start=body, end=len(text)),
            values=values,
        )

    def forget(self, paths: Iterable[str]) -> None:
        """Take what is known of pages for nothing, and keep nothing of them."""
        for path in paths:
            self.hashes.pop(path, None)
            self._found.pop(path, None)

    def is_valid(self, path: str) -> bool:
        """Whether a page is known to be as its schema demands."""
        return path in self._found

    def scan(self, document: Document) -> Scan:
        """Return what the source of a page shows of its links."""
        row = self._found.get(document.path)
        if row is not None and row[6] is not None:
            return Scan([Candidate(href, Span(start=start, end=end)) for href, start, end in row[6]])
        found = scan_page(document)
        if self._cache.is_kept and not found.is_doubtful:
            self._links[document.path] = [[each.href, each.span.start, each.span.end] for each in found.candidates]
        return found

    def keep(self, documents: Iterable[Document], faulty: frozenset[str]) -> None:
        """Keep the pages for the next run, but for those in which something was found."""
        if not self._cache.is_kept:
            return
        entries: dict[str, dict[str, list[Any]]] = {key: {} for key in self._key_of.values()}
        for document in documents:
            path = document.path
            if path in faulty or document.raw.block is None or path not in self.hashes:
                continue
            entries[self._key_of[path]][path] = self._found.get(path) or self._row(document)
        changed = {key: rows for key, rows in entries.items() if rows != self._entries.get(key)}
        written = {key: _write(rows, self._rules) for key, rows in changed.items()}
        self._cache.put(_KIND, {key: data for key, data in written.items() if data})
        if changed:
            self._cache.keep(_KIND, entries)

    def _row(self, document: Document) -> list[Any]:
        raw = document.raw
        block = raw.block or raw.body
        links = self._links.get(raw.path)
        return [self.hashes[raw.path], document.type, block.start, block.end, raw.body.start, raw.values, links]


def _write(rows: Mapping[str, list[Any]], rules: str) -> bytes:
    """Return an entry; an empty one where a path is not UTF-8, as that of a page of another system may be."""
    import orjson

    try:
        return orjson.dumps({"rules": rules, "pages": rows})
    except orjson.JSONEncodeError:
        return b""


def _read(data: bytes, rules: str) -> dict[str, list[Any]]:
    """Return the pages of an entry by their paths; none if it was written under other rules or is none of ours."""
    import orjson

    try:
        entry = orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(entry, dict) or entry.get("rules") != rules or not isinstance(entry.get("pages"), dict):
        return {}
    return {path: row for path, row in entry["pages"].items() if _is_row(row)}


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, list)
        and [type(each) for each in row[:6]] == [str, str, int, int, int, dict]
        and len(row) == 7
        and (row[6] is None or (isinstance(row[6], list) and all(map(_is_link, row[6]))))
    )


def _is_link(link: Any) -> bool:
    return isinstance(link, list) and [type(each) for each in link] == [str, int, int] and 0 <= link[1] <= link[2]
