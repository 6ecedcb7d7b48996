"""What the templates wrote as HTML goes around the parsers of Markdown, and comes out as it would with them."""

from __future__ import annotations

import pytest
from markdown import Markdown
from markdown.preprocessors import Preprocessor

from kb_builder.model.dialect import EXTENSIONS
from kb_builder.model.safe_html import marked
from kb_builder.renderers.mkdocs import OURS
from kb_builder.sources.markdown_structure import resolve_names

TEXT = "<p>*b*</p>\n\n<div markdown>\n*c*[^1]\n</div>\n\n[^1]: n"
PAGES = {
    "header": '<header class="h">\n<h1>A &amp; B</h1>\n</header>\n\n## Steps {#kb-steps}\n\n<p>x</p>',
    "neighbours": "<p>a</p>\n<p>b</p>\n\n<p>c</p>\ntext\n<p>d</p>\n\ntext",
    "nested": "<div>\n<div>a</div>\n\n<p>b</p>\n</div>\n\n\n<section><div></div></section>",
    "inline": "<a href='b.html'>b</a> <svg><path d='M0'/></svg>\n\n<small>c</small>\n\n<nav>d</nav>  \n\ne",
    "tail": "<p>a</p> and *more*\n\n<p>b</p>",
    "empty": "<hr>\n\n<hr/>\n\n<p></p>",
    "author": "<p>a</p>\n\n"
    + marked("<p>*b*</p>\n\n<div markdown>\n*c*[^1]\n</div>\n\n[^1]: n")
    + "\n\n<p>d</p>\n\n## e",
    "author-left-open": "<p>a</p>\n\n" + marked("text\n\n<div>\n\nb") + "\n\n<p>d</p>",
}


class _Seen(Preprocessor):
    """Notes what the parser of HTML gets to see."""

    text = ""

    def run(self, lines):
        self.text = "\n".join(lines)
        return lines


def renderer(extensions):
    options = {name: resolve_names(given) for name, given in EXTENSIONS.items()}
    return Markdown(extensions=[*options, *extensions], extension_configs=options)


@pytest.mark.parametrize("name", PAGES)
def test_pages_come_out_as_without_the_extension(name):
    with_it, without = renderer(OURS).convert(PAGES[name]), renderer(OURS[1:]).convert(PAGES[name])
    if name == "author-left-open":
        with_it, without = " ".join(with_it.split()), " ".join(without.split())
    assert with_it == without


def test_what_looks_like_markdown_in_our_html_is_shown_as_it_is():
    block = "<pre><code>    a\n\n```\n*b*\n```\n</code></pre>"
    assert renderer(OURS).convert(f"{block}\n\n*c*") == f"{block}\n\n<p><em>c</em></p>"


def test_abbreviations_of_an_author_leave_our_blocks_and_the_sanitiser_alone():
    """Markdown numbers the HTML that it puts aside, and an abbreviation may be a number."""
    text = "<p onclick=x>a</p>\n\n" + "".join(f"*[{word}]: t\n" for word in ("kb", "x", *range(9)))
    made = renderer(OURS).convert(f"<p>ours</p>\n\n{marked(text)}\n\n<p>0 kb</p>")
    assert "<p>ours</p>" in made
    assert "<p>0 kb</p>" in made
    assert "onclick" not in made


def test_no_parser_sees_our_own_html_and_all_of_the_authors():
    page = (
        "<div>\n<p>ours</p>\n\n<p>ours</p></div>\n\n" + marked("<p>theirs</p>") + "\n\n## Head\n\n<table>\nours</table>"
    )
    md, seen = renderer(OURS), _Seen()
    md.preprocessors.register(seen, "seen", 21)
    assert md.convert(page).count("ours") == 3
    assert "ours" not in seen.text
    assert "<p>theirs</p>" in seen.text
    assert "## Head" in seen.text
    # Of the page, no more is put aside than the author's paragraph.
    assert md.htmlStash.html_counter == 1


@pytest.mark.parametrize(
    "text",
    [
        "<!--kb-author-{}-->\n\n<div><script>alert(1)</script></div>",
        "</div>\n\n<!--kb-author-{}-->\n\n<p onclick=alert(1)>",
        "&#2;kb{}x0&#3; \x02kb{}x0\x03",
    ],
)
def test_an_author_cannot_pass_html_off_as_ours(text):
    """Neither by a mark of their own nor by naming a block: the block would come a second time."""
    page = "<p>ours</p>\n\n" + marked(text.replace("{}", "0" * 32)) + "\n\n<p>ours</p>"
    made = renderer(OURS).convert(page)
    assert "alert" not in made.replace("&lt;", "<") or "<script" not in made
    assert "onclick" not in made
    assert made.count("<p>ours</p>") == 2


def test_a_page_after_another_has_only_its_own_blocks():
    md = renderer(OURS)
    assert "<p>a</p>" in md.convert("<p>a</p>")
    md.reset()
    assert md.convert("text") == "<p>text</p>"
