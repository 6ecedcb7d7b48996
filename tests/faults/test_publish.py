"""Publishing under bad luck: the old site stays whole, or the new one is."""

from __future__ import annotations

import fcntl
import os

import pytest

from kb_builder import publish as publish_module
from kb_builder.model.errors import KbError, PublishError
from kb_builder.pipeline import build
from kb_builder.publish import MARK, build_lock, check_targets, fresh_folder, publish
from tests.conftest import TODAY
from tests.unit.test_audience import page


def site(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(text)
    return folder


def test_the_first_site_is_put_in_place(tmp_path):
    publish({site(tmp_path / "new", "1"): tmp_path / "out"})
    assert (tmp_path / "out/index.html").read_text() == "1"


def test_the_last_good_generation_stays(tmp_path):
    out = tmp_path / "out"
    for text in ("1", "2", "3"):
        publish({site(tmp_path / "new", text): out})
    assert (out / "index.html").read_text() == "3"
    assert (tmp_path / ".out.previous/index.html").read_text() == "2"


def test_without_exchange_the_folders_are_renamed(tmp_path, monkeypatch):
    monkeypatch.setattr(publish_module.sys, "platform", "other")
    out = tmp_path / "out"
    publish({site(tmp_path / "new", "1"): out})
    publish({site(tmp_path / "new", "2"): out})
    assert (out / "index.html").read_text() == "2"
    assert (tmp_path / ".out.previous/index.html").read_text() == "1"


def test_a_rename_that_fails_puts_the_old_site_back(tmp_path, monkeypatch):
    monkeypatch.setattr(publish_module.sys, "platform", "other")
    out = site(tmp_path / "out", "old")
    new = site(tmp_path / "new", "new")
    rename = type(out).rename

    def failing(self, target):
        if self == new:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(type(out), "rename", failing)
    with pytest.raises(PublishError):
        publish({new: out})
    assert (out / "index.html").read_text() == "old"


@pytest.mark.parametrize("kind", ["file", "link", "dangling link", "folder of somebody"])
def test_what_is_not_a_site_of_ours_is_not_replaced(tmp_path, kind):
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("mine")
    elif kind == "folder of somebody":
        site(out, "mine")
    else:
        out.symlink_to(site(tmp_path / "other", "mine") if kind == "link" else tmp_path / "gone")
    with pytest.raises(PublishError, match=str(out)):
        check_targets([tmp_path / "free", out])


def test_our_own_site_an_empty_folder_or_nothing_is_a_target(tmp_path):
    (tmp_path / "empty").mkdir()
    (site(tmp_path / "ours", "x") / MARK).parent.mkdir(parents=True)
    (tmp_path / "ours" / MARK).touch()
    check_targets([tmp_path / "empty", tmp_path / "ours", tmp_path / "nothing"])


def test_a_folder_of_the_author_survives_two_builds(make_project):
    settings = make_project({"content/faq/a.md": page("FAQ-001", related=""), "site/customers/mine.txt": "precious"})
    for _time in range(2):
        with pytest.raises(PublishError, match="did not make"):
            build(settings, TODAY)
    assert (settings.root / "site/customers/mine.txt").read_text() == "precious"
    assert not (settings.root / "site/staff").exists()


@pytest.mark.parametrize("existed", [True, False])
def test_when_the_second_site_cannot_be_switched_the_first_goes_back(tmp_path, monkeypatch, existed):
    one, two = tmp_path / "one", tmp_path / "two"
    if existed:
        site(one, "old one")
    site(two, "old two")
    exchange = publish_module._exchange

    def failing(new, out):
        if out == two:
            raise OSError(28, "No space left on device")
        exchange(new, out)

    monkeypatch.setattr(publish_module, "_exchange", failing)
    with pytest.raises(PublishError, match="No space left"):
        publish({site(tmp_path / "a", "new one"): one, site(tmp_path / "b", "new two"): two})
    assert (two / "index.html").read_text() == "old two"
    assert (one / "index.html").read_text() == "old one" if existed else not one.exists()


def test_leftovers_of_killed_builds_are_cleaned(tmp_path):
    site(tmp_path / ".out.new-dead", "x")
    with fresh_folder(tmp_path / "out") as folder:
        assert not (tmp_path / ".out.new-dead").exists()
        assert list(folder.iterdir()) == []
    assert not folder.exists()


def test_a_second_build_is_told_who_holds_the_lock(tmp_path):
    (tmp_path / ".kb").mkdir()
    handle = os.open(tmp_path / ".kb/lock", os.O_RDWR | os.O_CREAT)
    os.write(handle, b"4711\n")
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(KbError, match="4711"), build_lock(tmp_path):
            pass
    finally:
        os.close(handle)
    with build_lock(tmp_path) as folder:
        assert folder == tmp_path / ".kb"


@pytest.mark.parametrize("stage", ["stage_tree", "verify", "publish"])
def test_a_build_that_fails_leaves_the_old_sites_alone(make_project, monkeypatch, stage):
    settings = make_project(
        {"content/faq/a.md": page("FAQ-001"), "content/faq/b.md": page("FAQ-900", related="FAQ-001")}
    )
    assert build(settings, TODAY).published
    before = {p: p.read_bytes() for p in (settings.root / "site").rglob("*") if p.is_file()}

    def fail(*_arguments):
        raise PublishError("no space left")

    monkeypatch.setattr(f"kb_builder.pipeline.{stage}", fail)
    make_project({"content/faq/a.md": page("FAQ-001", body="新的文字")})
    with pytest.raises(PublishError):
        build(settings, TODAY)
    after = {p: p.read_bytes() for p in (settings.root / "site").rglob("*") if p.is_file()}
    assert after == before


def test_content_with_errors_builds_nothing_over_the_old_site(make_project):
    settings = make_project(
        {"content/faq/a.md": page("FAQ-001"), "content/faq/b.md": page("FAQ-900", related="FAQ-001")}
    )
    build(settings, TODAY)
    before = {p: p.read_bytes() for p in (settings.root / "site").rglob("*") if p.is_file()}
    make_project({"content/faq/c.md": "no front matter"})
    built = build(settings, TODAY)
    assert built.published == {}
    assert [each.slug for each in built.diagnostics] == ["front-matter-missing"]
    assert {p: p.read_bytes() for p in (settings.root / "site").rglob("*") if p.is_file()} == before
