"""Writes the index as small scripts, each a call of one function with plain data.

A script is the only form that a page opened from disk may read, and under `script-src 'self'` it is as good elsewhere:
so there is one form for both. The files, beside `client.js`:

| File | Holds |
| --- | --- |
| `boot.js` | weights, tables of characters and words, the first term of every file of terms, names of facets |
| `t0.js` … | terms, those of neighbouring characters together (`neighbours.py`), each with its pages (`postings.py`) |
| `p0.js` … | pages in order: address, id, title and what a result shows besides |
| `x0.js` … | texts of pages, section by section, for excerpts |
| `w0.js` … | English words by first letter with the number of their pages, to mend slips of the keyboard |
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb_builder.model.search import SearchPage, SynonymGroup
from kb_builder.search.concepts import Concept, concept_term, concepts, spelt
from kb_builder.search.fold import alike, data, fold
from kb_builder.search.inverted import FACETS, Postings, facet_values, invert
from kb_builder.search.neighbours import SEATS, groups, order
from kb_builder.search.page_terms import PageTerms, read_terms
from kb_builder.search.postings import encode
from kb_builder.search.tokens import count_terms
from kb_builder.search.weights import FILES, LIMITS, QUERY

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

FUNCTION = "kbSearchPut"
# Stands in a file until all have been written.
_UNKNOWN = "0" * 12
_IDF_SCALE = 8


@dataclass(frozen=True, slots=True)
class _Row:
    """A page in the table, and its size in bytes as JSON."""

    values: Sequence[str | int]
    size: int


def write_index(
    pages: Iterable[SearchPage],
    synonyms: Iterable[SynonymGroup] = (),
    labels: Mapping[str, Mapping[str, str]] | None = None,
    terms_of: Callable[[SearchPage], PageTerms] = read_terms,
) -> dict[str, str]:
    """Return the files of an index, name to content; the same for the same pages, whatever their order.

    `labels` gives the words shown for values of a facet: `{"owner": {"dba": "資料庫組"}}`; a value is its own label
    where it has none. `terms_of` returns the terms of a page.
    """
    state = sha256()
    contents = dict(_told(_contents(pages, synonyms, labels or {}, terms_of), state))
    return {f"{name}.js": _script(_version(state), name, text) for name, text in contents.items()}


def write_index_to(
    folder: Path,
    pages: Iterable[SearchPage],
    synonyms: Iterable[SynonymGroup] = (),
    labels: Mapping[str, Mapping[str, str]] | None = None,
    terms_of: Callable[[SearchPage], PageTerms] = read_terms,
) -> None:
    """Write the files of an index into an empty folder, one after the other: `write_index` holds all of them."""
    state = sha256()
    names = []
    for name, text in _told(_contents(pages, synonyms, labels or {}, terms_of), state):
        names.append(name)
        (folder / f"{name}.js").write_text(_script(_UNKNOWN, name, text), encoding="utf-8", newline="\n")
    for name in names:
        with (folder / f"{name}.js").open("r+b") as file:
            file.seek(len(f'{FUNCTION}("'))
            file.write(_version(state).encode())


def _contents(
    pages: Iterable[SearchPage],
    synonyms: Iterable[SynonymGroup],
    labels: Mapping[str, Mapping[str, str]],
    terms_of: Callable[[SearchPage], PageTerms],
) -> Iterator[tuple[str, str]]:
    """Yield name and data of every file, as JSON."""
    ordered = _in_order(pages)
    text_file: dict[int, int] = {}
    for file, texts in enumerate(_cut_texts(ordered)):
        text_file |= dict.fromkeys(texts, file)
        yield f"x{file}", _json(texts)
    facets = _facets(ordered, labels)
    tables = []
    for file, (first, rows) in enumerate(_cut_rows(_rows(ordered, facets, text_file))):
        tables.append(first)
        yield f"p{file}", _json(rows)
    found = invert(ordered, terms_of)
    meanings = concepts(found, synonyms)
    found |= spelt(found, meanings)
    words = []
    for file, each in enumerate(_words(found)):
        words.append("".join(sorted({word[0] for word in each})))
        yield f"w{file}", _json(each)
    entries = _entries(found, meanings)
    together = _neighbours(found, entries)
    similar = _alike(found, meanings)
    del found
    seats = "".join(together)[:SEATS]
    first_terms = []
    for file, shard in enumerate(_cut_terms(entries, together, seats)):
        first_terms.append(next(iter(shard)))
        yield f"t{file}", _json(shard)
    yield (
        "boot",
        _json(
            {
                "pages": len(ordered),
                "weights": asdict(QUERY),
                "limits": asdict(LIMITS),
                "idf": _idf_steps(len(ordered)),
                "alike": similar,
                **data("words"),
                "concepts": [[each.asked, each.found] for each in meanings],
                "regional": sum(each.regional for each in meanings),
                "seats": seats,
                "terms": first_terms,
                "tables": tables,
                "words": words,
                "facets": {
                    name: [[value, label] for value, label in values.items()] for name, values in facets.items()
                },
                "languages": _languages(ordered),
            }
        ),
    )


def _told(contents: Iterable[tuple[str, str]], state: Hash) -> Iterator[tuple[str, str]]:
    for name, text in contents:
        state.update(f"{name} {text}\n".encode())
        yield name, text


def _version(state: Hash) -> str:
    """Return what all files name, so that files of two states are never mixed."""
    return state.hexdigest()[: len(_UNKNOWN)]


def _script(version: str, name: str, text: str) -> str:
    return f'{FUNCTION}("{version}","{name}",{text});\n'


def _in_order(pages: Iterable[SearchPage]) -> list[SearchPage]:
    """Return the pages by what their titles share, so that those which a query finds are near each other.

    What a result shows is then in few files. Compared are the terms of a title, the commonest of all titles first.
    """
    titles = [(page, sorted(count_terms(fold(page.title)))) for page in sorted(pages, key=lambda page: page.url)]
    counts = Counter(term for _page, terms in titles for term in terms if len(term) > 1)
    titles.sort(key=lambda each: sorted((-counts[term], term) for term in each[1] if counts[term] > 1))
    return [page for page, _terms in titles]


def read_file(text: str) -> Any:
    """Return the data of a written file."""
    return json.loads(text[text.index(",", text.index(",") + 1) + 1 : text.rindex(")")])


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _size(content: Any) -> int:
    return len(_json(content).encode())


def _facets(pages: Sequence[SearchPage], labels: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the values of each facet that occur, with their labels."""
    values = sorted({pair for page in pages for pair in facet_values(page)})
    return {
        name: {value: labels.get(name, {}).get(value, value) for facet, value in values if facet == name}
        for name in FACETS
    }


def _languages(pages: Sequence[SearchPage]) -> list[str]:
    return sorted({page.language for page in pages})


def _rows(
    pages: Sequence[SearchPage], facets: Mapping[str, Mapping[str, str]], text_file: Mapping[int, int]
) -> Iterator[_Row]:
    places = {name: {value: number for number, value in enumerate(values)} for name, values in facets.items()}
    languages = _languages(pages)
    for number, page in enumerate(pages):
        values: list[str | int] = [
            page.url,
            page.id,
            page.title,
            places["type"].get(page.type, -1),
            places["owner"].get(page.owner, -1),
            places["state"].get(page.state, -1),
            languages.index(page.language),
            int(page.record),
            text_file[number],
        ]
        yield _Row(values, _size(values) + 1)


def _cut_rows(rows: Iterable[_Row]) -> Iterator[tuple[int, list[Sequence[str | int]]]]:
    """Yield the files of the table, each with the number of its first page."""
    every = list(rows)
    first, size = 0, 0
    for number, row in enumerate(every):
        if size + row.size > FILES.table and number > first:
            yield first, [each.values for each in every[first:number]]
            first, size = number, 0
        size += row.size
    yield first, [each.values for each in every[first:]]


def _cut_texts(pages: Sequence[SearchPage]) -> Iterator[dict[int, list[tuple[str, str, str]]]]:
    """Yield the files of texts: page to its sections, each anchor, heading and text."""
    texts: dict[int, list[tuple[str, str, str]]] = {}
    size = 0
    for number, page in enumerate(pages):
        sections, length = _text(page)
        if texts and size + length > FILES.texts:
            yield texts
            texts, size = {}, 0
        texts[number] = sections
        size += length
    yield texts


def _text(page: SearchPage) -> tuple[list[tuple[str, str, str]], int]:
    """Return the sections of a page as far as they are quoted, and their size."""
    sections: list[tuple[str, str, str]] = []
    total = 0
    for section in page.sections:
        each = (section.anchor, section.heading, " ".join(section.text.split()))
        size = _size(each)
        if total + size > FILES.text:
            break
        sections.append(each)
        total += size
    return sections, total


def _entries(found: Postings, meanings: Sequence[Concept]) -> dict[str, str]:
    """Return all terms, each with its postings as a text."""
    every = found | {concept_term(number): each.postings for number, each in enumerate(meanings)}
    return {term: encode(postings) for term, postings in every.items()}


def _neighbours(found: Postings, entries: Mapping[str, str]) -> list[str]:
    """Return the groups of characters whose terms are to be in one file."""
    pairs = {term: len(pages) for term, pages in found.items() if len(term) == 2 and not term.isascii()}
    sizes: Counter[str] = Counter()
    for term, postings in entries.items():
        if "\x7f" < term[0] <= "\uffff":
            sizes[term[0]] += _length(term, postings)
    return groups(sizes, pairs, FILES.terms)


def _length(term: str, postings: str) -> int:
    # Quotes, colon and comma; escaped characters are not in terms, and in tags they are few.
    return len(term.encode()) + len(postings) + 6


def _cut_terms(entries: Mapping[str, str], together: Sequence[str], seats: str) -> Iterator[dict[str, str]]:
    """Yield the files of terms. A file is begun as well where a group would not find room in the one before."""
    places = {character: seat for seat, character in enumerate(seats)}
    number = {character: each for each, group in enumerate(together) for character in group}
    ordered = sorted(entries, key=lambda term: order(term, places))
    for_group: Counter[int] = Counter()
    for term in ordered:
        if term[0] in number:
            for_group[number[term[0]]] += _length(term, entries[term])
    shard: dict[str, str] = {}
    size, group = 0, -1
    for term in ordered:
        length = _length(term, entries[term])
        before, group = group, number.get(term[0], -1)
        needed = for_group[group] if group not in (before, -1) else length
        if shard and size + needed > FILES.terms:
            yield shard
            shard, size = {}, 0
        shard[term] = entries[term]
        size += length
    if shard:
        yield shard


def _words(found: Postings) -> Iterator[dict[str, int]]:
    """Yield the files of English words, each with the words of some letters; the commonest where they are too many."""
    letters: dict[str, list[tuple[str, int]]] = {}
    for term in sorted(found):
        if len(term) >= LIMITS.half and term.isascii() and term.isalpha():
            letters.setdefault(term[0], []).append((term, len(found[term])))
    file: dict[str, int] = {}
    size = 0
    for words in letters.values():
        kept = dict(_commonest(words))
        length = _size(kept)
        if file and size + length > FILES.words:
            yield file
            file, size = {}, 0
        file |= kept
        size += length
    yield file


def _commonest(words: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield as many words as a file may hold."""
    size = 100
    for word, count in sorted(words, key=lambda pair: (-pair[1], pair[0])):
        size += len(word) + len(str(count)) + 4
        if size > FILES.most:
            return
        yield word, count


def _alike(found: Postings, meanings: Sequence[Concept]) -> tuple[str, str]:
    """Return the characters to replace and what replaces them, as far as the latter occur anywhere."""
    words = data("words")
    known = {*found, *words["particles"], *"".join((*words["question_words"], *words["stop_words"]))}
    known.update(*(word for each in meanings for word in each.asked))
    pairs = [(one, other) for one, other in alike().items() if other in known]
    return "".join(one for one, _other in pairs), "".join(other for _one, other in pairs)


def _idf_steps(pages: int) -> list[int]:
    """Return for 1, 2, 3 … the largest number of pages a term may be on to weigh so much.

    The weight is 8 ln(1 + (N - n + ½) / (n + ½)), rounded, for a term on n of N pages, and 1 if that is nothing: of
    pages that all hold a word, those come first that have it in their title.
    """
    steps: list[int] = []
    while pages:
        wanted = len(steps) + 1
        most = bisect_right(range(1, pages + 1), -wanted, key=lambda count: -_idf(count, pages))
        if not most:
            break
        steps.append(most)
    return steps


def _idf(count: int, pages: int) -> int:
    return max(1, round(_IDF_SCALE * log(1 + (pages - count + 0.5) / (count + 0.5))))
