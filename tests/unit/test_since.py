"""`kb check --since`: what a change is blamed for, on real repositories."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kb_builder import checks
from kb_builder.cli.run import run
from kb_builder.config.load import load_settings
from kb_builder.model.change import Fate
from kb_builder.model.errors import KbError
from kb_builder.pipeline import check
from kb_builder.since import Compared, compare_with
from kb_builder.sources.git import place_in_repository
from tests.conftest import OWNERS, TODAY

FAQ = """\
---
id: {id}
title: 問題 {id}？
summary: 摘要
owner: {owner}
status: published
topic: 主題
last_reviewed: {day}
---

{body}
"""
SOP = """\
---
id: SOP-001
title: 備份
summary: 摘要
owner: dba
status: draft
category: routine
review_interval: 6 months
steps:
  - {{id: dump, name: 匯出, role: dba, expected: 有檔案, time_limit: 1 hour}}
  - {{id: last, name: {last}, role: ops, expected: 有紀錄, time_limit: 1 hour}}
---

說明。
"""
MINE, OTHER = "content/faq/mine.md", "content/faq/other.md"


def faq(id_: str, day: str = "2026-11-01", owner: str = "ops", body: str = "答案。") -> str:
    return FAQ.format(id=id_, day=day, owner=owner, body=body)


class Repository:
    """A project under Git, whose branch `mine` leaves `main` at its first commit."""

    def __init__(self, top: Path, folder: str = "") -> None:
        self.top, self.root = top, top / folder
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
        }  # fmt: skip
        self.top.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["git", *arguments], cwd=cwd or self.top, check=True, capture_output=True, text=True, env=environment
        )
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | None]) -> None:
        for name, text in files.items():
            file = self.root / name
            if text is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def commit(self, files: Mapping[str, str | None]) -> None:
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def branch(self) -> None:
        self.git("checkout", "-q", "-b", "mine")

    def compare(self, since: str = "main", *, whole: bool = True) -> Compared:
        return compare_with(check(load_settings(self.root, checks.rules()), TODAY), since, whole=whole)


FILES: Mapping[str, str | None] = {
    "kb.yml": "timezone: Asia/Taipei\n",
    "registry/owners.yml": OWNERS,
    MINE: faq("FAQ-001"),
    OTHER: faq("FAQ-002", owner="nobody"),
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a repository in which somebody else's page has an error, with a branch."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = Repository(tmp_path / "repository")
    made.commit(FILES)
    made.branch()
    return made


def severities(compared: Compared) -> dict[tuple[str, str], str]:
    return {(each.path, each.slug): each.severity.word for each in compared.diagnostics}


def own(compared: Compared) -> set[tuple[str, str]]:
    return {(each.path, each.slug) for each in compared.diagnostics if each.fingerprint in compared.change.own}


def new(compared: Compared) -> set[tuple[str, str]]:
    return {(each.path, each.slug) for each in compared.diagnostics if each.fingerprint in compared.change.new}


def fixed(compared: Compared) -> set[tuple[str, str]]:
    return {(each.path, each.slug) for each in compared.change.fixed}


@pytest.mark.parametrize("whole", [False, True])
def test_an_error_of_somebody_elses_page_is_a_warning(repository: Repository, whole: bool) -> None:
    repository.commit({MINE: faq("FAQ-001", body="另一個答案。")})
    compared = repository.compare(whole=whole)
    assert severities(compared) == {(OTHER, "owner-unknown"): "warning"}
    assert (own(compared), fixed(compared)) == (set(), set())


@pytest.mark.parametrize("how", ["committed", "staged", "edited"])
def test_an_error_on_a_changed_page_counts(repository: Repository, how: str) -> None:
    repository.write({OTHER: faq("FAQ-002", owner="nobody", body="另一個答案。"), MINE: faq("FAQ-001", owner="no")})
    if how != "edited":
        repository.git("add", "-A")
    if how == "committed":
        repository.commit({})
    compared = repository.compare()
    assert severities(compared) == {(OTHER, "owner-unknown"): "error", (MINE, "owner-unknown"): "error"}
    assert len(own(compared)) == 2
    assert new(compared) == {(MINE, "owner-unknown")}, "the other one was there before"


def test_what_a_change_breaks_elsewhere_counts(repository: Repository) -> None:
    repository.git("checkout", "-q", "main")
    repository.commit({"content/faq/linking.md": faq("FAQ-003", body="[答案](mine.md)")})
    repository.git("checkout", "-q", "-B", "mine")
    repository.commit({MINE: None})
    compared = repository.compare(whole=False)
    assert severities(compared)["content/faq/linking.md", "broken-link"] == "error"
    assert severities(compared)[OTHER, "owner-unknown"] == "warning"


def test_an_owner_that_is_struck_out_is_missing_on_all_pages(repository: Repository) -> None:
    repository.commit({"registry/owners.yml": OWNERS.replace("ops:", "web:").replace("deputy: ops", "deputy: web")})
    compared = repository.compare(whole=False)
    assert severities(compared)[MINE, "owner-unknown"] == "error"
    assert severities(compared)[OTHER, "owner-unknown"] == "warning"


def test_what_a_change_mends_is_told(repository: Repository) -> None:
    repository.commit({OTHER: faq("FAQ-002")})
    compared = repository.compare()
    assert (compared.diagnostics, fixed(compared)) == ((), {(OTHER, "owner-unknown")})


def test_a_page_that_is_deleted_takes_its_findings_along(repository: Repository) -> None:
    repository.commit({OTHER: None})
    compared = repository.compare()
    assert fixed(compared) == {(OTHER, "owner-unknown")}
    (page,) = compared.change.pages
    assert (page.fate, page.path, page.next_review) == (Fate.REMOVED, OTHER, None)


def test_a_page_that_is_renamed_keeps_its_findings(repository: Repository) -> None:
    path = "content/faq/新的.md"
    repository.git("mv", OTHER, path)
    compared = repository.compare()
    assert severities(compared) == {(path, "owner-unknown"): "error"}, "a renamed page is a changed page"
    assert (own(compared), new(compared), fixed(compared)) == ({(path, "owner-unknown")}, set(), set())
    (page,) = compared.change.pages
    assert (page.fate, page.path) == (Fate.MOVED, path)


def test_two_pages_that_trade_places_are_not_new(repository: Repository) -> None:
    repository.commit({MINE: faq("FAQ-002"), OTHER: faq("FAQ-001")})
    assert [page.fate for page in repository.compare().change.pages] == [Fate.CHANGED, Fate.CHANGED]


def test_a_copied_id_does_not_make_the_other_page_move(repository: Repository) -> None:
    repository.commit({"content/faq/copy.md": faq("FAQ-001")})
    compared = repository.compare()
    assert [(page.fate, page.path) for page in compared.change.pages] == [(Fate.NEW, "content/faq/copy.md")]
    assert (MINE, "duplicate-id") in own(compared), "reported on the page that is not touched, and caused here"


def test_a_stale_page_of_others_is_a_warning_without_asking_git_for_contents(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({OTHER: faq("FAQ-002", day="2020-01-01")})
    monkeypatch.setattr("kb_builder.since.files_at", lambda *_arguments: pytest.fail("the base is not needed"))
    compared = repository.compare("HEAD", whole=False)
    assert severities(compared) == {(OTHER, "review-overdue"): "warning"}
    assert severities(repository.compare("HEAD~1", whole=False)) == {(OTHER, "review-overdue"): "error"}


def test_the_pages_are_told_with_their_next_review(repository: Repository) -> None:
    repository.commit({MINE: faq("FAQ-001", day="2026-11-20"), "content/faq/new.md": faq("FAQ-009", owner="dba")})
    pages = repository.compare().change.pages
    assert [(page.fate.value, page.id, page.owner, page.state, str(page.next_review)) for page in pages] == [
        ("changed", "FAQ-001", "ops (維運組)", "In date", "2027-11-20"),
        ("new", "FAQ-009", "dba (資料庫組)", "In date", "2027-11-01"),
    ]


def test_flowcharts_are_told_before_and_after(repository: Repository) -> None:
    path = "content/sops/a.md"
    repository.commit({path: SOP.format(last="記錄")})
    repository.commit({path: SOP.format(last="回報")})
    (flow,) = repository.compare("HEAD~1").change.flows
    assert {name: mark for mark, name in flow.steps} == {"回報": "changed"}
    assert "記錄" in flow.before and "回報" not in flow.before
    assert "回報" in flow.after and "changedStep" in flow.after
    (added,) = repository.compare("main").change.flows
    assert added.before == "" and {mark for mark, _name in added.steps} == {"new"}
    assert repository.compare("HEAD").change.flows == ()


# --- histories -----------------------------------------------------------------------------------------------------


def test_what_a_merge_brings_is_not_the_branchs_own(repository: Repository) -> None:
    repository.commit({MINE: faq("FAQ-001", body="我的答案。")})
    repository.git("checkout", "-q", "main")
    theirs = "content/faq/theirs.md"
    repository.commit({theirs: faq("FAQ-007", owner="nobody")})
    repository.git("checkout", "-q", "mine")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "main")
    compared = repository.compare()
    assert severities(compared)[theirs, "owner-unknown"] == "warning"
    assert [page.path for page in compared.change.pages] == [MINE]


def test_the_merge_commit_that_a_forge_makes_is_compared_with_its_first_parent(repository: Repository) -> None:
    repository.commit({MINE: faq("FAQ-001", owner="no")})
    repository.git("checkout", "-q", "main")
    theirs = "content/faq/theirs.md"
    repository.commit({theirs: faq("FAQ-007", owner="nobody")})
    repository.git("checkout", "-q", "--detach")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "mine")
    compared = repository.compare("HEAD^1")
    assert new(compared) == {(MINE, "owner-unknown")}
    # That commit and its parents are enough of a clone.
    clone = repository.top.parent / "clone"
    repository.git("branch", "request")
    source = f"file://{repository.top}"
    repository.git("clone", "-q", "--depth=2", "-b", "request", source, str(clone), cwd=repository.top.parent)
    settings = load_settings(clone, checks.rules())
    assert new(compare_with(check(settings, TODAY), "HEAD^1", whole=False)) == set()
    assert own(compare_with(check(settings, TODAY), "HEAD^1", whole=False)) == {(MINE, "owner-unknown")}


def test_a_shallow_clone_without_the_branch_point_says_so(repository: Repository) -> None:
    repository.commit({MINE: faq("FAQ-001", owner="no")})
    repository.git("checkout", "-q", "main")
    repository.commit({OTHER: faq("FAQ-002")})
    clone = repository.top.parent / "clone"
    source = f"file://{repository.top}"
    repository.git("clone", "-q", "--depth=1", "-b", "mine", source, str(clone), cwd=repository.top.parent)
    checked = check(load_settings(clone, checks.rules()), TODAY)
    with pytest.raises(KbError, match="`origin/main` is not in this clone, which holds only a part"):
        compare_with(checked, "origin/main", whole=False)
    repository.git("fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main", cwd=clone)
    with pytest.raises(KbError, match="where the branch left `origin/main` is not in this clone") as raised:
        compare_with(checked, "origin/main", whole=False)
    assert "fetch-depth: 0" in raised.value.hint
    repository.git("fetch", "-q", "--unshallow", cwd=clone)
    assert own(compare_with(checked, "origin/main", whole=False)) == {(MINE, "owner-unknown")}


def test_the_project_may_lie_in_a_folder_and_files_outside_it_say_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = Repository(tmp_path, "docs/知識")
    made.commit(FILES)
    made.commit({MINE: faq("FAQ-001", owner="no"), "../../content/faq/other.md": "x"})
    compared = made.compare("HEAD~1")
    assert new(compared) == {(MINE, "owner-unknown")}
    assert severities(compared)[OTHER, "owner-unknown"] == "warning"
    assert place_in_repository(made.root) == "docs/知識/"
    assert place_in_repository(tmp_path) == ""


def test_the_first_commit_of_a_project_is_all_new(repository: Repository) -> None:
    repository.git("checkout", "-q", "--orphan", "empty")
    repository.git("rm", "-q", "-r", "--cached", ".")
    repository.git("commit", "-q", "--allow-empty", "-m", "empty")
    compared = repository.compare("HEAD")
    assert new(compared) == {(OTHER, "owner-unknown")}


def test_a_project_that_could_not_be_checked_then_is_told(repository: Repository) -> None:
    repository.commit({"kb.yml": "timezone: Nowhere/City\n"})
    repository.commit({"kb.yml": "timezone: Asia/Taipei\n"})
    compared = repository.compare("HEAD~1")
    assert "could not be checked as it was then (kb.yml has 1 fault)" in compared.notice
    assert severities(compared) == {(OTHER, "owner-unknown"): "error"}


def test_folders_and_schemas_are_those_of_the_time(repository: Repository) -> None:
    schema = json.dumps({"properties": {"note": {"type": "string", "description": "x"}}, "required": ["note"]})
    types = "types: {note: {folder: notes, schema: extra/note.json}}\n"
    move: dict[str, str | None] = {
        "extra/note.json": schema,
        "kb.yml": f"timezone: Asia/Taipei\ncontent: text\n{types}",
    }
    for path in (MINE, OTHER):
        move[path.replace("content", "text")] = str(FILES[path])
    repository.commit({**move, MINE: None, OTHER: None})
    compared = repository.compare()
    assert [page.fate for page in compared.change.pages] == [Fate.MOVED, Fate.MOVED]
    assert (new(compared), fixed(compared), compared.notice) == (set(), set(), "")
    repository.commit({MINE.replace("content", "text"): faq("FAQ-001", owner="no")})
    assert repository.compare("HEAD~1").notice == ""


def test_an_empty_registry_folder_that_git_does_not_keep_is_there(repository: Repository) -> None:
    repository.commit({"registry/owners.yml": None, "kb.yml": "timezone: Asia/Taipei\nregistry: registry\n"})
    (repository.root / "registry").mkdir(exist_ok=True)
    assert repository.compare("HEAD").notice == ""


# --- safety --------------------------------------------------------------------------------------------------------


def test_nothing_that_a_repository_names_is_run(repository: Repository, tmp_path: Path) -> None:
    program, trace = tmp_path / "program", tmp_path / "was-run"
    program.write_text(f'#!/bin/sh\ntouch "{trace}"\ncat\n', encoding="utf-8")
    program.chmod(0o755)
    repository.commit({".gitattributes": "*.md diff=x merge=x\n", OTHER: None})
    for name in ("core.fsmonitor", "core.pager", "diff.x.textconv", "diff.x.command", "diff.external"):
        repository.git("config", name, str(program))
    hooks = repository.top / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        (hooks / name).unlink(missing_ok=True)
        (hooks / name).symlink_to(program)
    assert fixed(repository.compare()) == {(OTHER, "owner-unknown")}
    assert not trace.exists()


def test_nothing_is_left_and_nothing_is_changed(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({MINE: faq("FAQ-001", body="我的答案。")})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = {file: file.read_bytes() for file in repository.root.rglob("*") if file.is_file()}
    repository.compare()
    assert {file: file.read_bytes() for file in repository.root.rglob("*") if file.is_file()} == before
    assert list(scratch.iterdir()) == []


def test_a_link_of_the_earlier_project_leads_nowhere(repository: Repository, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(faq("FAQ-666"), encoding="utf-8")
    (repository.root / "content/faq/link.md").symlink_to(secret)
    repository.commit({})
    repository.commit({MINE: faq("FAQ-001", body="我的答案。")})
    compared = repository.compare("HEAD~1")
    assert severities(compared)["content/faq/link.md", "unsafe-file"] == "warning"
    assert {page.id for page in compared.change.pages} == {"FAQ-001"}
    repository.commit({"content/faq/link.md": None})
    assert fixed(repository.compare("HEAD~1")) == set(), "the link was not taken for a page"


# --- the command ---------------------------------------------------------------------------------------------------

Kb = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kb(repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kb:
    monkeypatch.chdir(repository.root)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["check", "--as-of", str(TODAY), *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_a_branch_is_not_failed_for_somebody_elses_page(repository: Repository, kb: Kb) -> None:
    repository.commit({MINE: faq("FAQ-001", body="我的答案。")})
    code, out, _err = kb("--since", "main")
    assert code == 0 and f"{OTHER}:5:8: warning KB201" in out
    code, out, _err = kb("--since", "main", "--changed-only")
    assert (code, out) == (
        0,
        "2 pages checked as of 2026-11-20: nothing to complain about; 1 on pages that the change leaves alone\n",
    )
    assert kb("--since", "main", "--fail-on", "warning")[0] == 1
    assert kb("--since", "main", "--changed-only", "--fail-on", "warning")[0] == 0
    assert kb()[0] == 1


def test_several_reports_are_written_in_one_run(repository: Repository, kb: Kb, tmp_path: Path) -> None:
    repository.commit({MINE: faq("FAQ-001", owner="no")})
    files = {name: tmp_path / name for name in ("markdown", "sarif")}
    also = [part for name, file in files.items() for part in ("--also", name, str(file))]
    code, out, _err = kb("--since", "main", "--format", "github", *also)
    assert code == 1
    assert [line.partition(" ")[0] for line in out.splitlines()[:-1]] == ["::error", "::warning"]
    assert "#### New (1)" in files["markdown"].read_text(encoding="utf-8")
    results = json.loads(files["sarif"].read_text(encoding="utf-8"))["runs"][0]["results"]
    assert [each["level"] for each in results] == ["error", "warning"]


def test_what_is_fixed_is_chosen_like_what_is_found(repository: Repository, kb: Kb) -> None:
    repository.commit({OTHER: faq("FAQ-002")})
    assert "1 fixed" in kb("--since", "main", "--format", "markdown")[1]
    assert "0 fixed" in kb("--since", "main", "--format", "markdown", "--select", "KB3")[1]
    assert "0 fixed" in kb("--since", "main", "--format", "markdown", MINE)[1]


def test_changed_only_needs_a_revision(kb: Kb) -> None:
    code, out, err = kb("--changed-only")
    assert (code, out) == (2, "") and "--since" in err


def test_a_file_outside_the_project_is_refused_with_its_name(repository: Repository, kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("x", encoding="utf-8")
    code, _out, err = kb("--since", "main", str(tmp_path / "outside.md"))
    assert code == 2 and "lies outside the project" in err


def test_without_git_the_program_is_asked_for(repository: Repository, kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository.root))
    assert shutil.which("git") is None
    code, _out, err = kb("--since", "main")
    assert code == 2 and "git cannot be run" in err
