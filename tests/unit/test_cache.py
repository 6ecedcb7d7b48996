from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kb_builder import cache
from kb_builder.cache import Cache, cache_home, digest, open_cache


@pytest.fixture
def environment(tmp_path):
    return {"KB_CACHE_DIR": str(tmp_path / "caches")}


@pytest.fixture
def store(tmp_path, environment):
    return open_cache(tmp_path, environment)


def test_what_was_put_is_there_for_the_next_run(tmp_path, environment, store):
    store.put("page", {"a": b"one", "b": b"\0"})
    store.close()
    again = open_cache(tmp_path, environment)
    assert again.get("page", ["a", "b", "c"]) == {"a": b"one", "b": b"\0"}
    assert again.get("other", ["a"]) == {}
    assert not again.notice


def test_many_keys_are_asked_for_at_once(store):
    entries = {str(number): b"x%d" % number for number in range(1_700)}
    store.put("page", entries)
    assert store.get("page", entries) == entries


def test_only_what_is_kept_stays(store):
    store.put("page", {"a": b"1", "b": b"2"})
    store.put("other", {"a": b"3"})
    store.keep("page", ["b", "c"])
    assert store.get("page", "abc") == {"b": b"2"}
    assert store.get("other", "a") == {"a": b"3"}


def test_projects_do_not_share(tmp_path, environment, store):
    store.put("page", {"a": b"1"})
    (tmp_path / "other").mkdir()
    assert open_cache(tmp_path / "other", environment).get("page", "a") == {}


def database(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "caches").glob("*/cache.sqlite")
    return file


def test_a_changed_entry_is_not_believed(tmp_path, environment, store):
    store.put("page", {"a": b"1", "b": b"2"})
    store.close()
    with sqlite3.connect(database(tmp_path)) as connection:
        connection.execute("UPDATE entries SET data = ? WHERE key = 'a'", (b"9",))
    connection.close()
    assert open_cache(tmp_path, environment).get("page", "ab") == {"b": b"2"}


@pytest.mark.parametrize("content", [b"no database" * 1000, b""])
def test_a_file_that_is_no_store_is_replaced(tmp_path, environment, store, content):
    store.put("page", {"a": b"1"})
    store.close()
    database(tmp_path).write_bytes(content)
    again = open_cache(tmp_path, environment)
    assert again.get("page", "a") == {}
    assert bool(again.notice) == bool(content)
    again.put("page", {"a": b"2"})
    again.close()
    assert open_cache(tmp_path, environment).get("page", "a") == {"a": b"2"}


def test_damage_within_the_file_ends_its_use(tmp_path, environment, store):
    store.put("page", {str(number): b"x" * 1000 for number in range(500)})
    store.close()
    file = database(tmp_path)
    data = bytearray(file.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    file.write_bytes(data)
    again = open_cache(tmp_path, environment)
    assert again.get("page", map(str, range(500))) == {}
    assert again.notice
    again.put("page", {"1": b"1"})
    assert again.get("page", "1") == {}


def test_another_version_begins_anew(tmp_path, environment, store, monkeypatch):
    store.put("page", {"a": b"1"})
    store.close()
    monkeypatch.setattr(cache, "__version__", "another")
    again = open_cache(tmp_path, environment)
    assert again.get("page", "a") == {}
    assert not again.notice


def test_what_python_compiles_is_no_other_version(tmp_path, monkeypatch):
    folder = tmp_path / "kb" / "sub"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "kb" / "cache.py"))
    before = cache._stamp()
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "one.pyc").write_bytes(b"1")
    assert cache._stamp() == before
    (folder / "two.py").write_text("", encoding="utf-8")
    assert cache._stamp() != before


def test_a_folder_that_others_may_write_to_is_not_used(tmp_path, environment, store):
    store.close()
    database(tmp_path).parent.chmod(0o777)
    again = open_cache(tmp_path, environment)
    assert "others may write" in again.notice
    again.put("page", {"a": b"1"})
    assert again.get("page", "a") == {}


def test_a_place_that_is_a_file_is_named(tmp_path, environment):
    (tmp_path / "caches").write_text("")
    assert str(tmp_path) in open_cache(tmp_path, environment).notice


def test_a_store_that_another_process_holds_is_done_without(tmp_path, environment, store, monkeypatch):
    monkeypatch.setattr(cache, "_WAIT", 0.01)
    holder = sqlite3.connect(database(tmp_path), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    other = open_cache(tmp_path, environment)
    other.put("page", {"a": b"1"})
    assert "locked" in other.notice
    holder.close()


@pytest.mark.parametrize(
    ("environment", "home"),
    [
        ({"KB_CACHE_DIR": "/c", "HOME": "/h"}, "/c"),
        ({"KB_CACHE_DIR": "off", "HOME": "/h"}, None),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/kb"),
        ({"XDG_CACHE_HOME": "x", "HOME": "/h"}, "/h/.cache/kb"),
        ({}, None),
    ],
)
def test_where_stores_are(environment, home):
    assert cache_home(environment) == (Path(home) if home else None)


def test_a_store_of_nothing_is_empty():
    nowhere = Cache()
    nowhere.put("page", {"a": b"1"})
    nowhere.keep("page", [])
    assert nowhere.get("page", "a") == {}


def test_where_a_part_ends_matters():
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", "")}) == 4
