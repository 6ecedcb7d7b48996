"""What `kb serve` shows, step by step: edited pages, findings in their place, in the end what a build would make."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from kb_builder import checks
from kb_builder.audience import with_documents
from kb_builder.cache import Cache, open_cache
from kb_builder.checking import check
from kb_builder.config.load import load_settings
from kb_builder.pipeline import build, generate
from kb_builder.preview.builder import Preview
from kb_builder.preview.shown import Shown
from kb_builder.preview.watch import Watch
from tests.conftest import ROOT, TODAY

EXAMPLE = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
OTHER = EXAMPLE.replace("FAQ-001", "FAQ-002").replace("忘記密碼怎麼辦？", "怎麼換手機？") + "\n[那一頁](a.md#kb-none)\n"


class Recorded(Shown):
    """Notes what is shown, in order: addresses of pages, or `site`."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.steps: list[object] = []

    def show(self, *, instead: Mapping[str, bytes], pages: Mapping[str, bytes] = {}, site: Path | None = None) -> None:
        super().show(instead=instead, pages=pages, site=site)
        self.steps += [*([sorted(pages)] if pages else []), *(["site"] if site else [])]


class Trial:
    """A project with two pages, the second leads to the first, and a preview of it."""

    def __init__(self, root: Path, folder: Path, audience: str = "staff") -> None:
        self.root = root
        self.audience = audience
        self.said: list[str] = []
        self.shown = Recorded(folder / audience)
        self.preview = Preview(
            load=lambda: (load_settings(root, checks.rules()), TODAY),
            audience=audience,
            folder=folder,
            shown=self.shown,
            say=self.said.append,
            cache=lambda project: open_cache(project, os.environ),
        )

    def write(self, name: str, text: str, has_news: Callable[[], bool] = lambda: False) -> list[object]:
        """Write a file and bring the preview up to date; return what it showed."""
        (self.root / name).write_text(text, encoding="utf-8")
        return self.update(has_news)

    def update(self, has_news: Callable[[], bool] = lambda: False) -> list[object]:
        self.shown.steps.clear()
        self.said.clear()
        self.preview.update(has_news)
        return list(self.shown.steps)

    def text(self, name: str) -> str:
        return (self.shown.read(name) or b"").decode()

    def is_as_built(self) -> bool:
        """Whether the site is that of a build from nothing, byte for byte."""
        built = build(load_settings(self.root, checks.rules()), TODAY, (self.audience,))
        assert built.published, built.diagnostics
        return tree_of(built.published[self.audience]) == tree_of(self.shown.root)


def tree_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def trial(make_project, tmp_path_factory) -> Trial:
    root = make_project({"content/faq/a.md": EXAMPLE, "content/faq/b.md": OTHER.replace("#kb-none", "")}).root
    return Trial(root, tmp_path_factory.mktemp("preview"))


def test_an_edited_page_is_shown_before_the_rest_which_is_that_of_a_build(trial: Trial) -> None:
    assert trial.update() == ["site"]
    assert trial.update() == []
    edited = EXAMPLE.replace("忘記密碼怎麼辦？", "改過的標題") + "\n新的一句。\n"
    assert trial.write("content/faq/a.md", edited) == [["faq/a.html"], "site"]
    assert "改過的標題" in trial.text("faq/a.html") and "改過的標題" in trial.text("search/p0.js")
    assert trial.write("registry/owners.yml", (trial.root / "registry/owners.yml").read_text() + "\n") == ["site"]
    assert trial.write("content/faq/c.md", EXAMPLE.replace("FAQ-001", "FAQ-003").replace("忘記", "記得")) == ["site"]
    (trial.root / "content/faq/c.md").unlink()
    assert trial.update() == ["site"]
    assert trial.is_as_built()


def test_the_customer_site_is_previewed_as_well(trial: Trial, tmp_path_factory: pytest.TempPathFactory) -> None:
    customers = Trial(trial.root, tmp_path_factory.mktemp("customers"), "customers")
    assert customers.update() == ["site"]
    edited = EXAMPLE + "\n新的一句。\n"
    expected = [["faq/a.html"], "site"] if "audience: customers" in EXAMPLE else ["site"]
    assert customers.write("content/faq/a.md", edited) == expected
    assert customers.is_as_built()


def test_what_changes_meanwhile_is_shown_first(trial: Trial) -> None:
    trial.update()
    assert trial.write("content/faq/a.md", EXAMPLE + "\n第一句。\n", lambda: True) == [["faq/a.html"]]
    assert trial.write("content/faq/b.md", EXAMPLE.replace("001", "002").replace("忘", "已"), lambda: True) == [
        ["faq/b.html"]
    ]
    assert "第一句" in trial.text("faq/a.html")
    # Nothing new was written, but the rest is still due.
    assert trial.update() == ["site"]
    assert trial.is_as_built()


def test_only_changed_bytes_of_inputs_count(trial: Trial) -> None:
    trial.update()
    state = trial.shown.state
    assert trial.write("content/faq/a.md", EXAMPLE) == []
    assert trial.write("content/faq/.a.md.swp", "x") == []
    assert trial.write("content/faq/a.md~", "x") == []
    (trial.root / "notes.md").write_text("x")
    assert trial.update() == [] and not trial.said
    assert trial.shown.state == state


def test_a_broken_page_shows_its_findings_and_all_others_stay(trial: Trial) -> None:
    trial.update()
    before = tree_of(trial.shown.root)
    state = trial.shown.state
    trial.write("content/faq/a.md", EXAMPLE.replace("owner: ops", "owner: nobody\n<b>x: 1"))
    page = trial.text("faq/a.html")
    assert "content/faq/a.md:5:8" in page and "KB201 owner-unknown" in page and "add it to registry/owners.yml" in page
    assert "&lt;b&gt;x" in page and "<b>" not in page and "<script" not in page
    assert trial.shown.wait(state, 0)[1] == ["faq/a.html"]
    assert tree_of(trial.shown.root) == before
    # Another page can be edited meanwhile.
    assert trial.write("content/faq/b.md", OTHER.replace("#kb-none", "") + "\n第二句。\n") == [["faq/b.html"], "site"]
    assert "第二句" in trial.text("faq/b.html") and "KB201" in trial.text("faq/a.html")
    assert "忘記密碼怎麼辦？" in trial.text("faq/index.html")
    # The front matter is not even YAML.
    trial.write("content/faq/a.md", EXAMPLE.replace("owner: ops", "owner: [ops"))
    assert "yaml-syntax" in trial.text("faq/a.html")
    state = trial.shown.state
    assert trial.write("content/faq/a.md", EXAMPLE + "\n好了。\n") == [["faq/a.html"], "site"]
    assert "好了" in trial.text("faq/a.html")
    assert "faq/a.html" in (trial.shown.wait(state, 0)[1] or [])
    assert trial.is_as_built()


def test_a_page_that_was_never_in_order_is_left_out_of_lists(trial: Trial) -> None:
    other = OTHER.replace("#kb-none", "#步驟").replace("tags:", "related: [FAQ-001]\ntags:")
    (trial.root / "content/faq/b.md").write_text(other, encoding="utf-8")
    assert trial.write("content/faq/a.md", EXAMPLE.replace("---\n", "--\n", 1)) == ["site"], trial.said
    assert "front-matter" in trial.text("faq/a.html"), trial.said
    assert "怎麼換手機？" in trial.text("faq/index.html"), trial.said
    assert "忘記密碼怎麼辦？" not in trial.text("faq/index.html")
    trial.write("content/faq/a.md", EXAMPLE)
    assert "front-matter" not in trial.text("faq/a.html") and trial.is_as_built()
    # An anchor that is missing is at fault itself.
    trial.write("content/faq/b.md", OTHER)
    assert "broken-anchor" in trial.text("faq/b.html")


def test_faults_outside_of_pages_are_on_the_home_page(trial: Trial) -> None:
    config = (trial.root / "kb.yml").read_text(encoding="utf-8")
    trial.update()
    trial.write("kb.yml", config + "colour: red\n")
    assert "kb.yml:2:1" in trial.text("index.html") and trial.said[-1].startswith("still showing")
    assert trial.update() == [] and not trial.said
    assert trial.write("kb.yml", config) == ["site"]
    assert "kb-hero" in trial.text("index.html")
    trial.write("registry/owners.yml", "ops: {")
    assert "registry/owners.yml:1" in trial.text("index.html") and "忘記密碼" in trial.text("faq/a.html")


def test_any_page_may_be_missing_from_a_site(sample_root: Path) -> None:
    catalog = check(load_settings(sample_root, checks.rules()), TODAY).catalog
    for seed in range(8):
        chance = random.Random(seed)
        some = tuple(each for each in catalog.documents if chance.random() < 0.5)
        for audience in ("staff", "customers"):
            assert generate(with_documents(catalog, some), audience, Cache()).pages


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    shown = Shown(tmp_path / "shown")
    shown.show(instead={}, site=site(tmp_path, {"a.html": "1", "b.html": "1", "kb/kb.css": "1", "search/p0.js": "1"}))
    return shown


def site(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = folder / "new" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder / "new"


def test_browsers_are_told_which_pages_changed(shown: Shown, tmp_path: Path) -> None:
    state = shown.state
    assert shown.wait(state, 0) == (state, [])
    shown.show(instead={"x.html": b"!"}, pages={"a.html": b"2", "b.html": b"1"})
    assert shown.wait(state, 0) == (shown.state, ["a.html", "x.html"])
    middle = shown.state
    shown.show(
        instead={"x.html": b"!"},
        site=site(tmp_path, {"a.html": "2", "b.html": "3", "kb/kb.css": "1", "search/p0.js": "2"}),
    )
    assert shown.wait(middle, 0)[1] == ["b.html"]
    assert shown.wait(state, 0)[1] == ["a.html", "b.html", "x.html"]
    shown.show(instead={}, site=site(tmp_path, {"a.html": "2", "kb/kb.css": "2"}))
    # Every page looks different now, and what another server showed is not known.
    for old in (middle, "other.1", f"{middle}9999", "", "é"):
        assert shown.wait(old, 0)[1] is None
    state = shown.state
    shown.show(instead={}, site=site(tmp_path, {"a.html": "2", "kb/kb.css": "2"}))
    assert shown.state == state


def test_a_page_that_is_replaced_leaves_an_older_site_as_it_is(shown: Shown, tmp_path: Path) -> None:
    os.link(shown.root / "a.html", tmp_path / "kept.html")
    shown.show(instead={}, pages={"a.html": b"2"})
    assert (tmp_path / "kept.html").read_text() == "1" and shown.read("a.html") == b"2"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with Watch() as watch:
        (tmp_path / "content").mkdir()
        watch.at({tmp_path / "content": True, tmp_path / "nowhere": True})
        yield watch


def test_writing_wakes_and_reading_does_not(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "content" / "a.md").write_text("x")
    watch.wait(60)
    assert not watch.has_news
    (tmp_path / "content" / "a.md").read_text()
    (tmp_path / "content" / ".a.md.swp").write_text("x")
    watch.wait(0.3)
    assert not watch.has_news
    (tmp_path / "content" / "new").mkdir()
    watch.wait(60)
    (tmp_path / "content" / "new" / "b.md").write_text("x")
    assert watch._written.wait(60)
