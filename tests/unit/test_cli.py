"""The command line: options, exit codes, and what is printed where."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kb_builder import __version__, checks, cli
from kb_builder.cli.run import run
from kb_builder.reporters import formats
from tests.conftest import OWNERS, ROOT

NOBODY = 65534
PAGE = """\
---
id: {id}
title: {title}
summary: 摘要
owner: {owner}
status: {status}
topic: 主題
last_reviewed: {day}
---

答案。
"""

Kb = Callable[..., tuple[int, str, str]]


def page(id_: str, day: str = "2026-11-01", **values: str) -> str:
    return PAGE.format(
        **{"id": id_, "title": f"問題 {id_}？", "owner": "ops", "status": "published", "day": day, **values}
    )


FILES = {
    "kb.yml": "timezone: Asia/Taipei\n",
    "registry/owners.yml": OWNERS,
    "content/faq/fresh.md": page("FAQ-001"),
    "content/faq/soon.md": page("FAQ-002", "2025-11-25"),  # due in five days: a warning
    "content/faq/net/stale.md": page("FAQ-003", "2025-01-01"),  # overdue: an error
    "content/faq/net/unknown.md": page("FAQ-004", owner="opps"),  # an error
}
FRESH, SOON, STALE, UNKNOWN = (
    "content/faq/fresh.md",
    "content/faq/soon.md",
    "content/faq/net/stale.md",
    "content/faq/net/unknown.md",
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project with one page of each kind and go there; the clock stands at 2026-11-20 in Taipei."""
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795132800")  # 2026-11-20T00:00:00Z
    return tmp_path


@pytest.fixture
def kb(capsys: pytest.CaptureFixture[str]) -> Kb:
    """Return a function that runs a command and returns its exit code, output and errors."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = run([str(each) for each in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def places(output: str) -> list[tuple[str, str]]:
    """Return path and code of every diagnostic in a report as text."""
    return re.findall(r"^(\S+?):\d+:\d+: \w+ (KB\d{3}) ", output, re.MULTILINE)


ALL = [(STALE, "KB301"), (UNKNOWN, "KB201"), (SOON, "KB302")]

# --- kb check ---------------------------------------------------------------------------------------------------


def test_a_clean_project_is_clean(project, kb):
    for path in (SOON, STALE, UNKNOWN):
        (project / path).unlink()
    assert kb("check") == (0, "1 page checked as of 2026-11-20: nothing to complain about\n", "")


def test_findings_are_printed_and_counted(project, kb):
    code, out, err = kb("check")
    assert code == 1
    assert places(out) == ALL
    assert out.endswith("4 pages checked as of 2026-11-20: 2 errors, 1 warning\n")
    assert err == ""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], 1),
        (["--fail-on", "error"], 1),
        (["--fail-on", "never"], 0),
        (["--select", "KB302"], 0),
        (["--select", "KB302", "--fail-on", "warning"], 1),
        (["--select", "KB302", "--fail-on", "notice"], 1),
        (["--select", "KB302", "--fail-on", "never"], 0),
        (["--select", "KB403", "--fail-on", "notice"], 0),
    ],
)
def test_from_which_severity_on_it_fails(project, kb, options, expected):
    assert kb("check", *options)[0] == expected


@pytest.mark.parametrize("severity", ["notice", "warning", "error"])
@pytest.mark.parametrize("fail_on", ["notice", "warning", "error"])
def test_it_fails_on_the_severity_and_on_worse(project, kb, severity, fail_on):
    order = ["notice", "warning", "error"]
    write(project, {"kb.yml": f"checks:\n  review-due-soon: {{severity: {severity}, reason: r}}\n"})
    code, _out, _err = kb("check", "--select", "KB302", "--fail-on", fail_on)
    assert code == int(order.index(severity) >= order.index(fail_on))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "KB301"], [(STALE, "KB301")]),
        (["--select", "review-overdue"], [(STALE, "KB301")]),
        (["--select", "kb301"], [(STALE, "KB301")]),
        (["--select", "KB3"], [(STALE, "KB301"), (SOON, "KB302")]),
        (["--select", "KB"], ALL),
        (["--select", " KB301 , owner-unknown ,"], [(STALE, "KB301"), (UNKNOWN, "KB201")]),
        (["--ignore", "KB3"], [(UNKNOWN, "KB201")]),
        (["--ignore", "owner-unknown"], [(STALE, "KB301"), (SOON, "KB302")]),
        (["--select", "KB3", "--ignore", "KB301"], [(SOON, "KB302")]),
        (["--select", "KB4"], []),
    ],
)
def test_checks_are_selected_and_ignored(project, kb, options, expected):
    assert places(kb("check", *options)[1]) == expected


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize("name", ["KB999", "review-overdeu", "301", "KB301x", "KB301,nonsense"])
def test_a_check_that_does_not_exist_is_a_fault_of_usage(project, kb, option, name):
    code, out, err = kb("check", option, name)
    assert (code, out) == (2, "")
    assert f"{option}: there is no check `{name.rpartition(',')[2]}`" in err and "kb explain" in err


@pytest.mark.parametrize(
    ("paths", "expected", "pages"),
    [
        (["content/faq/net"], [(STALE, "KB301"), (UNKNOWN, "KB201")], 2),
        (["content/faq/net/"], [(STALE, "KB301"), (UNKNOWN, "KB201")], 2),
        ([STALE], [(STALE, "KB301")], 1),
        ([STALE, SOON], [(STALE, "KB301"), (SOON, "KB302")], 2),
        (["content/faq/net", STALE], [(STALE, "KB301"), (UNKNOWN, "KB201")], 2),
        (["content/faq/../faq/net/stale.md"], [(STALE, "KB301")], 1),
        (["."], ALL, 4),
        (["content/faq/fresh.md"], [], 1),
        (["content/faq/ne"], None, 0),
    ],
)
def test_paths_say_what_is_reported(project, kb, paths, expected, pages):
    if expected is None:
        assert kb("check", *paths)[0] == 2
        return
    _code, out, _err = kb("check", *paths)
    assert places(out) == expected
    assert f"{pages} page" in out


@pytest.mark.parametrize(
    "paths", [["docs"], ["README.md"], ["content/none"], ["docs", "README.md"], ["registry/old.txt"]]
)
def test_paths_without_anything_that_is_checked_are_a_fault_of_usage(project, kb, paths):
    write(project, {"docs/a.md": "", "README.md": "", "registry/old.txt": ""})
    (project / "content/none").mkdir()
    code, out, err = kb("check", *paths)
    assert (code, out) == (2, "")
    assert all(f"`{path}`" in err for path in paths) and "no page; pages lie in content/" in err


@pytest.mark.parametrize(
    "path", ["kb.yml", "registry", "registry/owners.yml", "content/faq/a.png", "content/faq/b c.md"]
)
def test_what_is_checked_besides_pages_may_be_named(project, kb, path):
    write(project, {"content/faq/a.png": "", "content/faq/b c.md": ""})
    assert kb("check", path)[0] in (0, 1)


def test_a_page_among_other_files_is_enough(project, kb):
    write(project, {"README.md": ""})
    assert places(kb("check", "README.md", STALE)[1]) == [(STALE, "KB301")]


@pytest.mark.parametrize(
    "options",
    [["--select", "KB", "--ignore", "KB"], ["--ignore", "KB"], ["--select", "KB301", "--ignore", "KB3"],
     ["--select", ","], ["--select", ""]],
)  # fmt: skip
def test_a_selection_of_nothing_is_a_fault_of_usage(project, kb, options):
    code, out, err = kb("check", *options)
    assert (code, out) == (2, "")
    assert "leave no check to run" in err


def test_the_whole_is_checked_even_so(project, kb):
    # The other page with the same id lies outside the path that was given.
    write(project, {"content/faq/net/twin.md": page("FAQ-001", title="另一個問題？")})
    assert ("content/faq/net/twin.md", "KB401") in places(kb("check", "content/faq/net/twin.md")[1])


def test_paths_count_from_here_else_from_the_project(project, kb, monkeypatch):
    monkeypatch.chdir(project / "content" / "faq" / "net")
    assert places(kb("check", "stale.md")[1]) == [(STALE, "KB301")]
    assert places(kb("check", STALE)[1]) == [(STALE, "KB301")]
    assert places(kb("check", "..")[1]) == ALL
    assert places(kb("check", project / STALE)[1]) == [(STALE, "KB301")]


def test_a_path_through_a_link_above_the_project_is_understood(project, kb, tmp_path_factory):
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(project)
    assert places(kb("check", link / STALE)[1]) == [(STALE, "KB301")]


def test_a_link_in_the_content_is_named_by_its_own_path(project, kb, tmp_path_factory):
    (project / "content" / "faq" / "link.md").symlink_to("/etc/passwd")
    assert places(kb("check", "content/faq/link.md")[1]) == [("content/faq/link.md", "KB021")]
    above = tmp_path_factory.mktemp("elsewhere") / "link"
    above.symlink_to(project)
    assert places(kb("check", above / "content/faq/link.md")[1]) == [("content/faq/link.md", "KB021")]


@pytest.mark.parametrize("path", ["nowhere.md", "content/nowhere", "/etc", "..", "/nowhere"])
def test_a_path_that_is_not_there_or_not_ours_is_a_fault_of_usage(project, kb, path):
    code, out, err = kb("check", path)
    assert (code, out) == (2, "")
    assert f"`{path}` does not exist" in err or f"`{path}` lies outside the project" in err


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-01-01", [(UNKNOWN, "KB201")]), ("2026-01-02", [(STALE, "KB301")]), ("2025-12-18", [(STALE, "KB302")])],
)
def test_as_of_is_the_day(project, kb, day, expected):
    found = places(kb("check", "--as-of", day, "--ignore", "KB304")[1])
    assert expected[0] in found
    assert ((STALE, "KB301") in found) == (day > "2026-01-01")


@pytest.mark.parametrize("day", ["today", "2026-02-30", "20261120", "2026-11-20T00:00:00", ""])
def test_a_day_that_is_none_is_a_fault_of_usage(project, kb, day):
    code, out, err = kb("check", "--as-of", day)
    assert (code, out) == (2, "")
    assert "--as-of" in err and "YYYY-MM-DD" in err


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2100-01-01", "9999-12-31"])
@pytest.mark.parametrize("command", ["check", "build", "report reviews", "report kpis", "review FAQ-001", "serve"])
def test_a_day_that_is_too_far_away_is_a_fault_of_usage(project, kb, command, day):
    code, out, err = kb(*command.split(), "--as-of", day)
    assert (code, out) == (2, "")
    assert "--as-of" in err and "name a day from 1900-01-01 to 2099-12-31" in err


@pytest.mark.parametrize("day", ["1900-01-01", "2099-12-31"])
@pytest.mark.parametrize("report", ["reviews", "owners", "actions", "coverage", "sla", "kpis"])
def test_the_first_and_the_last_day_have_every_report(project, kb, report, day):
    assert kb("report", report, "--format", "json", "--as-of", day)[::2] == (0, "")


def test_a_broken_epoch_is_a_fault_of_usage(project, kb, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    code, out, err = kb("check")
    assert (code, out) == (2, "")
    assert "SOURCE_DATE_EPOCH is `soon`" in err


@pytest.mark.parametrize("name", formats())
def test_a_report_is_printed_or_written_to_a_file(project, kb, name):
    code, printed, _err = kb("check", "--format", name)
    assert code == 1 and printed.endswith("\n")
    code, out, err = kb("check", "--format", name, "--output", "report.out")
    assert (code, out, err) == (1, "", "")
    assert (project / "report.out").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("output", ["nowhere/report.txt", "kb.yml/report.txt"])
def test_a_report_that_cannot_be_written_is_a_fault_of_usage(project, kb, output):
    code, out, err = kb("check", "--output", output)
    assert (code, out) == (2, "")
    assert f"cannot write {output}" in err


def test_a_folder_is_no_output(project, kb):
    assert kb("check", "--output", "content")[0] == 2


def test_checking_changes_nothing(project, kb):
    before = {file: file.read_bytes() for file in project.rglob("*") if file.is_file()}
    kb("check")
    assert {file: file.read_bytes() for file in project.rglob("*") if file.is_file()} == before


# --- kb check --since ---------------------------------------------------------------------------------------------


def git(root: Path, *arguments: str) -> None:
    environment = {
        **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(root),
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }  # fmt: skip
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, env=environment)


@pytest.fixture
def repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the project under Git; the unknown owner is mended, so that only stale pages are left."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    write(
        project,
        {
            UNKNOWN: page("FAQ-004"),
            "content/faq/網路/stale too.md": "",
            "content/faq/old.md": page("FAQ-005", "2025-02-02"),
        },
    )
    (project / "content/faq/網路/stale too.md").unlink()
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "first")
    return project


def severities(output: str) -> dict[str, str]:
    return dict(re.findall(r"^(\S+?):\d+:\d+: (\w+) KB301 ", output, re.MULTILINE))


OLD = "content/faq/old.md"


def test_stale_pages_of_others_are_warnings(repository, kb):
    code, out, _err = kb("check", "--since", "main")
    assert (code, severities(out)) == (0, {STALE: "warning", OLD: "warning"})
    assert kb("check")[0] == 1, "the nightly run fails"
    assert kb("check", "--since", "main", "--fail-on", "warning")[0] == 1


def test_a_stale_page_that_was_changed_stays_an_error(repository, kb):
    (repository / STALE).write_text(page("FAQ-003", "2025-01-02"), encoding="utf-8")
    code, out, _err = kb("check", "--since", "main")
    assert (code, severities(out)) == (1, {STALE: "error", OLD: "warning"})


@pytest.mark.parametrize("how", ["staged", "committed", "untracked", "renamed"])
def test_however_it_was_changed(repository, kb, how):
    path = "content/faq/新的.md" if how in ("untracked", "renamed") else STALE
    if how == "renamed":
        git(repository, "mv", STALE, path)
    else:
        id_ = "FAQ-009" if how == "untracked" else "FAQ-003"
        (repository / path).write_text(page(id_, "2025-01-02"), encoding="utf-8")
    if how in ("staged", "committed"):
        git(repository, "add", "-A")
    if how == "committed":
        git(repository, "commit", "-q", "-m", "second")
    code, out, _err = kb("check", "--since", "HEAD~1" if how == "committed" else "HEAD")
    assert (code, severities(out)[path], severities(out)[OLD]) == (1, "error", "warning")


def test_a_page_of_others_that_was_never_reviewed_is_a_warning(repository, kb):
    never = page("FAQ-005").replace("last_reviewed: 2026-11-01\n", "")
    write(repository, {OLD: never})
    assert kb("check", "--since", "HEAD", "--select", "KB303")[0] == 1
    git(repository, "commit", "-q", "-a", "-m", "by somebody")
    code, out, _err = kb("check", "--since", "HEAD", "--select", "KB303")
    assert (code, places(out)) == (0, [(OLD, "KB303")])
    assert ": warning KB303 " in out


def test_the_project_may_be_a_folder_of_the_repository(tmp_path, kb, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795132800")
    write(tmp_path / "docs", {**FILES, UNKNOWN: page("FAQ-004")})
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    monkeypatch.chdir(tmp_path / "docs" / "content")
    assert severities(kb("check", "--since", "main")[1]) == {STALE: "warning"}
    (tmp_path / "docs" / STALE).write_text(page("FAQ-003", "2025-01-02"), encoding="utf-8")
    assert severities(kb("check", "--since", "main")[1]) == {STALE: "error"}


@pytest.mark.parametrize("revision", ["nowhere", "", "--output=x", "HEAD~99"])
def test_a_revision_that_is_not_there_is_a_fault_of_usage(repository, kb, revision):
    code, out, err = kb("check", f"--since={revision}")
    assert (code, out) == (2, "")
    assert f"`{revision}`" in err and "revision" in err and "origin/main" in err
    assert not (repository / "x").exists()


def test_since_needs_a_repository(project, kb, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    code, out, err = kb("check", "--since", "main")
    assert (code, out) == (2, "")
    assert f"{project} is in no Git repository" in err and "clone" in err


def test_what_others_did_since_the_branch_left_is_not_this_branchs_change(repository, kb):
    git(repository, "checkout", "-q", "-b", "mine")
    git(repository, "commit", "-q", "--allow-empty", "-m", "mine")
    git(repository, "checkout", "-q", "main")
    (repository / STALE).write_text(page("FAQ-003", "2025-01-02"), encoding="utf-8")
    git(repository, "commit", "-q", "-a", "-m", "by somebody else")
    git(repository, "checkout", "-q", "mine")
    code, out, _err = kb("check", "--since", "main")
    assert (code, severities(out)) == (0, {STALE: "warning", OLD: "warning"})


def test_a_revision_without_a_common_beginning_is_compared_with_itself(repository, kb):
    git(repository, "checkout", "-q", "--orphan", "other")
    (repository / STALE).write_text(page("FAQ-003", "2025-01-02"), encoding="utf-8")
    git(repository, "commit", "-q", "-a", "-m", "another beginning")
    code, out, _err = kb("check", "--since", "main")
    assert (code, severities(out)) == (1, {STALE: "error", OLD: "warning"})


def test_since_needs_git(repository, kb, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    code, out, err = kb("check", "--since", "main")
    assert (code, out) == (2, "")
    assert "git cannot be run" in err and "install git" in err


# --- usage and configuration --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "Did you mean `kb check`?"),
        (["nonsense"], "nonsense"),
        (["check", "--formt", "json"], "--format"),
        (["check", "--format", "xml"], "xml"),
        (["check", "--fail-on", "never-ever"], "never-ever"),
        (["check", "--since"], "--since"),
        (["report", "reveiws"], "reveiws"),
        (["report", "reviews", "--format", "xml"], "xml"),
        (["schema"], "TYPE"),
        (["schema", "sopp"], "there is no type `sopp`; known are sop, faq, postmortem"),
        (["explain", "KB999"], "there is no check `KB999`; `kb explain` lists all checks"),
        (["explain", "review-overdu"], "did you mean `review-overdue`?"),
        (["--project"], "--project"),
        (["--porject", "x", "check"], "--project"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_would_be_right(project, kb, arguments, said):
    code, out, err = kb(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_without_a_command_it_says_what_there_is(project, kb):
    code, out, err = kb()
    assert code == 2
    for name in ("build", "check", "explain", "report", "schema"):
        assert re.search(rf"^  {name}\s+\S", out + err, re.MULTILINE)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "--help"], ["report", "-h"]])
def test_help_is_printed(project, kb, arguments):
    code, out, err = kb(*arguments)
    assert (code, err) == (0, "")
    assert out.startswith("Usage: kb ")


@pytest.mark.parametrize("command", [["check"], ["report", "reviews"], ["schema", "sop"], ["build"]])
def test_without_a_kb_yml_it_ends_with_2(tmp_path, kb, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    code, out, err = kb(*command)
    assert (code, out) == (2, "")
    assert "no kb.yml in" in err and "hint: " in err


@pytest.mark.parametrize("command", [["check"], ["report", "reviews"], ["build"]])
def test_with_a_broken_kb_yml_it_ends_with_2_and_names_every_fault(project, kb, command):
    write(project, {"kb.yml": "timezone: Mars\ntypes:\n  sop: {aliases: {a: ownr}}\n"})
    code, out, err = kb(*command)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "kb.yml:1:11: error KB090 configuration: there is no time zone `Mars`",
        "  hint: name one such as Asia/Taipei",
        "kb.yml:3:22: error KB090 configuration: `sop` has no field `ownr`",
        "  hint: did you mean `owner`?",
        "kb: error: kb.yml has 2 faults",
    ]


def test_without_content_it_ends_with_2(project, kb):
    write(project, {"kb.yml": "content: pages\n"})
    code, out, err = kb("check")
    assert (code, out) == (2, "")
    assert "the content folder pages/ does not exist" in err and "correct `content`" in err


def test_without_pages_it_does_not_pass(project, kb):
    write(project, {"kb.yml": "types:\n  faq: {enabled: false}\n"})
    for file in project.glob("content/**/*.md"):
        file.unlink()
    code, out, _err = kb("check")
    assert (code, places(out)) == (1, [("kb.yml", "KB027")])


def test_the_project_can_be_named(project, kb, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert kb("check")[0] == 2
    assert places(kb("--project", project, "check")[1]) == ALL
    assert places(kb("--project", project, "check", STALE)[1]) == [(STALE, "KB301")]
    assert kb("--project", project / "content", "check")[0] == 2, "the folder itself, not one above"


# --- files that cannot be read --------------------------------------------------------------------------------------


@pytest.fixture
def open_project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make the project where anybody may enter; folders of pytest are for the user who runs it."""
    with tempfile.TemporaryDirectory(prefix="kb-test-") as name:
        root = Path(name)
        write(root, FILES)
        root.chmod(0o755)
        monkeypatch.chdir(root)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795132800")
        yield root


@pytest.fixture
def as_nobody(kb: Kb, open_project: Path) -> Iterator[Callable[[Path, int], None]]:
    """Return a function that sets the mode of a file and gives up the rights of root, whom no mode stops."""
    before = os.geteuid()
    locked: list[Path] = []
    kb("check")  # imports everything while it may be read

    def lock(path: Path, mode: int) -> None:
        path.chmod(mode)
        locked.append(path)
        if before == 0:
            os.seteuid(NOBODY)

    yield lock
    os.seteuid(before)
    for path in locked:
        path.chmod(0o755)


def test_an_unreadable_folder_is_an_error(open_project, kb, as_nobody):
    as_nobody(open_project / "content" / "faq" / "net", 0)
    code, out, _err = kb("check")
    assert code == 1
    assert places(out) == [("content/faq/net", "KB020"), (SOON, "KB302")]
    assert "2 pages checked" in out


@pytest.mark.parametrize("locked", ["kb.yml", "registry/owners.yml", SOON])
def test_an_unreadable_file_is_named(open_project, kb, as_nobody, locked):
    as_nobody(open_project / locked, 0)
    code, out, err = kb("check")
    found = places(out + err)
    if locked == "kb.yml":
        assert (code, found) == (2, [("kb.yml", "KB020")])
    else:
        assert (code, (locked, "KB020") in found) == (1, True)
    assert (UNKNOWN, "KB201") in found or locked != SOON, "the other files are checked"
    assert (FRESH, "KB201") not in found, "an unreadable registry does not make every owner unknown"


@pytest.mark.parametrize(
    ("locked", "expected", "said"),
    [
        (".", 2, "kb.yml cannot be read: Permission denied"),
        ("content", 1, "content/faq:1:1: error KB020 unreadable"),
        ("registry", 1, "registry/owners.yml:1:1: error KB020 unreadable"),
    ],
)
def test_a_folder_that_may_be_listed_but_not_entered_is_named(open_project, kb, as_nobody, locked, expected, said):
    as_nobody(open_project / locked, 0o644)
    code, out, err = kb("--project", open_project, "check")
    assert code == expected, err
    assert said in out + err


# --- bugs of ours ---------------------------------------------------------------------------------------------------


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Break the pipeline; return the folder for temporary files."""

    def broken(*_arguments: object) -> None:
        raise RuntimeError("the flux\n\x1b[31mcapacitor")

    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr("kb_builder.checking.check", broken)
    return folder


def test_a_bug_of_ours_ends_with_3_and_one_line(project, kb, bug):
    code, out, err = kb("check")
    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "RuntimeError: the flux \\x1b[31mcapacitor" in err and "not of your content" in err
    (details,) = bug.glob("kb-bug-*.txt")
    assert f"(details: {details})" in err
    text = details.read_text(encoding="utf-8")
    assert text.startswith(f"kb {__version__}, Python 3.")
    assert "Traceback (most recent call last)" in text and "in broken" in text


def test_a_bug_with_no_room_for_details_is_still_one_line(project, kb, bug, monkeypatch):
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    code, out, err = kb("check")
    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "(details: none, No space left on device)" in err


# --- nothing acts on a terminal -------------------------------------------------------------------------------------

ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COMMANDS = [*(["check", "--format", name] for name in formats()),
            *(["report", "reviews", "--format", name] for name in ("table", "json", "csv")),
            *(["report", "owners", "--format", name] for name in ("json", "markdown"))]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_titles_and_file_names_cannot_act_on_a_terminal(project, kb, command):
    names = ["\x1b[2Jclear.md", "\u202egnp.md", "a\x9b31m.md", "line\nfeed.md", "back\x08.md"]
    for name in names:
        (project / "content" / "faq" / name).write_text(page("FAQ-010"), encoding="utf-8")
    (project / "content" / "faq" / os.fsdecode(b"\xff\x1b.md")).write_text(page("FAQ-011"), encoding="utf-8")
    titles = [r'"\e[31mred"', r'"\x9b31m"', r'"\u202Eevil"', r'"\a"', '"\u202eraw"', '"\u2066raw"']
    for number, title in enumerate(titles, start=20):
        write(project, {f"content/faq/t{number}.md": page(f"FAQ-0{number}", "2025-01-01", title=title)})
        write(project, {f"content/faq/u{number}.md": page(f"FAQ-1{number}", "2025-01-01", owner=title)})
    code, out, err = kb(*command)
    assert code in (0, 1)
    assert ACTING.findall(out.replace("\n", "") + err.replace("\n", "")) == []
    assert "FAQ-020" in out or "t20.md" in out, "the pages are in the report"
    if "json" in command:
        json.loads(out)


@pytest.mark.parametrize(
    "arguments",
    [["check", "\x1b[31mx"], ["\x1b[31mx"], ["explain", "\x1b[31mx"], ["schema", "\x1b[31mx"], ["check", "--\x1b[31mx"],
     ["check", "--as-of", "\x1b[31mx"], ["check", "--select", "\x1b[31mx"], ["check", "--since", "\x1b[31mx"],
     ["check", "--output", "\x1b[31mx/y"], ["--project", "\x1b[31mx", "check"]],
)  # fmt: skip
def test_arguments_cannot_act_on_a_terminal(repository, kb, arguments):
    code, out, err = kb(*arguments)
    assert (code, out) == (2, "")
    assert "\x1b" not in err
    assert "\\x1b[31mx" in err


def test_chinese_stays_readable(project, kb):
    write(project, {UNKNOWN: page("FAQ-004", owner="維運組", title="全形　空格與「引號」")})
    for command in COMMANDS:
        out = kb(*command)[1]
        assert ("維運組" in out) and ("\\u" not in out), command


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "big5", "utf-16"])
def test_the_report_is_utf8_whatever_the_locale(project, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "kb_builder", "report", "reviews", "--format", "csv"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=True)
    assert "問題 FAQ-001？" in done.stdout.decode("utf-8")
    assert done.stderr == b""


def test_a_reader_that_goes_away_is_no_bug(project):
    for number in range(100, 400):
        write(project, {f"content/faq/p{number}.md": page(f"FAQ-{number}", "2025-01-01")})
    command = f"'{sys.executable}' -m kb_builder check | head -1"
    done = subprocess.run(["sh", "-c", command], cwd=project, capture_output=True, check=True)
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


# --- kb explain, kb schema, kb --version ------------------------------------------------------------------------------


def test_explain_lists_all_checks(project, kb):
    code, out, err = kb("explain")
    assert (code, err) == (0, "")
    listed = [line.split() for line in out.splitlines()]
    assert listed == [[rule.code, rule.severity.word, rule.slug] for rule in checks.rules().values()]
    assert [code for code, _word, _slug in listed] == sorted(code for code, _word, _slug in listed)


@pytest.mark.parametrize("name", ["KB301", "kb301", "review-overdue", " KB301 ", "Review-Overdue"])
def test_explain_prints_the_page_of_a_check(project, kb, name):
    assert kb("explain", name) == (0, checks.documentation("review-overdue"), "")


def test_explain_needs_no_project(tmp_path, kb, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert kb("explain", "KB001")[0] == 0


@pytest.mark.parametrize("name", ["sop", "faq", "postmortem", "kb.yml", "owners.yml", "check"])
def test_schema_prints_a_json_schema(project, kb, name):
    code, out, err = kb("schema", name)
    assert (code, err) == (0, "")
    schema = json.loads(out)
    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object" and schema["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("name", ["kb.yml", "owners.yml", "check"])
def test_the_schemas_that_are_no_types_need_no_project(tmp_path, kb, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert kb("schema", name)[0] == 0


@pytest.mark.parametrize("name", ["kb.yml", "registry/owners.yml", "content/faq/forgot-password.md"])
def test_the_files_of_the_sample_meet_the_printed_schemas(kb, monkeypatch, name):
    from kb_builder.sources.front_matter import parse_front_matter
    from kb_builder.sources.yaml_block import parse_block

    monkeypatch.chdir(ROOT)
    text = (ROOT / name).read_text(encoding="utf-8")
    is_page = name.endswith(".md")
    values = parse_front_matter(name, name, text).values if is_page else parse_block(text, 1 << 20).values
    schema = json.loads(kb("schema", "faq" if is_page else Path(name).name)[1])
    assert list(Draft202012Validator(schema).iter_errors(values)) == []


def test_the_version_is_printed(kb):
    assert kb("--version") == (0, f"kb {__version__}\n", "")


def test_the_version_is_printed_without_loading_anything(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"kb {__version__}\n"


@pytest.mark.parametrize(("arguments", "expected"), [(["--version"], 0), (["check"], 1), (["chekc"], 2)])
def test_the_program_ends_with_the_code(project, arguments, expected):
    done = subprocess.run(
        [sys.executable, "-m", "kb_builder", *arguments], cwd=project, capture_output=True, check=False
    )
    assert done.returncode == expected


# --- kb report reviews ------------------------------------------------------------------------------------------------

COLUMNS = ["id", "type", "path", "title", "owner", "last_reviewed", "review_interval", "next_review", "state"]
ROWS = [
    ["FAQ-001", "faq", FRESH, "問題 FAQ-001？", "ops", "2026-11-01", "12 months", "2027-11-01", "fresh"],
    ["FAQ-003", "faq", STALE, "問題 FAQ-003？", "ops", "2025-01-01", "12 months", "2026-01-01", "overdue"],
    ["FAQ-004", "faq", UNKNOWN, "問題 FAQ-004？", "opps", "2026-11-01", "12 months", "2027-11-01", "fresh"],
    ["FAQ-005", "faq", "content/faq/never.md", "問題 FAQ-005？", "ops", None, "12 months", None, "never"],
    ["FAQ-002", "faq", SOON, "問題 FAQ-002？", "ops", "2025-11-25", "12 months", "2026-11-25", "due_soon"],
    ["PM-2026-001", "postmortem", "content/postmortems/a.md", "事故", "ops", None, None, None, "exempt"],
]  # fmt: skip


@pytest.fixture
def states(project: Path) -> Path:
    """Add a page that was never reviewed and a record that need not be."""
    record = "---\nid: PM-2026-001\ntitle: 事故\nsummary: 摘要\nowner: ops\nstatus: draft\n---\n\n背景。\n"
    never = page("FAQ-005").replace("last_reviewed: 2026-11-01\n", "")
    write(project, {"content/faq/never.md": never, "content/postmortems/a.md": record})
    return project


def test_the_reviews_as_json_have_exactly_these_fields(states, kb):
    code, out, err = kb("report", "reviews", "--format", "json")
    assert (code, err) == (0, "")
    rows = json.loads(out)
    assert [list(row) for row in rows] == [COLUMNS] * len(rows)
    assert sorted(map(list, map(dict.values, rows)), key=str) == sorted(ROWS, key=str)
    assert [row["path"] for row in rows] == sorted(row["path"] for row in rows)


def test_the_reviews_as_csv(states, kb):
    code, out, err = kb("report", "reviews", "--format", "csv")
    assert (code, err) == (0, "")
    header, *rows = csv.reader(io.StringIO(out))
    assert header == COLUMNS
    assert sorted(rows) == sorted([value or "" for value in row] for row in ROWS)


def test_the_reviews_as_a_table(states, kb):
    code, out, err = kb("report", "reviews")
    assert (code, err) == (0, "")
    header, *lines = out.splitlines()
    assert header.split() == ["State", "Next", "review", "Id", "Title", "Owner"]
    assert [line.split()[0] for line in lines] == ["overdue", "never", "due_soon", "fresh", "fresh", "exempt"]
    assert "2026-01-01" in lines[0] and "FAQ-003" in lines[0] and "問題 FAQ-003？" in lines[0]


@pytest.mark.parametrize("name", ["json", "csv"])
def test_the_reviews_are_written_to_a_file(states, kb, name):
    printed = kb("report", "reviews", "--format", name)[1]
    assert kb("report", "reviews", "--format", name, "--output", "out.txt") == (0, "", "")
    assert (states / "out.txt").read_text(encoding="utf-8") == printed


def test_a_table_is_not_written_to_a_file(states, kb):
    code, out, err = kb("report", "reviews", "--output", "out.txt")
    assert (code, out) == (2, "")
    assert "--output needs --format json, csv or ics" in err


def test_the_reviews_of_another_day(states, kb):
    rows = json.loads(kb("report", "reviews", "--format", "json", "--as-of", "2030-01-01")[1])
    assert {row["id"]: row["state"] for row in rows} == {
        "FAQ-001": "overdue", "FAQ-002": "overdue", "FAQ-003": "overdue", "FAQ-004": "overdue", "FAQ-005": "never",
        "PM-2026-001": "exempt",
    }  # fmt: skip


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", '"=HYPERLINK(""http://x"")"'])
def test_no_cell_of_the_csv_is_a_formula(project, kb, title):
    write(project, {STALE: page("FAQ-003", title=json.dumps(title))})
    out = kb("report", "reviews", "--format", "csv")[1]
    cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert f"'{title}" in cells or title in cells, "the title itself is kept"


def test_a_page_that_cannot_be_read_is_not_called_exempt(project, kb):
    write(project, {FRESH: page("FAQ-001", title="a: b"), SOON: page("FAQ-002", status="draft")})
    (project / STALE).write_bytes(b"---\nid: FAQ-003\ntitle: \xff\n---\n")
    code, out, err = kb("report", "reviews", "--format", "json")
    assert code == 0
    states = {row["path"]: row["state"] for row in json.loads(out)}
    assert states == {FRESH: "never", STALE: "never", SOON: "exempt", UNKNOWN: "fresh"}
    assert sorted(err.splitlines()) == [
        f"kb: warning: {path} cannot be read; `kb check` says why" for path in sorted((FRESH, STALE))
    ]
