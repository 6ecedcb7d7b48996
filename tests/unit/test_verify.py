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


@pytest.fixture
def out(tmp_path):
    (tmp_path / "faq").mkdir()
    (tmp_path / "index.html").write_text(
        '<title>t - n</title><a href="faq/a.html#x">a</a> <a href="https://example.com/">e</a><a href="?q=1">q</a>'
    )
    (tmp_path / "faq/a.html").write_text(
        "<title>t - n</title><img alt='' src=x.png><a href='../index.html'>i</a>" + '<a href="#top">t</a>'
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
    (out / "faq/a.html").write_text("<title>t</title>" + link)
    (found,) = verify(TREE, out)
    assert found.slug == "site-incomplete"
    assert found.path == "content/faq/a.md"


def test_a_page_that_lost_its_title_is_found(out):
    (out / "faq/a.html").write_text("<title>A file name - n</title>")
    (found,) = verify(TREE, out)
    assert "title" in found.message
