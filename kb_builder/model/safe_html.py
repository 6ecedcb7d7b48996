"""What HTML a page may hold: one list for checking what authors write and for sanitising what is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What authors may write themselves, each with the attributes it may have beside those in ATTRIBUTES.
ELEMENTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        _names(
            """
            abbr article aside b bdi bdo blockquote br caption cite code dd del dfn div dl dt em figcaption figure
            footer h1 h2 h3 h4 h5 h6 header hr i ins kbd main mark nav p pre q rp rt ruby s samp section small span
            strong sub summary sup tbody tfoot thead tr u ul var wbr
            """
        ),
        frozenset(),
    ),
    "a": frozenset(("download", "href", "hreflang", "name", "rel", "target")),
    "col": frozenset(("span",)),
    "colgroup": frozenset(("span",)),
    "details": frozenset(("open",)),
    "img": frozenset(("alt", "height", "loading", "src", "width")),
    "li": frozenset(("value",)),
    "ol": frozenset(("reversed", "start", "type")),
    "table": frozenset(("summary",)),
    "td": frozenset(("colspan", "headers", "rowspan")),
    "th": frozenset(("abbr", "colspan", "headers", "rowspan", "scope")),
    "time": frozenset(("datetime",)),
}
ATTRIBUTES = frozenset(("align", "class", "dir", "id", "lang", "markdown", "role", "title", "translate", "valign"))
_ARIA = re.compile(r"aria-[a-z]+")

# What Markdown makes beside these: tabs, task lists, icons.
MADE_ELEMENTS: Mapping[str, frozenset[str]] = {
    **ELEMENTS,
    "div": frozenset(("data-tabs",)),
    "input": frozenset(("checked", "disabled", "name")),
    "label": frozenset(("for",)),
    "path": frozenset(("d",)),
    "svg": frozenset(("viewbox", "viewBox", "xmlns")),
}
INPUT_TYPES = frozenset(("checkbox", "radio"))
# Names of the theme's own parts; those after the bar are made by tabs and by code with line numbers.
_RESERVED_ID = re.compile(r"__(?!tabbed_\d|codelineno-|code_\d)|kb[A-Z]|.*\$", re.DOTALL)
MADE_ID = re.compile(r"__(?:tabbed_\d+(?:_\d+)?|codelineno-[^_\s][\w-]*|code_\d+)")
_RESERVED_CLASS = re.compile(r"(?:md|kb)-", re.IGNORECASE)

# Elements that run, load, ask, restyle or hide something. Others that are not allowed are merely left out.
_ACTIVE = _names(
    """
    animate animatemotion animatetransform applet area audio base basefont bgsound body button canvas command datalist
    dialog embed fieldset form foreignobject frame frameset head html iframe image input isindex keygen label link
    listing map math menu meta meter noembed noframes noscript object optgroup option output param picture plaintext
    portal progress script select set slot source style svg template textarea title track use video xmp
    """
)
_ACTIVE_ATTRIBUTE = re.compile(
    r"on.*|style|.*src.*|.*action|.*href|xml.*|is|slot|autofocus|contenteditable|popover.*|command.*|accesskey|tabindex"
    r"|draggable|background|ping|http-equiv|data-(?:md|kb|clipboard).*|form.*|usemap|hidden|inert|nonce|part|sandbox"
    r"|.*[^\w:.@-].*",
    re.DOTALL,
)

AUTHOR_MARK = re.compile(r"<!--kb-author-[0-9a-f]{32}-->")

SCHEMES = frozenset(("http", "https", "mailto", "tel", "sms", "ftp", "sftp"))
# Browsers leave out blanks and control characters before an address, and tabs and line ends anywhere.
_BLANK = re.compile(r"^[\x00-\x20]+|[\t\n\r]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_EMPTY = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
# HTML itself allows that these are not closed.
_CLOSED_BY_ITSELF = frozenset(
    ("p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "colgroup", "caption", "rt", "rp", "option")
)


class HtmlFaultKind(StrEnum):
    """What is wrong with a piece of HTML."""

    ACTIVE = "active"
    ATTRIBUTE = "attribute"
    RESERVED = "reserved"
    UNCLOSED = "unclosed"
    # Neither known nor dangerous: readers do not get to see it.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HtmlFault:
    """A fault in rendered HTML: `what` is the element, attribute or name; `mark` where it comes from, if known."""

    kind: HtmlFaultKind
    what: str
    mark: str = ""


def is_empty(tag: str) -> bool:
    """Whether an element has no end tag."""
    return tag in _EMPTY


def may_stay_open(tag: str) -> bool:
    """Whether HTML allows that the end tag is left out."""
    return tag in _EMPTY or tag in _CLOSED_BY_ITSELF


def tag_faults(tag: str, attributes: Iterable[tuple[str, str | None]], is_made: bool) -> Iterator[HtmlFault]:
    """Yield what is wrong with a start tag. `is_made` says that Markdown wrote it, not the author.

    Addresses are not looked at: `unsafe_address` does that.
    """
    allowed = (MADE_ELEMENTS if is_made else ELEMENTS).get(tag)
    if allowed is None:
        if tag in _ACTIVE or ":" in tag:
            # What it has about it goes with it.
            yield HtmlFault(HtmlFaultKind.ACTIVE, tag)
            return
        yield HtmlFault(HtmlFaultKind.UNKNOWN, tag)
    for name, value in attributes:
        if name in ("id", "name"):
            if not is_made or not MADE_ID.fullmatch(value or ""):
                yield from _name_faults(tag, name, value or "")
        elif name == "class":
            for each in (value or "").split():
                if _RESERVED_CLASS.match(each):
                    yield HtmlFault(HtmlFaultKind.RESERVED, each)
        elif _is_allowed(name, allowed or frozenset()) or (is_made and name == "type" and value in INPUT_TYPES):
            continue
        elif _ACTIVE_ATTRIBUTE.fullmatch(name):
            yield HtmlFault(HtmlFaultKind.ATTRIBUTE, name)
        elif allowed is not None:
            yield HtmlFault(HtmlFaultKind.UNKNOWN, name + "=")


def _is_allowed(name: str, allowed: frozenset[str]) -> bool:
    return name in ATTRIBUTES or name in allowed or bool(_ARIA.fullmatch(name))


def _name_faults(tag: str, name: str, value: str) -> Iterator[HtmlFault]:
    # A name makes an element a variable of the page's scripts; on a link it is an anchor of old.
    if is_reserved(value) or value.startswith("__"):
        yield HtmlFault(HtmlFaultKind.RESERVED, value)
    elif name == "name" and tag != "a":
        yield HtmlFault(HtmlFaultKind.RESERVED, f"name={value}")


def is_reserved(name: str) -> bool:
    """Whether an id belongs to the theme or to our scripts."""
    return bool(_RESERVED_ID.match(name))


def without_reserved(classes: str) -> str:
    """Return a list of classes without those of the theme and our own."""
    if "md-" not in classes.lower() and "kb-" not in classes.lower():
        return classes
    return " ".join(each for each in classes.split() if not _RESERVED_CLASS.match(each))


def unsafe_address(address: str, is_loaded: bool = False) -> str:
    """Say why an address is not allowed, nothing if it is; `is_loaded` where the browser fetches it unasked."""
    address = _BLANK.sub("", address)
    if address[:2].replace("\\", "/") == "//":
        return "it leads to another host without naming the protocol"
    scheme = _SCHEME.match(address)
    if scheme is None:
        return ""
    name = scheme[1].lower()
    if is_loaded:
        return "browsers would fetch it from elsewhere without being asked" if name in SCHEMES else _refused(name)
    if name in ("http", "https") and address[scheme.end() : scheme.end() + 2] != "//":
        return f"`//` is missing behind `{name}:`"
    return "" if name in SCHEMES else _refused(name)


def _refused(scheme: str) -> str:
    if scheme in ("javascript", "data", "vbscript", "blob"):
        return f"`{scheme}:` may run in the reader's browser"
    return f"`{scheme}:` is no protocol that pages may use"


def marked(text: str) -> str:
    """Return an author's Markdown between marks, so that it can be told from what the templates say."""
    mark = f"<!--kb-author-{sha256(text.encode(errors='surrogatepass')).hexdigest()[:32]}-->"
    return f"{mark}\n\n{text}\n\n{mark}"
