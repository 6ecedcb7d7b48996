"""Finds the links of all pages and says which lead nowhere.

Rendering a page costs far more than everything else a check does. So a scan of the source finds every text
that may be a link target, perhaps some too many; if all of them are in order the page need not be rendered. Only
where one is not, or an anchor or the whole truth is wanted, each candidate is replaced by a token and the page is
rendered: the tokens that come out as targets are the links, and those in code are not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from rapidfuzz import process

from kb_builder.model.catalog import EMPTY_BODY, Body, BodyLink, LinkProblem
from kb_builder.model.document import Document
from kb_builder.model.location import Span
from kb_builder.sources.markdown_structure import MarkdownFailure, Structure, render_structure

_INLINE = re.compile(r"\]\([ \t\n]*(?:<([^<>\n]*)>|([^\s()<>\\]*))(?=[ \t\n]*\)|[ \t\n]+[\"'])")
_DEFINITION = re.compile(r"^[ \t>]*\[([^\]\n]*)\]:[ \t]*\n?[ \t]*(?:<([^<>\n]*)>|([^\s<>]+))", re.MULTILINE)
_HTML_TARGET = re.compile(r"\b(?:href|src|poster|data|cite|action|background)[ \t\n]*=", re.IGNORECASE)
_EMPTY_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]*#*[ \t]*\r?$", re.MULTILINE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_TOKEN = re.compile(r"kb-link-([0-9]+)-target")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A possible link target in a page's text."""

    href: str
    span: Span


class LinkIndex:
    """The pages and assets of a project, with what their Markdown holds."""

    def __init__(self, documents: Mapping[str, Document], assets: frozenset[str], generated: frozenset[str]) -> None:
        """Content paths of everything a link may lead to; `generated` pages are made by the tool."""
        self._documents = documents
        self._assets = assets
        self._generated = generated
        self._anchors: dict[str, frozenset[str] | None] = {}

    def body(self, document: Document) -> Body:
        """Return what the Markdown of a page holds."""
        text = document.raw.body_text
        if "](" not in text and "]:" not in text and "=" not in text and "#" not in text:
            return EMPTY_BODY
        offset = document.raw.body.start
        candidates, certain = _scan(text, offset)
        links = [link for each in candidates if (link := self._judge(document, each.href, each.span))]
        empty = [Span(start=offset + m.start(), end=offset + m.end()) for m in _EMPTY_HEADING.finditer(text)]
        if certain and not empty and not any(self._is_doubtful(document, link) for link in links):
            return Body(links=tuple(links))
        return self._rendered_body(document, candidates, empty)

    def _is_doubtful(self, document: Document, link: BodyLink) -> bool:
        """Whether a finding might come of the link, so that it must be known whether it is one."""
        if link.problem is not None or (link.fragment and not link.target):
            return True
        target = self._documents.get(link.target)
        return document.text("audience") == "customers" or (target is not None and target.is_obsolete)

    def _rendered_body(self, document: Document, candidates: list[_Candidate], empty: list[Span]) -> Body:
        raw = document.raw
        marked = _with_tokens(raw.text, raw.body, candidates)
        try:
            structure = render_structure(marked)
        except MarkdownFailure as failure:
            return Body(failure=str(failure))
        self._anchors[document.content_path] = frozenset(structure.anchors)
        links = [
            link
            for href, span in _targets(structure, raw.text, raw.body, candidates)
            if (link := self._judge(document, href, span))
        ]
        headings = empty if len(empty) == structure.headings.count("") else empty[: structure.headings.count("")]
        return Body(links=tuple(dict.fromkeys(links)), empty_headings=tuple(headings))

    def _judge(self, document: Document, href: str, span: Span) -> BodyLink | None:
        """Say where a target leads; None if it leaves the project."""
        if _SCHEME.match(href):
            return None
        path, _hash, fragment = href.partition("#")
        path = unquote(path.partition("?")[0])
        fragment = unquote(fragment)
        link = BodyLink(href=href, span=span, target="", fragment=fragment)
        if not path:
            if not fragment:
                return replace(link, problem=LinkProblem.FORM, hint="say where it leads")
            return self._with_anchor(document.content_path, link)
        if path.startswith("/"):
            return replace(
                link, problem=LinkProblem.FORM, hint="write the path relative to this page, such as ../faq/x.md"
            )
        target = posixpath.normpath(posixpath.join(posixpath.dirname(document.content_path), path))
        link = replace(link, target=target)
        if target in self._documents:
            return self._with_anchor(target, link) if fragment else link
        if target in self._assets or target in self._generated:
            return link
        suffix = posixpath.splitext(target)[1].lower()
        problem = LinkProblem.PAGE if suffix in ("", ".md", ".html") else LinkProblem.ASSET
        return replace(link, problem=problem, hint=self._suggest(document, target))

    def _with_anchor(self, target: str, link: BodyLink) -> BodyLink:
        anchors = self._anchors_of(target)
        if anchors is None or link.fragment in anchors or link.fragment.startswith("kb-"):
            return link
        near = process.extractOne(link.fragment, sorted(anchors), score_cutoff=60)
        hint = f"did you mean #{near[0]}?" if near else f"anchors there: {_some(sorted(anchors))}"
        return replace(link, problem=LinkProblem.ANCHOR, hint=hint)

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
        for guess in (target + ".md", re.sub(r"\.html$", ".md", target), target.rstrip("/") + "/index.md"):
            if guess in self._documents:
                return f"write {posixpath.relpath(guess, folder or '.')}"
        near = process.extractOne(target, [*self._documents, *self._assets], score_cutoff=80)
        return f"did you mean {posixpath.relpath(near[0], folder or '.')}?" if near else "no such file"


def _scan(text: str, offset: int) -> tuple[list[_Candidate], bool]:
    """Return every possible target, and whether no other form of link can be in the text."""
    found: list[_Candidate] = []
    inline = 0
    for match in _INLINE.finditer(text):
        inline += 1
        found.append(_candidate(match, 1, 2, offset))
    certain = inline == text.count("](")
    if "]:" in text:
        for match in _DEFINITION.finditer(text):
            if not match[1].startswith("^"):
                found.append(_candidate(match, 2, 3, offset))
    if "=" in text and _HTML_TARGET.search(text):
        certain = False
    return found, certain


def _candidate(match: re.Match[str], bracketed: int, bare: int, offset: int) -> _Candidate:
    group = bracketed if match[bracketed] is not None else bare
    return _Candidate(match[group], Span(start=offset + match.start(group), end=offset + match.end(group)))


def _with_tokens(text: str, body: Span, candidates: list[_Candidate]) -> str:
    parts: list[str] = []
    at = body.start
    for index, candidate in sorted(enumerate(candidates), key=lambda pair: pair[1].span.start):
        if candidate.span.start < at:
            continue
        parts += (text[at : candidate.span.start], f"kb-link-{index}-target")
        at = candidate.span.end
    parts.append(text[at : body.end])
    return "".join(parts)


def _targets(structure: Structure, text: str, body: Span, candidates: list[_Candidate]) -> Iterator[tuple[str, Span]]:
    """Yield source text and place of every target that was rendered."""
    for target in structure.targets:
        token = _TOKEN.fullmatch(target)
        if token and int(token[1]) < len(candidates):
            candidate = candidates[int(token[1])]
            yield candidate.href, candidate.span
            continue
        start = text.find(target, body.start) if target else -1
        end = start + len(target)
        yield target, Span(start=start, end=end) if start >= 0 else Span(start=body.start, end=body.start)


def _some(anchors: list[str]) -> str:
    shown = ", ".join(f"#{anchor}" for anchor in anchors if not anchor.startswith("fn")) or "none"
    return shown if len(shown) <= 200 else shown[:200] + " …"
