"""The search script in a real browser: under a strict policy, from disk, and when the site is published anew."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kb_builder.model.search import SearchPage, SearchSection
from kb_builder.search.client_script import client_script
from kb_builder.search.rank import Searcher
from kb_builder.search.write import write_index

pytestmark = pytest.mark.xdist_group("site")
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:"
QUERIES = ["備份", "备份还原", "rollbak", "SOP-007", "第 三 頁", "怎麼還原", "不存在 備份", "頁"]
WORDS = ("備份", "還原", "rollback", "監控", "redis")


def pages(text: str, count: int = 40) -> list[SearchPage]:
    return [
        SearchPage(
            url=f"sops/{number:02}.html",
            id=f"SOP-{number:03}",
            title=f"第{'一二三四五六七八九十'[number % 10]}頁 {WORDS[number % 5]}",
            language="zh-Hant",
            sections=(
                SearchSection(
                    anchor="甲", heading=WORDS[number % 3], text=f"{WORDS[number % 4]}的內容。{text}" * (number + 1)
                ),
            ),
        )
        for number in range(count)
    ]


def write(folder: Path, text: str, count: int = 40) -> dict[str, str]:
    files = write_index(pages(text, count))
    (folder / "search").mkdir(exist_ok=True)
    for name, content in {**files, "client.js": client_script()}.items():
        (folder / "search" / name).write_text(content, encoding="utf-8")
    (folder / "index.html").write_text('<!doctype html><meta charset="utf-8"><script src="search/client.js"></script>')
    return files


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not [error for error in errors if "favicon" not in error and "404" not in error]


def ask(page: Page, text: str) -> list[str]:
    script = "async (text) => (await (await kbSearchReady).query(text)).map(({ url }) => url.split('#')[0])"
    found: list[str] = page.evaluate(script, text)
    return found


def wanted(files: dict[str, str], text: str) -> list[str]:
    return [result.url for result in Searcher(files.__getitem__).query(text).results]


def test_under_a_strict_policy(page: Page, site: str, tmp_path: Path) -> None:
    files = write(tmp_path, "其他。")
    page.goto(site)
    assert page.evaluate("kbSearchReady.then((found) => found === window.kbSearch)")
    assert {text: ask(page, text) for text in QUERIES} == {text: wanted(files, text) for text in QUERIES}


def test_from_disk(page: Page, tmp_path: Path) -> None:
    files = write(tmp_path, "其他。")
    page.goto((tmp_path / "index.html").as_uri())
    assert {text: ask(page, text) for text in QUERIES} == {text: wanted(files, text) for text in QUERIES}
    href = page.evaluate("kbSearch.query('備份').then(([first]) => first.href)")
    assert href.startswith((tmp_path / "sops").as_uri())


def test_a_file_is_fetched_once(page: Page, site: str, tmp_path: Path) -> None:
    write(tmp_path, "其他。")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site)
    ask(page, "備份")
    before = len(asked)
    assert before == len(set(asked)) > 3
    ask(page, "備份")
    assert len(asked) == before


def test_the_order_is_told_before_texts_are_here(page: Page, site: str, tmp_path: Path) -> None:
    write(tmp_path, "其他。")
    page.goto(site)
    early, late = page.evaluate(
        """async () => {
          const { query } = await kbSearchReady;
          let early;
          const late = await query("備份", { onRanked: (results) => (early = results) });
          const short = (results) => [results.count, results.map(({ title, excerpt }) => [title, excerpt !== ""])];
          return [short(early), short(late)];
        }"""
    )
    assert early[0] == late[0] > 1
    assert [title for title, _has in early[1]] == [title for title, _has in late[1]]
    assert not any(has for _title, has in early[1]) and all(has for _title, has in late[1][:-1])


def test_a_site_published_anew_is_read_anew(page: Page, site: str, tmp_path: Path) -> None:
    write(tmp_path, "其他。")
    page.goto(site)
    page.evaluate("kbSearchReady.then(() => 0)")
    files = write(tmp_path, "全部換過的文字。", 90)
    assert page.evaluate("kbSearch.query('頁').then(({ count }) => count)") == 90
    assert ask(page, "全部換過") == wanted(files, "全部換過") != []


def test_what_cannot_be_fetched_is_an_error_and_may_be_tried_again(page: Page, site: str, tmp_path: Path) -> None:
    write(tmp_path, "其他。")
    page.goto(site)
    page.evaluate("kbSearchReady.then(() => 0)")
    (tmp_path / "search" / "t0.js").rename(tmp_path / "search" / "away")
    failed = page.evaluate("kbSearch.query('備份').then(() => '', (error) => error.message)")
    assert "t0.js" in failed and "cannot be loaded" in failed
    (tmp_path / "search" / "away").rename(tmp_path / "search" / "t0.js")
    assert ask(page, "備份")
