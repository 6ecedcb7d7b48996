"""“Report a problem” as readers use it: what the link says depends on where on the page they are."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.xdist_group("site")

BACKUP = "sops/backup-and-restore.html"
# The link is followed by a click or a key; the browser is only kept from going there.
CATCH = """() => addEventListener("click", (event) => {
  const link = event.target.closest("[data-kb-report]");
  if (link) (window.reported = link.href), event.preventDefault();
})"""


def link_of(page):
    return page.locator(".kb-report a")


def reported(page, act=None):
    """Follow the link and return what it says."""
    page.evaluate("window.reported = undefined")
    page.evaluate(CATCH)
    (act or (lambda: link_of(page).click()))()
    url = page.evaluate("window.reported")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def scroll_to(page, selector):
    page.locator(selector).evaluate(
        "e => scrollTo({ top: e.getBoundingClientRect().top + scrollY - 120, behavior: 'instant' })"
    )


def test_it_names_page_version_and_heading(open_site):
    page = open_site("staff").goto(BACKUP)
    assert page.get_by_role("link", name="回報問題", exact=True).count() == 1
    first = reported(page)
    version = page.locator(".kb-facts dd").nth(1).inner_text().split()[0]
    assert first["template"] == "problem.yml"
    assert first["title"] == "SOP-003 備份與還原" and first["page"] == f"SOP-003 {version}"
    assert first["heading"] == "" and first["url"] == page.url, "at the beginning of a page it is about the page"
    scroll_to(page, "#kb-reviews")
    seen = reported(page)
    assert seen["heading"] == "審查紀錄" and seen["url"].endswith(f"/{BACKUP}#kb-reviews")
    # The ¶ that was followed counts wherever one scrolls after that.
    page.locator("#kb-steps .headerlink").evaluate("e => e.click()")
    scroll_to(page, "#kb-reviews")
    assert reported(page)["heading"] == "步驟"


def test_an_anchor_of_the_address_counts_while_it_is_seen(open_site):
    page = open_site("staff").goto(f"{BACKUP}#kb-duties")
    assert reported(page)["heading"] == "各角色的職責"
    scroll_to(page, "#kb-reviews")
    assert reported(page)["heading"] == "審查紀錄"


def test_pages_that_are_swapped_in_place_report_themselves(open_site):
    page = open_site("staff").goto(BACKUP)
    page.locator("#kb-steps .headerlink").evaluate("e => e.click()")
    page.locator(".kb-kicker a").first.click()
    page.wait_for_url("**/sops/index.html")
    page.locator("article a[href*='redis-memory-alert']").first.click()
    page.wait_for_url("**/redis-memory-alert.html")
    page.locator("h1", has_text="Redis").wait_for()
    said = reported(page)
    assert said["title"].startswith("SOP-014 ") and said["heading"] == ""
    assert said["url"].endswith("/sops/redis-memory-alert.html")


def test_by_keyboard_in_another_tab_and_copied(open_site):
    page = open_site("staff").goto(BACKUP)

    def by_key():
        link_of(page).focus()
        scroll_to(page, "#kb-reviews")
        page.keyboard.press("Enter")

    assert reported(page, by_key)["heading"] == "審查紀錄"
    scroll_to(page, "#kb-steps")
    link_of(page).dispatch_event("contextmenu", {"bubbles": True})
    assert "heading=%E6%AD%A5%E9%A9%9F" in link_of(page).get_attribute("href")


def test_without_scripts_it_says_all_but_the_heading(open_site):
    visit = open_site("staff", java_script_enabled=False)
    visit.page.goto(visit.base + BACKUP)
    said = parse_qs(urlsplit(link_of(visit.page).get_attribute("href")).query, keep_blank_values=True)
    assert said["heading"] == [""] and said["url"] == [f"https://kb.example.com/{BACKUP}"]


def test_customers_report_where_customers_do(open_site):
    page = open_site("customers").goto("faq/how-to-report-a-problem.html")
    scroll_to(page, "article h2 >> nth=1")
    said = reported(page)
    assert said == {
        "subject": "如何回報問題，才能最快得到協助？",
        "section": "可以直接複製的範本",
        "page": f"{page.url}#{said['page'].partition('#')[2]}",
    }
    assert link_of(page).get_attribute("href").startswith("https://www.example.com/contact?")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "dark")])
def test_it_can_be_seen_and_read(open_site, width, scheme):
    for audience, path in (("staff", BACKUP), ("customers", "faq/how-to-report-a-problem.html")):
        page = open_site(audience, width=width, height=800, color_scheme=scheme).goto(path)
        place = page.locator(".kb-report")
        if width > 1220:
            box = place.bounding_box()
            article = page.locator("article").bounding_box()
            assert box["y"] + box["height"] <= 800, "in view from the beginning"
            assert box["x"] >= article["x"] + article["width"], "and beside the text"
        else:
            place.scroll_into_view_if_needed()
            assert place.evaluate("e => getComputedStyle(e).position") == "static"
        results = Axe().run(page, context=".kb-report", options={"resultTypes": ["violations"]})
        assert not results.response["violations"]
        page.emulate_media(media="print")
        assert not place.is_visible()
