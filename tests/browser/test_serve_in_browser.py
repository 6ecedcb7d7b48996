"""`kb serve` in Chromium: an edit shows itself, where the reader was; a broken one shows what is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kb_builder import checks
from kb_builder.cache import Cache
from kb_builder.config.load import load_settings
from kb_builder.model.settings import Settings
from kb_builder.preview.builder import Preview
from kb_builder.preview.server import Server
from kb_builder.preview.shown import Shown
from tests.conftest import ROOT, TODAY

EXAMPLE = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
LONG = EXAMPLE + "\n很長的一頁。\n" * 200
PATIENCE = 60_000


class Serve:
    """A running preview; `write` changes a file of the project and brings the preview up to date."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.shown = Shown(folder / "staff")
        self.preview = Preview(
            load=lambda: (load_settings(root, checks.rules()), TODAY),
            audience="staff",
            folder=folder,
            shown=self.shown,
            say=lambda _text: None,
            cache=lambda project: Cache(),
        )
        self.preview.update()
        self.server = Server("127.0.0.1", 0, self.shown)
        self.server.start()

    def write(self, text: str) -> None:
        (self.root / "content/faq/a.md").write_text(text, encoding="utf-8")
        # The browser's own work is done in this thread.
        thread = threading.Thread(target=self.preview.update)
        thread.start()
        thread.join()


@pytest.fixture
def serve(make_project: Callable[[Mapping[str, str]], Settings], tmp_path_factory) -> Iterator[Serve]:
    root = make_project({"content/faq/a.md": LONG}).root
    serve = Serve(root, tmp_path_factory.mktemp("preview"))
    with serve.server:
        yield serve


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


def shows(page: Page, text: str) -> None:
    expect(page.locator("body")).to_contain_text(text, timeout=PATIENCE)


def test_an_edit_shows_itself_where_the_reader_was(page: Page, serve: Serve) -> None:
    page.goto(serve.server.url + "faq/a.html")
    page.evaluate("scrollTo({ top: 1500, behavior: 'instant' })")
    serve.write(LONG + "\n第一次修改。\n")
    shows(page, "第一次修改。")
    page.wait_for_function("() => scrollY === 1500")
    serve.write(LONG.replace("owner: ops", "owner: nobody"))
    shows(page, "content/faq/a.md:5:8")
    shows(page, "KB201 owner-unknown")
    assert page.locator("h1").evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    serve.write(LONG + "\n第二次修改。\n")
    shows(page, "第二次修改。")
    # What was wrong was too short to scroll so far.
    page.wait_for_function("() => scrollY === 1500")


def test_a_page_that_was_swapped_in_place_shows_its_edits_and_others_are_left_alone(page: Page, serve: Serve) -> None:
    page.goto(serve.server.url)
    page.evaluate("window.kept = true")
    page.locator("a[href*='faq/']").first.click()
    page.locator("article a[href*='a.html']").first.click()
    page.wait_for_url("**/faq/a.html")
    shows(page, "很長的一頁。")
    assert page.evaluate("window.kept")
    serve.write(LONG + "\n第一次修改。\n")
    shows(page, "第一次修改。")
    page.goto(serve.server.url + "owners.html")
    page.evaluate("window.kept = true")
    with page.expect_response(lambda answer: "/-/changes" in answer.url):
        serve.write(LONG + "\n第二次修改。\n")
    assert page.evaluate("window.kept")
