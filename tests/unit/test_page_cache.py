"""Pages that come from an earlier run are those that this run would have made."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from kb_builder import checks
from kb_builder.cache import Cache, open_cache
from kb_builder.config.load import load_settings
from kb_builder.pages import FROM_FIELDS, flowchart, modules
from kb_builder.pages.view import View, link
from kb_builder.pipeline import generate
from tests.conftest import ROOT
from tests.leaks.test_non_interference import Hand, catalog_of
from tests.remembered import remember_readings

CHANGES = 15


@pytest.fixture
def root(tmp_path):
    for name in ("content", "registry"):
        shutil.copytree(ROOT / name, tmp_path / "p" / name)
    shutil.copy(ROOT / "kb.yml", tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def settings(root, monkeypatch):
    remember_readings(monkeypatch)
    return load_settings(root, checks.rules())


@pytest.fixture
def cache(root, tmp_path):
    return open_cache(root, {"KB_CACHE_DIR": str(tmp_path / "cache")})


@pytest.fixture
def catalog(settings):
    return catalog_of(settings)


@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_a_second_run_makes_the_same_pages(catalog, cache, audience):
    without = generate(catalog, audience)
    assert generate(catalog, audience, cache) == without
    assert generate(catalog, audience, cache) == without


def test_nothing_is_drawn_again_where_nothing_changed(catalog, cache, monkeypatch):
    without = generate(catalog, "staff", cache)
    monkeypatch.setattr(flowchart, "flowchart", None)
    monkeypatch.setattr(flowchart, "lay_out", None)
    assert generate(catalog, "staff", cache) == without


def test_whatever_changes_the_pages_are_those_of_a_run_without_cache(root, settings, cache):
    hand = Hand(root, seed=20261121)
    before = generate(catalog_of(settings), "staff", cache)
    different = 0
    for number in range(CHANGES):
        what = hand.change()
        catalog = catalog_of(settings)
        without = generate(catalog, "staff")
        assert generate(catalog, "staff", cache) == without, f"{number}: {what}"
        different += without != before
        before = without
    assert different > CHANGES / 2


def test_another_day_and_another_kb_yml_give_other_pages(root, catalog, cache):
    before = generate(catalog, "staff", cache)
    tomorrow = replace(catalog, as_of=catalog.as_of + timedelta(days=40))
    assert generate(tomorrow, "staff", cache) == generate(tomorrow, "staff") != before
    file = root / "kb.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    name: ", "    name: 新的", 1), encoding="utf-8")
    renamed = catalog_of(load_settings(root, checks.rules()))
    assert renamed.settings.sites["staff"].name.startswith("新的")
    assert generate(renamed, "staff", cache) == generate(renamed, "staff") != before


@pytest.mark.parametrize("field", ["department", "name"])
def test_the_names_of_owners_enter_charts(catalog, cache, field):
    """Owners are changed in the catalog alone: the key of a chart does not hang on the registry as a whole."""
    document = next(each for each in catalog.documents if each.entries("steps") and not each.is_obsolete)
    role = next(str(entry["role"]) for _index, entry in document.entries("steps") if entry.get("role"))
    owners = {**catalog.owners, role: replace(catalog.owners[role], **{field: "另一個組"})}
    site = catalog.settings.sites["staff"]

    def chart(owners):
        view = View(catalog=replace(catalog, owners=owners), site=site, cache=cache)
        return next(flowchart.chart_htmls(view, [document]))

    before = chart(catalog.owners)
    assert "另一個組" not in before
    assert "另一個組" in chart(owners)
    assert chart(catalog.owners) == before


def test_what_cannot_be_read_is_made_again(catalog, cache, monkeypatch):
    without = generate(catalog, "staff", cache)
    real = Cache.get
    asked = []

    def damaged(self, kind, keys):
        found = real(self, kind, keys)
        asked.append(kind)
        return dict.fromkeys(found, b"\xff{")

    monkeypatch.setattr(Cache, "get", damaged)
    assert generate(catalog, "staff", cache) == without
    assert {"charts", "chart facts", "document pages", "events"} < set(asked)


def test_what_no_page_needs_any_more_is_forgotten(root, settings, cache):
    counts = []
    for _ in range(2):
        catalog = catalog_of(settings)
        generate(catalog, "staff", cache)
        counts.append([len(_entries(cache, kind)) for kind in ("charts", "document pages")])
        (root / next(each.path for each in catalog.documents if each.entries("steps"))).unlink()
    assert [before - after for before, after in zip(*counts, strict=True)] == [1, 1]


def _entries(cache, kind):
    return cache._connection.execute("SELECT key FROM entries WHERE kind = ?", (kind,)).fetchall()


def test_modules_that_are_kept_as_a_whole_are_there():
    assert {module.__name__.rpartition(".")[2] for module in modules() if hasattr(module, "pages")} >= FROM_FIELDS


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("index.md", "faq/a.md", "faq/a.html"),
        ("faq/a.md", "index.md", "../index.html"),
        ("faq/a.md", "faq/b.md", "b.html"),
        ("a/b/c.md", "a/d/e.png", "../d/e.png"),
        ("a/b/c.md", "a/b.md", "../b.html"),
        ("a/b.md", "a/b/c.md", "b/c.html"),
        ("a/b/c.md", "x.csv", "../../x.csv"),
    ],
)
def test_a_link_leads_from_one_folder_to_the_other(source, target, expected):
    assert link(source, target) == expected
