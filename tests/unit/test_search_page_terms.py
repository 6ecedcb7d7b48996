"""The terms of a page come from the cache as they were, and from nowhere else."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_builder.cache import Cache, open_cache
from kb_builder.model.search import SearchPage, SearchSection
from kb_builder.search import page_terms
from kb_builder.search.page_terms import known_terms, read_terms
from kb_builder.search.write import write_index

PAGE = SearchPage(
    url="sops/a.html",
    title="備份 Backup",
    language="zh-Hant",
    sections=(
        SearchSection(text="還原資料庫 restore"),
        SearchSection(anchor="b", heading="步驟 Steps", text="utf8 備份備份 restore"),
    ),
    id="SOP-001",
    aliases=("夜間備份",),
    tags=("資料庫",),
)
OTHER = replace(PAGE, url="sops/b.html", title="Rollback", id="SOP-002", aliases=())


@pytest.fixture
def cache(tmp_path):
    return open_cache(tmp_path, {"KB_CACHE_DIR": str(tmp_path / "cache")})


def terms_of_pages(pages, cache, site):
    with known_terms(cache, site) as terms_of:
        return {page.url: terms_of(page) for page in pages}


def test_the_index_is_the_same_with_and_without(cache, monkeypatch):
    pages = [PAGE, OTHER]
    without = write_index(pages)
    with known_terms(cache, "staff") as terms_of:
        assert write_index(pages, terms_of=terms_of) == without
    monkeypatch.setattr(page_terms, "read_terms", None)
    with known_terms(cache, "staff") as terms_of:
        assert write_index(pages, terms_of=terms_of) == without


def test_as_many_pages_are_kept_as_there_are(cache, monkeypatch):
    monkeypatch.setattr(page_terms, "_MOST", 2)
    pages = [replace(PAGE, url=f"{number}.html", title=str(number)) for number in range(5)]
    terms_of_pages(pages, cache, "staff")
    monkeypatch.setattr(page_terms, "read_terms", None)
    assert len(terms_of_pages(pages, cache, "staff")) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "備份"},
        {"id": "SOP-003"},
        {"aliases": ()},
        {"aliases": ("夜間", "備份")},
        {"aliases": (), "tags": ("夜間備份", "資料庫")},
        {"tags": ()},
        {"sections": PAGE.sections[:1]},
        {"sections": (SearchSection(text="還原資料庫 restore", heading="步驟"), PAGE.sections[1])},
        {"sections": (SearchSection(text="", heading="還原資料庫 restore"), PAGE.sections[1])},
    ],
)
def test_whatever_changes_is_seen(cache, changes):
    terms_of_pages([PAGE], cache, "staff")
    changed = replace(PAGE, **changes)
    assert terms_of_pages([changed], cache, "staff") == {PAGE.url: read_terms(changed)}
    assert read_terms(changed) != read_terms(PAGE)


TEXTS = st.text(max_size=12)
PAGES = st.builds(
    SearchPage,
    url=st.sampled_from(["a.html", "b.html"]),
    title=TEXTS,
    language=st.just("en"),
    sections=st.lists(st.builds(SearchSection, text=TEXTS, heading=TEXTS), max_size=3).map(tuple),
    id=TEXTS,
    aliases=st.lists(TEXTS, max_size=2).map(tuple),
    tags=st.lists(TEXTS, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PAGES, min_size=1, max_size=6))
def test_any_page_gives_its_own_terms_again(pages):
    with tempfile.TemporaryDirectory() as folder:
        cache = open_cache(Path(folder), {"KB_CACHE_DIR": folder})
        for page in (*pages, *pages):
            assert terms_of_pages([page], cache, "staff") == {page.url: read_terms(page)}
        cache.close()


@pytest.mark.parametrize("data", [b"\xff", b"{", b"[1]", b'[["a", 1, "b"]]', b"[[0, 1, 2]]", b"3"])
def test_entries_that_cannot_be_read_are_as_good_as_none(cache, monkeypatch, data):
    before = terms_of_pages([PAGE], cache, "staff")
    get = Cache.get
    monkeypatch.setattr(Cache, "get", lambda self, kind, keys: dict.fromkeys(get(self, kind, keys), data))
    assert terms_of_pages([PAGE], cache, "staff") == before


def test_pages_of_one_site_are_not_forgotten_for_those_of_the_other(cache, monkeypatch):
    staff, customers = terms_of_pages([PAGE], cache, "staff"), terms_of_pages([OTHER], cache, "customers")
    monkeypatch.setattr(page_terms, "read_terms", None)
    assert terms_of_pages([PAGE], cache, "staff") == staff
    assert terms_of_pages([OTHER], cache, "customers") == customers
