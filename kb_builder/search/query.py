"""Cuts what a person typed into slots: each is one thing to look for, with all that may stand for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kb_builder.search.boot import Boot
from kb_builder.search.fold import fold
from kb_builder.search.tokens import IDEOGRAPHS, Token, read_tokens, stem

_JOINTS = "-_."
_HUMP = re.compile(r"[a-z0-9](?=[A-Z])|[A-Z](?=[A-Z][a-z])")
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
_PARTS = re.compile(r"[^\W\d_]+|\d+")

Span = tuple[int, int]


@dataclass(slots=True)
class Slot:
    """One term of a query. `spans` are its places in the folded query, `others` further terms and their sixteenths.

    `humps` are the parts of a word written likeThis, `plain` tells an English word, `last` the end of the query.
    """

    term: str
    spans: list[Span]
    plain: bool = False
    last: bool = False
    humps: tuple[Token, ...] = ()
    others: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query in parts. `origin` maps every place in `folded` to the place in `text` it came from."""

    text: str
    folded: str
    origin: Sequence[int]
    slots: list[Slot]


def read_query(text: str, boot: Boot) -> Query:
    """Cut a query into slots; none if it holds neither letter nor digit."""
    text = text[: boot.limits.query]
    pieces = [fold(character) for character in text]
    folded = "".join(pieces)
    origin = [place for place, piece in enumerate(pieces) for _ in piece]
    tokens = list(read_tokens(boot.questions.sub(lambda match: " " * len(match[0]), folded))) or list(
        read_tokens(folded)
    )
    kept = [token for token in tokens if folded[token.start : token.end] not in boot.stop_words] or tokens
    slots: dict[str, Slot] = {}
    for token in kept:
        slot = slots.get(token.term)
        if slot:
            slot.spans.append((token.start, token.end))
        elif len(slots) < boot.limits.slots:
            humps = tuple(_humps(token, text, origin)) if token.plain else ()
            slots[token.term] = Slot(
                token.term, [(token.start, token.end)], token.plain, token.end == len(folded), humps
            )
    for start, end, others in _phrases(tokens, boot):
        for slot in slots.values():
            if any(start <= span[0] and span[1] <= end for span in slot.spans):
                slot.others += [other for other in others if other not in slot.others]
    return Query(text=text, folded=folded, origin=origin, slots=list(slots.values()))


def _phrases(tokens: Sequence[Token], boot: Boot) -> Iterator[tuple[int, int, Sequence[tuple[str, int]]]]:
    """Yield the longest known phrase that begins at each token: where it is, and the concepts it asks for."""
    terms = [token.term for token in tokens]
    for first in range(len(terms)):
        for length in range(min(boot.longest, len(terms) - first), 0, -1):
            concepts = boot.phrases.get(tuple(terms[first : first + length]))
            if concepts:
                yield tokens[first].start, tokens[first + length - 1].end, concepts
                break


def _humps(token: Token, text: str, origin: Sequence[int]) -> Iterator[Token]:
    """Yield the parts of a word written likeThis as terms."""
    if token.end - token.start != origin[token.end - 1] - origin[token.start] + 1:
        return
    word = text[origin[token.start] : origin[token.end - 1] + 1]
    cuts = [match.end() for match in _HUMP.finditer(word)]
    if cuts:
        for start, end in zip([0, *cuts], [*cuts, len(word)], strict=True):
            yield Token(stem(fold(word[start:end])), token.start + start, token.start + end, True)


def missing_words(query: Query, matched: Sequence[Slot], boot: Boot) -> list[str]:
    """Return the words of a query, as typed, that the matched slots leave out."""
    covered = {place for slot in matched for start, end in slot.spans for place in range(start, end)}
    asked = {place for slot in query.slots for start, end in slot.spans for place in range(start, end)}
    gaps: list[list[int]] = []
    for place in sorted(asked - covered):
        if gaps and place == gaps[-1][-1] + 1 and _ideograph(query, place) == _ideograph(query, place - 1):
            gaps[-1].append(place)
        else:
            gaps.append([place])
    found = (_word(query, gap, boot) for gap in gaps)
    return list(dict.fromkeys(word for word in found if word))


def _word(query: Query, gap: list[int], boot: Boot) -> str:
    """Return the part of the query that a gap stands for, or nothing where that says nothing of a word."""
    # One character between pairs that matched.
    if len(gap) == 1 and _ideograph(query, gap[0]) and any(_ideograph(query, gap[0] + step) for step in (-1, 1)):
        return ""
    if _ideograph(query, gap[0]) and len(gap) > 1:
        telling = [place for place in gap if query.folded[place] not in boot.particles] or gap
        gap = list(range(telling[0], telling[-1] + 1))
    # What joins the parts of a word is no part of one that is missing.
    telling = [place for place in gap if query.folded[place] not in _JOINTS]
    if not any(query.folded[place].isalnum() for place in telling):
        return ""
    gap = gap[gap.index(telling[0]) : gap.index(telling[-1]) + 1]
    return query.text[query.origin[gap[0]] : query.origin[gap[-1]] + 1]


def _ideograph(query: Query, place: int) -> bool:
    return 0 <= place < len(query.folded) and _IDEOGRAPH.match(query.folded[place]) is not None


def key(folded: str) -> str:
    """Return what is left of a folded title, id or query when only its letters and numbers count."""
    return "".join((part.lstrip("0") or "0") if part[0] == "0" else part for part in _PARTS.findall(folded))
