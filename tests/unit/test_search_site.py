from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from kb_builder.audience import project
from kb_builder.model.paths import address
from kb_builder.model.settings import Settings
from kb_builder.pipeline import check, generate
from kb_builder.search.rank import Searcher
from kb_builder.search_site import open_search, search_pages, write_search

FAQ = """\
---
id: {id}
title: {title}
summary: 簡短的回答。
owner: ops
status: {status}
audience: {audience}
topic: 帳號
problem_type: system_fault
last_reviewed: 2026-11-01
review_interval: 6 months
tags: [密碼]
aliases: [密語]
---
{text}
"""
PAGES = {
    "content/faq/a.md": FAQ.format(
        id="FAQ-001", title="忘記密碼", status="published", audience="customers", text="公開的"
    ),
    "content/faq/b.md": FAQ.format(id="FAQ-002", title="內部帳號", status="published", audience="staff", text="內部的"),
    "content/faq/c.md": FAQ.format(id="FAQ-003", title="舊的答案", status="obsolete", audience="staff", text="過時的"),
}


def build(settings: Settings, audience: str, folder: Path) -> Searcher:
    """Write the index of a site whose pages are nothing but their titles and text."""
    catalog = check(settings, date(2026, 11, 20)).catalog
    tree, projected = generate(catalog, audience), project(catalog, audience)
    for page in tree.pages:
        file = folder / address(page.path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<article><h1>{page.title}</h1><p>{page.title}</p></article>", encoding="utf-8")
    write_search(tree, projected, folder)
    assert len(list(search_pages(tree, projected, folder))) >= 1
    return open_search(folder)


def test_staff_find_all_but_obsolete_pages(
    make_project: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    searcher = build(make_project(PAGES), "staff", tmp_path / "out")
    found = searcher.query("忘記密碼 內部帳號 舊的答案").results
    assert {result.id for result in found} >= {"FAQ-001", "FAQ-002"}
    assert "FAQ-003" not in {result.id for result in found}
    result = searcher.query("faq-2").results[0]
    assert (result.id, result.type, result.owner, result.state) == ("FAQ-002", "faq", "ops", "fresh")
    assert searcher.query("密語").count >= 2
    assert searcher.query("密碼", tag=["密碼"], owner=["ops"]).count >= 2


def test_customers_find_their_pages_by_topic(
    make_project: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    searcher = build(make_project(PAGES), "customers", tmp_path / "out")
    (result,) = searcher.query("忘記密碼 內部帳號 舊的答案", type=["帳號"]).results
    assert (result.url, result.id, result.type, result.owner, result.state) == ("faq/a.html", "", "帳號", "", "")
    assert searcher.query("密語").count == 0


def test_the_script_lies_beside_the_index(
    make_project: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    build(make_project(PAGES), "staff", tmp_path / "out")
    assert {"client.js", "boot.js", "t0.js", "p0.js", "x0.js"} <= {
        file.name for file in (tmp_path / "out/search").iterdir()
    }


def test_how_the_review_stands_is_told_in_the_language_of_the_site(
    make_project: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    overdue = PAGES["content/faq/b.md"].replace("2026-11-01", "2025-01-01")
    soon = PAGES["content/faq/b.md"].replace("2026-11-01", "2026-05-25").replace("FAQ-002", "FAQ-004")
    searcher = build(
        make_project(PAGES | {"content/faq/b.md": overdue, "content/faq/d.md": soon.replace("內部帳號", "另一個帳號")}),
        "staff",
        tmp_path / "out",
    )
    states = {result.id: result.state for result in searcher.query("忘記密碼 內部帳號 另一個帳號").results if result.id}
    assert states == {"FAQ-001": "fresh", "FAQ-002": "overdue", "FAQ-004": "due_soon"}
    assert searcher.facet("state") == {"fresh": "審查有效", "overdue": "審查逾期", "due_soon": "即將到期"}
    assert searcher.facet("type") == {"faq": "常見問題"}
    assert searcher.facet("owner") == {"ops": "維運組"}
    assert [result.id for result in searcher.query("帳號", state=["overdue"]).results] == ["FAQ-002"]


def test_pages_that_are_made_of_others_come_after_them(
    make_project: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    page = PAGES["content/faq/a.md"].replace("title: 忘記密碼", "title: 維運組")
    searcher = build(make_project({"content/faq/a.md": page}), "staff", tmp_path / "out")
    assert [result.url for result in searcher.query("維運組").results] == ["faq/a.html", "owners/ops.html"]


def test_a_dashboard_is_found_by_its_title_alone(
    make_project: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    settings = make_project(PAGES)
    out = tmp_path / "out"
    searcher = build(settings, "staff", out)
    assert searcher.query("標籤").results[0].url == "tags.html"
    texts = "".join(file.read_text(encoding="utf-8") for file in (out / "search").glob("x*.js"))
    # The pages of this test hold nothing but their titles.
    assert "忘記密碼" in texts
    assert "標籤" not in texts
    assert "index.html" not in {result.url for result in searcher.query("首頁", limit=100).results}


def test_words_of_the_registry_find_each_other(
    make_project: Callable[[Mapping[str, str]], Settings], tmp_path: Path
) -> None:
    registry = "groups: [[密碼, 通關語]]\nstaff_only: [[密碼, 小紅帽]]\n"
    settings = make_project(PAGES | {"registry/synonyms.yml": registry})
    staff = build(settings, "staff", tmp_path / "staff")
    customers = build(settings, "customers", tmp_path / "customers")
    assert [staff.query(word).results[0].id for word in ("通關語", "小紅帽")] == ["FAQ-001", "FAQ-001"]
    assert customers.query("通關語").results[0].url == "faq/a.html"
    assert customers.query("小紅帽").count == 0
    assert "小紅帽" not in (tmp_path / "customers/search/boot.js").read_text(encoding="utf-8")
