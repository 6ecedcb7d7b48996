"""Walking the content folder: what is a page of which type, what is an asset, what is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kb_builder.model.content_type import ContentType
from kb_builder.model.globs import glob_regex
from kb_builder.sources.walk import Discovery, discover


def content_type(name: str, folder: str = "", **more: Any) -> ContentType:
    return ContentType(name=name, folder=folder or name, schema={}, id_example="", label={}, plural={}, **more)


TYPES = {
    each.name: each for each in (content_type("faq"), content_type("sop", "sops"), content_type("deep", "sops/deep"))
}


def walk(root: Path, *paths: str, types: dict[str, ContentType] = TYPES, content: str = "content") -> Discovery:
    (root / content).mkdir(parents=True, exist_ok=True)
    for path in paths:
        file = root / content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"12345")
    return discover(root, content, types, frozenset(("index.md", "faq/index.md")))


def faults(found: Discovery) -> list[tuple[str, str]]:
    return [(each.slug, each.path) for each in found.faults]


def test_pages_and_assets_come_sorted_with_their_paths(tmp_path: Path) -> None:
    found = walk(tmp_path, "sops/b.md", "faq/z.md", "faq/a/x.md", "faq/a/p.PNG", "faq/a.csv")
    assert [(each.path, each.content_path, each.type) for each in found.pages] == [
        ("content/faq/a/x.md", "faq/a/x.md", "faq"),
        ("content/faq/z.md", "faq/z.md", "faq"),
        ("content/sops/b.md", "sops/b.md", "sop"),
    ]
    assert [(each.content_path, each.size) for each in found.assets] == [("faq/a.csv", 5), ("faq/a/p.PNG", 5)]
    assert found.pages[0].file.read_bytes() == b"12345"
    assert not found.faults


def test_the_deeper_folder_of_two_types_wins(tmp_path: Path) -> None:
    found = walk(tmp_path, "sops/a.md", "sops/deep/a.md", "sops/deeper/a.md")
    assert [each.type for each in found.pages] == ["sop", "deep", "sop"]


def test_include_and_exclude_decide(tmp_path: Path) -> None:
    types = {"faq": content_type("faq", include=("**/*.html.md.erb",), exclude=("old/**", "**/_*"))}
    found = walk(
        tmp_path, "faq/a.html.md.erb", "faq/old/b.html.md.erb", "faq/x/_c.html.md.erb", "faq/d.md", types=types
    )
    assert [each.content_path for each in found.pages] == ["faq/a.html.md.erb"]
    assert faults(found) == [("page-without-type", "content/faq/d.md")]
    assert "**/*.html.md.erb" in found.faults[0].hint


def test_lenient_types_let_strange_files_be(tmp_path: Path) -> None:
    types = {"all": content_type("all", ".", lenient=True)}
    found = walk(tmp_path, "a.md", "b.rst", "x/c.html", types=types, content=".")
    assert [each.path for each in found.pages] == ["a.md"]
    assert not found.faults


def test_content_may_be_the_project_itself(tmp_path: Path) -> None:
    found = walk(tmp_path, "faq/a.md", "faq/a b.md", content=".")
    assert [each.path for each in found.pages] == ["faq/a.md"]
    assert faults(found) == [("unsafe-name", "faq/a b.md")]


def test_hidden_files_are_no_content(tmp_path: Path) -> None:
    found = walk(tmp_path, ".git/config", "faq/.a.md", "faq/.x/b.md")
    assert found == Discovery()


def test_nothing_below_a_refused_folder_is_looked_at(tmp_path: Path) -> None:
    found = walk(tmp_path, "faq/a b/x.md", "assets/y.md", "faq/ok.md")
    assert [each.content_path for each in found.pages] == ["faq/ok.md"]
    assert faults(found) == [("path-clash", "content/assets"), ("unsafe-name", "content/faq/a b")]


def test_folder_behind_a_link_is_not_entered(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_bytes(b"")
    (tmp_path / "content/faq").mkdir(parents=True)
    (tmp_path / "content/faq/x").symlink_to(outside)
    found = walk(tmp_path)
    assert (found.pages, faults(found)) == ([], [("unsafe-file", "content/faq/x")])


def test_device_is_named(tmp_path: Path) -> None:
    (tmp_path / "content/faq").mkdir(parents=True)
    try:
        os.mknod(tmp_path / "content/faq/null.md", 0o020666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")
    found = walk(tmp_path)
    assert faults(found) == [("unsafe-file", "content/faq/null.md")]
    assert "a device" in found.faults[0].message


def test_third_of_three_twins_names_the_first(tmp_path: Path) -> None:
    found = walk(tmp_path, "faq/A.md", "faq/a.md", "faq/a/index.md")
    assert [each.path for each in found.faults] == ["content/faq/a.md", "content/faq/a/index.md"]
    assert all("content/faq/A.md" in each.message for each in found.faults)


def test_page_and_asset_of_one_name_are_no_twins(tmp_path: Path) -> None:
    assert not walk(tmp_path, "faq/a.md", "faq/a.png", "faq/a/p.png").faults


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("**/*.md", ("a.md", "x/a.md", "x/y/a.md"), ("a.mdx", "a.md/x", "amd")),
        ("*.md", ("a.md", ".md"), ("x/a.md",)),
        ("x/**", ("x/a", "x/y/z"), ("x", "xy/a")),
        ("**/README.md", ("README.md", "a/README.md"), ("aREADME.md", "README.md.bak")),
        ("a?c.[md]", ("abc.[md]",), ("abc.m", "a/c.[md]")),
        ("a.b+c", ("a.b+c",), ("aXb+c", "a.bbc")),
    ],
)
def test_globs(pattern: str, matching: tuple[str, ...], others: tuple[str, ...]) -> None:
    assert all(glob_regex(pattern).fullmatch(path) for path in matching)
    assert not any(glob_regex(pattern).fullmatch(path) for path in others)
