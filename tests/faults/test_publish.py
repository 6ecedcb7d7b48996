"""Publishing under bad luck: the old site stays whole, or the new one is."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys

import pytest

from kb_builder import durable
from kb_builder import publish as publish_module
from kb_builder.model.errors import KbError, PublishError
from kb_builder.pipeline import build
from kb_builder.publish import MARK, NOTE, build_lock, check_targets, finish, fresh_folder, publish, report_of, settle
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
    monkeypatch.setattr(durable.sys, "platform", "other")
    out = tmp_path / "out"
    publish({site(tmp_path / "new", "1"): out})
    publish({site(tmp_path / "new", "2"): out})
    assert (out / "index.html").read_text() == "2"
    assert (tmp_path / ".out.previous/index.html").read_text() == "1"


def test_a_rename_that_fails_puts_the_old_site_back(tmp_path, monkeypatch):
    monkeypatch.setattr(durable.sys, "platform", "other")
    out = site(tmp_path / "out", "old")
    new = site(tmp_path / "new", "new")
    rename = type(out).rename

    def failing(self, target):
        if self == tmp_path / ".out.new-ready" and target == out:
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
    put_in_place = durable.put_in_place

    def failing(new, out, aside):
        if out == two:
            raise OSError(28, "No space left on device")
        put_in_place(new, out, aside)

    monkeypatch.setattr(publish_module, "put_in_place", failing)
    with pytest.raises(PublishError, match="No space left"):
        publish({site(tmp_path / "a", "new one"): one, site(tmp_path / "b", "new two"): two})
    assert (two / "index.html").read_text() == "old two"
    assert (one / "index.html").read_text() == "old one" if existed else not one.exists()
    assert beside(tmp_path) == []


def beside(folder):
    """Return what builds left beside their sites."""
    return sorted(path.name for path in folder.iterdir() if ".new-" in path.name)


def test_leftovers_of_killed_builds_are_cleaned(tmp_path):
    out = site(tmp_path / "out", "mine")
    site(tmp_path / ".out.new-dead", "x")
    site(tmp_path / ".out.new-ready", "never switched to")
    (tmp_path / ".out.verify.json.new-ready").touch()
    (tmp_path / ".other.new-dead").touch()
    with build_lock(tmp_path) as private:
        (private / f"{NOTE}.new").touch()
        finish(private, [out])
    assert beside(tmp_path) == [".other.new-dead"]
    assert (out / "index.html").read_text() == "mine"
    assert sorted(path.name for path in private.iterdir()) == ["lock"]


def test_a_fresh_folder_is_gone_in_the_end(tmp_path):
    with fresh_folder(tmp_path / "out") as folder:
        assert list(folder.iterdir()) == []
    assert not folder.exists()


def interrupted(tmp_path, first, second):
    """Return two sites of which a publication switched as many as it is told to, and their private folder."""
    outs = [tmp_path / "one", tmp_path / "two"]
    for out in outs:
        site(out, "old")
        site(out.with_name(f".{out.name}.new-ready"), "new")
    (tmp_path / ".kb").mkdir()
    numbers = {out.name: out.with_name(f".{out.name}.new-ready").stat().st_ino for out in outs}
    (tmp_path / ".kb" / NOTE).write_text(json.dumps({"sites": numbers}))
    report_of(outs[1]).write_text("old")
    (tmp_path / ".two.verify.json.new-ready").write_text("new")
    for out, steps in zip(outs, (first, second), strict=True):
        ready, aside = out.with_name(f".{out.name}.new-ready"), out.with_name(f".{out.name}.new-old")
        if steps == "exchanged":
            durable.put_in_place(ready, out, aside)
        elif steps in ("away", "renamed"):
            out.rename(aside)
            if steps == "renamed":
                ready.rename(out)
    return outs


@pytest.mark.parametrize("first", ["not yet", "exchanged", "away", "renamed"])
@pytest.mark.parametrize("second", ["not yet", "exchanged", "away", "renamed"])
def test_what_was_cut_short_is_completed(tmp_path, first, second):
    outs = interrupted(tmp_path, first, second)
    settle(tmp_path, outs)
    for out in outs:
        assert (out / "index.html").read_text() == "new"
        assert (tmp_path / f".{out.name}.previous/index.html").read_text() == "old"
    assert report_of(outs[1]).read_text() == "new"
    assert beside(tmp_path) == []
    assert sorted(path.name for path in (tmp_path / ".kb").iterdir()) == ["lock"]


def test_while_a_build_runs_nothing_is_settled(tmp_path):
    outs = interrupted(tmp_path, "exchanged", "not yet")
    with held_lock(tmp_path):
        settle(tmp_path, outs)
    assert (outs[1] / "index.html").read_text() == "old"
    assert (tmp_path / ".kb" / NOTE).exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"sites": []}', '{"sites": {"one": "1"}}', '{"sites": {"../x": 1, "/etc": 2, "one": 0}}']
)
def test_a_note_of_somebody_else_moves_nothing(tmp_path, text):
    out = site(tmp_path / "one", "mine")
    with build_lock(tmp_path) as private:
        (private / NOTE).write_text(text)
        finish(private, [out])
    assert (out / "index.html").read_text() == "mine"
    assert not (private / NOTE).exists()


def test_without_a_note_an_old_site_is_not_lost(tmp_path):
    site(tmp_path / ".out.new-old", "the only one")
    with build_lock(tmp_path) as private:
        finish(private, [tmp_path / "out"])
    assert (tmp_path / "out/index.html").read_text() == "the only one"


def test_if_not_even_the_old_site_can_be_put_back_the_next_build_goes_on(tmp_path, monkeypatch):
    outs = [tmp_path / "one", tmp_path / "two"]
    put_in_place = durable.put_in_place
    calls = []

    def failing(new, out, aside):
        calls.append(out)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        put_in_place(new, out, aside)

    for out in outs:
        site(out, "old")
    with build_lock(tmp_path) as private:
        with monkeypatch.context() as patch:
            patch.setattr(publish_module, "put_in_place", failing)
            with pytest.raises(PublishError, match="only some of the sites"):
                publish({site(tmp_path / f"made-{out.name}", "new"): out for out in outs}, private)
        assert [(out / "index.html").read_text() for out in outs] == ["new", "old"]
        finish(private, outs)
    assert [(out / "index.html").read_text() for out in outs] == ["new", "new"]
    assert beside(tmp_path) == []


HOLD = """
import sys
from pathlib import Path
from kb_builder.publish import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


class held_lock:
    """Hold a project's lock in another process."""

    def __init__(self, root):
        self._command = [sys.executable, "-c", HOLD, str(root)]

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout.readline() == "held\n"
        return self._process

    def __exit__(self, *_why):
        self._process.kill()
        self._process.communicate()


def test_a_second_build_is_told_who_holds_the_lock(tmp_path):
    with held_lock(tmp_path) as holder:
        words = rf"another build is running: process {holder.pid} on .* since 20\d\d-.*, `kb .*{tmp_path.name}`"
        with pytest.raises(KbError, match=words), build_lock(tmp_path):
            pass
        holder.kill()
        holder.wait()
        with build_lock(tmp_path) as folder:
            assert folder == tmp_path / ".kb"


@pytest.mark.parametrize("planted", [".kb", ".kb/lock", f".kb/{NOTE}.new"])
def test_a_link_that_somebody_planted_is_not_followed(tmp_path, planted):
    elsewhere = tmp_path / "elsewhere"
    if planted == ".kb":
        elsewhere.mkdir()
    else:
        (tmp_path / ".kb").mkdir()
        elsewhere.write_text("precious")
    (tmp_path / planted).symlink_to(elsewhere)
    out = tmp_path / "out"
    with contextlib.suppress(PublishError), build_lock(tmp_path) as private:
        finish(private, [out])
        publish({site(tmp_path / "made", "new"): out}, private)
    assert list(elsewhere.iterdir()) == [] if planted == ".kb" else elsewhere.read_text() == "precious"


def test_a_process_that_a_killed_build_had_started_does_not_hold_its_lock(tmp_path):
    started = HOLD.replace("    print", "    import os, time\n    if not os.fork():\n        time.sleep(60)\n    print")
    process = subprocess.Popen([sys.executable, "-c", started, str(tmp_path)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, start_new_session=True)  # fmt: skip
    try:
        assert process.stdout.readline() == b"held\n"
        process.kill()
        process.wait()
        with build_lock(tmp_path):
            pass
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.stdin.close()
        process.stdout.close()


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
