"""Links of a page: found in every form, at their place, and nowhere where none is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb_builder.model.catalog import Body, LinkProblem
from kb_builder.model.document import Document
from kb_builder.model.location import LineMap
from kb_builder.sources import link_scan
from kb_builder.sources import links as links_module
from kb_builder.sources.front_matter import parse_front_matter
from kb_builder.sources.links import LinkIndex
from kb_builder.sources.markdown_structure import plain_anchors, render_structure

HEAD = "---\nid: FAQ-001\n---\n"
TARGET = """\
## 備份

## 備份

## 還原 {#restore}

## `kb check` 與 [連結](page.md)

標題
====

<a id="anchor"></a><a name="old"></a>

| 表 |
| -- |
| 格 |
{: #table }

註[^1]。

[^1]: 腳註。
"""
PAGES = {
    "faq/target.md": TARGET,
    "faq/a(1).md": "x",
    "faq/sub/deep.md": "x",
    "faq/中文.md": "## 一\n",
    "sops/other.md": "x",
}
ASSETS = frozenset(("faq/p.png", "faq/sub/q(2).png", "sops/形.pdf"))
GENERATED = frozenset(("index.md", "faq/index.md"))


def page(path: str, body: str, **fields: str) -> Document:
    raw = parse_front_matter(path, path, HEAD + body)
    return Document(raw=raw, type="faq", fields={"id": path, **fields})


def index(body: str, others: Mapping[str, str] = PAGES, **fields: str) -> tuple[LinkIndex, Document]:
    documents = {path: page(path, text) for path, text in others.items()}
    document = page("faq/page.md", body, **fields)
    return LinkIndex({**documents, "faq/page.md": document}, ASSETS, GENERATED), document


def read(body: str) -> Body:
    links, document = index(body)
    return links.body(document)


def problems(body: str) -> list[tuple[LinkProblem | None, str]]:
    return [(link.problem, link.href) for link in read(body).links if link.problem]


IN_ORDER = {
    "plain": "[a](target.md)",
    "title": "[a](target.md \"標題\") [b](target.md '標題')",
    "title-with-parentheses": '[a](target.md "標題 (一)")',
    "angle": '[a](<target.md>) [b](<target.md> "標題")',
    "reference": "[a][t] [t] [t][]\n\n[t]: target.md",
    "reference-title": '[a][t]\n\n[t]: target.md "標題"',
    "reference-angle": "[a][t]\n\n[t]: <target.md>",
    "reference-next-line": "[a][t]\n\n[t]:\n    target.md",
    "reference-in-list": "- [t]: target.md\n\n[a][t]",
    "reference-in-quote": "> [t]: target.md\n>\n> [a][t]",
    "image": '![圖](p.png) ![圖](p.png "標題")',
    "image-in-link": "[![圖](p.png)](target.md)",
    "image-reference": "![圖][p]\n\n[p]: p.png",
    "nested-brackets": "[a [b] c](target.md) [[a]](target.md)",
    "code-in-text": "[`a](b`](target.md)",
    "parentheses": "[a](a(1).md) ![b](sub/q(2).png)",
    "up": "[a](../sops/other.md) [b](../index.md) [c](../faq/target.md)",
    "down": "[a](sub/deep.md) [b](./sub/../target.md)",
    "generated": "[a](index.md) [b](../index.md)",
    "percent": "[a](%E4%B8%AD%E6%96%87.md#%E4%B8%80) [b](中文.md#一)",
    "query": "[a](target.md?x=1#備份)",
    "asset": "[a](../sops/形.pdf) [b](../sops/形.pdf#page=2)",
    "anchors": "[a](target.md#備份) [b](target.md#備份_1) [c](target.md#restore)",
    "anchors-of-html": "[a](target.md#anchor) [b](target.md#old)",
    "anchor-of-code": "[a](target.md#kb-check-與-連結) [b](target.md#標題) [c](target.md#table)",
    "anchor-of-footnote": "[a](target.md#fn:1) [b](target.md#fnref:1)",
    "anchor-here": "[a](#結尾) [b](#x)\n\n## 結尾\n\n## 別的 {#x}",
    "anchor-in-admonition": "[a](#內)\n\n!!! note\n    ## 內",
    "external": "[a](https://example.com/x.md) [b](mailto:a@example.com) <https://example.com/nope.md>",
    "footnote": "a[^1] b[^long]\n\n[^1]: 註 [a](target.md)\n[^long]: 註\n\n    [b](target.md)",
    "footnote-unused": "[^1]: 註 [a](target.md)\n\n`[a](nope.md)`",
    "abbreviation": "HTML\n\n*[HTML]: Hyper Text",
    "entity": "[a](target.md?a=1&amp;b=2)",
    "html": '<a href="p.png">a</a> <img src=p.png> <a href="#x">b</a>\n\n## x',
    "html-in-code": '`<a href="target.md">`',
    "attribute-list-target": '[a](p.png){: href="target.md" }',
    "html-in-markdown": "<div markdown>\n[a](target.md)\n</div>",
    "attributes": "[a](target.md){: .button } [b](target.md){ #id }",
    "table-of-contents": "[TOC]\n\n## 一\n\n## 二",
    # What is no link, though it looks like one.
    "inline-code": "`[a](nope.md)` ``[a](nope.md) ` [b](nope.md)``",
    "fenced": "```\n[a](nope.md)\n[t]: nope.md\n```\n\n[t]",
    "fenced-with-name": '```markdown title="x"\n![a](nope.png)\n```',
    "fenced-tilde": "~~~\n[a](nope.md)\n~~~",
    "fenced-in-list": "1. a\n\n    ```\n    [a](nope.md)\n    ```",
    "fenced-in-tab": '=== "一"\n\n    ```\n    [a](nope.md)\n    ```\n\n=== "二"\n\n    [b](target.md)',
    "fenced-in-admonition": '!!! warning "注意"\n\n    ```\n    [a](nope.md)\n    ```\n\n??? note\n    [b](target.md)',
    "indented": "文\n\n    [a](nope.md)\n    [t]: nope.md\n",
    "comment": "<!-- [a](nope.md) <a href='nope.md'> -->",
    "html-is-no-markdown": "<div>\n[a](nope.md)\n</div>",
    "escaped": r"\[a](nope.md) [a\](nope.md) \![x]\(nope.md)",
    "no-definition": "[nowhere] a[0] (b) if x[1]: y; a[0][1] f(x)[0][1]",
    "undefined-in-code": "`[a][nowhere]` `[[a]]`\n\n```\n[a][nowhere]\n[中文]（target.md）\n```",
    "defined": "[a][t] ![b][p] [[t]](target.md) [[t]][t]\n\n[t]: target.md\n[p]: p.png",
    "footnotes-side-by-side": "a[^1][^2]\n\n[^1]: 一\n[^2]: 二",
    "wide-brackets-in-prose": "[註]（見下）與 [圖 2.1]（二）；[t]（target.md）\n\n[t]: target.md",
    "test-in-shell": "[[ -f x ]]",
    "comment-closed": "<!-- 一 -->\n\n文 <!-- 二\n三 --> 文 `<!--` \\<!-- x -->",
    "emoji-anchor": "[a](#watch) [b](#一-nope-二) [c](#三)\n\n## :warning: Watch\n\n## 一 :nope 二\n\n:x: 三\n===",
    "unused-definition": "[t]: nope.md\n\n文",
    "html-attribute-in-code": '`<a href="nope.md">`',
    "task-list": "- [ ] a\n- [x] b",
    "crlf": "[a](target.md)\r\n\r\n`[b](nope.md)`\r\n\r\n[t]: target.md\r\n",
    "heading-in-code": "```\n##\n```\n\n    #\n\n`#`",
}


@pytest.mark.parametrize("body", IN_ORDER.values(), ids=IN_ORDER)
def test_no_false_alarm(body: str) -> None:
    found = read(body + "\n")
    assert not found.failure
    assert [link for link in found.links if link.problem] == []
    assert found.empty_headings == ()


PAGE, ANCHOR, ASSET, FORM = LinkProblem.PAGE, LinkProblem.ANCHOR, LinkProblem.ASSET, LinkProblem.FORM
LOST = LinkProblem.LOST
# ▸ stands before the target at fault; in the text before it stands what must not be mistaken for it.
BROKEN = {
    "plain": (PAGE, "`[a](nope.md)` [a](▸nope.md)"),
    "title": (PAGE, '[a](▸nope.md "標題")'),
    "title-with-parentheses": (PAGE, '[a](▸nope.md "標題 (一)")'),
    "angle": (PAGE, "[a](<▸nope.md>)"),
    "angle-with-space": (PAGE, "[a](<▸no pe.md>)"),
    "without-ending": (PAGE, "[a](▸nope)"),
    "folder": (PAGE, "[a](▸sub/)"),
    "html-ending": (PAGE, "[a](▸target.html)"),
    "case": (PAGE, "[a](▸Target.md)"),
    "reference": (PAGE, "[a][t]\n\n[t]: ▸nope.md"),
    "reference-in-list": (PAGE, "- [t]: ▸nope.md\n\n[a][t]"),
    "reference-in-quote": (PAGE, "> [t]: ▸nope.md\n>\n> [a][t]"),
    "reference-over-lines": (PAGE, "[long\nlabel]\n\n[long label]: ▸nope.md"),
    "image": (ASSET, "![圖](▸nope.png)"),
    "image-reference": (ASSET, "![圖][p]\n\n[p]: ▸nope.png"),
    "image-in-link": (ASSET, "[![圖](▸nope.png)](target.md)"),
    "link-around-image": (PAGE, "[![圖](p.png)](▸nope.md)"),
    "nested-brackets": (PAGE, "[a [b] c](▸nope.md)"),
    "parentheses": (PAGE, "[a](▸nope(1).md)"),
    "parentheses-twice": (PAGE, "[a](▸nope((1)).md)"),
    "escaped-parenthesis": (PAGE, "[a](▸nope\\(1.md)"),
    "space": (PAGE, "[a](▸no pe.md)"),
    "percent": (PAGE, "[a](▸%E7%84%A1.md)"),
    "footnote": (PAGE, "a[^1]\n\n[^1]: 註 [a](▸nope.md)"),
    "list": (PAGE, "1. 一\n    - [a](▸nope.md)"),
    "table": (PAGE, "| a |\n| - |\n| [a](▸nope.md) |"),
    "heading": (PAGE, "## 見 [a](▸nope.md)"),
    "admonition": (PAGE, "!!! note\n    [a](▸nope.md)"),
    "tab": (PAGE, '=== "一"\n\n    [a](▸nope.md)'),
    "html": (PAGE, 'nope.md <a href="▸nope.md">a</a>'),
    "html-to-page": (FORM, '`<a href="target.md">` <a href="▸target.md">a</a>'),
    "html-to-anchor": (FORM, '<a href="▸target.md#restore">a</a>'),
    "html-to-generated": (FORM, '<div>\n<a href="▸../index.md">a</a>\n</div>'),
    "own-disk": (FORM, "[a](▸C:/share/a.pdf)"),
    "own-disk-as-address": (FORM, "![a](▸file:///c:/x.png)"),
    "undefined": (LOST, "`[a][t]` ▸[a][t]"),
    "undefined-label": (LOST, "請見▸[a][]。"),
    "undefined-image": (LOST, "文 ▸![a][t]"),
    "undefined-with-markup": (LOST, "**▸[*a* b][t]**"),
    "wide-brackets": (LOST, "▸[中文]（target.md）"),
    "wide-brackets-mixed": (LOST, "▸[中文](target.md） 與 [b](target.md)"),
    "wiki": (LOST, "`[[faq/target.md]]` ▸[[faq/target.md]]"),
    "emoji-anchor": (ANCHOR, "[a](▸#warning-watch)\n\n## :warning: Watch"),
    "generated-anchor": (ANCHOR, "[a](▸../index.md#x)"),
    "tool-anchor": (ANCHOR, "[a](▸target.md#kb-anything)"),
    "html-single-quotes": (PAGE, "<a href='▸nope.md'>a</a>"),
    "html-bare": (ASSET, "<img src=▸nope.png>"),
    "html-capital": (ASSET, '<IMG SRC="▸nope.png">'),
    "html-block": (PAGE, '<div>\n<a href="▸nope.md">a</a>\n</div>'),
    "attribute-list": (PAGE, '[a](target.md){: href="▸nope.md" }'),
    "outside": (PAGE, "[a](▸../../secret.md)"),
    "outside-asset": (ASSET, "![a](▸../../../etc/x.png)"),
    "absolute": (FORM, "[a](▸/faq/target.md)"),
    "empty": (FORM, "[a](▸)"),
    "anchor": (ANCHOR, "[a](▸target.md#還原)"),
    "anchor-third": (ANCHOR, "[a](▸target.md#備份_2)"),
    "anchor-here": (ANCHOR, "[a](▸#別處)\n\n## 此處"),
    "anchor-in-code": (ANCHOR, "[a](▸#x)\n\n```\n## x\n```"),
    "anchor-encoded": (ANCHOR, "[a](▸target.md#%E7%84%A1)"),
    "second-of-two": (PAGE, "[a](target.md) [b](▸nope.md)"),
    "crlf": (PAGE, "一\r\n\r\n[a](▸nope.md)\r\n"),
    "beside-code-in-heading": (PAGE, "## `[a](nope.md)`\n\n[a](▸nope.md)"),
}


@pytest.mark.parametrize(("problem", "marked"), BROKEN.values(), ids=BROKEN)
def test_broken_link_is_found_at_its_place(problem: LinkProblem, marked: str) -> None:
    before, after = marked.split("▸")
    links, document = index(before + after + "\n")
    found = [link for link in links.body(document).links if link.problem]
    assert [link.problem for link in found] == [problem]
    lines = LineMap(document.raw.text)
    assert lines.point(found[0].span.start) == lines.point(len(HEAD + before))
    written = found[0].span.cut(document.raw.text).replace("\\", "")
    if problem is not LOST:
        assert "[" not in written
    assert written == found[0].href
    assert found[0].hint


@pytest.mark.parametrize(
    ("href", "hint"),
    [
        ("targets.md", "did you mean target.md?"),
        ("target", "write target.md"),
        ("target.html", "write target.md"),
        ("../sops/others.md", "did you mean ../sops/other.md?"),
        ("target.md#restor", "did you mean #restore?"),
        ("../../a.md", "it leads out of the content folder"),
        ("zzz.md", "no such file"),
        ("/faq/target.md", "write the path relative to this page"),
        ("../index.html", "write ../index.md"),
        ("Target.md", "did you mean target.md?"),
        (".", "write index.md"),
        ("..", "write ../index.md"),
        ("sub", "did you mean sub/deep.md?"),
        ("../index.md#x", "leave the anchor out"),
    ],
)
def test_hint_says_what_was_meant(href: str, hint: str) -> None:
    [link] = read(f"[a]({href})\n").links
    assert link.hint.startswith(hint)


def test_hint_of_another_case_wins_and_is_never_the_page_itself() -> None:
    links, document = index("[a](PAG.md) [b](PAGES.md)\n", {"faq/pages.md": "x", "faq/page2.md": "x"})
    assert [link.hint for link in links.body(document).links][1] == "did you mean pages.md?"
    links, document = index("[a](pag.md)\n", {})
    assert [link.hint for link in links.body(document).links] == ["no such file"]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ('<a href="target.md#restore">x</a>', "write `[text](target.md#restore)`"),
        ("[[faq/target.md]]", "write [faq/target.md](target.md)"),
        ("[[別處]]", "write [別處](address)"),
        ("[中文]（target.md）", "write it with ordinary brackets: [中文](target.md)"),
        ("[x][missing]", "write `[x](address)`, or add a line `[missing]: address`"),
    ],
)
def test_hint_says_how_to_write_the_link(body: str, hint: str) -> None:
    [link] = read(body + "\n").links
    assert link.hint.startswith(hint)


@pytest.mark.parametrize(
    ("fragment", "audience", "problem"),
    [
        ("kb-steps", "staff", None),
        ("kb-step-stop", "staff", None),
        ("kb-step-s2", "staff", None),
        ("kb-step-s1", "staff", ANCHOR),
        ("kb-rollback", "staff", ANCHOR),
        ("kb-steps", "customers", ANCHOR),
    ],
)
def test_anchors_of_the_tool_are_those_of_the_page(fragment: str, audience: str, problem: LinkProblem | None) -> None:
    target = page("sops/s.md", "文\n")
    target.fields["steps"] = [{"id": "stop", "name": "停"}, {"name": "查"}]
    document = page("faq/page.md", f"[a](../sops/s.md#{fragment})\n", audience=audience)
    links = LinkIndex({"sops/s.md": target, "faq/page.md": document}, ASSETS, GENERATED)
    assert [link.problem for link in links.body(document).links] == [problem]


OPEN_COMMENTS = {
    "alone": "▸<!-- 一\n\n## 二\n",
    "behind-a-closed-one": "<!-- 一 -->\n\n文 ▸<!-- 二\n",
    "behind-code": "`<!--` ▸<!-- 二\n",
}


@pytest.mark.parametrize("marked", OPEN_COMMENTS.values(), ids=OPEN_COMMENTS)
def test_comment_that_is_never_closed_is_found_at_its_place(marked: str) -> None:
    before, after = marked.split("▸")
    [span] = read(before + after).open_comments
    assert span.start == len(HEAD + before)


def test_comments_are_found_on_pages_for_customers() -> None:
    body = "`<!-- 碼 -->` 文 <!-- 一 -->\n\n```\n<!-- 碼 -->\n```\n\n<!--\n二\n-->\n"
    links, document = index(body, audience="customers")
    found = links.body(document)
    assert [span.start - len(HEAD) for span in found.comments] == [body.index("<!-- 一"), body.index("<!--\n二")]
    assert found.open_comments == ()
    assert read(body).comments == ()


def test_two_links_to_nowhere_are_two_findings() -> None:
    assert problems("[a](nope.md) [b](nope.md)\n\n[c](gone.md)\n") == [
        (PAGE, "nope.md"),
        (PAGE, "nope.md"),
        (PAGE, "gone.md"),
    ]


def test_definition_that_is_used_twice_is_one_finding() -> None:
    assert problems("[a][t] [b][t]\n\n[t]: nope.md\n") == [(PAGE, "nope.md")]


def test_links_to_pages_and_assets_say_where_they_lead() -> None:
    found = read("[a](sub/../target.md#備份) ![b](p.png)\n").links
    assert [(link.target, link.fragment) for link in found] == [("faq/target.md", "備份"), ("faq/p.png", "")]


EMPTY_HEADINGS = {
    "hash": "文\n\n▸##\n",
    "hashes-around": "▸## ##\n",
    "in-quote": "> ▸##\n",
    "behind-code": "```\n##\n```\n\n▸###\n",
    "crlf": "文\r\n\r\n▸##\r\n",
}


@pytest.mark.parametrize("marked", EMPTY_HEADINGS.values(), ids=EMPTY_HEADINGS)
def test_heading_without_text_is_found_at_its_place(marked: str) -> None:
    before, after = marked.split("▸")
    [span] = read(before + after).empty_headings
    assert span.start == len(HEAD + before)


def test_page_for_customers_is_rendered_lest_code_count_as_link() -> None:
    links, document = index("`![a](p.png)` ![b](sub/q(2).png)\n", audience="customers")
    assert [link.target for link in links.body(document).links] == ["faq/sub/q(2).png"]


def test_failure_of_the_markdown_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_body: str) -> None:
        raise links_module.MarkdownFailure("RecursionError in the Markdown library")

    monkeypatch.setattr(links_module, "render_structure", fail)
    for body in ("[a](nope.md)", "[a](#x)", "##\n", '<a href="target.md">'):
        assert "RecursionError" in read(body).failure
    assert not read("[a](target.md)").failure


# --- The fast scan and the whole truth --------------------------------------

TARGETS = st.sampled_from([
    "target.md", "nope.md", "target.md#備份", "target.md#nope", "#一", "#nope", "p.png", "nope.png", "", "https://x/",
    "<target.md>", "<nope.md>", "a(1).md", "nope(1).md", 'target.md "t"', "nope.md 't'", 'target.md "t" x',
    "target.md (t)", " nope.md ",
    "\nnope.md", "no pe.md", "target.md\\", "nope\\_1.md", "*nope*.md", "`nope`.md", "nope.md)", "(nope.md", "sub/",
    "a&amp;b.md",
])  # fmt: skip
FRAGMENTS = st.one_of(
    TARGETS.map("[a]({})".format), TARGETS.map("![a]({})".format), TARGETS.map("[r]: {}".format),
    TARGETS.map("[a]: {}".format),
    TARGETS.map("- [r]: {}".format), TARGETS.map('<a href="{}">a</a>'.format), TARGETS.map("{{: href='{}' }}".format),
    TARGETS.map("`[a]({})`".format), TARGETS.map("[![a](p.png)]({})".format), TARGETS.map("[^1]: [a]({})".format),
    st.sampled_from([
        "\n", "\n\n", "\n    ", "\n> ", "\n- ", "\n1. ", "```\n", "~~~\n", "`", "``", " ", "[", "]", "(", ")", "[r]",
        "[a][r]", "[a] [r]",
        "[a][]", "[^1]", "## 一\n", "##\n", "## {#x}\n", "# #\n", "一\n===\n", "---\n", "!!! note\n", '=== "t"\n',
        "    ", "\\", "*", "_",
        "**", "<!--", "-->", "<div>", "</div>", "<div markdown>\n", "<", ">", "|a|\n|-|\n", ": ", "{: #一 }",
        "*[a]: b\n", "~~", "==",
        "++a++", "&lt;", "[[", "]]", "](", "]:", "\t", "\r\n", '"', "'", "字", "a",
    ]),
)  # fmt: skip
BODIES = st.lists(FRAGMENTS, max_size=10).map("".join)
UNHURRIED = settings(
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow],
)


def _unproblematic(body: Body) -> bool:
    return not (body.failure or body.empty_headings or any(link.problem for link in body.links))


@UNHURRIED
@given(BODIES)
@example("- [r]: nope.md\n\n[a][r]")
@example('[a](target.md "t" x)')
def test_what_the_scan_passes_passes_when_rendered(body: str) -> None:
    links, document = index(body)
    if not _unproblematic(links.body(document)):
        return
    text = document.raw.body_text
    candidates, _certain = link_scan.scan(text, document.raw.body.start)
    headings = [
        link_scan.heading_span(match, document.raw.body.start) for match in link_scan.EMPTY_HEADING.finditer(text)
    ]
    whole = links._rendered_body(document, candidates, headings)
    assert _unproblematic(whole), whole


@UNHURRIED
@given(BODIES)
def test_every_finding_lies_in_the_body(body: str) -> None:
    links, document = index(body)
    found = links.body(document)
    start, end = document.raw.body.start, document.raw.body.end
    for span in (*(link.span for link in found.links), *found.empty_headings):
        assert start <= span.start <= span.end <= end


HEADINGS = st.one_of(
    st.sampled_from(
        [
            "## 一\n",
            "## 一\n",
            "### 二 三\n\n",
            "#x\n",
            "## `kb` 與 *x*\n",
            "## a_b_c\n",
            "## 一 {#x}\n",
            "    ## 四\n",
            "一\n==\n",
        ]
    ),
    st.text("一a1 -_.?!，*`[]()&<>{}#:\\\"'|~^=", max_size=8).map("\n## {}\n".format),
    st.text("一a1 -_", max_size=4).map("\n\n## {}\n\n".format),
)


@UNHURRIED
@given(st.lists(st.one_of(FRAGMENTS, HEADINGS), max_size=10).map("".join))
@example("```\n\n## 一\n\n```\n")
@example("\n\n## 一\n\n## 一\n")
def test_anchors_read_off_the_source_are_there_when_rendered(body: str) -> None:
    assert plain_anchors(body) <= render_structure(body).anchors


def test_anchors_of_plain_headings_need_no_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links_module, "render_structure", lambda _body: pytest.fail("rendered"))
    links, document = index("[a](target.md#二-三)\n", {"faq/target.md": "## 一\n\n文\n\n## 二 三\n"})
    assert not links.body(document).links[0].problem
