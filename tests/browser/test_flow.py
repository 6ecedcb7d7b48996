"""Flowcharts in the pages of procedures, as a person meets them."""

from __future__ import annotations

import functools
import http.server
import itertools
import mimetypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit, _QuietHandler, sample
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("site")

PAGES = [f"sops/{file.stem}.html" for file in sorted((ROOT / "content/sops").glob("*.md"))]
CALLER, CALLED = "sops/support-ticket-handling.html", "sops/emergency-response.html"
WIDE, NARROW = ".kb-flow--wide", ".kb-flow--narrow"
KNOWN = "https://kb.example.com/"
POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self'; img-src 'self' data:"

# Which links of the page lie on top where they are drawn: neither under another node, nor a heading, nor out of sight.
ON_TOP = """e => {
  const { x, y, width, height } = e.getBoundingClientRect();
  return [0.02, 0.5, 0.98].every(part => document.elementFromPoint(x + width / 2, y + height * part) === e);
}"""
# How large the text of a chart is on the screen.
SIZES = "all => all.map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"


@pytest.fixture(scope="module")
def subfolder(sample):
    """Serve both sites in folders of one server, and return the address of the staff site."""
    folder = sample.published["staff"]
    handler = functools.partial(_QuietHandler, directory=str(folder.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{folder.name}/"
    server.shutdown()
    server.server_close()


def open_known(open_site, folder: Path, **options: object) -> Visit:
    """Open the staff site at the address that kb.yml gives, under a policy that forbids styles in the page."""
    visit = open_site("staff", base=KNOWN, **options)

    def answer(route):
        file = folder / re.sub(r"[?#].*", "", route.request.url).removeprefix(KNOWN)
        if not file.is_file():
            route.fulfill(status=404)
            return
        kind = mimetypes.guess_type(file.name)[0] or "text/plain"
        route.fulfill(body=file.read_bytes(), content_type=kind, headers={"Content-Security-Policy": POLICY})

    visit.page.route(KNOWN + "**", answer)
    return visit


@pytest.fixture(params=["another address", "a subfolder", "the address in kb.yml"])
def staff(request, open_site, sample) -> Visit:
    """Open the staff site at different addresses."""
    if request.param == "a subfolder":
        return open_site("staff", base=request.getfixturevalue("subfolder"))
    return open_known(open_site, sample.published["staff"]) if "kb.yml" in request.param else open_site("staff")


def row_in_sight(page) -> str:
    """Return the id of the row that an anchor led to, which must be seen below the header."""
    page.wait_for_function(
        "() => { const row = document.querySelector('tr:target')?.getBoundingClientRect();"
        " return row && row.top >= document.querySelector('.md-header').getBoundingClientRect().bottom"
        " && row.bottom <= innerHeight }"
    )
    return page.locator("tr:target").get_attribute("id")


@contextmanager
def scroll_noted(page) -> Iterator[None]:
    """Wait until Material has noted a new scroll position, or it notes it for the page that is gone to meanwhile."""
    page.evaluate(
        "() => { window.noted = false; const own = history.replaceState;"
        " history.replaceState = function (...each) {"
        " history.replaceState = own; own.apply(history, each); window.noted = true } }"
    )
    yield
    page.wait_for_function("() => window.noted")


# --- links over nodes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["click", "Enter"])
def test_a_node_leads_to_the_procedure_it_calls_without_a_load(staff, by):
    page = staff.goto(CALLER)
    page.evaluate("window.kept = true")
    link = page.locator(f"{WIDE} .kb-flow__link[href$='emergency-response.html']")
    link.scroll_into_view_if_needed()
    # Material notes where the page was scrolled to, a moment later.
    page.wait_for_function("() => scrollY > 0 && history.state?.y === scrollY")
    if by == "click":
        link.click()
    else:
        link.focus()
        page.keyboard.press("Enter")
    page.locator("h1", has_text="緊急事件應變").wait_for()
    assert page.url == staff.base + CALLED
    assert page.title().startswith("緊急事件應變")
    page.wait_for_function("() => window.kept && scrollY === 0")
    # The chart of the new page works as that of a page that was loaded.
    assert all(button.is_visible() for button in page.locator(".kb-flow-actions button").all())
    step = page.locator(f"{WIDE} .kb-flow__link").nth(1)
    if by == "click":
        step.click()
    else:
        step.focus()
        page.keyboard.press("Enter")
    assert row_in_sight(page) == page.url.partition("#")[2]
    page.wait_for_function("() => history.state?.y === scrollY")
    with scroll_noted(page):
        page.go_back()
        page.wait_for_url(staff.base + CALLED)
    page.go_back()
    page.locator("h1", has_text="技術支援工單處理").wait_for()
    page.wait_for_function("() => window.kept && scrollY > 0")


def test_a_node_leads_to_its_row_and_the_chart_stays_as_it_was(staff):
    page = staff.goto(CALLER)
    page.locator(WIDE).evaluate("e => { e.kept = true }")
    for number in (1, 0):
        row = page.locator(".kb-step").nth(number).get_attribute("id")
        page.locator(f"{WIDE} .kb-flow__link").nth(number).click()
        page.wait_for_url(f"**#{row}")
        # Material would fetch the page once more, and swap it for itself.
        page.wait_for_load_state("networkidle")
        assert row_in_sight(page) == row
        assert page.locator(WIDE).evaluate("e => e.kept")


def test_a_swapped_page_speaks_its_own_language(open_site):
    page = open_site("staff").goto("sops/index.html")
    assert page.evaluate("document.documentElement.lang") == "zh-Hant"
    page.locator("article a[href$='redis-memory-alert.html']").first.click()
    page.locator("h1", has_text="Redis").wait_for()
    page.wait_for_function("() => document.documentElement.lang === 'en'")


def test_a_click_that_asks_for_another_window_gets_it(open_site):
    page = open_site("staff").goto(CALLER)
    with page.context.expect_page() as opened:
        page.locator(f"{WIDE} .kb-flow__link[href$='emergency-response.html']").click(modifiers=["ControlOrMeta"])
    assert opened.value.url.endswith(CALLED)
    assert page.url.endswith(CALLER)


def test_nodes_lead_on_without_a_server(browser, sample):
    page, errors = browser.new_page(), []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto((sample.published["staff"] / CALLER).as_uri())
        page.locator(f"{WIDE} .kb-flow__link[href$='emergency-response.html']").click()
        page.wait_for_url("**/" + CALLED)
        page.locator(f"{WIDE} .kb-flow__link").first.click()
        row_in_sight(page)
    finally:
        page.close()
    assert not errors


def test_everything_is_there_without_scripts(open_site):
    visit = open_site("staff", java_script_enabled=False)
    page = visit.goto(CALLER)
    steps = page.locator(".kb-step")
    links = page.locator(f"{WIDE} .kb-flow__link")
    assert steps.count() == links.count() > 0
    assert page.locator(f"{WIDE} .kb-flow-node").count() == steps.count() + 2
    assert page.locator("article button:visible").count() == 0
    assert page.locator("article [style]").count() == 0
    links.first.click()
    assert steps.first.bounding_box()["y"] < 900
    page.locator(f"{WIDE} .kb-flow__link[href$='emergency-response.html']").click()
    page.wait_for_url(visit.base + CALLED)


# --- keyboard ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "form"), [(1280, WIDE), (390, NARROW)])
def test_tab_goes_through_the_chart_in_the_order_of_the_flow(open_site, width, form):
    page = open_site("staff", width=width).goto(CALLED)
    count = page.locator(f"{form} .kb-flow__link").count()
    page.locator(form).focus()
    for key, number in (*(("Tab", n + 1) for n in range(count)), *(("Shift+Tab", n) for n in range(count - 1, 0, -1))):
        page.keyboard.press(key)
        focused = page.locator(":focus")
        assert focused.get_attribute("aria-label").startswith(f"{number}. ")
        assert focused.evaluate(f"e => !!e.closest('{form}')")
        assert focused.evaluate(ON_TOP), f"{number} is focused out of sight"
        ring = focused.evaluate("e => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth] }")
        assert ring == ["solid", "3px"]
    page.locator(f"{form} .kb-flow__link").last.focus()
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("e => !e.closest('.kb-flow')"), "the form that is not shown was reached"


@pytest.mark.parametrize("forced", ["none", "active"])
def test_the_ring_around_a_focused_node_is_seen(open_site, forced):
    page = open_site("staff", forced_colors=forced).goto(CALLER)
    link = page.locator(f"{WIDE} .kb-flow__link").first
    link.scroll_into_view_if_needed()
    page.locator(WIDE).focus()
    page.mouse.move(0, 0)
    node = link.bounding_box()
    beside = {"x": node["x"] - 6, "y": node["y"] + 10, "width": 6, "height": 20}
    before = page.screenshot(clip=beside)
    page.keyboard.press("Tab")
    assert page.locator(":focus").bounding_box() == node, "the chart was scrolled in between"
    assert page.screenshot(clip=beside) != before


def test_every_node_is_a_link_and_nothing_lies_upon_it(open_site):
    page = open_site("staff", width=2600, height=3600).goto(CALLED)
    page.locator(WIDE).evaluate("e => { e.requestFullscreen() }")
    page.wait_for_function("() => document.fullscreenElement")
    links = page.locator(f"{WIDE} .kb-flow__link")
    assert links.evaluate_all(f"all => all.map({ON_TOP})") == [True] * links.count()


# --- every procedure --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sample(PAGES))
def test_a_chart_can_be_read_at_every_width_and_axe_finds_nothing(open_site, path):
    visit = open_site("staff")
    page = visit.page
    page.goto(visit.base + path)
    page.locator("[data-kb-fullscreen]").wait_for()
    for width in (1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert not page.locator(NARROW).is_visible()
        lanes_are_shown_where_they_are(page, width)
    assert not violations(page)
    page.emulate_media(color_scheme="dark")
    page.locator("body[data-md-color-scheme=slate]").wait_for()
    assert not violations(page, runOnly=["color-contrast"])
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not page.locator(WIDE).is_visible()
    assert page.locator(NARROW).evaluate("e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]") == [
        0,
        0,
    ]
    assert min(page.locator(f"{NARROW} .kb-flow-svg text").evaluate_all(SIZES)) >= 12
    tops = page.locator(f"{NARROW} .kb-flow__link").evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
    assert tops == sorted(tops)


def lanes_are_shown_where_they_are(page, width: int) -> None:
    """Scroll a wide chart to its right, and down: its text is large enough and it still says whose lane is whose."""
    found = page.locator(WIDE).evaluate(
        """e => {
          e.scrollTo(e.scrollWidth, 700);
          const box = part => {
            const { x, y, width, height } = part.getBoundingClientRect();
            return [x, y, width, height];
          };
          const all = selector => [...e.querySelectorAll(selector)];
          return {
            frame: box(e), height: e.scrollHeight,
            lanes: all("[role=img] .kb-flow-lane").map(box),
            heads: all(".kb-flow__heads > svg > .kb-flow-head").map(box),
          };
        }"""
    )
    assert min(page.locator(f"{WIDE} .kb-flow-svg text").evaluate_all(SIZES)) >= 12
    x, y, frame_width, frame_height = found["frame"]
    assert 0 < x < x + frame_width < width
    assert frame_height < 900 < found["height"]
    assert len(found["heads"]) == len(found["lanes"]) > 1
    for lane, head in zip(found["lanes"], found["heads"], strict=True):
        assert (head[0], head[2]) == (lane[0], lane[2])
        assert y <= head[1] < head[1] + head[3] < y + 70


def violations(page, **options: object) -> list[tuple[str, str, str]]:
    """Return what axe has to say about the article; the copy buttons of code are Material's."""
    results = Axe().run(page, context="article", options={"resultTypes": ["violations"], **options})
    return [
        (each["id"], node["html"][:160], node.get("failureSummary", "")[:200])
        for each in results.response["violations"]
        for node in each["nodes"]
        if "md-code__nav" not in node["html"]
    ]


# --- full size, copies, colours, paper --------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_the_full_size_view_shows_the_lanes_and_is_left_by_a_link(open_site, width):
    page = open_site("staff", width=width).goto(CALLER)
    page.locator("[data-kb-fullscreen]").click()
    page.wait_for_function("() => document.fullscreenElement?.matches('.kb-flow--wide')")
    frame = page.locator(WIDE)
    assert frame.bounding_box()["width"] == width
    assert frame.evaluate("e => e === document.activeElement")
    page.locator(f"{WIDE} .kb-flow__link").first.click()
    page.wait_for_function("() => !document.fullscreenElement")
    assert row_in_sight(page) == page.url.partition("#")[2]
    assert frame.is_visible() == (width == 1280)


def test_the_mermaid_text_is_copied(open_site):
    page = open_site("staff", permissions=["clipboard-read", "clipboard-write"]).goto(CALLER)
    page.locator("article [data-clipboard-text^=flowchart]").click()
    page.locator(".md-dialog--active").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("flowchart ")
    assert len(text.splitlines()) > 20
    assert "受理並建立工單" in text


def test_forced_colours_keep_shapes_lines_and_text_apart(open_site):
    page = open_site("staff", forced_colors="active").goto(CALLER)
    colour = (
        "([selector, name]) => getComputedStyle(document.querySelector(`.kb-flow--wide [role=img] ${selector}`))[name]"
    )

    def of(selector: str, name: str) -> str:
        found: str = page.evaluate(colour, [selector, name])
        return found

    ground = of(".kb-flow-lane", "fill")
    for kind in ("start", "process", "decision", "subprocess", "document"):
        shape = f".kb-flow-{kind} .kb-flow-shape"
        assert of(shape, "stroke") not in (ground, of(shape, "fill")), kind
        assert of(f".kb-flow-{kind} text", "fill") != of(shape, "fill"), kind
    for selector, name in ((".kb-flow-line", "stroke"), (".kb-flow-arrow", "fill"), (".kb-flow-label", "fill")):
        assert of(selector, name) != ground, selector
    assert of(".kb-flow-lane", "stroke") != ground


@pytest.mark.parametrize("path", [CALLER, CALLED, "sops/certificate-renewal.html"])
def test_a_wide_chart_is_printed_as_columns_that_no_page_cuts(open_site, path):
    page = open_site("staff", width=673, height=986, color_scheme="dark").goto(path)
    page.emulate_media(media="print")
    for hidden in (WIDE, NARROW, ".kb-flow__heads", ".kb-flow-actions"):
        assert not page.locator(hidden).first.is_visible(), hidden
    parts = page.locator(".kb-flow-paper > svg")
    boxes = [[float(each) for each in part.get_attribute("viewBox").split()] for part in parts.all()]
    assert len(boxes) > 5
    for (_x, top, _width, height), (_x2, following, _width2, _height2) in itertools.pairwise(boxes):
        assert top + height == pytest.approx(following)
    nodes = page.locator(f"{NARROW} foreignObject").evaluate_all(
        "all => all.map(e => [e.y, e.height].map(l => l.baseVal.value))"
    )
    for y, height in nodes:
        assert any(top <= y and y + height <= top + part for _x, top, _width, part in boxes)
    for part, (_x, _top, width, height) in zip(parts.all(), boxes, strict=True):
        shown = part.bounding_box()
        # Text is 12 px in the chart, and 7 pt are 9.3 px.
        assert 12 * shown["width"] / width >= 28 / 3
        assert shown["height"] == pytest.approx(shown["width"] * height / width, abs=1)
    assert len({round(part.bounding_box()["x"]) for part in parts.all()}) == 2
    # Paper is light, whatever the screen is.
    assert page.locator(".kb-flow-facts").evaluate("e => getComputedStyle(e).color") == "rgb(87, 96, 106)"
