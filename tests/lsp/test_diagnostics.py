"""Findings while somebody types: of the page itself, and of others that an edit breaks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from editor import FAQ, FILES, OWNERS, Editor, wait_until, write
from lsprotocol import types

Start = Callable[..., Editor]


def test_an_edit_is_found_wrong_and_mended_without_saving(project: Path, start: Start) -> None:
    file = project / "content/faq/password.md"
    editor = start(project)
    uri = editor.open(file)
    editor.codes(file)
    text = FILES["content/faq/password.md"]
    editor.change(uri, text.replace("status: published", "status: publishd"))
    (found,) = editor.codes(file, "KB104")
    assert found.severity is types.DiagnosticSeverity.Error
    assert found.source == "kb" and found.code_description is None
    assert found.message.splitlines()[0] == "`status` is `publishd`, which is none of its values"
    assert "hint: did you mean `published`?" in found.message
    assert found.range == _range(5, 8, 5, 16)
    editor.change(uri, text)
    editor.codes(file)
    assert file.read_text(encoding="utf-8") == text


def test_an_edit_shows_in_files_that_are_not_open(project: Path, start: Start) -> None:
    write(
        project, {"content/faq/login.md": FILES["content/faq/login.md"].replace("tags:", "related: [FAQ-001]\ntags:")}
    )
    login, password = project / "content/faq/login.md", project / "content/faq/password.md"
    editor = start(project)
    uri = editor.open(password)
    editor.codes(password)
    editor.change(uri, FILES["content/faq/password.md"].replace("FAQ-001", "FAQ-007"))
    (found,) = editor.codes(login, "KB402")
    assert "there is no page `FAQ-001`" in found.message
    # Closed without saving, the page is again as it is on disk.
    editor.close(uri)
    editor.codes(login)


def test_a_second_page_with_the_same_id_is_related(project: Path, start: Start) -> None:
    file = project / "content/faq/password.md"
    editor = start(project)
    uri = editor.open(file)
    editor.change(uri, FILES["content/faq/password.md"].replace("FAQ-001", "FAQ-002"))
    found = editor.wait(file, lambda found: [each.code for each in found] == ["KB401"])
    (related,) = found[0].related_information or ()
    assert related.location.uri == (project / "content/faq/login.md").as_uri()
    assert related.location.range.start.line == 1


@pytest.mark.parametrize(
    ("encodings", "chosen", "column"),
    [
        ((), "utf-16", 20),
        (("utf-8", "utf-16"), "utf-8", 30),
        (("utf-32",), "utf-32", 19),
    ],
)
def test_columns_are_counted_as_the_editor_does(
    project: Path, start: Start, encodings: tuple[str, ...], chosen: str, column: int
) -> None:
    file = project / "content/faq/password.md"
    editor = start(project, encodings=encodings)
    assert editor.answer.capabilities.position_encoding == chosen
    text = FILES["content/faq/password.md"].replace("按下登入頁的「忘記密碼」即可。", "x😀: 緊急: 停電")
    editor.open(file, text)
    (found,) = editor.codes(file, "KB011")
    assert found.range == _range(3, 9, 3, column)


def test_what_stands_elsewhere_moves_with_the_text(project: Path, start: Start) -> None:
    file = project / "content/faq/password.md"
    text = FILES["content/faq/password.md"] + "\n見 [此頁](missing.md)。\n"
    editor = start(project)
    uri = editor.open(file, text)
    (before,) = editor.codes(file, "KB403")
    editor.change(uri, text.replace("status: published", "# 說明\nstatus: publishd"))
    found = editor.codes(file, "KB104", "KB403")
    after = next(each.range for each in found if each.code == "KB403")
    start, end = before.range.start, before.range.end
    assert after == _range(start.line + 1, start.character, end.line + 1, end.character)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\nid: [",
        "---\nid: FAQ-001\ntitle: \ud800\n---\n",
        "\ufeff---\r\nid: FAQ-001\r\n---\r\n",
        "---\n" + "a: {" * 3000 + "\n---\n",
        "---\nid: " + "x" * 300_000 + "\n---\n",
        "a\rb\u2028c\x00",
    ],
    ids=["nothing", "fence", "bracket", "surrogate", "mark", "deep", "long", "signs"],
)
def test_broken_text_stops_nothing(shared: Editor, shared_root: Path, text: str) -> None:
    file, other = shared_root / "content/faq/password.md", shared_root / "content/faq/login.md"
    name = shared.open(other)
    shared.codes(other)
    uri = shared.open(file, text)
    assert shared.wait(file, bool)
    shared.complete(uri, 1, 3)
    shared.hover(uri, 1, 3)
    shared.define(uri, 1, 3)
    shared.symbols(uri)
    shared.actions(uri, _range(0, 0, 9, 0))
    shared.change(name, FILES["content/faq/login.md"].replace("owner: ops", "owner: nobody"))
    shared.codes(other, "KB201")
    shared.change(name, FILES["content/faq/login.md"])
    shared.codes(other)
    shared.close(uri)


def test_a_broken_kb_yml_is_said_and_mended(project: Path, start: Start) -> None:
    config, page = project / "kb.yml", project / "content/faq/password.md"
    write(project, {"kb.yml": "timezone: Asia/Taipeh\n"})
    editor = start(project)
    (found,) = editor.codes(config, "KB090")
    assert found.range == _range(0, 10, 0, 21)
    editor.open(page, FILES["content/faq/password.md"].replace("owner: ops", "owner: nobody"))
    uri = editor.open(config)
    editor.change(uri, "timezone: Asia/Taipei\n")
    editor.codes(config)
    editor.codes(page, "KB201")
    # Broken once more, pages are checked by what it said before.
    editor.change(uri, "timezone: [\n")
    assert editor.wait(config, bool)
    editor.change(page.as_uri(), FILES["content/faq/password.md"])
    editor.codes(page)


def test_a_registry_is_checked_as_it_is_typed(project: Path, start: Start) -> None:
    owners, page = project / "registry/owners.yml", project / "content/faq/password.md"
    editor = start(project)
    uri = editor.open(owners)
    editor.codes(owners)
    editor.change(uri, OWNERS.replace("kind: team", "kind: teem"))
    (found,) = editor.codes(owners, "KB104")
    assert found.range.start.line == 1
    editor.change(uri, OWNERS.replace("ops: {name", "web: {name").replace("deputy: ops", "deputy: web"))
    editor.codes(page, "KB201")
    editor.change(uri, OWNERS)
    editor.codes(page)


def test_files_written_by_others_are_looked_at(project: Path, start: Start) -> None:
    page = project / "content/faq/new.md"
    editor = start(project)
    editor.open(project / "content/faq/password.md")
    editor.codes(project / "content/faq/password.md")
    assert editor.watched == ["workspace/didChangeWatchedFiles"]
    write(project, {"content/faq/new.md": FAQ.format(id="FAQ-001", title="乙")})
    editor.written(page)
    editor.codes(project / "content/faq/password.md", "KB401")
    page.unlink()
    editor.written(page)
    editor.codes(project / "content/faq/password.md")


def test_an_editor_that_watches_nothing_learns_by_saving(project: Path, start: Start) -> None:
    editor = start(project, watches=False)
    uri = editor.open(project / "content/faq/password.md")
    editor.codes(project / "content/faq/password.md")
    write(project, {"content/faq/new.md": FAQ.format(id="FAQ-001", title="乙")})
    editor.saved(uri)
    editor.codes(project / "content/faq/password.md", "KB401")
    assert editor.watched == []


def test_two_folders_are_two_projects(project: Path, tmp_path: Path, start: Start) -> None:
    other = tmp_path / "other"
    shutil.copytree(project, other)
    write(other, {"content/faq/password.md": FILES["content/faq/password.md"].replace("owner: ops", "owner: web")})
    editor = start(project, other)
    editor.codes(other / "content/faq/password.md", "KB201")
    first = editor.open(project / "content/faq/password.md")
    editor.codes(project / "content/faq/password.md")
    # A folder that is gone takes its findings along.
    editor.folders(removed=[other])
    editor.codes(other / "content/faq/password.md")
    editor.folders(added=[other])
    editor.codes(other / "content/faq/password.md", "KB201")
    assert editor.found[first] == []


def test_a_file_outside_of_all_projects_is_left_alone(project: Path, tmp_path: Path, start: Start) -> None:
    outside = tmp_path / "notes.md"
    editor = start(project)
    uri = editor.open(outside, "no front matter")
    beside = editor.open(project / "README.md", "no front matter")
    editor.change(uri, "still none")
    assert editor.complete(uri, 0, 0) == {} and editor.hover(uri, 0, 0) == "" and editor.define(uri, 0, 0) is None
    assert editor.actions(uri, _range(0, 0, 0, 1)) == []
    password = project / "content/faq/password.md"
    editor.open(password)
    editor.codes(password)
    assert uri not in editor.found and not editor.found.get(beside)


def test_what_the_baseline_holds_is_not_shown(project: Path, start: Start) -> None:
    from click.testing import CliRunner

    from kb_builder.cli.run import kb

    page = project / "content/faq/password.md"
    text = FILES["content/faq/password.md"].replace("owner: ops", "owner: nobody")
    write(project, {"content/faq/password.md": text})
    done = CliRunner().invoke(kb, ["--project", str(project), "baseline", "--as-of", "2026-11-20"])
    assert (project / "kb-baseline.json").exists(), done.output
    last = project / "content/faq/zzz.md"
    write(project, {"content/faq/zzz.md": FAQ.format(id="FAQ-009", title="丁").replace("owner: ops", "owner: web")})
    editor = start(project)
    uri = editor.open(page)
    # What is new tells that the check is done; pages are told of in the order of their names.
    editor.codes(last, "KB201")
    assert editor.found[uri] == []
    editor.change(uri, text.replace("status: published", "status: publishd"))
    assert [each.code for each in editor.wait(page, bool)] == ["KB104"]


def test_nothing_is_left_once_the_editor_is_gone(project: Path, start: Start) -> None:
    polite, killed = start(project, watches=True), start(project, watches=True)
    codes = polite.end(), killed.vanish()
    assert codes == (0, 1)
    for editor in (polite, killed):
        wait_until(lambda editor=editor: not Path(f"/proc/{editor.process.pid}").exists())


def test_pages_that_take_long_do_not_stop_others(project: Path, start: Start) -> None:
    slow, page = project / "content/faq/slow.md", project / "content/faq/password.md"
    editor = start(project)
    editor.open(slow, FAQ.format(id="FAQ-009", title="慢") + "[" * 30_000)
    uri = editor.open(page)
    for _round in range(3):
        editor.change(uri, FILES["content/faq/password.md"].replace("status: published", "status: publishd"))
        editor.codes(page, "KB104")
        editor.change(uri, FILES["content/faq/password.md"])
        editor.codes(page)


def _range(line: int, character: int, end_line: int, end_character: int) -> types.Range:
    return types.Range(types.Position(line, character), types.Position(end_line, end_character))
