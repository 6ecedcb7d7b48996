"""The sample sites as a person meets them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.xdist_group("site")

STAFF_PAGES = (
    "index.html",
    "sops/index.html",
    "sops/emergency-response.html",
    "sops/redis-memory-alert.html",
    "faq/which-sla-applies.html",
    "postmortems/2025-php-memory.html",
    "postmortems/index.html",
    "worklogs/2025-03-11-home-page-500.html",
    "drills/2026-10-full-drill.html",
    "drills/index.html",
    "sops/monitoring-and-alerting.html",
)
CUSTOMER_PAGES = ("index.html", "faq/site-unreachable.html", "faq/report-a-problem-en.html")
ALL_PAGES = [*(("staff", path) for path in STAFF_PAGES), *(("customers", path) for path in CUSTOMER_PAGES)]


@pytest.mark.parametrize(("audience", "path"), ALL_PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_site, audience, path, scheme):
    visit = open_site(audience, color_scheme=scheme)
    page = visit.goto(path)
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    found = [
        (each["id"], node["html"][:160], node.get("failureSummary", "")[:200])
        for each in results.response["violations"]
        # What Material's own header and sidebar bring along is its business; ours is the article.
        for node in each["nodes"]
        if page.evaluate("s => !!document.querySelector(s)?.closest('article')", node["target"][-1])
        and "md-code__nav" not in node["html"]
    ]
    assert not found


@pytest.mark.parametrize(("audience", "path"), ALL_PAGES)
def test_nothing_is_wider_than_a_small_screen(open_site, audience, path):
    visit = open_site(audience, width=390, height=844)
    page = visit.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    ("path", "lang"),
    [
        ("sops/emergency-response.html", "zh-Hant"),
        ("sops/redis-memory-alert.html", "en"),
        ("sops/certificate-renewal.html", "zh-Hans"),
    ],
)
def test_a_page_speaks_its_language_and_the_interface_its_own(open_site, path, lang):
    page = open_site("staff").goto(path)
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.locator("header.md-header").evaluate("e => e.closest('[lang]').lang") == "zh-Hant"


def test_the_first_screen_says_what_whether_who_and_what_to_do(open_site):
    page = open_site("staff").goto("sops/backup-and-restore.html")
    for selector in ("h1", ".kb-badge--due_soon", ".kb-facts", "#kb-steps"):
        assert page.locator(selector).first.bounding_box()["y"] < 900, selector
    badge = page.locator(".kb-control .kb-badge").first
    assert badge.inner_text() == "即將到期"
    assert badge.locator("svg").count() == 1
    facts = page.locator(".kb-control .kb-facts").inner_text()
    for word in ("資料庫組", "2026-05-28", "2026-11-28", "還有 8 天"):
        assert word in facts


def test_edit_links_are_for_staff_only(open_site):
    page = open_site("staff").goto("faq/site-unreachable.html")
    links = page.locator(".kb-actions a")
    assert [link.inner_text() for link in links.all()] == ["編輯本頁"]
    assert "content/faq/site-unreachable.md" in links.first.get_attribute("href")
    customer = open_site("customers").goto("faq/site-unreachable.html")
    assert customer.locator(".kb-actions, .kb-control").count() == 0
    assert "git.example.com" not in customer.content()


def test_the_search_field_of_the_home_page_answers_to_the_keyboard(open_site):
    page = open_site("staff").goto("index.html")
    page.locator(".kb-search").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("redis")
    page.locator("a[role=option][href*='redis']").first.wait_for()


def test_chinese_headings_have_readable_anchors(open_site):
    page = open_site("staff").goto("postmortems/2025-php-memory.html")
    ids = page.locator("article h2").evaluate_all("all => all.map(e => e.id)")
    assert "教訓" in ids
    assert len(ids) == len(set(ids))
    assert not [each for each in ids if each.startswith("_")]


def test_tables_become_cards_on_a_small_screen(open_site):
    page = open_site("staff", width=390, height=844).goto("sops/index.html")
    assert page.locator(".kb-table tbody tr").first.evaluate("e => getComputedStyle(e).display") == "block"
    label = page.locator(".kb-table td[data-label]").first
    assert label.evaluate("e => getComputedStyle(e, '::before').content") == '"編號"'


def test_a_printed_page_is_the_page_alone(open_site):
    page = open_site("staff").goto("sops/backup-and-restore.html")
    page.emulate_media(media="print")
    for selector in (".md-header", ".md-sidebar--primary", ".kb-actions", ".md-footer"):
        assert not page.locator(selector).first.is_visible(), selector
    assert page.locator(".kb-control").is_visible()


def test_chinese_text_has_room_and_no_slant(open_site):
    page = open_site("staff").goto("sops/emergency-response.html")
    style = page.locator("article").evaluate(
        "e => { const s = getComputedStyle(e);"
        " return [parseFloat(s.lineHeight) / parseFloat(s.fontSize), s.lineBreak] }"
    )
    assert style[0] == pytest.approx(1.75, abs=0.01)
    assert style[1] == "strict"


def test_pages_open_without_a_server(browser, sample):
    page = browser.new_page()
    try:
        page.goto((sample.published["staff"] / "index.html").as_uri())
        page.locator(".kb-cards--emergency a").first.click()
        assert "sops/emergency-response.html" in page.url
        page.locator(".kb-kicker a").click()
        assert page.url.endswith("sops/index.html")
    finally:
        page.close()
