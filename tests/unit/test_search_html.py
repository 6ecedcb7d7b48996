import pytest

from kb_builder.model.search import SearchSection
from kb_builder.search.read_html import read_sections


def sections(article: str) -> list[tuple[str, str, str]]:
    page = f"<html><nav>選單</nav><article class='a'>{article}</article><footer>頁尾</footer></html>"
    return [(section.anchor, section.heading, section.text) for section in read_sections(page)]


def test_a_page_is_cut_at_its_headings() -> None:
    assert sections(
        '<h1 id="t">標題</h1><p>前言</p><h2 id="備份">備份<a class="headerlink" href="#備份">&para;</a></h2><p>每日</p>'
        '<h3 id="a&amp;b">A &amp; B</h3><ul><li>一</li><li>二</li></ul><h2>無錨點</h2>'
    ) == [("", "", "前言"), ("備份", "備份", "每日"), ("a&b", "A & B", "一 二"), ("a&b", "無錨點", "")]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>網<b>站</b>掛掉</p>", "網站掛掉"),
        ("<td>甲</td><td>乙</td>", "甲 乙"),
        ("一<br>二<br/>三", "一 二 三"),
        ("<pre><code><span>redis-cli</span> <span>INFO</span></code></pre>", "redis-cli INFO"),
        ("&lt;b&gt; &amp; &#20633;", "<b> & 備"),
        ('<a title="a > b">連結</a>', "連結"),
        ("前<!-- 註 <p>解</p> -->後", "前後"),
        ("前<svg><title>圖</title><g><text>字</text></g></svg>後", "前 後"),
        ('前<div hidden><div>內</div>外</div>後', "前 後"),
        ('前<div aria-hidden="true">重複</div>後', "前 後"),
        ('前<section data-kb-search="no"><section>內</section>資料</section>後', "前 後"),
        ('前<span class="x headerlink">¶</span>後', "前 後"),
        ('<p class="headerlinks">留</p>', "留"),
        ("<script>var a = '<p>不是文字</p>';</script>留", "留"),
        ('前<input hidden>後', "前 後"),
        ("沒有關閉 <div hidden>其餘", "沒有關閉"),
        ("5 < 6 和 a<b", "5 < 6 和 a<b"),
    ],
)  # fmt: skip
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert sections(html) == [("", "", text)]


def test_a_heading_that_is_ruled_out_is_no_section() -> None:
    assert sections('<p>一</p><h2 id="x" data-kb-search="no">相關</h2><p>二</p>') == [("", "", "一 二")]


def test_without_an_article_there_is_nothing() -> None:
    assert read_sections("<html><p>404</p></html>") == ()
    assert read_sections("<article></article>") == ()


def test_a_long_page_takes_no_longer_than_its_length() -> None:
    page = "<article>" + "<p>備份 <b>還原</b></p>" * 20_000 + "<" * 5_000 + "</article>"
    (section,) = read_sections(page)
    assert isinstance(section, SearchSection) and section.text.startswith("備份 還原 備份")
