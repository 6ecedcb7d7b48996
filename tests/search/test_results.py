"""What a result of the browser's client holds."""

from __future__ import annotations

from typing import Any

import pytest

from kb_builder.model.search import SearchPage, SearchSection
from kb_builder.search.write import write_index

TEXT = "平日由系統代為處理。" * 20 + "備份失敗時先通知值班人員，再查看磁碟空間。" + "其餘不必擔心。" * 30
PAGES = (
    SearchPage(
        url="sops/a.html",
        id="SOP-003",
        title="備份與還原：Backups & more",
        language="zh-Hant",
        type="sop",
        owner="dba",
        state="fresh",
        tags=("資料",),
        sections=(
            SearchSection(text="前言。"),
            SearchSection(anchor="平日", heading="平日", text="每日抽樣。"),
            SearchSection(anchor="備份-失敗", heading="備份失敗", text=TEXT),
        ),
    ),
    SearchPage(url="sops/b.html", title="其他", language="en", sections=(SearchSection(text="Ｒedis 與 ﬁle 快取"),)),
)
LABELS = {"owner": {"dba": "資料庫組"}, "type": {"sop": "標準作業程序"}}


def marked(text: str, marks: list[list[int]]) -> list[str]:
    return [text[start:end] for start, end in marks]


@pytest.fixture(scope="module")
def ask(run_queries: Any) -> Any:
    files = write_index(PAGES, labels=LABELS)
    return lambda text: run_queries(files, [text])[0]["results"]


def test_a_result_leads_to_the_section_that_answers(ask: Any) -> None:
    (result,) = ask("备份失败")
    assert result["url"] == "sops/a.html#%E5%82%99%E4%BB%BD-%E5%A4%B1%E6%95%97"
    assert result["href"].endswith("/sops/a.html#%E5%82%99%E4%BB%BD-%E5%A4%B1%E6%95%97")
    assert result["section"] == "備份失敗"
    assert marked(result["section"], result["sectionMarks"]) == ["備份失敗"]


def test_the_excerpt_begins_near_the_words_and_marks_them(ask: Any) -> None:
    (result,) = ask("備份失敗 磁碟")
    excerpt = result["excerpt"]
    assert excerpt.startswith("…備份失敗時") and excerpt.endswith("…")
    assert len(excerpt) <= 112
    assert marked(excerpt, result["excerptMarks"]) == ["備份失敗", "磁碟"]


def test_the_title_is_marked_and_words_to_their_end(ask: Any) -> None:
    (result,) = ask("backup 備份")
    assert marked(result["title"], result["titleMarks"]) == ["備份", "Backups"]


def test_marks_fit_texts_that_folding_changes(ask: Any) -> None:
    (result,) = ask("redis file 快取")
    assert marked(result["excerpt"], result["excerptMarks"]) == ["Ｒedis", "ﬁle", "快取"]


def test_words_are_not_marked_inside_others(run_queries: Any) -> None:
    files = write_index([SearchPage(url="a", title="Restore: more ore", language="en", sections=())])
    result = run_queries(files, ["ore"])[0]["results"][0]
    assert result["titleMarks"] == [[14, 17]]


def test_facets_have_value_and_label(ask: Any) -> None:
    (result,) = ask("備份")
    assert result["type"] == {"value": "sop", "label": "標準作業程序"}
    assert result["owner"] == {"value": "dba", "label": "資料庫組"}
    assert result["state"] == {"value": "fresh", "label": "fresh"}
    assert (result["id"], result["language"], result["missing"]) == ("SOP-003", "zh-Hant", [])


def test_words_of_one_meaning_are_marked(run_queries: Any) -> None:
    files = write_index(
        [SearchPage(url="a", title="軟體清單", language="zh-Hant", sections=(SearchSection(text="軟體"),))]
    )
    result = run_queries(files, ["软件"])[0]["results"][0]
    assert marked(result["title"], result["titleMarks"]) == ["軟體"]
