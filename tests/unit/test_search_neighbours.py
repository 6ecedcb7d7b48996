from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb_builder.model.search import SearchPage, SearchSection
from kb_builder.search.neighbours import groups, order
from kb_builder.search.rank import Searcher
from kb_builder.search.write import write_index

CHARACTERS = "備份失敗網站登入"
PAIRS = st.text(CHARACTERS, min_size=2, max_size=2)


def test_characters_of_one_word_sit_together():
    sizes = dict.fromkeys("備份失敗網站", 10)
    found = groups(sizes, {"備份": 9, "失敗": 5, "網站": 7, "份網": 1}, 20)
    assert {frozenset(group) for group in found} == {frozenset("備份"), frozenset("失敗"), frozenset("網站")}


def test_a_common_character_does_not_draw_everything_to_it():
    sizes = dict.fromkeys("備份的失", 10)
    assert [set(group) for group in groups(sizes, {"備份": 4, "份的": 5, "的失": 50, "的備": 40}, 20)] == [
        set("備份"),
        set("的失"),
    ]


@given(st.dictionaries(st.sampled_from(CHARACTERS), st.integers(1, 50)), st.dictionaries(PAIRS, st.integers(1, 9)))
def test_groups_are_never_too_large_and_nobody_sits_twice(sizes, pairs):
    found = groups(sizes, pairs, 60)
    seated = "".join(found)
    assert len(set(seated)) == len(seated) and set(seated) <= set(sizes)
    assert all(len(group) > 1 and sum(sizes[character] for character in group) <= 60 for group in found)
    assert found == groups(dict(reversed(sizes.items())), dict(reversed(pairs.items())), 60)


def test_seated_terms_come_after_all_others_in_the_order_of_seats():
    seats = {"份": 0, "備": 1}
    terms = ["備份", "份失", "~1", "redi", "站", "\U00020000", "份"]
    assert sorted(terms, key=lambda term: order(term, seats)) == [
        "redi", "~1", "站", "\U00020000", "份", "份失", "備份",
    ]  # fmt: skip


def test_a_question_reads_few_files():
    filler = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    every = [one + other for one in filler for other in filler]
    pages = [
        SearchPage(
            url=f"{number}.html",
            title=f"備份還原失敗 {number}",
            language="zh-Hant",
            sections=(SearchSection(text="，".join(every[number % 7 :: 7]) * 2),),
        )
        for number in range(600)
    ]
    files = write_index(pages)
    assert sum(name.startswith("t") for name in files) > 2
    read = []
    Searcher(lambda name: read.append(name) or files[name]).query("備份還原失敗")
    assert len([name for name in read if name.startswith("t")]) == 1
