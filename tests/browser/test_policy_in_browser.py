"""The sites keep to their policy in a real browser, and it stops what it is meant to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kb_builder.model.settings import Settings
from kb_builder.pipeline import build

pytestmark = pytest.mark.xdist_group("site")
LISTEN = """
window.kbViolations = [];
addEventListener("securitypolicyviolation", (event) =>
  kbViolations.push([event.effectiveDirective, event.blockedURI, event.sample, event.sourceFile, event.lineNumber]));
"""
# All that Material makes of Markdown and that we support.
FEATURES = """\
---
id: FAQ-001
title: 全部
summary: 一頁裡的全部寫法。
owner: dba
status: published
audience: [staff, customers]
topic: 寫法
last_reviewed: 2026-11-01
---

## 表格

| 左 | 中 | 右 |
| :-- | :-: | --: |
| 1 | 2 | 3 |

!!! warning "小心"
    這裡要小心。

??? note "展開"
    裡面的文字。

=== "甲"
    甲的內容。

=== "乙"
    乙的內容。

- [x] 做完了
- [ ] 還沒

註腳[^1]、++ctrl+k++、==標記==、H~2~O、x^2^、:material-check:、`#!python print(1)`。

[^1]: 註腳的文字。

```python title="a.py" linenums="1" hl_lines="2"
print(1)
print(2)  # (1)!
```

名詞
:   說明。

*[HTML]: 標記語言
"""


def violations(page: Page) -> list[list[object]]:
    found: list[list[object]] = page.evaluate("kbViolations")
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(LISTEN)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not [error for error in errors if "Refused" in error or "Content Security Policy" in error]


@pytest.fixture
def features(make_project: Callable[[Mapping[str, str]], Settings]) -> Path:
    built = build(
        make_project({"content/faq/a.md": FEATURES.replace("[staff, customers]", "staff")}), date(2026, 11, 20)
    )
    assert built.published, built.diagnostics
    return built.published["staff"]


def test_all_that_markdown_may_hold_keeps_to_the_policy_without_a_server(page: Page, features: Path) -> None:
    page.goto((features / "faq" / "a.html").as_uri())
    article = page.locator("article")
    assert (
        article.locator(".admonition, details, .tabbed-set, .task-list-item, .footnote, kbd, mark, .highlight").count()
        > 9
    )
    # Scripts and styles of the site do work: the policy's 'self' is the folder's.
    assert page.evaluate("[typeof __md_scope, typeof kbBox]") == ["object", "object"]
    assert article.locator("td").nth(2).evaluate("e => getComputedStyle(e).textAlign").endswith("right")
    article.locator(".tabbed-labels label").nth(1).click()
    assert article.locator(".tabbed-block").nth(1).is_visible()
    article.locator("summary").click()
    article.locator(".highlight").last.hover()
    page.locator("label[for=__palette_1], .md-header__option label:visible").first.click()
    page.locator(".kb-box__input").fill("全部")
    page.locator(".kb-box [role=option]").first.wait_for()
    assert violations(page) == []


def test_pages_swapped_in_place_and_search_keep_to_the_policy(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses["staff"] + "index.html")
    page.evaluate("window.kbKept = true")
    for link in (".kb-cards--emergency a", ".kb-kicker a", "article table a[href*='redis']"):
        page.locator(link).first.click()
        page.wait_for_load_state("networkidle")
    page.wait_for_url("**/redis-*.html*")
    page.locator(".kb-box__input").fill("備份")
    page.locator(".kb-box [role=option]").first.click()
    page.wait_for_url("**/backup*.html*")
    page.locator("label[for^=__palette]:visible").click()
    assert page.evaluate("window.kbKept")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("code", "directive"),
    [
        ("document.body.setAttribute('onclick', 'window.hit = 1'); document.body.click()", "script-src-attr"),
        ("add('script', { text: 'window.hit = 1' })", "script-src-elem"),
        ("document.body.setAttribute('style', 'color: red')", "style-src-attr"),
        ("add('iframe', { src: 'data:text/html,x' })", "frame-src"),
        ("add('base', { href: 'https://evil.example/' })", "base-uri"),
        ("add('form', {}).submit()", "form-action"),
        ("fetch('https://evil.example/').catch(() => 0)", "connect-src"),
        ("new Image().src = 'https://evil.example/x.png'", "img-src"),
    ],
)
def test_the_policy_stops_what_should_not_be_there(
    browser: Browser, addresses: dict[str, str], code: str, directive: str
) -> None:
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()
    try:
        page.goto(addresses["customers"] + "index.html")
        add = "(tag, given) => document.head.appendChild(Object.assign(document.createElement(tag), given))"
        page.evaluate(f"() => {{ const add = {add}; {code} }}")
        page.wait_for_function("() => kbViolations.length")
        # Once for the policy of the page, once for that of the header.
        assert {each[0] for each in violations(page)} == {directive}
        assert page.evaluate("window.hit") is None
    finally:
        context.close()


def test_no_other_site_can_frame_a_page(browser: Browser, addresses: dict[str, str]) -> None:
    page = browser.new_page()
    try:
        page.set_content(f'<iframe src="{addresses["staff"]}index.html"></iframe>')
        page.wait_for_load_state("networkidle")
        assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]
    finally:
        page.close()
