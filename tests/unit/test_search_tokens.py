import pytest

from kb_builder.search.fold import fold
from kb_builder.search.tokens import count_terms, read_tokens, stem


def terms(text: str) -> list[str]:
    return [token.term for token in read_tokens(fold(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("網站掛掉", ["网站", "站挂", "挂掉"]),
        ("鎖", ["锁"]),
        ("鎖 問題", ["锁", "问题"]),
        ("redis内存", ["redis", "内存"]),
        ("SOP-012", ["sop", "12", "sop-12"]),
        ("sop12", ["sop", "12", "sop-12"]),
        ("PM-2025-001", ["pm", "2025", "1", "pm-2025-1"]),
        ("max_connections", ["max", "connection", "max-connections"]),
        ("V2.4.0", ["v", "2", "4", "0", "v-2-4-0"]),
        ("500", ["500"]),
        ("000", ["0"]),
        ("a1b2c3d4e5", ["a-1-b-2-c-3-d-4-e-5"]),
        ("データ", ["デー", "ータ"]),
        ("。？！ -_", []),
    ],
)
def test_a_query_is_cut_into(text: str, wanted: list[str]) -> None:
    assert terms(text) == wanted


def test_tokens_say_where_they_are() -> None:
    text = fold("用 redis-6 備份")
    assert [text[token.start : token.end] for token in read_tokens(text)] == ["用", "redis", "6", "redis-6", "备份"]


def test_a_page_also_holds_each_character() -> None:
    counts = count_terms(fold("備份、備份 backup backups"))
    assert counts == {"备": 2, "份": 2, "备份": 2, "backup": 2}


def test_pairs_do_not_cross_punctuation() -> None:
    assert "份还" not in count_terms(fold("備份，還原"))


def test_every_term_of_a_query_is_a_term_of_the_page_it_was_copied_from() -> None:
    text = fold("SOP-012：用 kb.yml 設定 Redis 6.2 的 max_memory，𠮷野家與データ")
    assert {token.term for token in read_tokens(text)} <= set(count_terms(text))


@pytest.mark.parametrize(
    "words",
    [
        "backup backups", "restore restores restored restoring", "monitor monitors monitoring monitored",
        "query queries", "cache caches cached caching", "log logs logged logging", "box boxes", "process processes",
        "update updates updated updating",
    ],
)  # fmt: skip
def test_endings_do_not_matter(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    "word", ["redis", "status", "analysis", "string", "need", "ping", "bus", "dns", "aws", "class"]
)
def test_what_only_looks_like_an_ending_stays(word: str) -> None:
    assert stem(word) == word
