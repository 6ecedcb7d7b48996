import json
from dataclasses import replace

import pytest

from kb_builder.model.search import SearchPage, SearchSection, SynonymGroup
from kb_builder.search.postings import decode, encode, posting
from kb_builder.search.weights import FILES
from kb_builder.search.write import FUNCTION, read_file, write_index, write_index_to


def page(url: str, title: str, text: str = "", **more: object) -> SearchPage:
    return SearchPage(url=url, title=title, language="zh-Hant", sections=(SearchSection(text=text),), **more)  # type: ignore[arg-type]


def postings_of(files: dict[str, str], term: str) -> list[tuple[int, int, int]]:
    shards = [read_file(text) for name, text in files.items() if name.startswith("t")]
    return [each for shard in shards if term in shard for each in decode(shard[term])]


@pytest.mark.parametrize("pages", [[0], [44], [45], [0, 44, 90], [1394, 1395, 1396], [0, 99_999], list(range(500))])
def test_postings_are_read_as_they_were_written(pages: list[int]) -> None:
    text = encode([posting(number, number % 4, number % 5) for number in pages])
    assert sorted(decode(text)) == [(number, number % 4, number % 5) for number in pages]
    assert text.isascii() and not set(text) & set('"\\<')


def test_place_says_where_a_term_stands() -> None:
    files = write_index(
        [
            replace(
                page("a.html", "備份與還原", "異地保存", id="SOP-003", aliases=("救資料",), tags=("演練",)),
                sections=(SearchSection(heading="抽樣", text="異地保存"),),
            ),
            page("b.html", "資料庫每日備份與抽樣還原的核對步驟"),
        ]
    )
    places = {term: {number: place for number, place, _impact in postings_of(files, term)} for term in (
        "备份", "sop-3", "救资", "抽样", "演练", "异地"
    )}  # fmt: skip
    assert places == {
        "备份": {0: 3, 1: 2},
        "sop-3": {0: 3},
        "救资": {0: 3},
        "抽样": {0: 1, 1: 2},
        "演练": {0: 1},
        "异地": {0: 0},
    }


def test_a_term_has_its_best_place() -> None:
    files = write_index([page("a.html", "備份", "備份", aliases=("每日備份與抽樣還原的步驟",), tags=("備份",))])
    assert [place for _page, place, _impact in postings_of(files, "备份")] == [3]


def test_impact_grows_with_use_and_shrinks_with_length() -> None:
    files = write_index(
        [
            page("a.html", "一", "備份" + "。其他內容" * 50),
            page("b.html", "二", "備份。" * 9 + "。其他內容" * 50),
            page("c.html", "三", "備份"),
        ]
    )
    once, often, short = (impact for _page, _place, impact in sorted(postings_of(files, "备份")))
    assert once < short <= often


def test_obey_the_size_limit() -> None:
    words = [f"{chr(0x4E00 + i % 5000)}{chr(0x5000 + i * 7 % 5000)}" for i in range(60_000)]
    pages = [page(f"{i:04}.html", f"頁面 {i}", " ".join(words[i * 20 : i * 20 + 400])) for i in range(2500)]
    pages.append(page("long.html", "長", "長文，" * 40_000))
    files = write_index(pages)
    largest = max(files, key=lambda name: len(files[name].encode()))
    assert len(files[largest].encode()) <= FILES.most, largest
    assert sum(name.startswith("t") for name in files) > 5


def test_every_file_is_one_call_with_plain_data() -> None:
    files = write_index([page("a.html", '</script> "引號" \\ \u2028', "<!-- 註 -->")])
    for name, text in files.items():
        start = text.index("{") if "{" in text else text.index("[")
        head = text[: min(start, text.find("[") if "[" in text else start)]
        function, version, given = head.replace("(", ",").split(",")[:3]
        assert (function, json.loads(given)) == (FUNCTION, name.removesuffix(".js"))
        assert len(json.loads(version)) == 12
        assert text.endswith(");\n") and text.count("\n") == 1


def test_same_pages_in_any_order_give_the_same_files() -> None:
    pages = [
        page(f"{i}.html", f"第 {i} 頁", "備份還原" * i, tags=(f"標籤{i % 3}",), owner=f"o{i % 2}") for i in range(9)
    ]
    groups = [SynonymGroup.of(("備份", "backup"))]
    assert write_index(pages, groups) == write_index(reversed(pages), groups)


def test_files_are_those_of_a_whole_index(tmp_path):
    pages = [page(f"{number}.html", f"備份 {number}", "還原 restore " * 400 + str(number)) for number in range(60)]
    write_index_to(tmp_path, pages, labels={"owner": {"dba": "資料庫組"}})
    files = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    assert files == write_index(pages, labels={"owner": {"dba": "資料庫組"}})
    assert len(files) > 4


def test_files_of_different_content_have_different_versions() -> None:
    one, other = (write_index([page("a.html", "備份", text)])["boot.js"] for text in ("甲", "乙"))
    assert one.split(",")[0] != other.split(",")[0]


def test_labels_are_written_for_values_that_occur() -> None:
    files = write_index([page("a.html", "備份", owner="dba")], labels={"owner": {"dba": "資料庫組", "web": "網站組"}})
    facets = read_file(files["boot.js"])["facets"]
    assert facets == {"type": [], "owner": [["dba", "資料庫組"]], "state": [], "tag": []}


def test_a_site_without_pages_has_an_index() -> None:
    files = write_index([])
    assert read_file(files["boot.js"])["pages"] == 0


def test_words_of_one_meaning_share_their_pages() -> None:
    pages = [page("a.html", "備份", "甲"), page("b.html", "backup", "乙"), page("c.html", "其他", "丙")]
    boot = read_file(write_index(pages, [SynonymGroup.of(("備份", "backup", "沒有的詞"))])["boot.js"])
    asked, found = boot["concepts"][-1]
    assert set(asked) == {"备份", "backup", "没有的词"} and set(found) == {"备份", "backup"}


def test_regional_words_are_known_where_they_help() -> None:
    taiwan = read_file(write_index([page("a.html", "軟體與資料庫")])["boot.js"])
    assert ["软件"] in [asked for asked, _found in taiwan["concepts"]]
    assert read_file(write_index([page("a.html", "備份")])["boot.js"])["concepts"] == []
