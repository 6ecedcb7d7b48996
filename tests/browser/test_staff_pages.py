"""The pages that the tool makes for staff, as a person meets them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import sample

pytestmark = pytest.mark.xdist_group("site")

PAGES = (
    "sla.html",
    "kpis.html",
    "incidents.html",
    "alerts.html",
    "channels.html",
    "ticket-template.html",
    "report-template.html",
    "reviews.html",
    "actions.html",
    "coverage.html",
    "duties.html",
    "references.html",
    "synonyms.html",
)


@pytest.mark.parametrize(
    ("scheme", "path"), [*(("light", path) for path in PAGES), *(("dark", path) for path in sample(PAGES))]
)
def test_axe_finds_nothing(open_site, path, scheme):
    page = open_site("staff", color_scheme=scheme).goto(path)
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


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_small_screen(open_site, path):
    page = open_site("staff", width=390, height=844).goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", PAGES)
def test_no_table_is_cut_off_on_a_usual_screen(open_site, path):
    page = open_site("staff").goto(path)
    wide = page.locator("article .kb-scroll").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.getAttribute('aria-label'))"
    )
    assert not wide


@pytest.mark.parametrize("path", PAGES)
def test_headings_go_down_one_level_at_a_time(open_site, path):
    page = open_site("staff").goto(path)
    levels = page.locator("article :is(h1, h2, h3, h4)").evaluate_all("all => all.map(e => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_an_alert_leads_to_its_procedure_and_back(open_site):
    page = open_site("staff").goto("alerts.html")
    page.locator("#kb-alert-redis-memory a[href*='sops/']").click()
    page.wait_for_url("**/sops/redis-memory-alert.html")
    page.locator(".kb-facts__line a").first.click()
    page.wait_for_url("**/alerts.html#kb-alert-redis-memory")


def test_a_breach_leads_to_the_level_that_was_promised(open_site):
    page = open_site("staff").goto("postmortems/2025-cms-break-in.html")
    row = page.locator(".kb-table--clocks tr", has_text="逾時")
    assert row.inner_text().split() == ["解決", "逾時", "43", "小時", "20", "分鐘", "4", "小時", "全天候"]
    page.locator(".kb-control a[href*='sla.html#']").click()
    page.wait_for_url("**/sla.html#kb-sla-emergency--I")
    page.locator("tr:target").wait_for()


def test_the_ticket_template_can_be_copied(open_site):
    page = open_site("staff", permissions=["clipboard-read", "clipboard-write"]).goto("ticket-template.html")
    page.locator(".kb-template").hover()
    page.locator(".kb-template .md-clipboard, .kb-template [data-clipboard-target]").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "## 瀏覽器 *" in copied
    assert "<!-- 用一句話說明現象 -->" in copied
