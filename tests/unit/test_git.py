"""Reading a repository at an earlier commit: what is found, what is refused, and that nobody's programs are run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kb_builder.model.errors import KbError
from kb_builder.sources import git
from kb_builder.sources.git import branch_point, paths_naming, read_all_at, read_at, read_blobs, resolve, run_git


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give commits an author, and keep the configuration of this machine and folders above out."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "a")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.com")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


def run(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, encoding="utf-8"
    ).stdout.strip()


def commit(root: Path, **files: bytes) -> str:
    """Commit files, `a` as a.md, and return the id of the commit."""
    for name, data in files.items():
        (root / f"{name}.md").write_bytes(data)
    run(root, "add", ".")
    run(root, "commit", "--quiet", "--message", "m", "--allow-empty")
    return run(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project that is a folder within a repository."""
    repository = tmp_path / "repository"
    run(tmp_path, "init", "--quiet", "--initial-branch=main", str(repository))
    project = repository / "ops" / "knowledge base"
    project.mkdir(parents=True)
    return project


def test_a_revision_is_resolved_to_its_commit(root):
    first, second = commit(root, a=b"1"), commit(root, a=b"2")
    run(root, "tag", "--annotate", "--message", "m", "v1", first)
    for revision in (first, first[:8], "v1", "HEAD~1", "main^"):
        assert resolve(root, revision) == first, revision
    assert resolve(root, "main") == second


@pytest.mark.parametrize(
    "revision", ["", "-h", "--all", "main\nmain", "\udcff", "\0", "none", "HEAD...HEAD", "HEAD:./a.md", "f" * 40]
)
def test_what_is_no_revision_is_said(root, revision):
    commit(root, a=b"1")
    for find in (resolve, branch_point):
        with pytest.raises(KbError, match="revision") as raised:
            find(root, revision)
        assert "HEAD~1 or origin/main" in raised.value.hint


def test_a_repository_without_a_commit_has_no_revision(root):
    with pytest.raises(KbError, match="no revision `HEAD`"):
        resolve(root, "HEAD")


def test_a_folder_outside_every_repository_is_said(tmp_path):
    for find in (resolve, branch_point):
        with pytest.raises(KbError, match="in no Git repository"):
            find(tmp_path, "HEAD")


def test_git_that_is_missing_is_said(root, monkeypatch):
    monkeypatch.setenv("PATH", str(root))
    with pytest.raises(KbError, match="git cannot be run") as raised:
        resolve(root, "HEAD")
    assert "install git" in raised.value.hint


def test_git_that_never_answers_is_given_up(root, monkeypatch):
    def wait(*_arguments: object, **options: object) -> None:
        raise subprocess.TimeoutExpired("git", options["timeout"])

    monkeypatch.setattr(subprocess, "run", wait)
    with pytest.raises(KbError, match="no answer within 60 seconds"):
        resolve(root, "HEAD")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("fatal: detected dubious ownership in repository at '/x'", "belongs to somebody else"),
        ("fatal: bad config line 1 in file .git/config", "git stopped: bad config line 1 in file .git/config"),
    ],
)
def test_what_git_says_is_passed_on(root, tmp_path, monkeypatch, words, message):
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "{words}" >&2\nexit 128\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    with pytest.raises(KbError, match=message) as raised:
        resolve(root, "HEAD")
    assert raised.value.hint


def test_a_shallow_clone_is_told_from_a_wrong_revision(root, tmp_path):
    commit(root, a=b"1")
    commit(root, a=b"2")
    run(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/repository", str(tmp_path / "shallow"))
    for find in (resolve, branch_point):
        with pytest.raises(KbError, match="only a part of the history") as raised:
            find(tmp_path / "shallow", "HEAD~1")
        assert "fetch-depth: 0" in raised.value.hint


def test_the_branch_point_leaves_out_what_others_did(root):
    start = commit(root, a=b"1")
    run(root, "switch", "--quiet", "--create", "mine")
    commit(root, b=b"mine")
    run(root, "switch", "--quiet", "main")
    theirs = commit(root, a=b"theirs")
    run(root, "switch", "--quiet", "mine")
    assert branch_point(root, "main") == start
    assert branch_point(root, start) == start
    run(root, "checkout", "--quiet", "--orphan", "other")
    commit(root, c=b"other")
    assert branch_point(root, "main") == theirs


def test_files_are_read_as_they_were_byte_for_byte(root):
    files = {"a": b"\xef\xbb\xbfone\r\ntwo", "b": b"\xff\0\n\n", "\u500b x": b"", "c": b"c missing\n"}
    first = commit(root, **files)
    commit(root, **dict.fromkeys(files, b"later"))
    (root / "a.md").write_bytes(b"not committed")
    names = [f"{name}.md" for name in files]
    assert read_all_at(root, first, [*names, "none.md", "no\nline.md"]) == {f"{k}.md": v for k, v in files.items()}
    assert read_at(root, first, "a.md") == files["a"]
    assert read_at(root, "HEAD", "a.md") == b"later"


def test_what_is_no_file_of_the_project_is_not_read(root):
    (root / "folder").mkdir()
    (root / "folder" / "x.md").write_bytes(b"x")
    first = commit(root, a=b"a")
    assert read_all_at(root, first, ["folder", "a.md", "folder/x.md"]) == {"a.md": b"a", "folder/x.md": b"x"}
    assert read_at(root, first, "ops/a.md") is None


def test_of_a_huge_file_only_the_beginning_is_read(root, monkeypatch):
    monkeypatch.setattr(git, "_MAX_READ", 4)
    first = commit(root, a=b"0123456789", b=b"next")
    assert read_all_at(root, first, ["a.md", "b.md"]) == {"a.md": b"0123", "b.md": b"next"}


def test_contents_are_read_by_the_names_of_git(root):
    first = commit(root, a=b"one", b=b"two")
    one = run_git(root, "rev-parse", f"{first}:./a.md").decode().strip()
    assert read_blobs(root, [one, "0" * 40, first, f"{first}:./b.md"]) == {one: b"one", f"{first}:./b.md": b"two"}
    with pytest.raises(KbError, match="git stopped: "):
        run_git(root, "rev-parse", "none")


def test_files_that_name_something_are_found(root):
    (root / "content").mkdir()
    for name, text in {"a": "id: SOP-001", "b": "see SOP-001", "c": "SOP.001", "\u500b": "SOP-001\n"}.items():
        (root / "content" / f"{name}.md").write_text(text, encoding="utf-8")
    first = commit(root, outside=b"SOP-001")
    (root / "content" / "a.md").unlink()
    second = commit(root)
    assert paths_naming(root, first, "SOP-001", "content") == ("content/a.md", "content/b.md", "content/\u500b.md")
    assert paths_naming(root, second, "SOP-001", "content") == ("content/b.md", "content/\u500b.md")
    assert paths_naming(root, second, "-e", "content") == ()
    assert "outside.md" in paths_naming(root, second, "SOP-001", ".")


def test_settings_of_a_repository_change_nothing(root):
    for name, value in {"color.grep": "always", "grep.fullName": "true", "grep.patternType": "perl"}.items():
        run(root, "config", name, value)
    (root.parent.parent / ".gitattributes").write_text("*.md -diff\n")
    first = commit(root, a=b"id: SOP.001 \xff\n", b=b"SOP-001")
    assert paths_naming(root, first, "SOP.001", ".") == ("a.md",)


def test_the_surroundings_of_a_hook_change_nothing(root, tmp_path, monkeypatch):
    first = commit(root, a=b"1")
    run(tmp_path, "init", "--quiet", "elsewhere")
    for name, value in {"GIT_DIR": "elsewhere/.git", "GIT_WORK_TREE": "elsewhere", "GIT_INDEX_FILE": "x"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_TRACE", "1")
    assert resolve(root, "HEAD") == first
    assert paths_naming(root, first, "1", ".") == ("a.md",)
    assert read_at(root, first, "a.md") == b"1"


def program(folder: Path) -> tuple[Path, Path]:
    """Return a program, and the file it makes when it is run."""
    file, trace = folder / "program", folder / "was-run"
    file.write_text(f'#!/bin/sh\ntouch "{trace}"\ncat "$1"\n')
    file.chmod(0o755)
    return file, trace


def test_programs_that_a_repository_names_are_not_run(root, tmp_path):
    file, trace = program(tmp_path)
    (root.parent.parent / ".gitattributes").write_text("*.md diff=x filter=x\n")
    first = commit(root, a=b"1")
    hooks = root.parent.parent / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "post-checkout"):
        (hooks / name).symlink_to(file)
    for name in ("core.fsmonitor", "core.pager", "pager.grep", "diff.x.textconv", "diff.x.command", "diff.external"):
        run(root, "config", name, str(file))
    for name in ("filter.x.clean", "filter.x.smudge", "alias.grep", "alias.cat-file"):
        run(root, "config", name, f"!{file}" if name.startswith("alias") else str(file))
    (root / "a.md").write_bytes(b"2")
    assert branch_point(root, "HEAD") == resolve(root, "HEAD") == first
    assert paths_naming(root, first, "1", ".") == ("a.md",)
    assert read_at(root, first, "a.md") == b"1"
    assert not trace.exists()


def test_a_partial_clone_fetches_nothing(root, tmp_path):
    file, trace = program(tmp_path)
    first = commit(root, a=b"1")
    run(root, "config", "uploadpack.allowFilter", "true")
    source, clone = f"file://{tmp_path}/repository", tmp_path / "partial"
    run(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", source, str(clone))
    run(clone, "config", "remote.origin.uploadpack", str(file))
    path = "ops/knowledge base/a.md"
    with pytest.raises(KbError, match="lacks files of earlier commits"):
        read_at(clone, first, path)
    with pytest.raises(KbError, match="lacks files of earlier commits"):
        paths_naming(clone, first, "1", ".")
    assert not trace.exists()
