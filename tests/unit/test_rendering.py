"""Pages from several processes and from the published site are those that one process makes of the whole."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown

from kb_builder import rendering
from kb_builder.built_pages import from_json, read_others, to_json, with_one_policy
from kb_builder.cache import Cache, open_cache
from kb_builder.model.built_page import BuiltPage
from kb_builder.model.errors import KbError
from kb_builder.model.safe_html import marked
from kb_builder.model.search import SearchSection
from kb_builder.model.settings import Site
from kb_builder.model.site_tree import NavEntry, SiteTree, StagedAsset, StagedPage
from kb_builder.pipeline import stage_tree
from kb_builder.renderers import mkdocs, processes
from kb_builder.renderers.mkdocs_share import Warned
from kb_builder.renderers.processes import in_order
from kb_builder.rendering import RenderedSite, Surroundings, render_site
from kb_builder.verify import verify
from tests.conftest import TODAY

SITE = Site(audience="staff", name="Übersicht", url="https://example.com/kb/", out="site/staff", language="zh-Hant")
TEXTS = {
    "index.md": "# Home\n\n[a](a.md) [b](faq/b.md#kb-here) :material-check:",
    "a.md": "<div>\n<p id='kb-own'>own</p>\n</div>\n\n" + marked("備份 [b](faq/b.md) ![x](x.png)\n\n## 標題"),
    "faq/b.md": "## Here {#kb-here}\n\n```python\na = 1\n```",
    "faq/c.md": '=== "A"\n\n    [home](../index.md)\n\n=== "B"\n\n    b[^1]\n\n[^1]: note',
    "faq/index.md": "[a](../a.md#標題)",
    "d.md": "- [x] done\n\n*[HTML]: Hyper\n\nHTML",
}


class Project:
    """A staged site that changes, and what was published of it."""

    def __init__(self, root: Path, cache: Cache) -> None:
        self.texts = dict(TEXTS)
        self.titles: dict[str, str] = {}
        self.cache = cache
        self.published = root / "published"
        self._root = root
        self._count = 0
        (root / "x.png").write_bytes(b"png")
        self.assets = ["x.png"]

    def tree(self) -> SiteTree:
        return SiteTree(
            site=SITE,
            pages=tuple(
                StagedPage(
                    path=path,
                    title=self.titles.get(path, path),
                    summary="s",
                    language="zh-Hant",
                    body=text,
                    source=f"content/{path}",
                    in_search=path != "d.md",
                )
                for path, text in sorted(self.texts.items())
            ),
            assets=tuple(StagedAsset(path=name, file=self._root / "x.png") for name in self.assets),
            nav=(NavEntry(label="Home", path="index.md"), NavEntry(label="FAQ", path="faq/index.md")),
        )

    def fresh(self, jobs: int = 1, day: date = TODAY) -> tuple[RenderedSite, Path]:
        """Build without anything of earlier builds."""
        return self._render(self._root / "nothing", Surroundings(jobs=jobs), day)

    def again(self, jobs: int = 1, day: date = TODAY) -> tuple[RenderedSite, Path]:
        """Build with what there is, and publish."""
        rendered, out = self._render(self.published, Surroundings(cache=self.cache, jobs=jobs), day)
        if not rendered.findings:
            self.published = out
        return rendered, out

    def _render(self, published: Path, around: Surroundings, day: date) -> tuple[RenderedSite, Path]:
        self._count += 1
        folder = self._root / f"build-{self._count}"
        stage_tree(self.tree(), folder)
        return render_site(self.tree(), folder, folder / "site", day, published, around), folder / "site"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    cache = open_cache(tmp_path, {"KB_CACHE_DIR": str(tmp_path / "cache")})
    yield Project(tmp_path, cache)
    cache.close()


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Have every page count as work for a process, and return which pages each build rendered."""
    monkeypatch.setattr(rendering, "_PAGES_A_PROCESS", 1)
    # Test runners have threads; nothing here waits for any of them.
    monkeypatch.setattr(processes.threading, "active_count", lambda: 1)
    found: list[set[str]] = []
    original = rendering.render_shares

    def spy(shares: Any, run: Any) -> Any:
        found.append(set().union(*(share.paths for share in shares)))
        return original(shares, run)

    monkeypatch.setattr(rendering, "render_shares", spy)
    return found


def files_of(folder: Path) -> Mapping[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_processes_make_what_one_process_makes(project):
    one, out = project.fresh()
    assert not verify(project.tree(), out, one.pages)
    for jobs in (2, 5):
        several, other = project.fresh(jobs=jobs)
        assert several == one
        assert files_of(other) == files_of(out)


def test_a_process_that_cannot_be_a_copy_makes_the_same(project, monkeypatch):
    one, out = project.fresh()
    monkeypatch.setattr(processes.threading, "active_count", lambda: 2)
    several, other = project.fresh(jobs=2)
    assert several == one
    assert files_of(other) == files_of(out)


def test_pages_that_are_as_they_were_are_not_rendered(project, rendered):
    project.again()
    first = files_of(project.published)
    again, _out = project.again()
    assert rendered == [set(TEXTS), set()]
    assert files_of(project.published) == first
    assert again == project.fresh()[0]


def test_any_history_of_changes_gives_what_a_build_without_history_gives(project, rendered):
    chance = random.Random(7)
    project.again()
    for number in range(8):
        path = f"new/{number}.md"
        for _each in range(chance.randint(1, 2)):
            match chance.choice(("edit", "edit", "title", "add", "delete", "rename", "day", "asset")):
                case "edit":
                    project.texts[chance.choice(list(project.texts))] += f"\n\ntext {number}"
                case "title":
                    project.titles[chance.choice(list(project.texts))] = f"<b>{number}</b>"
                case "add":
                    project.texts[path] = "new [d](../d.md)" if "d.md" in project.texts else "new"
                case "delete" if "faq/c.md" in project.texts:
                    del project.texts["faq/c.md"]
                case "rename" if "d.md" in project.texts and not any("new/" in each for each in project.texts):
                    project.texts[f"d{number}.md"] = project.texts.pop("d.md")
                case "asset":
                    project.assets.append(f"y{number}.png")
                case _:
                    project.texts["faq/c.md"] = "c"
        day = date(2026, 11, 20 + number)
        fresh, out = project.fresh(day=day)
        again, _out = project.again(jobs=chance.choice((1, 2)), day=day)
        assert again == fresh
        assert files_of(project.published) == files_of(out)
        assert len(rendered[-1]) < len(project.texts)


def test_a_link_to_a_page_that_is_gone_is_found_on_every_build(project):
    project.again()
    del project.texts["faq/b.md"]
    project.texts["index.md"] = "home"
    expected = project.fresh()[0].findings
    assert [each.path for each in expected] == ["content/a.md"]
    for jobs in (1, 2, 1):
        assert project.again(jobs=jobs)[0].findings == expected
    project.texts["faq/b.md"] = TEXTS["faq/b.md"]
    assert not project.again()[0].findings


def test_a_picture_that_is_gone_is_found(project):
    project.again()
    project.assets.clear()
    assert [each.path for each in project.again()[0].findings] == ["content/a.md"]


def test_warnings_come_in_the_order_of_one_process(project):
    for path in project.texts:
        project.texts[path] += "\n\n[one](gone-1.md) [two](gone-2.md)"
    expected = project.fresh()[0].findings
    assert len(expected) == 2 * len(TEXTS)
    for jobs in (2, 3, 6):
        assert project.fresh(jobs=jobs)[0].findings == expected


def test_what_comes_after_a_fatal_warning_is_not_said():
    def warned(page: str, message: str = "m", stage: int = 0, is_fatal: bool = False) -> Warned:
        return Warned(page=page, message=message, stage=stage, is_fatal=is_fatal)

    first = [warned("", "nav"), warned("a"), warned("c", "stop", is_fatal=True)]
    second = [warned("", "nav"), warned("b"), warned("d"), warned("b", stage=1)]
    found = in_order([first, second], ["a", "b", "c", "d"])
    assert [(each.page, each.message) for each in found] == [("", "nav"), ("a", "m"), ("b", "m"), ("c", "stop")]


def test_a_page_that_markdown_cannot_bear_is_named_whoever_renders_it(project, monkeypatch):
    convert = Markdown.convert

    def give_up(self: Markdown, source: str) -> str:
        if "[^1]: note" in source:
            raise RecursionError
        return convert(self, source)

    monkeypatch.setattr(Markdown, "convert", give_up)
    expected = project.fresh()[0].findings
    assert [each.path for each in expected] == ["content/faq/c.md"]
    assert project.fresh(jobs=6)[0].findings == expected


def test_a_process_that_is_killed_stops_the_build_in_a_sentence(project, monkeypatch):
    monkeypatch.setattr(processes, "_work", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(KbError, match="died"):
        project.again(jobs=3)
    assert not project.published.exists()


def test_an_exception_of_a_process_arrives(project, monkeypatch):
    original = processes.render_share

    def fail(share: Any) -> Any:
        if not share.is_first:
            raise KbError("what happened", "what to do")
        return original(share)

    monkeypatch.setattr(processes, "render_share", fail)
    with pytest.raises(KbError, match="what happened") as caught:
        project.again(jobs=2)
    assert caught.value.hint == "what to do"


def test_a_theme_that_changed_renders_every_page(project, rendered, monkeypatch):
    project.again()
    configure = mkdocs.configure

    def changed(tree: SiteTree, folder: Path) -> None:
        configure(tree, folder)
        main = folder / mkdocs.THEME_NAME / "main.html"
        main.write_text(main.read_text(encoding="utf-8").replace("kb-interface", "kb-changed"), encoding="utf-8")

    monkeypatch.setattr(mkdocs, "configure", changed)
    project.again()
    assert rendered[-1] == set(TEXTS)
    assert b"kb-changed" in (project.published / "a.html").read_bytes()


def test_what_somebody_changed_where_it_was_published_is_made_anew_and_left_as_it_is(project, rendered):
    project.again()
    before = project.published
    clean = files_of(before)
    (before / "a.html").write_bytes(clean["a.html"] + b"<script>evil()</script>")
    (before / "d.html").unlink()
    project.again()
    assert rendered[-1] == {"a.md", "d.md"}
    assert files_of(project.published) == clean
    assert b"evil" in (before / "a.html").read_bytes()


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"sections": 1}', b"null"])
def test_a_damaged_entry_is_as_good_as_none(project, rendered, data):
    project.again()
    clean = files_of(project.published)
    keys = rendering._keys(project.tree(), project.published.parent)
    project.cache.put("page-staff", {keys["a.md"]: data})
    project.again()
    assert rendered[-1] == {"a.md"}
    assert files_of(project.published) == clean


def test_what_is_kept_of_a_page_comes_back():
    page = BuiltPage(
        digest="d",
        title="t",
        targets=("a.html#b",),
        anchors=frozenset(("x", "備")),
        policy="p",
        scripts=("s",),
        sections=(SearchSection(anchor="a", heading="h", text="\ud800"),),
    )
    for each in (page, replace(page, sections=None), replace(page, sections=())):
        assert from_json(to_json(each, ["a.html"])) == (each, frozenset(("a.html",)))


def test_a_policy_that_comes_later_does_not_reach_into_the_published_site(tmp_path):
    """Pages of the new site may be the same files as those of the old one."""
    head = '<html><head><meta charset="utf-8">'
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    old, new = tmp_path / "old" / "a.html", tmp_path / "new" / "a.html"
    old.write_text(head)
    pages = read_others(old.parent, {}, ["s()"])
    before = old.read_bytes()
    new.hardlink_to(old)
    (new.parent / "b.html").write_text(head + "<script>s()</script>")
    made = with_one_policy(new.parent, read_others(new.parent, pages, ["s()"]))
    assert old.read_bytes() == before
    assert b"sha256-" in new.read_bytes()
    assert made["a.html"].policy == made["b.html"].policy
    assert made["a.html"].digest != pages["a.html"].digest


def test_pages_are_copied_where_files_cannot_be_linked(project, monkeypatch, rendered):
    project.again()
    before = project.published

    def refuse(*_arguments: Any) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    project.again()
    assert rendered[-1] == set()
    assert files_of(project.published) == files_of(before)
    assert not (project.published / "a.html").samefile(before / "a.html")


def test_a_page_with_something_forbidden_is_forbidden_on_every_build(project, rendered, monkeypatch):
    """It is not written by an author, who cannot: a theme file brings it, on some pages."""
    project.texts["d.md"] = "<p onclick='x()'>ours</p>"
    for _each in range(2):
        made, _out = project.again()
        assert made.pages["d.html"].forbidden
    assert rendered[-1] == {"d.md"}
