"""Laws of search, whatever is written and asked."""

from __future__ import annotations

import unicodedata
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb_builder.model.search import SearchPage, SearchSection, SynonymGroup
from kb_builder.search.fold import alike, fold
from kb_builder.search.postings import decode, encode, posting
from kb_builder.search.rank import Searcher
from kb_builder.search.tokens import count_terms, read_tokens, stem
from kb_builder.search.write import write_index

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
WORDS = st.sampled_from(
    [
        "備份",
        "還原",
        "資料庫",
        "数据库",
        "登入",
        "redis",
        "backup",
        "backups",
        "SOP-012",
        "kb.yml",
        "網站",
        "掛掉",
        "軟體",
        "软件",
        "錯",
        "v2.4",
        "max_memory",
        "𠮷野",
        "データ",
        "的",
    ]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=12).map(" ".join)
# Characters that are alike, for writing a query in another way.
FORMS: dict[str, list[str]] = {}
for _other, _common in alike().items():
    FORMS.setdefault(_common, [_common]).append(_other)


def without_surrogates(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


@st.composite
def pages(draw: st.DrawFn) -> list[SearchPage]:
    texts = [without_surrogates(text) for text in draw(st.lists(TEXTS, min_size=1, max_size=12))]
    return [
        SearchPage(url=f"{number:02}.html", title=text[:20], language="en", sections=(SearchSection(text=text),))
        for number, text in enumerate(texts)
    ]


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.from_regex("[ -~à-öø-ÿā-ģ]*", fullmatch=True))
def test_case_and_composition_do_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_a_query_has_no_term_that_its_own_text_has_not(text: str) -> None:
    folded = fold(text)
    tokens = list(read_tokens(folded))
    assert {token.term for token in tokens} <= set(count_terms(folded))
    assert all(0 <= token.start < token.end <= len(folded) for token in tokens)


@given(st.from_regex("[a-z]{1,14}", fullmatch=True))
def test_a_stem_is_short_but_not_empty(word: str) -> None:
    assert 1 <= len(stem(word)) <= len(word)


@given(st.dictionaries(st.integers(0, 1 << 20), st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1))
def test_postings_are_read_as_written(wanted: dict[int, tuple[int, int]]) -> None:
    text = encode([posting(page, *wanted[page]) for page in sorted(wanted)])
    assert {page: (place, impact) for page, place, impact in decode(text)} == wanted


@UNHURRIED
@given(pages(), TEXTS, st.randoms(use_true_random=False))
def test_the_script_of_a_query_does_not_matter(made: list[SearchPage], text: str, random: Random) -> None:
    searcher = Searcher(write_index(made, [SynonymGroup.of(("備份", "backup"))]).__getitem__)
    text = without_surrogates(text)
    swapped = "".join(random.choice(FORMS.get(fold(character), [character])) for character in text)
    assert [result.url for result in searcher.query(swapped, 5).results] == [
        result.url for result in searcher.query(text, 5).results
    ]


@UNHURRIED
@given(pages(), st.randoms(use_true_random=False))
def test_the_order_of_pages_does_not_matter(made: list[SearchPage], random: Random) -> None:
    shuffled = random.sample(made, len(made))
    assert write_index(shuffled) == write_index(made)


@UNHURRIED
@given(pages(), st.data())
def test_a_page_is_found_by_a_piece_of_its_text(made: list[SearchPage], data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(made))
    text = page.sections[0].text
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : start + 12]
    found = [result.url for result in Searcher(write_index(made).__getitem__).query(piece, 50).results]
    # Cut at the edge, a word is another word.
    terms = {token.term for token in read_tokens(fold(piece))} & set(count_terms(fold(text)))
    assert page.url in found or not terms
