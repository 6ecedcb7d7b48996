"""Serves the built sample sites to a real Chromium."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from kb_builder.pipeline import Built


def sample(pages: Sequence[str]) -> Sequence[str]:
    """Return one page in three, or all where KB_BROWSER is `all`, as in `make test-long`."""
    return pages if os.environ.get("KB_BROWSER") == "all" else pages[::3]


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Sends the headers that the build wrote for the site."""

    def end_headers(self) -> None:
        served = Path(self.directory)
        # Of several sites in one folder, that which was asked for.
        file = next(path for path in (served, served / self.path.split("/")[1]) if (path / "_headers").is_file())
        rule, *_others = (file / "_headers").read_text(encoding="utf-8").removeprefix("/*\n").split("\n/")
        for line in rule.splitlines():
            self.send_header(*line.strip().split(": ", 1))
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Visit:
    """An open page and what went wrong while it was open."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def goto(self, path: str) -> Page:
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture(scope="session")
def addresses(sample: Built) -> Iterator[dict[str, str]]:
    servers, found = [], {}
    for audience, folder in sample.published.items():
        handler = functools.partial(_QuietHandler, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        found[audience] = f"http://127.0.0.1:{server.server_port}/"
    yield found
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def open_site(browser: Browser, addresses: dict[str, str]) -> Iterator[object]:
    """Return a function that opens a site: `open_site("staff", width=390, color_scheme="dark")`.

    `base` is another address of the same site.
    """
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_(audience: str, width: int = 1280, height: int = 900, base: str = "", **options: object) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        visit = Visit(page=context.new_page(), base=base or addresses[audience])
        visit.page.on("console", lambda m: visit.errors.append(m.text) if m.type == "error" else None)
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on("request", lambda r: visit.foreign.append(r.url) if not r.url.startswith(visit.base) else None)
        visits.append(visit)
        return visit

    yield open_
    for context in contexts:
        context.close()
    for visit in visits:
        assert not visit.errors
        assert not [url for url in visit.foreign if not url.startswith(("data:", "blob:", "about:"))]
