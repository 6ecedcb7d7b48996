"""The staged tree on disk."""

from __future__ import annotations

import os

import yaml

from kb_builder.model.settings import Site
from kb_builder.model.site_tree import SiteTree, StagedAsset, StagedPage
from kb_builder.staging import page_text, stage

SITE = Site(audience="staff", name="n", url="", out="site/staff", language="zh-Hant")


def page(path: str = "a.md", **values: object) -> StagedPage:
    given = {"title": "標題", "summary": "摘要", "language": "zh-Hant", "body": "文字", **values}
    return StagedPage(path=path, **given)


def tree(*pages: StagedPage, assets: tuple[StagedAsset, ...] = ()) -> SiteTree:
    return SiteTree(site=SITE, pages=pages, assets=assets, nav=())


def test_titles_are_escaped_and_survive_yaml():
    title = '</title><script>alert("x")</script> \\ 中文 \u2028\u3000👨\u200d👩 #x: y'
    text = page_text(page(title=title, summary="two\n  lines & more"))
    meta = yaml.safe_load(text.split("---\n")[1])
    assert meta["title"] == (
        "&lt;/title&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; \\ 中文 \u2028\u3000👨\u200d👩 #x: y"
    )
    assert meta["description"] == "two lines &amp; more"
    assert set(meta) == {"title", "description", "lang"}


def test_the_theme_is_told_what_to_leave_out():
    text = page_text(page(hide=("toc", "navigation")))
    meta = yaml.safe_load(text.split("---\n")[1])
    assert meta["hide"] == ["toc", "navigation"]


def test_what_is_no_longer_part_of_the_tree_goes(tmp_path):
    asset = tmp_path / "x.png"
    asset.write_bytes(b"png")
    out = tmp_path / "out"
    stage(tree(page("a.md"), page("sub/b.md"), assets=(StagedAsset(path="sub/x.png", file=asset),)), out)
    (out / ".gitkeep").touch()
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()) == [
        ".gitkeep", "a.md", "sub/b.md", "sub/x.png",
    ]  # fmt: skip
    stage(tree(page("a.md")), out)
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*")) == [".gitkeep", "a.md"]


def test_files_that_are_right_are_left_alone(tmp_path):
    stage(tree(page("a.md"), page("b.md")), tmp_path)
    for name in ("a.md", "b.md"):
        os.utime(tmp_path / name, (1, 1))
    stage(tree(page("a.md"), page("b.md", body="anders")), tmp_path)
    assert (tmp_path / "a.md").stat().st_mtime == 1
    assert (tmp_path / "b.md").stat().st_mtime != 1
