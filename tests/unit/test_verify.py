"""What verification finds in a built site."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_builder.model.settings import Site
from kb_builder.model.site_tree import SiteTree, StagedAsset, StagedPage
from kb_builder.verify import verify

SITE = Site(audience="staff", name="n", url="", out="site/staff", language="zh-Hant")
TREE = SiteTree(
    site=SITE,
    pages=(
        StagedPage(path="index.md", title="t", summary="", language="en", body=""),
        StagedPage(path="faq/a.md", title="t", summary="", language="en", body="", source="content/faq/a.md"),
    ),
    assets=(StagedAsset(path="faq/x.png", file=Path("x")),),
    nav=(),
)


# What the page index.html links to on the page faq/a.html.
ANCHORS = '<p id="x"><a name=備>'


@pytest.fixture
def out(tmp_path):
    (tmp_path / "faq").mkdir()
    (tmp_path / "index.html").write_text(
        '<title>t - n</title><a href="faq/a.html#x">a</a> <a href="faq/a.html#%E5%82%99">a</a>'
        '<a href="https://example.com/">e</a><a href="?q=1">q</a>'
    )
    (tmp_path / "faq/a.html").write_text(
        "<title>t - n</title><img alt='' src=x.png><a href='../index.html'>i</a> <a href='..'>h</a>"
        '<a href="#top">t</a> <a href="#:~:text=t">t</a>' + ANCHORS,
        encoding="utf-8",
    )
    (tmp_path / "faq/x.png").write_bytes(b"")
    return tmp_path


def test_a_whole_site_passes(out):
    assert verify(TREE, out) == ()


@pytest.mark.parametrize("name", ["index.html", "faq/a.html", "faq/x.png"])
def test_what_is_missing_is_named(out, name):
    (out / name).unlink()
    found = verify(TREE, out)
    assert any("missing" in each.message for each in found)


@pytest.mark.parametrize(
    "link",
    ['<a class="c" href="b.html">', "<script src='../gone.js'>", "<link rel=x href=c.css>", '<a href="..%2fz.html">'],
)
def test_a_dead_link_is_found_at_its_page(out, link):
    (out / "faq/a.html").write_text(f"<title>t</title>{ANCHORS}{link}", encoding="utf-8")
    (found,) = verify(TREE, out)
    assert found.slug == "site-incomplete"
    assert found.path == "content/faq/a.md"


@pytest.mark.parametrize(
    ("target", "is_there"),
    [
        *(("#b", True), ("#c", False), ("#B", False), ("a.html#b", True), ("a.html#data", False)),
        *(("../index.html#home", True), ("../index.html?q=1#b", False), ("..#home", True), ("x.png#any", True)),
        *(("#a&amp;b", True), ("#a%26b", True), ("#", True), ("#b:~:text=x", True), ("#c:~:text=x", False)),
    ],
)
def test_a_link_to_an_anchor_that_is_not_there_is_found(out, target, is_there):
    page = f'<title>t</title><p id=b data-id="data"><p id="a&amp;b"><a href="{target}">'
    (out / "faq/a.html").write_text(page)
    (out / "index.html").write_text("<title>t</title><p id='home'>")
    found = verify(TREE, out)
    assert [each.path for each in found] == ([] if is_there else ["content/faq/a.md"])


def test_a_page_that_lost_its_title_is_found(out):
    (out / "faq/a.html").write_text(f"<title>A file name - n</title>{ANCHORS}", encoding="utf-8")
    (found,) = verify(TREE, out)
    assert "title" in found.message
