"""Finds `#word` where an author wrote a channel or a number and YAML reads a comment: the text is lost unseen."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from kb_builder.model.diagnostic import Remedy
from kb_builder.model.location import Span
from kb_builder.sources.yaml_fault import YamlFault, quoted, replacing

# `# word` is taken for a comment, as is `##` and `#!`; within brackets a comma or bracket may stand right before.
MAYBE_LOST = re.compile(r"#(?<=[ \t\[{,]#)[^\s#!]")

# A title may well read `伺服器回應 # 500`; before a comment stand two spaces, as is the custom in YAML.
MAYBE_CUT = re.compile(
    r"^[ \t-]*(?:title|summary|name):[ \t]+[^\s\"'|>\[{&*!#][^\n]*?(?<=[^ \t])(?P<lost> #(?: |\r?$))", re.MULTILINE
)

# Where a comment begins unless it is within a value: what follows on its line, such as `# see 'x' #12`, is its text.
_COMMENT = re.compile(r"(?<!\S)#[\s#!]")

Range = tuple[int, int]


def lost_comments(
    text: str, hits: Sequence[int], scalars: Sequence[Range], brackets: Sequence[Range]
) -> Iterator[YamlFault]:
    """Yield a fault for each comment that stands behind, or in place of, a value.

    `hits` are offsets of `#word`; `scalars` and `brackets` the ranges of values and of outermost collections in
    brackets; all ascending. A `#` inside a value is text; a comment on a line of its own is one, unless in brackets.
    """
    done = -1
    for hit in hits:
        start = text.rfind("\n", 0, hit) + 1
        if start == done or _inside(hit, scalars):
            continue
        done = start
        if any(not _inside(start + earlier.start(), scalars) for earlier in _COMMENT.finditer(text[start:hit])):
            continue
        end = text.find("\n", hit)
        lost = text[hit : end if end != -1 else len(text)].rstrip()
        before = text[start:hit].strip()
        bracketed = _inside(hit, brackets)
        if not before and not bracketed:
            continue
        yield YamlFault(
            slug="lost-value",
            message=f"{_what(before, bracketed)} `{lost[:60]}` is lost: YAML takes it for a comment",
            hint=_remedy(before, lost, bracketed),
            span=Span(start=hit, end=hit + len(lost)),
            remedy=_in_quotes(before, lost, hit, bracketed),
        )


def _inside(at: int, ranges: Sequence[Range]) -> bool:
    index = bisect_right(ranges, at, key=itemgetter(0)) - 1
    return index >= 0 and at < ranges[index][1]


def _split(before: str) -> tuple[str, str]:
    """Return the key and the value before the `#`; the key is empty for an entry of a list."""
    key, colon, value = before.partition(":")
    return (key.lstrip("- "), value.strip()) if colon else ("", before.lstrip("- "))


def _what(before: str, bracketed: bool) -> str:
    alone = before[-1:] in ("", "[", "{", ",", ":") if bracketed else not _split(before)[1].strip("- ")
    return "the value" if alone else "the end of the line"


def _in_quotes(before: str, lost: str, hit: int, bracketed: bool) -> Remedy | None:
    """Put a `#word` in quotes where it is the whole value; behind a value it may well be meant as a comment."""
    if lost.startswith("# ") or lost == "#" or _what(before, bracketed) != "the value":
        return None
    word = re.split(r"[,\]}]", lost, maxsplit=1)[0].rstrip() if bracketed else lost
    return replacing(hit, hit + len(word), quoted(word)) if not re.search(r"\s#", word) else None


def _remedy(before: str, lost: str, bracketed: bool) -> str:
    comment = "or put a space after # if it is a comment"
    if lost.startswith("# ") or lost == "#":
        comment = "or put two spaces before # if it is a comment"
    if bracketed:
        word = re.split(r"[,\]}]", lost, maxsplit=1)[0].rstrip()
        return f"write {quoted(word)}, {comment}"
    name, kept = _split(before)
    if kept.endswith(("]", "}")):
        return "put it within the brackets, in quotes, " + comment
    kept = kept.strip("\"'")
    value = quoted(f"{kept} {lost}".strip())
    return f"write {name}: {value}, {comment}" if name else f"put it in quotes: {value}, {comment}"
