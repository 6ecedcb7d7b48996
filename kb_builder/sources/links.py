"""Finds the links of all pages and says which lead nowhere.

Rendering a page costs far more than everything else a check does. So a scan of the source finds every text
that may be a link target, perhaps some too many; if all of them are in order the page need not be rendered. Only
where one is not, or an anchor or the whole truth is wanted, each candidate is replaced by a token and the page is
rendered: the tokens that come out as targets are the links, and those in code are not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from urllib.parse import unquote

from rapidfuzz import process

from kb_builder.model.catalog import EMPTY_BODY, Body, BodyLink, LinkProblem
from kb_builder.model.document import Document
from kb_builder.model.location import Span
from kb_builder.model.safe_html import unsafe_address
from kb_builder.sources.link_scan import (
    COMMENT,
    EMPTY_HEADING,
    LAST_HASH,
    Candidate,
    Scan,
    TargetSearch,
    find_comments,
    heading_span,
    headings_without_text,
    replaced,
    scan,
    with_tokens,
)
from kb_builder.sources.lost_links import MARK, Lost, find_lost
from kb_builder.sources.made_anchors import made_anchors
from kb_builder.sources.markdown_structure import MarkdownFailure, plain_anchors, render_structure
from kb_builder.sources.raw_html import find_unsafe, may_hold_html

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
# A picture with a whole address, or one whose address stands elsewhere.
_FAR_PICTURE = re.compile(r"!\[[^\]\n]*\](?:\(\s*<?\s*[A-Za-z][\w+.-]*:|(?!\())")
# With these an address may leave the site though it names no protocol; browsers skip blanks before it.
_OUTWARD = frozenset(("/", "\\", *map(chr, range(33))))
# `C:/share/a.pdf` and `file:///c:/a.pdf` are on the author's computer alone.
_OWN_DISK = re.compile(r"[A-Za-z]:(?!//)|file:", re.IGNORECASE)
# One of them leads nowhere where a footnote is never referred to.
_MADE_BY_FOOTNOTES = ("#fn:", "#fnref:")
_TOKEN = re.compile(r"kb-link-([0-9]+)-target")


def scan_page(document: Document) -> Scan:
    """Return what the source of a page shows; it depends on nothing but the page."""
    text = document.raw.body_text
    doubtful_comment = COMMENT in text and (
        text.rfind("-->") < text.rfind(COMMENT) or document.text("audience") == "customers"
    )
    offset = document.raw.body.start
    lost = find_lost(text, offset)
    if (
        not (doubtful_comment or lost)
        and "](" not in text
        and "]:" not in text
        and "=" not in text
        and "#" not in text
        and "<" not in text
        and "{" not in text
    ):
        return Scan([])
    candidates, certain = scan(text, offset)
    # The short pattern costs a tenth of the other, and few lines end in a hash.
    hashes = LAST_HASH.search(text)
    empty = [heading_span(match, offset) for match in EMPTY_HEADING.finditer(text)] if hashes else []
    is_doubtful = doubtful_comment or lost or empty or not certain or may_hold_html(text) or _FAR_PICTURE.search(text)
    return Scan(candidates, empty, bool(is_doubtful))


class LinkIndex:
    """The pages and assets of a project, with what their Markdown holds."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        assets: frozenset[str],
        generated: frozenset[str],
        failures: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Content paths of everything a link may lead to; `generated` pages are made by the tool.

        `failures` says of pages that they must not be rendered, and why.
        """
        self._documents = documents
        self._assets = assets
        self._generated = generated
        self._failures = failures
        self._anchors: dict[str, frozenset[str] | None] = dict.fromkeys(failures)
        self._plain_anchors: dict[str, frozenset[str]] = {}

    def body(self, document: Document, scanned: Callable[[Document], Scan] = scan_page) -> Body:
        """Return what the Markdown of a page holds; `scanned` returns what `scan_page` does, perhaps from memory."""
        if document.content_path in self._failures:
            return Body(failure=self._failures[document.content_path])
        found = scanned(document)
        if not found.is_doubtful:
            links = [link for each in found.candidates if (link := self._judge(document, each.href, each.span))]
            if not links:
                return EMPTY_BODY
            if not any(self._is_doubtful(document, link) for link in links):
                return Body(start=document.raw.body.start, links=tuple(links))
        return self._rendered_body(document, found.candidates, found.empty)

    def _is_doubtful(self, document: Document, link: BodyLink) -> bool:
        """Whether something depends on the link, so that it must be known whether it is one."""
        if link.problem is not None:
            return True
        if link.fragment and "%" in link.href.partition("#")[2]:
            # Pages are built with such anchors decoded, but not in code.
            return True
        if link.fragment and not link.target and self._anchors_of(document.content_path) is None:
            return True
        target = self._documents.get(link.target)
        # What a page for customers refers to is published with it.
        if link.target and document.text("audience") == "customers" and not (target and target.is_for_customers):
            return True
        return target is not None and target.is_obsolete

    def _rendered_body(self, document: Document, candidates: list[Candidate], empty: list[Span]) -> Body:
        raw = document.raw
        try:
            structure = render_structure(with_tokens(raw.text, raw.body, candidates))
            headings = headings_without_text(raw.text, raw.body, empty)
            lost = self._lost_links(document)
            comments, open_comments = find_comments(raw.text, raw.body)
            unsafe = find_unsafe(raw.text, raw.body)
        except MarkdownFailure as failure:
            return Body(failure=str(failure))
        # A token in the code of a heading would be part of its anchor.
        if not any("kb-link-" in anchor for anchor in structure.anchors):
            self._anchors[document.content_path] = frozenset(structure.anchors)
        links: list[BodyLink] = []
        search = TargetSearch(raw.text, raw.body)
        for target in structure.targets:
            token = _TOKEN.fullmatch(target)
            candidate = candidates[int(token[1])] if token and int(token[1]) < len(candidates) else None
            if candidate is None and target.startswith(_MADE_BY_FOOTNOTES):
                continue
            href, span = (candidate.href, candidate.span) if candidate else (target, search.start)
            link = self._judge(document, href, span, target in structure.loaded)
            if link and candidate is None and (link.problem or link.target):
                link = replace(link, span=search.find(target))
            if link and target not in structure.rewritten:
                link = self._as_raw_html(document, link)
            if link:
                links.append(link)
        return Body(
            start=raw.body.start,
            links=(*dict.fromkeys(links), *lost),
            empty_headings=headings,
            comments=comments if document.text("audience") == "customers" else (),
            open_comments=open_comments,
            unsafe=unsafe,
        )

    def _as_raw_html(self, document: Document, link: BodyLink) -> BodyLink:
        """Refuse a link to a page that is written as HTML: site generators rewrite only those of Markdown."""
        if link.target not in self._documents and link.target not in self._generated:
            return link
        folder = posixpath.dirname(document.content_path) or "."
        anchor = f"#{link.fragment}" if link.fragment else ""
        hint = f"write `[text]({posixpath.relpath(link.target, folder)}{anchor})`: a link in HTML is left as it is"
        return replace(link, problem=LinkProblem.FORM, hint=hint)

    def _lost_links(self, document: Document) -> tuple[BodyLink, ...]:
        """Return what was meant as a link and comes out as text, brackets and all."""
        raw = document.raw
        maybe = find_lost(raw.body_text, raw.body.start)
        if not maybe:
            return ()
        marks = [
            (Span(start=each.span.start, end=each.span.start), MARK.format(number)) for number, each in enumerate(maybe)
        ]
        text = "".join(render_structure(replaced(raw.text, raw.body, marks)).text)
        return tuple(
            BodyLink(
                href=each.written,
                span=each.span,
                target="",
                fragment="",
                problem=LinkProblem.LOST,
                hint=self._wiki_hint(document, each),
            )
            for number, each in enumerate(maybe)
            if MARK.format(number) + each.look in text
        )

    def _wiki_hint(self, document: Document, lost: Lost) -> str:
        name = lost.wiki.partition("|")[0].strip()
        found = next((each for each in self._documents.values() if name and name in (each.id, each.title)), None)
        if found is None:
            return lost.hint
        path = posixpath.relpath(found.content_path, posixpath.dirname(document.content_path) or ".")
        return f"write [{found.title}]({path})"

    def _judge(self, document: Document, href: str, span: Span, is_loaded: bool = False) -> BodyLink | None:
        """Say where a target leads; None if it leaves the project. `is_loaded` if browsers fetch it by themselves."""
        # Most are relative: they cannot leave the site.
        leaves = ":" in href or href[:1] in _OUTWARD
        reason = unsafe_address(href, is_loaded) if leaves else ""
        if reason or (leaves and _SCHEME.match(href)):
            if not _OWN_DISK.match(href):
                return _unsafe(href, span, reason) if reason else None
            link = BodyLink(href=href, span=span, target="", fragment="", problem=LinkProblem.FORM)
            return replace(link, hint="it leads to a disk that readers have not; put the file beside the page")
        path, _hash, fragment = href.partition("#")
        path = unquote(path.partition("?")[0])
        fragment = unquote(fragment)
        if not path:
            link = BodyLink(href=href, span=span, target="", fragment=fragment)
            if not fragment:
                return replace(link, problem=LinkProblem.FORM, hint="say where it leads")
            return self._with_anchor(document, document.content_path, link)
        if path.startswith("/"):
            hint = "write the path relative to this page, such as ../faq/x.md"
            return BodyLink(href=href, span=span, target="", fragment=fragment, problem=LinkProblem.FORM, hint=hint)
        target = _target(document.content_path, path)
        link = BodyLink(href=href, span=span, target=target, fragment=fragment)
        if target in self._documents:
            return self._with_anchor(document, target, link) if fragment else link
        if target in self._generated and fragment:
            hint = "leave the anchor out: what stands on that page changes from day to day"
            return replace(link, problem=LinkProblem.ANCHOR, hint=hint)
        if target in self._assets or target in self._generated:
            return link
        suffix = posixpath.splitext(target)[1].lower()
        problem = LinkProblem.PAGE if suffix in ("", ".md", ".html") else LinkProblem.ASSET
        return replace(link, problem=problem, hint=self._suggest(document, target))

    def _with_anchor(self, document: Document, target: str, link: BodyLink) -> BodyLink:
        if target not in self._anchors and link.fragment in self._plain_anchors_of(target):
            return link
        anchors = self._anchors_of(target)
        if anchors is None or link.fragment in anchors:
            return link
        # On the site for customers there is nothing but the author's text.
        if link.fragment.startswith("kb-") and document.text("audience") != "customers":
            anchors |= made_anchors(self._documents[target], self._ids)
            if link.fragment in anchors:
                return link
        near = process.extractOne(link.fragment, sorted(anchors), score_cutoff=60)
        hint = f"did you mean #{near[0]}?" if near else f"anchors there: {_some(sorted(anchors))}"
        return replace(link, problem=LinkProblem.ANCHOR, hint=hint)

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(document.id for document in self._documents.values() if document.id)

    def _plain_anchors_of(self, target: str) -> frozenset[str]:
        """Return anchors that a page has for certain, read off its source; it may have others."""
        if target not in self._plain_anchors:
            self._plain_anchors[target] = plain_anchors(self._documents[target].raw.body_text)
        return self._plain_anchors[target]

    def _anchors_of(self, target: str) -> frozenset[str] | None:
        """Return the anchors of a page, or None if it could not be rendered."""
        if target not in self._anchors:
            try:
                structure = render_structure(self._documents[target].raw.body_text)
            except MarkdownFailure:
                self._anchors[target] = None
            else:
                self._anchors[target] = frozenset(structure.anchors)
        return self._anchors[target]

    def _suggest(self, document: Document, target: str) -> str:
        if target.startswith(".."):
            return "it leads out of the content folder"
        folder = posixpath.dirname(document.content_path)
        for guess in (target + ".md", re.sub(r"\.html$", ".md", target), posixpath.normpath(target + "/index.md")):
            if guess != document.content_path and (guess in self._documents or guess in self._generated):
                return f"write {posixpath.relpath(guess, folder or '.')}"
        others = [each for each in (*self._documents, *self._assets) if each != document.content_path]
        near = next((each for each in others if each.lower() == target.lower()), None)
        if near is None:
            match = process.extractOne(target, others, score_cutoff=80)
            near = match[0] if match else None
        return f"did you mean {posixpath.relpath(near, folder or '.')}?" if near else "no such file"


def _target(content_path: str, path: str) -> str:
    """Return the content path that a relative path names on a page."""
    folder, rest = content_path.rpartition("/")[0], path
    while rest.startswith("../") and folder:
        folder, rest = folder.rpartition("/")[0], rest[3:]
    if "./" in rest or "//" in rest or rest.startswith("/") or rest.endswith((".", "/")) or not rest:
        return posixpath.normpath(posixpath.join(posixpath.dirname(content_path), path))
    return f"{folder}/{rest}" if folder else rest


def _unsafe(href: str, span: Span, reason: str) -> BodyLink:
    if "without being asked" in reason:
        hint = "put the picture beside the page, or write a link to it"
    elif "host" in reason:
        hint = "write the whole address, `https://…`"
    else:
        hint = "link to a page, a file beside the page or an address that begins with `https://`"
    return BodyLink(href=href, span=span, target="", fragment="", problem=LinkProblem.UNSAFE, hint=f"{reason}; {hint}")


def _some(anchors: list[str]) -> str:
    shown = ", ".join(f"#{anchor}" for anchor in anchors if not anchor.startswith("fn")) or "none"
    return shown if len(shown) <= 200 else shown[:200] + " …"
