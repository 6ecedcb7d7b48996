from collections.abc import Sequence

import pytest

from kb_builder.model.search import SearchPage, SearchSection, SynonymGroup
from kb_builder.search.guess import distance
from kb_builder.search.rank import Searcher
from kb_builder.search.write import write_index


def page(url: str, title: str, text: str = "", **more: object) -> SearchPage:
    return SearchPage(url=url, title=title, language="zh-Hant", sections=(SearchSection(text=text),), **more)  # type: ignore[arg-type]


PAGES = (
    page("backup", "備份與還原", "每日備份資料庫，抽樣還原。", id="SOP-003", type="sop", owner="dba", tags=("資料",),
         state="fresh"),
    page("redis", "Redis memory alert", "Keys pile up.", id="SOP-014", type="sop", owner="ops", state="overdue"),
    page("rollback", "版本上線與回復", "失敗時執行 rollback。", id="SOP-005", type="sop", aliases=("退版",),
         owner="ops"),
    page("login", "無法登入", "帳號被鎖定，登入不了。", id="FAQ-004", type="faq", owner="dba", tags=("資料", "登入")),
    page("outage", "緊急事件應變", "網站當機時先通知值班。", id="SOP-006", type="sop", owner="ops"),
    page("software", "軟體授權", "軟體清單與 prometheus 監控。", id="SOP-020", type="sop", owner="ops"),
    page("restored", "備份無法還原", "備份壞了，還原失敗。", id="PM-1", type="postmortem", record=True),
    *(page(f"other{i}", f"其他文件{'一二三四五六七八九'[i]}", "沒有要緊的內容，只是填滿索引。") for i in range(9)),
)  # fmt: skip
SYNONYMS = (SynonymGroup.of(("當機", "掛掉", "down")), SynonymGroup(asked=("出事",), found=("緊急事件",)))


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    return Searcher(write_index(PAGES, SYNONYMS).__getitem__)


def urls(searcher: Searcher, text: str, **options: Sequence[str]) -> list[str]:
    return [result.url for result in searcher.query(text, **options).results]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("備份", "backup"),
        ("备份", "backup"),
        ("備", "backup"),
        ("怎麼還原備份？", "backup"),
        ("SOP-014", "redis"),
        ("sop14", "redis"),
        ("sop 014", "redis"),
        ("rollback", "rollback"),
        ("rollbak", "rollback"),
        ("orllback", "rollback"),
        ("rol", "rollback"),
        ("退版", "rollback"),
        ("memory alerts", "redis"),
        ("redismemory", "redis"),
        ("RedisMemory", "redis"),
        ("promtheus", "software"),
        ("软件授权", "software"),
        ("網站掛掉", "outage"),
        ("site down", "outage"),
        ("出事了", "outage"),
        ("無法登入", "login"),
        ("登入不了怎麼辦", "login"),
    ],
)
def test_the_right_page_comes_first(searcher: Searcher, text: str, first: str) -> None:
    assert urls(searcher, text)[:1] == [first]


def test_one_way_synonyms_go_one_way(searcher: Searcher) -> None:
    index = write_index(
        [page("a", "出事"), page("b", "緊急事件")], [SynonymGroup(asked=("出事",), found=("緊急事件",))]
    )
    both = Searcher(index.__getitem__)
    assert urls(both, "出事") == ["a", "b"]
    assert urls(both, "緊急事件") == ["b"]


def test_a_literal_match_comes_before_a_synonym() -> None:
    index = write_index([page("a", "當機"), page("b", "掛掉")], SYNONYMS)
    assert urls(Searcher(index.__getitem__), "掛掉") == ["b", "a"]


@pytest.mark.parametrize("typed", ["password", "pasword", "passwords", "passw"])
def test_a_slip_of_a_synonym_finds_what_the_synonym_does(typed: str) -> None:
    index = write_index(
        [page("a", "密碼"), page("b", "Password"), page("c", "口令"), page("d", "備份")],
        [SynonymGroup.of(("密碼", "password")), SynonymGroup(asked=("password",), found=("口令",))],
    )
    assert sorted(urls(Searcher(index.__getitem__), typed)) == ["a", "b", "c"]


def test_a_slip_finds_a_synonym_that_is_on_no_page() -> None:
    index = write_index([page("a", "密碼"), page("b", "備份")], [SynonymGroup.of(("密碼", "password"))])
    assert urls(Searcher(index.__getitem__), "pasword") == ["a"]


def test_a_record_comes_after_a_page_that_fits_alike() -> None:
    index = write_index([page("a", "備份", record=True), page("b", "備份")])
    assert urls(Searcher(index.__getitem__), "備份") == ["b", "a"]


def test_a_whole_title_comes_first() -> None:
    pages = [page("a", "備份流程", "備份" * 30, aliases=("備份",)), page("b", "備份", "無")]
    assert urls(Searcher(write_index(pages).__getitem__), "備份") == ["b", "a"]


def test_of_pages_that_all_hold_a_word_those_named_by_it_come_first() -> None:
    pages = [page(f"{i:03}", f"頁面{i}" + "的備份" * (i == 150), "備份") for i in range(300)]
    assert urls(Searcher(write_index(pages).__getitem__), "備份")[0] == "150"


def test_pages_with_more_of_the_query_come_first() -> None:
    others = [page(f"c{i}", "丙", "抽樣。" + "其他內容" * 40) for i in range(3)]
    pages = [page("a", "甲", "備份。還原。" * 20), page("b", "乙", "備份。還原。抽樣。" + "其他內容" * 90), *others]
    assert urls(Searcher(write_index(pages).__getitem__), "備份 還原 抽樣")[:2] == ["b", "a"]


@pytest.mark.parametrize("text", ["", "  ", "。！？", "不存在詞彙鼝", "zzzzzz"])
def test_nothing_is_found(searcher: Searcher, text: str) -> None:
    assert searcher.query(text).results == () and searcher.query(text).count == 0


@pytest.mark.parametrize("text", ["怎麼辦", "如何", "the", "how to"])
def test_a_query_of_question_words_is_taken_at_its_word(text: str) -> None:
    pages = [page("a", "怎麼辦才好，如何是好", "how to do the thing"), page("b", "其他")]
    assert urls(Searcher(write_index(pages).__getitem__), text) == ["a"]


@pytest.mark.parametrize(
    ("text", "url", "missing"),
    [
        ("備份 還原", "backup", ()),
        ("備份 不存在", "backup", ("不存在",)),
        ("備份不存在", "backup", ("不存在",)),
        ("备份 kubernetes", "backup", ("kubernetes",)),
        ("Redis 的記憶體", "redis", ("記憶體",)),
        ("SOP-014 備份", "redis", ("備份",)),
        ("備份與復原", "backup", ("復原",)),
        ("備份錄", "backup", ()),
        ("Ｒedis 資料", "redis", ("資料",)),
        ("SOP-099 備份", "backup", ("099",)),
    ],
)
def test_missing_words_are_named_as_typed(searcher: Searcher, text: str, url: str, missing: tuple[str, ...]) -> None:
    found = {result.url: result.missing for result in searcher.query(text).results}
    assert found[url] == missing


def test_facets_narrow_the_results(searcher: Searcher) -> None:
    assert set(urls(searcher, "資料 登入 備份 網站", type=["faq"])) == {"login"}
    assert set(urls(searcher, "備份 登入", owner=["dba"])) == {"backup", "login"}
    assert set(urls(searcher, "備份 登入", owner=["dba"], tag=["登入"])) == {"login"}
    assert set(urls(searcher, "備份 alert", state=["overdue", "fresh"])) == {"backup", "redis"}
    assert urls(searcher, "備份", type=["unknown"]) == []


def test_limit_and_count(searcher: Searcher) -> None:
    answer = searcher.query("文件", 3)
    assert (len(answer.results), answer.count) == (3, 9)
    assert len(searcher.query("文件", 50).results) == 9
    assert searcher.query("文件", 0).results == ()


def test_equals_are_always_in_the_same_order(searcher: Searcher) -> None:
    backwards = Searcher(write_index(reversed(PAGES), SYNONYMS).__getitem__)
    assert urls(searcher, "文件") == urls(backwards, "文件")
    assert set(urls(searcher, "文件")) == {f"other{i}" for i in range(9)}


def test_a_result_tells_what_is_shown(searcher: Searcher) -> None:
    result = searcher.query("SOP-003").results[0]
    assert (result.id, result.title, result.type, result.owner, result.state, result.language) == (
        "SOP-003", "備份與還原", "sop", "dba", "fresh", "zh-Hant",
    )  # fmt: skip


def test_long_input_is_cut(searcher: Searcher) -> None:
    assert urls(searcher, "備份 " * 5000)[0] == "backup"
    assert urls(searcher, "x" * 100_000) == []


def test_only_the_files_a_query_needs_are_read() -> None:
    files = write_index(PAGES, SYNONYMS)
    read: list[str] = []

    def load(name: str) -> str:
        read.append(name)
        return files[name]

    searcher = Searcher(load)
    searcher.query("備份")
    searcher.query("備份")
    assert sorted(read) == ["boot.js", "p0.js", "t0.js"]


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("rollback", "rollback", 0),
        ("rollbak", "rollback", 1),
        ("rollabck", "rollback", 1),
        ("rolback", "rollback", 1),
        ("rollbask", "rollback", 1),
        ("rolbak", "rollback", 2),
        ("abcdef", "rollback", 3),
        ("", "ab", 2),
    ],
)
def test_distance(one: str, other: str, edits: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == edits
