"""What the sanitiser keeps, feature by feature, and what it takes away."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown import Markdown

from kb_builder.dialect.sanitise import sanitise, sanitise_page
from kb_builder.model.dialect import EXTENSIONS, SITE_EXTENSIONS
from kb_builder.model.safe_html import marked
from kb_builder.sources.markdown_structure import resolve_names

# Every feature of the theme that authors may use.
FEATURES = {
    "abbreviation": "HTML\n\n*[HTML]: Hyper",
    "admonition": '!!! warning inline end "小心"\n    不要重開。',
    "annotation": "文字 (1)\n{ .annotate }\n\n1.  註解",
    "attributes": "圖 ![a](a.png){ width=300 align=left loading=lazy }\n\n## 標題 {#resend .note title=t}",
    "autolink": "<https://example.com/> <help@example.com>",
    "code": "```python\nprint(1)\n```",
    "code-annotation": "```python\nprint(1)  # (1)!\n```\n\n1.  印出",
    "code-in-line": "`a < b` `#!python x = 1`",
    "code-lines": '```python linenums="1" hl_lines="2"\na = 1\nb = 2\n```',
    "code-title": '```python title="a.py"\nprint(1)\n```',
    "definition": "詞\n:   解釋",
    "details": '??? tip "更多"\n    內容\n\n???+ note\n    開著',
    "emoji": ":smile: :warning:",
    "footnote": "文[^1]\n\n[^1]: 註",
    "grid": '<div class="grid cards" markdown>\n\n- 一\n- 二\n\n</div>',
    "html": '<details open><summary>a</summary><p lang="en" dir="ltr" align="right">b<br></p></details> <kbd>x</kbd>',
    "icon": ":material-check: :fontawesome-solid-bell: :octicons-alert-16:",
    "keys": "++ctrl+alt+delete++",
    "link": '[a](b.md#c "t"){ target=_blank rel=noopener } [b](../c.pdf) [d](tel:+886-2-1234)',
    "list": "3. a\n    - b\n\n        > c",
    "marks": "==a== ~~b~~ H~2~O x^2^ ^^c^^",
    "ruby": "<ruby>漢<rp>(</rp><rt>han</rt><rp>)</rp></ruby>",
    "table": "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |",
    "table-of-html": '<table><tr><th scope="col" colspan="2">a</th></tr><tr><td>b</td></tr></table>',
    "tabs": '=== "A"\n\n    一\n\n=== "B"\n\n    二',
    "tasks": "- [x] 做了\n- [ ] 沒做",
}
TAKEN = {
    "script": "<script>MARK</script>",
    "handler": "<b onclick=MARK>x</b>",
    "style": '<b style="MARK">x</b><style>MARK</style>',
    "address": '<a href="javascript:MARK">x</a><a href="java&Tab;script:MARK">x</a><a href="//MARK">x</a>',
    "backslashes": r'<a href="/\MARK">x</a><a href="\\MARK">x</a>',
    "data": '<a href="data:text/html,MARK">x</a><img src="data:image/svg+xml,MARK">',
    "picture-elsewhere": '<img src="https://example.com/MARK.png"><img src="//MARK"><img srcset="MARK 2x">',
    "frame": '<iframe src="MARK"></iframe><object data="MARK"></object><embed src="MARK">',
    "form": '<form action="MARK"><input name="MARK"><button formaction="MARK"></button></form>',
    "input": '<input id="MARK"><input type="text" id="MARK"><input id="a>b MARK">',
    "svg": '<svg onload="MARK"><script>MARK</script><animate onbegin="MARK"/><foreignObject id="MARK"></svg>',
    "math": '<math href="javascript:MARK"><mi id="MARK"></math>',
    "head": '<base href="MARK"><meta http-equiv="refresh" content="MARK"><link rel="stylesheet" href="MARK">',
    "ids": '<p id="__MARK">x</p><p id="kbMARK">x</p><p id="MARK$">x</p>',
    "classes": '<p class="md-MARK kb-MARK MD-MARK">x</p>',
    "names": '<img name="MARK"><label for="__MARK">x</label>',
    "data-attributes": '<p data-md-component="MARK" data-kb-table="MARK" data-clipboard-text="MARK">x</p>',
    "comment": "<!-- MARK -->",
    "comment-ended-early": "<!--> <img src=x onerror=MARK> -->",
    "hidden-in-style": "<svg><style><img src=x onerror=MARK></style></svg>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror=MARK>"></noscript>',
    "math-table": "<math><mtext><table><mglyph><style><img src=x onerror=MARK>",
}


def render(text: str) -> str:
    extensions = {**EXTENSIONS, **SITE_EXTENSIONS}
    configs = {name: resolve_names(options) for name, options in extensions.items()}
    return Markdown(extensions=list(configs), extension_configs=configs).convert(text)


class _Events(HTMLParser):
    """HTML without differences that browsers do not see."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.events.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.events.append("/" + tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.events.append(data)


def events(page: str) -> list[object]:
    reader = _Events()
    # Browsers make a body for every table.
    reader.feed(re.sub(r"</?tbody>", "", page))
    reader.close()
    return [each for each in reader.events if each not in ("/path", "/hr", "/img", "/input", "/br")]


@pytest.mark.parametrize("text", FEATURES.values(), ids=FEATURES)
def test_feature_is_kept(text: str) -> None:
    rendered = render(text)
    assert events(sanitise(rendered)) == events(rendered)


@pytest.mark.parametrize("part", TAKEN.values(), ids=TAKEN)
def test_nothing_of_it_is_left(part: str) -> None:
    assert re.search(r"<[^>]*MARK|MARK\s*$", sanitise(part)) is None


def test_depth_is_limited() -> None:
    assert sanitise("<b>" * 100_000).startswith("<pre>&lt;b&gt;")
    assert sanitise("<b></i>" * 100_000).startswith("<pre>")
    assert sanitise("<b></b>" * 1000) == "<b></b>" * 1000


def page(text: str) -> str:
    """Return a page with something of our own before and after an author's text."""
    return render(f'<section class="kb-control" style="x">a</section>\n\n{marked(text)}\n\n<p class="kb-end">z</p>')


@pytest.mark.parametrize(
    "text",
    ["文 <b onclick=x>b</b>[^1]\n\n[^1]: <b onclick=y>註</b>", "</div></article>", "<details>", "<!-- x", "```\nx"],
)
def test_only_the_authors_part_is_touched(text: str) -> None:
    cleaned = sanitise_page(page(text))
    assert cleaned.startswith('<section class="kb-control" style="x">a</section>')
    assert "kb-end" in cleaned
    assert "onclick" not in cleaned and "</article>" not in cleaned and "kb-author" not in cleaned


def test_what_is_left_open_does_not_swallow_the_end() -> None:
    assert '</details><p class="kb-end">' in re.sub(r"\s", "", sanitise_page(page("<details>x"))).replace("pc", "p c")


def test_a_mark_of_another_text_ends_nothing() -> None:
    forged = marked("x").partition("\n")[0]
    cleaned = sanitise_page(page(f"{forged}\n\n<b onclick=x>b</b>"))
    assert "onclick" not in cleaned and "kb-end" in cleaned


def test_a_swallowed_mark_leaves_nothing_unsanitised() -> None:
    start = marked("x").partition("\n")[0]
    assert sanitise_page(f'<p class="kb-a">a</p>{start}<b onclick=x>b</b>') == '<p class="kb-a">a</p><b>b</b>'
