"""What an earlier run searched is not searched again, and what is found and reported is the same as without."""

from __future__ import annotations

import shutil
from random import Random

import pytest

from kb_builder.cache import Cache, open_cache
from kb_builder.leaks import proof as proof_module
from kb_builder.leaks import searched
from kb_builder.leaks.proof import prove
from kb_builder.pipeline import build, check
from kb_builder.search_site import client_of
from tests.conftest import TODAY
from tests.unit.test_audience import page

STAFF = "content/faq/inside.md"
FILES = {
    "content/faq/open.md": page("FAQ-001", body="客戶可以讀到這句話。"),
    "content/faq/second.md": page("FAQ-002", body="第二頁說別的事。"),
    STAFF: page("FAQ-900", audience="staff", topic="祕密主題", related="FAQ-001"),
}


_IN_THEME = {}


@pytest.fixture(autouse=True)
def _theme_read_once(monkeypatch):
    """What the theme says is the same for all tests, and long."""
    real = searched.without_known

    def remembered(needles, known):
        asked = list(needles)
        new = [each for each in asked if each not in _IN_THEME]
        left = set(real(new, known)) if new else set()
        _IN_THEME.update((each, each in left) for each in new)
        return [each for each in asked if _IN_THEME[each]]

    monkeypatch.setattr(searched, "without_known", remembered)


@pytest.fixture
def settings(make_project):
    return make_project(FILES)


@pytest.fixture
def site(settings, tmp_path):
    """Return a copy of the built customer site, to be changed."""
    built = build(settings, TODAY, ["customers"])
    return shutil.copytree(built.published["customers"], tmp_path / "copy")


@pytest.fixture
def cache(tmp_path):
    return open_cache(tmp_path, {"KB_CACHE_DIR": str(tmp_path / "cache")})


@pytest.fixture
def scanned(monkeypatch):
    """Return a list that the names of scanned files are added to, but for those of the trial."""
    names = []
    scan = proof_module.Scanner.scan

    def noting(self, name, data):
        if name != "trial.txt":
            names.append(name)
        return scan(self, name, data)

    monkeypatch.setattr(proof_module.Scanner, "scan", noting)
    return names


def same(settings, site, cache):
    """Search with the cache and without, and return what both find."""
    catalog = check(settings, TODAY).catalog
    found, expected = prove(catalog, site, cache), prove(catalog, site)
    assert found == expected
    assert found.report() == expected.report()
    return found


def test_what_did_not_change_is_not_searched_again(settings, site, cache, scanned):
    catalog = check(settings, TODAY).catalog
    first = prove(catalog, site, cache)
    assert first.leaks == ()
    assert "faq/open.html" in scanned
    scanned.clear()
    assert prove(catalog, site, cache) == first
    assert scanned == []
    file = site / "faq/open.html"
    file.write_text(file.read_text().replace("客戶可以", "客戶都可以"))
    same(settings, site, cache)
    assert scanned[0] == "faq/open.html"
    assert scanned[1:2] != ["faq/second.html"]


def test_a_change_of_the_index_alone_is_not_searched(settings, site, cache, scanned):
    """Its version is in every file of it."""
    catalog = check(settings, TODAY).catalog
    prove(catalog, site, cache)
    scanned.clear()
    for file in (site / "search").glob("[a-z]*.js"):
        text = file.read_text()
        if text.startswith("kbSearchPut("):
            file.write_text('kbSearchPut("0123456789ab"' + text[text.index(",") :])
    (site / "search/client.js").write_text(client_of(site))
    assert prove(catalog, site, cache).leaks == ()
    assert scanned == []


def test_an_old_file_is_searched_for_what_is_new(settings, site, cache, make_project):
    assert same(settings, site, cache).leaks == ()
    changed = make_project({STAFF: FILES[STAFF].replace("祕密主題", "可以讀到這句話")})
    assert {leak.needle.kind for leak in prove(check(changed, TODAY).catalog, site).leaks} == set()
    # Customers are told these words by the author of their page: so they are no secret, until the page no longer is.
    gone = make_project({"content/faq/open.md": FILES["content/faq/open.md"].replace("客戶可以讀到這句話", "別的")})
    found = same(gone, site, cache)
    assert {(leak.needle.kind, leak.needle.text) for leak in found.leaks} >= {("topic", "可以讀到這句話")}
    # What was found is not forgotten.
    assert same(gone, site, cache) == found


def test_what_comes_back_is_searched_for_again(settings, site, cache, make_project):
    """A file that was only seen while something was no secret is searched for it once it is one."""
    assert same(settings, site, cache).leaks == ()
    make_project({STAFF: FILES[STAFF].replace("祕密主題", "別的主題")})
    (site / "faq/new.html").write_text("<html><body><article>祕密主題</article></body></html>")
    assert same(settings, site, cache).leaks == ()
    make_project({STAFF: FILES[STAFF]})
    assert {leak.file for leak in same(settings, site, cache).leaks} == {"faq/new.html"}


def test_a_term_of_the_index_that_its_page_lost_is_found(settings, site, cache):
    assert same(settings, site, cache).leaks == ()
    file = site / "faq/second.html"
    file.write_text(file.read_text().replace("第二頁說別的事", "第二頁"))
    make = check(settings, TODAY).catalog
    # The author's text excuses the term, so it is taken for one that no author wrote.
    file = next((site / "search").glob("t0.js"))
    file.write_text(file.read_text().replace("{", '{"鬼話":"!a",', 1))
    found = prove(make, site, cache)
    assert found == prove(make, site)
    assert [leak.needle.text for leak in found.leaks] == ["鬼話"]


@pytest.mark.parametrize("data", [b"\xff", b"{}", b"[1]"])
def test_entries_that_cannot_be_read_are_as_good_as_none(settings, site, cache, monkeypatch, data):
    expected = same(settings, site, cache)
    get = Cache.get
    monkeypatch.setattr(Cache, "get", lambda self, kind, keys: dict.fromkeys(get(self, kind, keys), data))
    assert same(settings, site, cache) == expected
    (site / "faq/new.html").write_text("<html><body>祕密主題</body></html>")
    assert {leak.file for leak in same(settings, site, cache).leaks} == {"faq/new.html"}


def test_random_changes_are_judged_as_without_cache(settings, site, cache, make_project):
    random = Random(20261120)
    words = ("祕密主題", "別的主題", "客戶可以讀到這句話", "ops@example.com", "說明")
    leaking = 0
    for number in range(16):
        kind = random.choice(("page", "page", "topic", "remove", "body"))
        if kind == "page":
            text = "".join(f"<p>{word}</p>" for word in random.sample(words, random.randint(0, 2)))
            (site / f"faq/new-{random.randint(1, 3)}.html").write_text(f"<html><body>{text}{number}</body></html>")
        elif kind == "remove":
            (site / f"faq/new-{random.randint(1, 3)}.html").unlink(missing_ok=True)
        elif kind == "topic":
            make_project({STAFF: FILES[STAFF].replace("祕密主題", random.choice(words))})
        else:
            make_project({"content/faq/open.md": page("FAQ-001", body=random.choice(words))})
        leaking += bool(same(settings, site, cache).leaks)
    assert 3 < leaking < 15
