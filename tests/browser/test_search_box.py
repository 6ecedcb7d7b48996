"""The search box as people use it: by keyboard, with an input method, on a phone, from disk, under a strict policy."""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import re
import threading
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.xdist_group("site")

BACKUP = "sops/backup-and-restore.html"
SELECTED = "[role=option][aria-selected=true]"
RESULT = "a[role=option]"
HIGHLIGHTED = """() => [...(CSS.highlights.get("kb-found") ?? [])].map(
  ({ startContainer, startOffset, endOffset }) => startContainer.data.slice(startOffset, endOffset))"""


def search(page, text):
    """Open the box, type, and wait for the answer."""
    page.keyboard.press("/")
    page.keyboard.type(text)
    settle(page)


def settle(page):
    page.wait_for_function("() => document.querySelector('.kb-box__panel:not([hidden], [aria-busy])')")


def titles(page):
    return page.locator(".kb-box__title").all_inner_texts()


def box_field(page):
    return page.get_by_role("combobox", name="搜尋")


def is_open(page):
    return page.locator(".kb-box__panel").is_visible()


def test_by_keyboard_alone(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "備份")
    field, options = box_field(page), page.locator(RESULT)
    assert field.get_attribute("aria-expanded") == "true"
    page.locator(".kb-box__live", has_text="找到 ").wait_for(state="attached")
    ids = options.evaluate_all("all => all.map(({ id }) => id)")
    assert len(ids) == len(set(ids)) == 10

    def active():
        selected = page.locator(SELECTED)
        assert selected.count() == 1
        assert selected.get_attribute("id") == field.get_attribute("aria-activedescendant")
        assert page.evaluate("document.activeElement.role") == "combobox"
        return ids.index(selected.get_attribute("id"))

    assert active() == 0
    for key, place in (
        ("ArrowDown", 1),
        ("ArrowDown", 2),
        ("ArrowUp", 1),
        ("End", 9),
        ("ArrowDown", 0),
        ("ArrowUp", 9),
    ):
        page.keyboard.press(key)
        assert active() == place, key
    bottom = "e => Math.floor(e.getBoundingClientRect().bottom)"
    assert page.locator(SELECTED).evaluate(bottom) <= page.locator("[role=listbox]").evaluate(bottom)
    page.keyboard.press("Home")
    assert active() == 0
    page.keyboard.press("Escape")
    assert not is_open(page)
    assert field.get_attribute("aria-expanded") == "false" and field.get_attribute("aria-activedescendant") is None
    assert field.input_value() == "備份"
    page.keyboard.press("ArrowDown")
    page.locator(SELECTED).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{BACKUP}*")
    assert not is_open(page)
    page.locator(":target").wait_for()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert field.input_value() == ""


def test_home_and_end_move_in_the_text_before_they_move_in_the_list(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "備份")
    place = "document.activeElement.selectionStart"
    page.keyboard.press("Home")
    assert page.evaluate(place) == 0
    page.keyboard.type("還原")
    settle(page)
    assert box_field(page).input_value() == "還原備份"
    page.keyboard.press("End")
    assert page.evaluate(place) == 4
    page.keyboard.press("End")
    assert page.locator(SELECTED).get_attribute("id") == "kb-box-9"


def test_ctrl_k_opens_the_box_and_neither_shortcut_disturbs_another_field(open_site):
    page = open_site("staff").goto("reviews.html")
    page.keyboard.press("Control+k")
    page.locator(".kb-box__panel").wait_for()
    page.keyboard.press("Escape")
    other = page.get_by_role("searchbox").first
    other.click()
    page.keyboard.type("/k")
    page.keyboard.press("Control+k")
    assert other.input_value() == "/k"
    assert not is_open(page)
    other.blur()
    # Single letters are commands of the theme, which listens at the window: within the box they are none.
    search(page, "備份")
    page.locator("[data-kb-facet=type]").first.focus()
    page.evaluate("addEventListener('keydown', ({ key }) => (window.heard = key))")
    page.keyboard.press("n")
    assert page.evaluate("window.heard") is None


def test_what_is_typed_and_entered_at_once_opens_the_page_that_was_meant(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "備份")
    field = box_field(page)
    field.fill("SOP-014")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sops/redis-memory-alert.html*")


def test_nothing_happens_while_text_is_composed(open_site):
    page = open_site("staff").goto("index.html")
    page.keyboard.press("/")
    page.locator(".kb-box__count", has_text="輸入字詞").wait_for()
    asked = []
    page.on("request", lambda request: "/search/" in request.url and asked.append(request.url))
    keys = page.context.new_cdp_session(page)

    def compose(text):
        keys.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})

    # What an input method shows on the way, and the keys that choose from its list.
    for text in ("ㄅ", "ㄅㄟ", "被", "備"):
        compose(text)
        for name, code in (("Enter", 229), ("ArrowDown", 229), ("Escape", 229)):
            keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": name, "windowsVirtualKeyCode": code})
    assert box_field(page).input_value() == "備"
    # Longer than it takes before a search begins.
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")
    assert not asked and is_open(page) and not page.locator(RESULT).count()
    assert "q=" not in page.url
    keys.send("Input.insertText", {"text": "備份"})
    settle(page)
    assert "備份與還原" in titles(page)
    # Safari reports the end of composing before the Enter that ended it.
    prevented = page.evaluate(
        """() => {
          const field = document.activeElement;
          field.dispatchEvent(new CompositionEvent("compositionstart"));
          field.dispatchEvent(new CompositionEvent("compositionend", { data: "備份" }));
          const enter = new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true });
          return !field.dispatchEvent(enter);
        }"""
    )
    settle(page)
    assert not prevented
    assert page.url.split("?")[0].endswith("/index.html")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{BACKUP}*")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(open_site, width, scheme):
    page = open_site("staff", width=width, color_scheme=scheme).goto("sops/index.html")

    def faults():
        options = {"resultTypes": ["violations"]}
        results = Axe().run(page, context=".kb-box", options=options)
        return [(each["id"], node["html"][:200]) for each in results.response["violations"] for node in each["nodes"]]

    assert not faults()
    page.keyboard.press("/")
    page.locator(".kb-box__count").wait_for()
    assert not faults()
    # Partly found, in two languages, with every kind of review state.
    page.keyboard.type("redis 內存 告警 鑿")
    settle(page)
    assert page.locator(".kb-box__missing").count() and page.locator("[lang=en].kb-box__title").count()
    page.locator(".kb-box__rest").click()
    page.locator("[data-kb-facet=type]").first.click()
    page.locator("[aria-pressed=true]").wait_for()
    settle(page)
    assert not faults()
    page.keyboard.press("Enter")
    page.locator(".kb-box__panel").wait_for(state="hidden")
    page.keyboard.press("/")
    box_field(page).fill("")
    page.locator(".kb-box__option--recent").wait_for()
    assert not faults()
    page.keyboard.type("鑿")
    page.locator(".kb-box__tips").wait_for()
    assert not faults()


def test_the_query_is_in_the_address_and_the_address_opens_the_search(open_site):
    visit = open_site("staff")
    page = visit.goto("sops/index.html")
    search(page, "備份 還原")
    page.wait_for_url("**/sops/index.html?q=*")
    address = page.url
    page.keyboard.press("Escape")
    assert page.url.endswith("/sops/index.html")
    page.goto(address)
    page.locator(RESULT).first.wait_for()
    assert box_field(page).input_value() == "備份 還原"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{BACKUP}*")
    assert "?" not in page.url
    # Back leads to the results, and from there to where the search began.
    page.go_back()
    page.locator(RESULT).first.wait_for()
    assert page.url == address
    page.locator("h1", has_text="標準作業程序").wait_for()


def test_pages_are_swapped_from_result_to_result(open_site):
    page = open_site("staff").goto("index.html")
    page.evaluate("window.isSame = true")
    for text, address in (("備份", BACKUP), ("SOP-014", "sops/redis-memory-alert.html")):
        search(page, text)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{address}*")
        page.wait_for_function(
            "address => document.querySelector('h1').ownerDocument.URL.includes(address)", arg=address
        )
        assert not is_open(page)
    page.locator("h1", has_text="Redis memory alert").wait_for()
    assert page.evaluate("window.isSame")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator(".md-header [lang], .kb-interface").first.get_attribute("lang") == "zh-Hant"


def test_a_result_on_the_same_page_leads_to_its_section(open_site):
    page = open_site("staff").goto(BACKUP)
    page.evaluate("window.isSame = true")
    search(page, "備份內容與保留")
    page.wait_for_url("**?q=*")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash && !location.search")
    assert page.evaluate("window.isSame")
    assert page.locator(":target").inner_text().startswith("備份內容與保留")
    page.wait_for_function(f"() => ({HIGHLIGHTED})().includes('備份內容')")


def test_words_are_highlighted_on_the_page_until_escape(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "备份验证")
    page.locator(RESULT, has_text="備份與還原").first.click()
    page.wait_for_url(f"**/{BACKUP}*")
    page.wait_for_function(f"() => ({HIGHLIGHTED})().length > 5")
    found = set(page.evaluate(HIGHLIGHTED))
    assert {"備份", "驗證"} <= found
    assert not found & {"SOP-003", "負責人"}
    page.keyboard.press("Escape")
    assert not page.evaluate(HIGHLIGHTED)
    # They stay with their page.
    search(page, "备份验证")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => ({HIGHLIGHTED})().length")
    page.locator(".md-logo:visible").click()
    page.wait_for_url("**/index.html")
    page.wait_for_function(f"() => !({HIGHLIGHTED})().length")


def test_earlier_searches_are_offered_and_can_be_forgotten(open_site):
    page = open_site("staff").goto("index.html")
    for text in ("備份", "redis"):
        search(page, text)
        page.keyboard.press("Enter")
        page.locator(".kb-box__panel").wait_for(state="hidden")
    page.keyboard.press("/")
    page.keyboard.press("Delete")
    recent = page.locator(".kb-box__option--recent")
    recent.first.wait_for()
    assert recent.all_inner_texts() == ["redis", "備份"]
    assert not page.locator(SELECTED).count()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator(RESULT).first.wait_for()
    assert box_field(page).input_value() == "備份"
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.get_by_role("button", name="清除搜尋紀錄").click()
    assert not recent.count()
    assert not page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kb-'))")


def test_without_storage_all_but_earlier_searches_works(open_site):
    visit = open_site("staff")
    visit.page.add_init_script(
        """for (const name of ["getItem", "setItem", "removeItem"]) {
          const given = Storage.prototype[name];
          Storage.prototype[name] = function (key, ...rest) {
            if (key.startsWith("kb-")) throw new DOMException("denied", "SecurityError");
            return given.call(this, key, ...rest);
          };
        }"""
    )
    page = visit.goto("index.html")
    search(page, "備份")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{BACKUP}*")
    page.wait_for_function(f"() => ({HIGHLIGHTED})().length")
    page.keyboard.press("/")
    page.keyboard.press("Delete")
    page.locator(".kb-box__count", has_text="輸入字詞").wait_for()


def test_filters_are_reached_by_keyboard_and_say_how_much_they_offer(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "備份")
    first = page.locator("[data-kb-facet=type]", has_text="SOP")
    first.wait_for()
    number = int(first.locator(".kb-box__number").inner_text())
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.kbValue") == "sop":
            break
    page.keyboard.press("Space")
    page.locator("[aria-pressed=true]").wait_for()
    page.locator(".kb-box__count", has_text=f"找到 {number} 頁").wait_for()
    settle(page)
    # The button was made anew, and still has focus.
    assert page.evaluate("document.activeElement.dataset.kbValue") == "sop"
    assert {text.split()[0] for text in page.locator(f"{RESULT} .kb-chip").all_inner_texts()} == {"SOP"}
    page.get_by_role("button", name="更多篩選").click()
    assert page.get_by_role("group", name="負責人").get_by_role("button").count() > 1
    owner = page.get_by_role("group", name="負責人").get_by_role("button", name="資料庫組")
    owner.click()
    page.locator("[aria-pressed=true]", has_text="資料庫組").wait_for()
    settle(page)
    page.wait_for_function("() => document.querySelectorAll('a[role=option]').length < 10")
    assert all("資料庫組" in text for text in page.locator(".kb-box__facts").all_inner_texts())
    box_field(page).fill("redis")
    page.wait_for_function("() => document.querySelector('.kb-box__tips, a[role=option]')")
    settle(page)
    # Escape on a filter leads back to the field.
    page.locator("[aria-pressed=true]").first.focus()
    page.keyboard.press("Escape")
    assert not is_open(page)
    assert page.evaluate("document.activeElement.role") == "combobox"


def pressed(page):
    return set(
        page.locator("[aria-pressed=true]").evaluate_all(
            "all => all.map(e => [e.dataset.kbFacet, e.dataset.kbValue].join())"
        )
    )


def test_a_link_to_a_filtered_search_holds_the_filters(open_site):
    visit = open_site("staff")
    page = visit.goto("index.html")
    search(page, "備份 還原")
    page.locator("[data-kb-facet=type]", has_text="SOP").click()
    settle(page)
    page.get_by_role("button", name="更多篩選").click()
    owner = page.locator("[data-kb-facet=owner]").nth(0)
    owner_id = owner.get_attribute("data-kb-value")
    owner.click()
    settle(page)
    wanted = {"type,sop", f"owner,{owner_id}"}
    assert pressed(page) == wanted
    page.wait_for_url(f"**/index.html?q=*&type=sop&owner={owner_id}")
    link, found = page.url, titles(page)
    # A tag of which there are too many to show them all.
    other = open_site("staff")
    fresh = other.page
    fresh.goto(link)
    fresh.locator(RESULT).first.wait_for()
    fresh.locator("[aria-pressed=true]").first.wait_for()
    settle(fresh)
    assert (box_field(fresh).input_value(), titles(fresh), pressed(fresh)) == ("備份 還原", found, wanted)
    # Without the filter it goes from the address, with the search everything of it.
    fresh.locator("[data-kb-facet=type][aria-pressed=true]").click()
    fresh.wait_for_url(f"**/index.html?q=*&owner={owner_id}")
    fresh.keyboard.press("Escape")
    fresh.wait_for_url("**/index.html")


def test_filters_of_an_address_are_shown_though_they_are_rare_or_leave_nothing(open_site):
    visit = open_site("staff")
    page = visit.goto("index.html?q=%E7%B6%B2%E7%AB%99&tag=%E6%88%AA%E5%9C%96&tag=&owner=nobody-of-that-name")
    page.get_by_role("button", name="取消篩選").click()
    page.locator(RESULT).first.wait_for()
    page.wait_for_function("() => [...new URLSearchParams(location.search).keys()].join() === 'q'")
    page = visit.goto("index.html?q=%E7%B6%B2%E7%AB%99&tag=%E6%88%AA%E5%9C%96")
    page.locator("[aria-pressed=true]").first.wait_for()
    assert pressed(page) == {"tag,截圖"}


def test_a_partial_match_names_what_is_missing(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "備份 鸚鵡")
    first = page.locator(RESULT).first
    assert first.locator(".kb-box__missing").inner_text() == "部分符合，不含：「鸚鵡」"
    assert "鸚鵡" in page.evaluate("id => document.getElementById(id).textContent", "kb-box-0-missing")


def test_a_search_without_results_helps_on_and_reports_the_gap(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "鸚鵡&飼料")
    page.locator(".kb-box__live", has_text="找不到符合「鸚鵡&飼料」的頁面").wait_for(state="attached")
    assert page.locator(".kb-box__tips li").count() == 3
    href = page.get_by_role("link", name="回報缺少的內容").get_attribute("href")
    start, _and, end = href.partition("&title=")
    title, _and, rest = end.partition("&")
    assert start == "https://git.example.com/ops/knowledge/issues/new?template=problem.yml"
    assert unquote(title) == "缺少的頁面：鸚鵡&飼料"
    assert rest.startswith("page=&heading=&url=http"), "what is about a page is left out"
    assert unquote(unquote(rest)).endswith("/index.html?q=鸚鵡&飼料")
    assert box_field(page).get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    assert is_open(page)


def test_a_filter_that_leaves_nothing_can_be_removed(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "redis")
    page.locator("[data-kb-facet=type]", has_text="演練").click()
    settle(page)
    box_field(page).fill("SOP-013 存取控制")
    page.keyboard.press("End")
    box_field(page).fill("鸚鵡")
    page.get_by_role("button", name="取消篩選").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SOP-013")
    settle(page)
    assert titles(page)[0] == "存取控制與帳號稽核"


def test_more_results_are_shown_on_request(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "網站")
    before = titles(page)
    more = page.locator(".kb-box__more")
    more.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('a[role=option]').length === 30")
    assert titles(page)[:10] == before
    settle(page)
    assert page.locator(SELECTED).get_attribute("id") == "kb-box-10"
    assert page.evaluate("document.activeElement.role") == "combobox"


def test_an_answer_that_comes_too_late_is_dropped(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "SOP-013")
    page.evaluate(
        """() => {
          const { query } = kbSearch;
          kbSearch.query = async (text, options) => {
            if (text !== "備份") return query(text, options);
            await new Promise((resolve) => (window.answer = resolve));
            const late = await query(text, options);
            requestAnimationFrame(() => (window.isAnswered = true));
            return late;
          };
        }"""
    )
    box_field(page).fill("備份")
    page.wait_for_function("() => window.answer")
    box_field(page).fill("redis")
    page.wait_for_function("() => document.querySelector('.kb-box__title').textContent.includes('Redis')")
    settle(page)
    found = titles(page)
    page.evaluate("window.answer()")
    page.wait_for_function("() => window.isAnswered")
    assert titles(page) == found


def test_a_search_that_cannot_be_loaded_says_so_and_can_be_tried_again(open_site):
    visit = open_site("staff")
    page = visit.goto("index.html")
    page.route("**/search/client.js", lambda route: route.abort())
    page.keyboard.press("/")
    page.keyboard.type("備份")
    again = page.get_by_role("button", name="再試一次")
    again.wait_for()
    page.unroute("**/search/client.js")
    again.click()
    page.locator(RESULT).first.wait_for()
    assert all("ERR_FAILED" in error for error in visit.errors)
    visit.errors.clear()


def test_pressing_elsewhere_closes_the_box_and_pressing_on_it_does_not(open_site):
    page = open_site("staff").goto("sops/index.html")
    search(page, "備份")
    page.locator(".kb-box__count").click()
    assert is_open(page)
    page.mouse.click(60, 500)
    page.locator(".kb-box__panel").wait_for(state="hidden")
    assert "q=" not in page.url
    # By keyboard, focus leaves through what the panel holds.
    search(page, "SOP-013")
    for _ in range(40):
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.closest('.kb-box')"):
            break
    page.locator(".kb-box__panel").wait_for(state="hidden")


def test_on_a_phone_it_is_a_sheet(open_site):
    page = open_site("staff", width=390, height=844, has_touch=True).goto(BACKUP)
    opener = page.get_by_role("button", name="搜尋", exact=True)
    opener.tap()
    page.keyboard.type("redis 内存告警")
    settle(page)
    sheet = page.locator(".kb-box").bounding_box()
    assert (sheet["x"], sheet["y"], sheet["width"], sheet["height"]) == (0, 0, 390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert all(option.bounding_box()["width"] <= 390 for option in page.locator(RESULT).all())
    page.get_by_role("button", name="關閉搜尋").tap()
    assert not is_open(page)
    assert page.evaluate("document.activeElement.ariaLabel") == "搜尋"
    opener.tap()
    page.locator(RESULT).first.tap()
    page.wait_for_function("() => document.activeElement === document.body && !location.search")
    assert not is_open(page)


def test_paper_and_pages_without_scripts_have_no_dead_field(open_site):
    page = open_site("staff").goto("index.html")
    page.emulate_media(media="print")
    assert not page.locator(".kb-box").is_visible()
    bare = open_site("staff", java_script_enabled=False)
    bare.goto("sops/index.html")
    assert not bare.page.locator(".kb-box").is_visible()
    bare.page.locator(".kb-box-link").click()
    bare.page.wait_for_url("**/index.html")
    assert not bare.page.locator(".kb-search").is_visible()


def test_customers_filter_by_topic_and_see_nothing_of_the_staff(open_site):
    page = open_site("customers").goto("index.html")
    search(page, "登入密碼")
    assert titles(page)[0] == "忘記密碼怎麼辦？"
    page.get_by_role("group", name="主題").get_by_role("button", name="帳號與登入").click()
    page.locator("[aria-pressed=true]").wait_for()
    settle(page)
    assert set(page.locator(f"{RESULT} .kb-box__facts").all_inner_texts()) == {"帳號與登入"}
    assert not page.get_by_role("group", name="負責人").count()
    page.keyboard.press("Control+a")
    page.keyboard.type("鑿")
    page.locator(".kb-box__tips").wait_for()
    assert page.locator(".kb-box__below a").all_inner_texts() == ["回報缺少的內容", "全部頁面"]
    href = page.get_by_role("link", name="回報缺少的內容").get_attribute("href")
    assert unquote(href).startswith("https://www.example.com/contact?subject=缺少的頁面：鑿&section=&page=http")
    page.keyboard.press("Escape")
    search(page, "怎么登录")
    page.keyboard.press("Enter")
    page.wait_for_url("**/faq/*.html*")
    page.wait_for_function(f"() => ({HIGHLIGHTED})().length")


def test_from_disk(browser, sample):
    page = browser.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto((sample.published["staff"] / "index.html").as_uri())
        search(page, "备份还原")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{BACKUP}*")
        assert "?" not in page.url
        page.wait_for_function(f"() => ({HIGHLIGHTED})().includes('備份')")
        page.keyboard.press("Escape")
        assert not page.evaluate(HIGHLIGHTED)
        search(page, "備份內容與保留")
        page.keyboard.press("Enter")
        page.wait_for_function("() => location.hash && !location.search")
        assert not errors
    finally:
        page.close()


@pytest.fixture
def strict(sample):
    """The staff site under the policy it is to work with; of the theme's own inline scripts the hashes are named."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            file = Path(self.translate_path(self.path))
            inline = (
                re.findall(rb"<script>(.*?)</script>", file.read_bytes(), re.DOTALL) if file.suffix == ".html" else []
            )
            hashes = " ".join(f"'sha256-{b64encode(hashlib.sha256(each).digest()).decode()}'" for each in inline)
            self.send_header(
                "Content-Security-Policy",
                f"default-src 'none'; script-src 'self' {hashes}; style-src 'self'; connect-src 'self';"
                " img-src 'self' data:; font-src 'self'; worker-src 'self'",
            )
            super().end_headers()

        def log_message(self, format, *args):
            pass

    handler = functools.partial(Handler, directory=str(sample.published["staff"]))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_under_a_strict_policy(open_site, strict):
    page = open_site("staff", base=strict).goto("index.html")
    search(page, "備份")
    page.locator("[data-kb-facet=type]", has_text="SOP").click()
    settle(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{BACKUP}*")
    page.wait_for_function(f"() => ({HIGHLIGHTED})().length")
    search(page, "鑿")
    page.locator(".kb-box__tips").wait_for()


def test_a_page_view_loads_little_and_a_search_no_more_than_it_needs(open_site, sample):
    visit = open_site("staff")
    asked = []
    visit.page.on("request", lambda request: asked.append(request.url.removeprefix(visit.base)))
    page = visit.goto(BACKUP)
    assert not [url for url in asked if url.startswith("search/") or "search-box" in url]
    folder = sample.published["staff"]

    def size(text):
        return len(gzip.compress(text, 9))

    html = (folder / BACKUP).read_bytes()
    bare, count = re.subn(
        rb'<noscript><a class="kb-box-link".*?role="status"></p>\s*</div>', b"", html, flags=re.DOTALL
    )
    assert count == 1
    parts = [size((folder / f"kb/search.{kind}").read_bytes()) for kind in ("js", "css")]
    assert sum(parts) + size(html) - size(bare) <= 5_000
    asked.clear()
    page.evaluate(
        """() => new MutationObserver((_, observer) => {
          if (!document.querySelector("a[role=option]")) return;
          observer.disconnect();
          window.shown = performance.getEntriesByType("resource").map(({ name }) => name);
        }).observe(document.querySelector(".kb-box__panel"), { childList: true, subtree: true })"""
    )
    page.keyboard.press("/")
    page.keyboard.insert_text("網站掛掉怎麼辦")
    page.wait_for_function("() => window.shown")
    shown = [
        url.removeprefix(visit.base).split("?")[0]
        for url in page.evaluate("window.shown")
        if "/search/" in url or "search-box" in url
    ]
    assert len(shown) == len(set(shown)) <= 8
    assert sum(size((folder / url).read_bytes()) for url in shown) <= 120_000


def test_other_scripts_can_search_without_the_box(open_site):
    page = open_site("staff").goto(BACKUP)
    asked = "kbSearch.query('SOP-014').then(([{ url }]) => url)"
    assert page.evaluate(asked) == page.evaluate(asked) == "sops/redis-memory-alert.html"
    assert page.evaluate("kbSearchReady.then((found) => found === kbSearch)")
    assert not page.locator(".kb-box__panel").is_visible()


def test_results_speak_the_language_of_their_pages(open_site):
    page = open_site("staff").goto("index.html")
    search(page, "redis memory alert")
    first = page.locator(RESULT).first
    assert first.locator(".kb-box__title").get_attribute("lang") == "en"
    assert first.locator(".kb-box__facts").get_attribute("lang") is None
    box_field(page).fill("備份與還原")
    settle(page)
    assert page.locator(".kb-box__title").first.get_attribute("lang") is None
    assert page.locator(f"{RESULT} .kb-badge--due_soon").first.inner_text() == "即將到期"
    assert page.locator(f"{RESULT} .kb-badge--due_soon svg").count()
