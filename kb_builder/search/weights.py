"""Every weight and limit of search, in one place. Those a query needs travel to the browser in the boot file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexWeights:
    """How much a page is about a term; settled when the index is written.

    A posting holds two small figures. The *place*: 3 the page's id or a title or alias of at most `short_title` terms,
    2 a longer title or alias, 1 a heading or tag, 0 text alone. The *impact*: how often the term occurs, for the length
    of the page, after the saturation of BM25: 0 not in headings or text, then one more for each of the `levels` that
    tf / (tf + saturation) reaches.
    """

    short_title: int = 4
    heading: float = 2.0
    saturation: float = 1.2
    length: float = 0.6
    levels: tuple[float, ...] = (0.3, 0.5, 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryWeights:
    """How a query's terms add up. All figures are whole numbers, so that Python and JavaScript agree to the last bit.

    `place` and `impact` are points by the figures of a posting. Points for impact are taken times the share of the
    query that the page holds, `coverage` times over; those for place are not, as a title is short. The first pages then
    gain up to one part in `title` for the share of the title that the longest piece common to it and the query makes,
    and as much for its share of the query; a record loses one part in `record`.

    The rest are sixteenths: what a match counts that is not literal. `regional` is for words of the same meaning
    elsewhere, `synonym` for those of the registry, `typo1` and `typo2` for words so many edits away, `prefix` for a
    word whose beginning was typed, and `rare` for a commoner word one edit away from one that is hardly used.
    """

    place: tuple[int, ...] = (0, 50, 170, 185)
    impact: tuple[int, ...] = (0, 40, 52, 64, 76)
    coverage: int = 3
    title: int = 8
    record: int = 8
    regional: int = 12
    synonym: int = 15
    typo1: int = 12
    typo2: int = 9
    prefix: int = 12
    rare: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLimits:
    """Where a query is cut off, and when a word is looked at as a slip of the keyboard.

    Lengths count characters: of the `query`, of a `whole` such as an id, of a word for `prefix`, one edit (`typo1`) and
    two (`typo2`), of each `half` of two words run together, of an `excerpt`. A word of more `parts` is taken as one.

    `rare` is the number of pages up to which a word may be a slip that others made too, and `common` how many times as
    many the word must have that was meant. `guesses` is the number of words tried instead of one, `slots` that of terms
    looked up. At least `depth` pages are compared with the query by their whole title and id; `results` is how many
    are returned unless asked otherwise.
    """

    query: int = 200
    slots: int = 31
    whole: int = 40
    parts: int = 8
    prefix: int = 3
    typo1: int = 4
    typo2: int = 7
    half: int = 2
    rare: int = 1
    common: int = 8
    guesses: int = 3
    depth: int = 10
    results: int = 10
    excerpt: int = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """Sizes of the written files in bytes. `most` holds for all; the others say when the next file is begun.

    A query reads a few files of `terms`, those of the `table` with the pages it shows, and of their `texts`: small
    files make it quick, but too small ones make them many. A page's text beyond `text` is found, but not quoted.
    """

    most: int = 65_536
    terms: int = 28_000
    table: int = 64_000
    words: int = 24_000
    texts: int = 16_000
    text: int = 48_000


INDEX = IndexWeights()
QUERY = QueryWeights()
LIMITS = QueryLimits()
FILES = FileLimits()
