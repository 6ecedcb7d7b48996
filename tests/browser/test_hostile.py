"""Sites made of hostile pages, as if nobody had looked at what `kb check` says: nothing runs, nobody else is asked.

The policy for scripts is left out on purpose: what is tested is that there is nothing for it to stop.
"""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from corpus import BODIES, HOST, HTML, MARKDOWN, OWNERS, RUN, SOP, TEXTS, USUAL_SOP, page, picture, quoted
from playwright.sync_api import Browser, Page

from kb_builder import checks
from kb_builder.audience import project
from kb_builder.config.load import load_settings
from kb_builder.pipeline import check, generate, stage_tree
from kb_builder.renderers import mkdocs
from kb_builder.search_site import write_search

TODAY = date(2026, 11, 20)
PLACES = ("block", "sentence", "item", "heading", "cell", "tab", "footnote")
# What swallows the rest of the page comes last.
_OPEN = ("unclosed", "surplus", "comment", "xmp", "noscript", "textarea", "template", "select")
AUDIENCES = ("staff", "customers")
MEET = """async () => {
  for (const each of document.querySelectorAll("article *, nav *, .kb-box *")) {
    for (const type of ["mouseover", "mouseenter", "pointerover", "focus", "focusin", "toggle", "error"])
      each.dispatchEvent(new Event(type));
    if (!each.closest("a[href]:not([href^='#'])")) each.dispatchEvent(new MouseEvent("click", { cancelable: true }));
  }
  for (const link of document.querySelectorAll("article a")) {
    const href = link.href?.baseVal ?? link.href;
    if (/^\\s*(?:javascript|data|vbscript|blob|file):/i.test(href)) throw new Error(link.outerHTML);
  }
}"""


def texts(place: str) -> str:
    """Return a text with every threat at one kind of place."""
    before, after = BODIES[place]
    named = sorted({**HTML, **MARKDOWN}.items(), key=lambda pair: pair[0].startswith(_OPEN))
    parts = (f"{name}：\n\n" + (text if "\n" in text else before + text + after) for name, text in named)
    return "\n\n".join(parts).replace("[^1]", f"[^{place}]")


def files() -> dict[str, str | bytes]:
    found: dict[str, str | bytes] = {
        f"content/faq/{place}.md": page(id=f"FAQ-1{number}", title=place, body=texts(place))
        for number, place in enumerate(PLACES)
    }
    for number, text in enumerate(TEXTS.values()):
        value = quoted(text)
        fields = dict.fromkeys(("title", "summary", "topic", "tag", "alias"), value)
        found[f"content/faq/t{number}.md"] = page(id=f"FAQ-2{number}", **fields)
        sop = SOP.format(**dict.fromkeys(USUAL_SOP, value)).replace("SOP-001", f"SOP-1{number}")
        found[f"content/sops/s{number}.md"] = sop.replace("title: 程序", f"title: {value}")
    owners = OWNERS.format(name=quoted(TEXTS["title"]), department=quoted(TEXTS["image"]))
    return {
        "kb.yml": "timezone: Asia/Taipei\n",
        "registry/owners.yml": owners,
        "content/faq/x.png": picture(1, 1),
        **found,
    }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build both sites past the gate, with the stages of the pipeline."""
    root = tmp_path_factory.mktemp("hostile")
    for name, text in files().items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    checked = check(load_settings(root, checks.rules()), TODAY)
    assert checked.blockers
    found = {}
    for audience in AUDIENCES:
        tree = generate(checked.catalog, audience)
        stage_tree(tree, root / audience)
        mkdocs.render(root / audience, root / audience / "site", TODAY, {})
        write_search(tree, project(checked.catalog, audience), root / audience / "site")
        found[audience] = root / audience / "site"
    return found


@pytest.fixture
def served(hostile: dict[str, Path]) -> Iterator[dict[str, str]]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    servers = {
        audience: http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        for audience, folder in hostile.items()
    }
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {audience: f"http://127.0.0.1:{server.server_port}/" for audience, server in servers.items()}
    for server in servers.values():
        server.shutdown()
        server.server_close()


def unharmed(page_: Page) -> None:
    page_.evaluate(MEET)
    assert page_.evaluate("window.kbHurt") is None
    assert page_.locator("article").is_visible()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_runs_and_nobody_else_is_asked(audience: str, browser: Browser, served: dict[str, str]) -> None:
    base = served[audience]
    context = browser.new_context()
    view = context.new_page()
    foreign: list[str] = []
    dialogs: list[str] = []
    view.on("request", lambda request: None if request.url.startswith((base, "data:")) else foreign.append(request.url))
    view.on("dialog", lambda dialog: dialogs.append(dialog.message))
    for path in (*(f"faq/{place}.html" for place in PLACES), "index.html", "faq/t1.html"):
        view.goto(base + path)
        unharmed(view)
    if audience == "staff":
        for path in ("sops/s1.html", "owners/index.html", "sops/index.html", "tags.html"):
            if view.goto(base + path).ok:  # type: ignore[union-attr]
                unharmed(view)
    # By the search field, and into a page that is swapped in place.
    view.goto(base + "index.html")
    view.keyboard.press("/")
    view.keyboard.type("script")
    view.locator("[role=option]").first.wait_for()
    unharmed(view)
    view.locator("[role=option] a, a[role=option], [role=option]").first.click()
    view.wait_for_load_state("networkidle")
    unharmed(view)
    assert not foreign and not dialogs
    context.close()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_markup_in_fields_is_text_everywhere(audience: str, hostile: dict[str, Path]) -> None:
    site = hostile[audience]
    for file in site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert f"<script>{RUN}" not in text and f"onerror={RUN}>" not in text.replace("&gt;", ""), file
        assert HOST not in "".join(text.split("<")[1:]) or f"<iframe src=https://{HOST}" not in text, file
    titles = {each.text for each in ElementTree.parse(site / "feed.xml").iter("{http://www.w3.org/2005/Atom}title")}
    assert any(title and TEXTS["title"] in title for title in titles)
    for file in site.rglob("*.json"):
        json.loads(file.read_text(encoding="utf-8"))


def test_title_shows_as_text(browser: Browser, served: dict[str, str]) -> None:
    view = browser.new_page()
    view.goto(served["staff"] + "faq/" + quote("t1.html"))
    assert view.title().startswith(TEXTS["title"])
    assert view.locator("h1").inner_text() == TEXTS["title"]
    view.close()
