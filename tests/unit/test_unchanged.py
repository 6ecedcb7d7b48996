"""A build that would give what is published already does nothing and says the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kb_builder import pipeline
from kb_builder.cli.run import run
from kb_builder.publish import NOTE
from tests.conftest import ROOT

FAQ = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")


@pytest.fixture
def root(make_project, tmp_path) -> Path:
    make_project({"content/faq/a.md": FAQ})
    return tmp_path


@pytest.fixture
def built(monkeypatch) -> list[int]:
    """Return a list that grows by one with every build that is not spared."""
    calls: list[int] = []
    original = pipeline.check

    def counted(*arguments, **options):
        calls.append(1)
        return original(*arguments, **options)

    monkeypatch.setattr(pipeline, "check", counted)
    return calls


def kb_build(root: Path, capsys, *options: str) -> str:
    assert run(["--project", str(root), "build", "--as-of", "2026-11-20", *options]) == 0
    said: str = capsys.readouterr().out
    return said


def test_the_second_build_says_what_the_first_said_and_does_nothing(root, built, capsys):
    first = kb_build(root, capsys)
    assert "site/customers/index.html" in first
    before = {file: file.stat().st_mtime_ns for file in root.joinpath("site").rglob("*")}
    assert kb_build(root, capsys) == first
    assert len(built) == 1
    assert {file: file.stat().st_mtime_ns for file in root.joinpath("site").rglob("*")} == before


def _append(name: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        with (root / name).open("a", encoding="utf-8") as file:
            file.write("\n")

    return change


def _touch(root: Path) -> None:
    os.utime(root / "site/staff/faq/a.html", ns=(1, 1))


CHANGES: dict[str, Callable[[Path], object]] = {
    "page": _append("content/faq/a.md"),
    "kb.yml": _append("kb.yml"),
    "owners": _append("registry/owners.yml"),
    "new-page": lambda root: (root / "content/faq/b.md").write_text(FAQ.replace("FAQ-001", "FAQ-002")),
    "new-picture": lambda root: (root / "content/faq/x.txt").write_text("x"),
    "published-file": _append("site/customers/index.html"),
    "published-report": _append("site/customers.verify.json"),
    "published-time": _touch,
    "removed-file": lambda root: (root / "site/staff/sitemap.xml").unlink(),
    "added-file": lambda root: (root / "site/staff/new.txt").write_text("x"),
    "removed-site": lambda root: (root / "site/staff").rename(root / "elsewhere"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_anything_builds_again(root, built, capsys, change):
    kb_build(root, capsys)
    CHANGES[change](root)
    kb_build(root, capsys)
    assert len(built) == 2
    assert (root / "site/staff/sitemap.xml").exists()
    assert not (root / "site/staff/new.txt").exists()
    # And then all is as it should be.
    kb_build(root, capsys)
    assert len(built) == 2


def test_another_day_or_another_choice_of_sites_builds_again(root, built, capsys):
    kb_build(root, capsys)
    kb_build(root, capsys, "--audience", "staff")
    kb_build(root, capsys, "--as-of", "2026-11-21")
    assert len(built) == 3


def test_nothing_is_spared_without_the_cache(root, built, capsys):
    first = kb_build(root, capsys, "--no-cache")
    assert kb_build(root, capsys, "--no-cache") == first
    assert kb_build(root, capsys) == first
    assert len(built) == 3


def test_faults_are_said_on_every_build(root, built, capsys):
    kb_build(root, capsys)
    (root / "content/faq/b.md").write_text(FAQ)
    for _each in range(2):
        assert run(["--project", str(root), "build", "--as-of", "2026-11-20"]) == 1
        assert "KB401" in capsys.readouterr().out
    assert len(built) == 3


def test_content_that_changes_during_the_build_is_not_taken_for_built(root, capsys, monkeypatch, built):
    original = pipeline.publish

    def publish(*arguments):
        original(*arguments)
        if len(built) == 1:
            _append("content/faq/a.md")(root)

    monkeypatch.setattr(pipeline, "publish", publish)
    kb_build(root, capsys)
    (root / "content/faq/a.md").write_text(FAQ)
    kb_build(root, capsys)
    assert len(built) == 2


def test_neither_generator_nor_templates_are_loaded_for_nothing(root, capsys):
    kb_build(root, capsys)
    program = (
        "import sys\nfrom kb_builder.cli.run import run\n"
        f"assert run(['--project', {str(root)!r}, 'build', '--as-of', '2026-11-20']) == 0\n"
        "print(*sorted({'mkdocs', 'markdown', 'jinja2', 'material', 'kb_builder.pipeline'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-2:] == ["customers: site/customers/index.html", ""]


def test_what_a_killed_build_left_behind_is_cleared_away(root, built, capsys):
    kb_build(root, capsys)
    (root / ".kb" / NOTE).write_text("{}", encoding="utf-8")
    (root / "site/.staff.new-abc").mkdir()
    kb_build(root, capsys)
    assert len(built) == 2
    assert not (root / ".kb" / NOTE).exists()
    assert not (root / "site/.staff.new-abc").exists()
    kb_build(root, capsys)
    assert len(built) == 2
