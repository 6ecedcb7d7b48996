"""What a page module works with: one audience's catalog, its site, and the template environment."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kb_builder.cache import Cache, in_batches
from kb_builder.messages import Messages, messages
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.numbers import spell_number
from kb_builder.model.paths import address, index_path, owner_path, page_path
from kb_builder.model.settings import Site
from kb_builder.pages.words import (
    ACTION_KINDS,
    ACTION_STATES,
    CATEGORIES,
    CHANNELS,
    CLASSES,
    CLOCK_STATES,
    FAILED_CHECKS,
    FINDINGS,
    KINDS_PLURAL,
    LIMITS,
    OUTCOMES,
    STATES,
    STATUSES,
    TRIGGERS,
    duration_words,
    hours_words,
    minutes_words,
    percent_words,
)

T = TypeVar("T")
_NO_ANCHOR = re.compile(r"[^A-Za-z0-9_-]", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One site in the making. `catalog` is already projected onto the site's audience; `cache` is of earlier runs."""

    catalog: Catalog
    site: Site
    cache: Cache | None = field(default=None, repr=False, compare=False)
    _made: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what `make` gave for this key the first time: several pages show the same chart."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made

    def cached(
        self, kind: str, makers: Mapping[str, Callable[[], str]], also_kept: Iterable[str] = ()
    ) -> Mapping[str, str]:
        """Return by key what earlier runs made of a kind, and where they made nothing what `makers` make now.

        A key is a hash of all that goes into the text. Texts that are neither asked for nor `also_kept` are forgotten.
        """
        return dict(self.each_cached(kind, makers.items(), also_kept))

    def each_cached(
        self, kind: str, makers: Iterable[tuple[str, Callable[[], str]]], also_kept: Iterable[str] = ()
    ) -> Iterator[tuple[str, str]]:
        """Yield key and text of each, as `cached` returns them, with no more than some in memory at a time."""
        if self.cache is None:
            yield from ((key, make()) for key, make in makers)
            return
        asked = set(also_kept)
        for some in in_batches(makers):
            known = self.cache.get(kind, (key for key, _make in some))
            new: dict[str, bytes] = {}
            found: list[tuple[str, str]] = []
            for key, make in some:
                text = _decoded(known.get(key))
                if text is None:
                    text = make()
                    new[key] = text.encode("utf-8", "surrogatepass")
                found.append((key, text))
            self.cache.put(kind, new)
            asked.update(key for key, _text in found)
            yield from found
        self.cache.keep(kind, asked)

    def forget(self, kind: str) -> None:
        """Drop what `once` made under keys that begin so: it is large, and seldom asked for again."""
        for key in [key for key in self._made if key[0] == kind]:
            del self._made[key]

    @property
    def is_staff(self) -> bool:
        """Whether the site is the one for staff."""
        return self.site.audience == "staff"

    def url(self, address: str) -> str:
        """Return the whole address of something on the site; relative to the site if kb.yml gives no url."""
        return (self.site.url.rstrip("/") + "/" if self.site.url else "") + quote(address)

    def words(self, language: str = "") -> Messages:
        """Return the words in a language, by default that of the site's interface."""
        return messages(language or self.site.language)

    def language(self, document: Document) -> str:
        """Return the language of a page: its own, else that of kb.yml."""
        return document.text("language") or self.catalog.settings.language

    def render(self, template: str, language: str = "", **values: Any) -> str:
        """Render a template of this package; everything is escaped as HTML."""
        words = self.words(language)

        def lang_of(document: Document) -> Markup:
            """Return the attribute of an element in another language than the page."""
            own = self.language(document)
            return Markup() if own == words.language else Markup(' lang="{}"').format(own)

        return (
            _environment()
            .get_template(template)
            .render(
                _=words, view=self, site=self.site, catalog=self.catalog, lang=words.language, lang_of=lang_of, **values
            )
        )


def link(source: str, target: str, anchor: str = "") -> str:
    """Return the relative address of a page or asset, as seen from another page (both content paths)."""
    path = page_path(target)
    if path.endswith(".md"):
        path = address(path)
    return quote(_relative(path, posixpath.dirname(source))) + (f"#{quote(anchor)}" if anchor else "")


def _relative(path: str, folder: str) -> str:
    """Return a path as seen from a folder, as `posixpath.relpath` does, which asks for the working folder each time."""
    names, above = path.split("/"), folder.split("/") if folder else []
    common = 0
    for one, other in zip(names[:-1], above, strict=False):
        if one != other:
            break
        common += 1
    return "../" * (len(above) - common) + "/".join(names[common:])


def _decoded(data: bytes | None) -> str | None:
    try:
        return None if data is None else data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("kb_builder.pages", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # `{#` begins an anchor in Markdown.
        comment_start_string="<#",
        comment_end_string="#>",
    )
    environment.globals.update(
        link=link,
        index_of=index_path,
        topic_number=topic_number,
        anchor=anchor,
        duration_words=duration_words,
        hours_words=hours_words,
        minutes_words=minutes_words,
        percent_words=percent_words,
        owner_path=owner_path,
        spell_number=spell_number,
        STATES=STATES,
        STATUSES=STATUSES,
        FAILED_CHECKS=FAILED_CHECKS,
        CATEGORIES=CATEGORIES,
        CLASSES=CLASSES,
        ACTION_KINDS=ACTION_KINDS,
        ACTION_STATES=ACTION_STATES,
        FINDINGS=FINDINGS,
        OUTCOMES=OUTCOMES,
        TRIGGERS=TRIGGERS,
        KINDS_PLURAL=KINDS_PLURAL,
        CHANNELS=CHANNELS,
        CLOCK_STATES=CLOCK_STATES,
        LIMITS=LIMITS,
    )
    environment.filters.update(groupby_runs=groupby_runs, markdown_text=markdown_text)
    return environment


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours with the same key."""

    key: str
    rows: tuple[Any, ...]


def groupby_runs(rows: Sequence[Any], attribute: str) -> list[Run]:
    """Group neighbours that share an attribute, keeping their order."""
    return [Run(key, tuple(run)) for key, run in groupby(rows, key=lambda row: str(getattr(row, attribute)))]


def markdown_text(text: str) -> Markup:
    """Return a text that Markdown and HTML both show as it is: every ASCII sign becomes a character reference."""
    return Markup("".join(c if c.isalnum() or c == " " or ord(c) > 127 else f"&#{ord(c)};" for c in text))


def topic_number(topic: str) -> str:
    """Return an anchor for a topic that does not change when topics come and go."""
    return sha256(topic.encode()).hexdigest()[:8]


def anchor(kind: str, *ids: str) -> str:
    """Return the anchor of an entry of a registry: of an alert, of a policy, of a level of a policy."""
    return f"kb-{kind}-" + "--".join(_NO_ANCHOR.sub("-", id_) for id_ in ids)
