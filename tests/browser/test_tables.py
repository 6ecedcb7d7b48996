"""Tables that are sorted by their headings and filtered by words."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.xdist_group("site")

# A table with numbers, shares, days, Chinese text and cells without a value.
TABLE = """
<div class="kb-scroll"><table class="kb-table" data-kb-table data-kb-filter="篩選" data-kb-count="{n} 列">
<thead><tr><th scope="col">名稱</th><th scope="col">數</th><th scope="col">率</th><th scope="col">日</th></tr></thead>
<tbody>
<tr><td>二組 Redis</td><td>9</td><td>9.5 %</td><td data-kb-value="2026-11-02">後天</td></tr>
<tr><td>一組</td><td>—</td><td>100 %</td><td data-kb-value="">—</td></tr>
<tr><td>三組 ＡＰＩ</td><td>1,200</td><td>9.15 %</td><td data-kb-value="2026-11-01">明天</td></tr>
<tr><td>十組 redis 備份</td><td>-3</td><td>12 %</td><td data-kb-value="2025-12-31">去年</td></tr>
<tr><td>甲</td><td>30</td><td>0 %</td><td data-kb-value="2026-11-03">大後天</td></tr>
<tr><td>乙</td><td>4</td><td>98.2 %</td><td data-kb-value="2026-01-01">元旦</td></tr>
</tbody></table></div>
"""


@pytest.fixture
def table(open_site):
    """Put the table on a page and tell the scripts of it as Material does when it swaps pages."""
    page = open_site("staff").goto("tags.html")
    page.evaluate(
        "html => { document.querySelector('article').innerHTML = html; window.document$.next(document) }", TABLE
    )
    return page


def column(page, index):
    shown = page.locator("article tbody tr:visible")
    return [row.locator("td").nth(index).inner_text() for row in shown.all()]


@pytest.mark.parametrize(
    ("heading", "index", "ascending"),
    [
        ("數", 1, ["-3", "4", "9", "30", "1,200", "—"]),
        ("率", 2, ["0 %", "9.15 %", "9.5 %", "12 %", "98.2 %", "100 %"]),
        ("日", 3, ["去年", "元旦", "明天", "後天", "大後天", "—"]),
    ],
)
def test_numbers_shares_and_days_are_sorted_by_value_and_blanks_stay_last(table, heading, index, ascending):
    button = table.get_by_role("button", name=heading, exact=True)
    button.click()
    assert column(table, index) == ascending
    button.click()
    values = [value for value in ascending if value != "—"]
    assert column(table, index) == values[::-1] + ["—"] * (len(ascending) - len(values))


def test_chinese_names_are_sorted_by_strokes(table):
    table.get_by_role("button", name="名稱").click()
    assert [name[0] for name in column(table, 0)] == ["一", "乙", "二", "十", "三", "甲"]


def test_the_keyboard_sorts_and_the_heading_says_so(table):
    table.get_by_role("button", name="數", exact=True).focus()
    table.keyboard.press("Enter")
    heading = table.locator("article thead th").nth(1)
    assert heading.get_attribute("aria-sort") == "ascending"
    table.keyboard.press("Space")
    assert heading.get_attribute("aria-sort") == "descending"
    table.keyboard.press("Tab")
    table.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") is None
    assert table.locator("article thead th").nth(2).get_attribute("aria-sort") == "ascending"


@pytest.mark.parametrize(
    ("words", "count"),
    [("redis", 2), ("REDIS 備份", 1), ("組", 4), ("api", 1), ("備份 redis", 1), ("沒有這個", 0)],
)
def test_words_of_both_languages_filter_and_the_number_of_rows_is_told(table, words, count):
    box = table.get_by_role("searchbox", name="篩選")
    box.click()
    table.keyboard.type(words)
    assert table.locator("article tbody tr:visible").count() == count
    assert table.locator("article [role=status]").inner_text() == f"{count} 列"
    box.fill("")
    assert table.locator("article tbody tr:visible").count() == 6
    assert table.locator("article [role=status]").inner_text() == ""


def test_a_filter_holds_on_a_small_screen_too(table):
    table.set_viewport_size({"width": 390, "height": 844})
    table.get_by_role("searchbox", name="篩選").fill("redis")
    assert table.locator("article tbody tr:visible").count() == 2
    assert table.get_by_role("button", name="名稱").is_visible(), "rows are cards, and still are sorted"


def test_short_tables_have_no_filter(open_site):
    page = open_site("staff").goto("reviews.html")
    assert page.locator("#kb-now ~ .kb-scroll").first.locator("button.kb-sort").count() == 5
    filters = page.locator(".kb-filter + .kb-scroll table").evaluate_all(
        "all => all.map(e => e.tBodies[0].rows.length)"
    )
    assert filters
    assert min(filters) >= 6


def test_a_page_that_is_swapped_in_has_its_tables_prepared_once(open_site):
    page = open_site("staff").goto("references.html")
    assert page.locator("article .kb-filter").count() == 1
    page.locator(".md-tabs").get_by_role("link", name="治理").click()
    page.wait_for_url("**/reviews.html")
    page.locator("article h1", has_text="審查總覽").wait_for()
    page.locator(".md-sidebar--primary").get_by_role("link", name="行動項目").click()
    page.locator("article h1", has_text="行動項目").wait_for()
    assert page.locator("article table[data-kb-table]").count() == 3
    assert page.locator("article .kb-filter").count() == 3
    headings = page.locator("article table[data-kb-table] th").count()
    assert page.locator("article .kb-sort").count() == headings
    page.get_by_role("button", name="負責人").first.click()
    assert page.locator("article th[aria-sort=ascending]").count() == 1


def test_tables_are_prepared_without_a_server(browser, sample):
    page = browser.new_page()
    try:
        page.goto((sample.published["staff"] / "actions.html").as_uri())
        page.get_by_role("searchbox", name="篩選").first.fill("備份")
        found = page.locator("#kb-unfinished ~ .kb-scroll").first.locator("tbody tr:visible")
        assert 0 < found.count() < 8
    finally:
        page.close()


@pytest.mark.parametrize("path", ["reviews.html", "actions.html", "coverage.html", "duties.html", "references.html"])
def test_without_a_script_tables_are_whole(open_site, path):
    page = open_site("staff", java_script_enabled=False).goto(path)
    assert page.locator("article button").count() == 0
    assert page.locator("article tbody tr").count() > 5
    assert page.locator("article tbody tr:not(:visible)").count() == 0


def test_bars_have_a_colour_on_both_grounds_and_on_paper(open_site):
    fills = []
    for scheme, media in (("light", "screen"), ("dark", "screen"), ("dark", "print")):
        page = open_site("staff", color_scheme=scheme).goto("reviews.html")
        page.emulate_media(media=media, color_scheme=scheme)
        bar = page.locator(".kb-chart-bars rect").first
        fills.append(bar.evaluate("e => getComputedStyle(e).fill"))
        assert page.locator(".kb-chart text").first.evaluate("e => getComputedStyle(e).fill") != "rgb(0, 0, 0)"
    assert "rgb(0, 0, 0)" not in fills
    assert fills[0] != fills[1]


def test_the_first_screen_of_home_holds_search_emergencies_and_what_is_due(open_site):
    page = open_site("staff").goto("index.html")
    for selector in (".kb-search", ".kb-cards--emergency li:last-child", "#kb-due + .kb-due li:last-child"):
        box = page.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= 900, selector


def test_the_tabs_stand_in_one_row(open_site):
    page = open_site("staff").goto("index.html")
    tops = page.locator(".md-tabs__item").evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    assert page.locator(".md-tabs__list").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_an_overdue_figure_leads_to_the_first_row_of_its_kind(open_site):
    page = open_site("staff").goto("reviews.html")
    page.locator(".kb-tile--triggered a").click()
    assert page.locator("tr:target .kb-badge--triggered").is_visible()
