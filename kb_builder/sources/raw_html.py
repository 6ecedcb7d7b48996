"""Finds HTML and attributes in Markdown that pages may not hold, and where they are written.

Whether something is HTML or code is known only when the page is rendered, and few pages need that: those in which,
outside of code that is plain to see, a tag or a list of attributes stands that is not known to be harmless. What comes
out is judged; then every tag and list in the source gets a mark, an attribute of its own, and the page is rendered
again to see which of them it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kb_builder.model.catalog import UnsafeHtml
from kb_builder.model.location import Span
from kb_builder.model.safe_html import HtmlFault, HtmlFaultKind
from kb_builder.sources.link_scan import replaced
from kb_builder.sources.markdown_structure import render_structure

# A tag, declaration or link in angle brackets; a line break and the address of a web page are harmless.
_MAYBE_HTML = re.compile(r"<(?!br[ ]?/?>|https?://[^\s<>\"'@\\]+>)[A-Za-z/!?]")
# A list of attributes; an anchor, classes, sizes and the highlighting of code are harmless.
_HARMLESS = (
    r"(?:\#[^\W_][\w.-]*|\.(?!md-|kb-)[\w-]+|(?:width|height|linenums|hl_lines|start|align|loading|lang|title|rel|target)"
    r"=(?:\"[\w .,:-]*\"|[\w.,%-]+)|markdown)"
)
_MAYBE_LIST = re.compile(rf"\{{(?!:?[ ]*{_HARMLESS}(?:[ ]+{_HARMLESS})*[ ]*\}})[^\n{{}}]*[=.#]", re.IGNORECASE)
# A word alone is an attribute too, but only where a list can stand: behind what Markdown makes an element of, or at the
# end of a line or of a cell. Elsewhere braces are part of what people write.
_MAYBE_WORD = re.compile(
    rf"(?:(?<=[)\]*_`>=^~+])\{{|(?:^|(?<=[ ]))\{{(?=[^\n]*\}}[ ]*(?:$|\|)))"
    rf"(?!:?[ ]*{_HARMLESS}(?:[ ]+{_HARMLESS})*[ ]*\}})[^\n]*\}}",
    re.IGNORECASE | re.MULTILINE,
)
_HARMLESS_ID = re.compile(r"\{:?[ ]*[^}\n]*(?:#(?:kb[A-Z]|[^}\s]*\$))")
_FENCED = re.compile(r"^(`{3,}|~{3,})[ ]?[\w+#.-]*[ ]*\n(?:.*?\n)?\1[ \t]*$", re.MULTILINE | re.DOTALL)
_IN_LINE = re.compile(r"(?<![`\\])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_TAG = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*://[^<>]*>|[^<> !]+@[^@<> ]+>)([A-Za-z][^\s/>]*)")
_END_TAG = re.compile(r"</([A-Za-z][^\s/>]*)")
_LIST = re.compile(r"\{:?[ ]*(?=[^}\n ][^\n]*\})")
_MARK = "kb-mark-{}-"
_MARKS = re.compile(r"kb-mark-([0-9]+)-")


def may_hold_html(text: str) -> bool:
    """Whether it is worth looking; a page without angle brackets and braces costs next to nothing."""
    has_html, has_list = "<" in text, "{" in text
    if not (has_html or has_list) or not _is_doubtful(text):
        return False
    return _is_doubtful(_without_code(text))


def _is_doubtful(text: str) -> bool:
    every = (_MAYBE_HTML, _MAYBE_LIST, _MAYBE_WORD, _HARMLESS_ID)
    return any(each.search(text) for each in every)


def _without_code(text: str) -> str:
    """Return a text without code where that is plain; the renderer takes fences before anything else."""
    text = _FENCED.sub("", text.replace("\r\n", "\n"))
    if "`" not in text or "\\`" in text:
        return text
    # What follows code may be a list of its attributes, as behind a link.
    stripped = _IN_LINE.sub(")", text)
    # With a sign left over, code may begin on one line and end on another.
    return text if "`" in stripped else stripped


def find_unsafe(text: str, body: Span) -> tuple[UnsafeHtml, ...]:
    """Return what a page may not hold; MarkdownFailure if it cannot be rendered."""
    if not may_hold_html(body.cut(text)):
        return ()
    faults = render_structure(body.cut(text)).faults
    spans, marks = _marks(text, body)
    marked = render_structure(replaced(text, body, marks)).faults
    found: list[UnsafeHtml] = []
    known: Counter[tuple[HtmlFaultKind, str]] = Counter()
    for fault in marked:
        number = _MARKS.search(fault.mark)
        if number and int(number[1]) < len(spans):
            known[fault.kind, fault.what] += 1
            found.append(UnsafeHtml(kind=fault.kind, what=fault.what, span=spans[int(number[1])]))
    # A mark may have kept something from being HTML, and end tags have none.
    for fault in faults:
        known[fault.kind, fault.what] -= 1
        if known[fault.kind, fault.what] < 0:
            found.append(UnsafeHtml(kind=fault.kind, what=fault.what, span=_place(fault, text, body)))
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.span.start, each.kind, each.what)))


def _marks(text: str, body: Span) -> tuple[list[Span], list[tuple[Span, str]]]:
    """Return the span of every tag and list of attributes, and the mark to insert into it."""
    part = body.cut(text)
    spans: list[Span] = []
    marks: list[tuple[Span, str]] = []
    for match in sorted([*_TAG.finditer(part), *_LIST.finditer(part)], key=lambda each: each.start()):
        start, end = body.start + match.start(), body.start + match.end()
        mark = _MARK.format(len(spans))
        if match[0][0] == "{":
            mark = f'{mark}="" '
            spans.append(Span(start=start, end=body.start + part.find("}", match.end()) + 1))
        else:
            # A slash may part name and attributes as a blank does, but then it must do so here.
            slash = text[end : end + 1] == "/" and text[end + 1 : end + 2] != ">"
            mark = ("/" if slash else " ") + mark
            spans.append(Span(start=start, end=end))
        marks.append((Span(start=end, end=end), mark))
    return spans, marks


def _place(fault: HtmlFault, text: str, body: Span) -> Span:
    """Return where a fault without a mark is written: where its name stands first."""
    if fault.what.startswith("/"):
        return _surplus_end(fault.what[1:], text, body)
    names = [fault.what.rstrip("=").partition("=")[2], fault.what.rstrip("="), "<!", "<?"]
    for name in filter(None, names):
        at = re.compile(re.escape(name), re.IGNORECASE).search(text, body.start, body.end)
        if at:
            return Span(start=at.start(), end=at.end())
    return Span(start=body.start, end=body.start)


def _surplus_end(name: str, text: str, body: Span) -> Span:
    """Return the first end tag that closes nothing, as the source counts them."""
    depth: Counter[str] = Counter()
    for at, tag in sorted(_tags(name, text, body)):
        depth[name] += 1 if tag else -1
        if depth[name] < 0:
            return Span(start=at, end=at + len(name) + 2)
    return Span(start=body.start, end=body.start)


def _tags(name: str, text: str, body: Span) -> Iterator[tuple[int, bool]]:
    for pattern in (_TAG, _END_TAG):
        for match in pattern.finditer(text, body.start, body.end):
            if match[1].lower() == name:
                yield match.start(), pattern is _TAG
