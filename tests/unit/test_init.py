"""`kb init`: a repository that passes the checks and builds, in every language; nothing is ever replaced."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from jsonschema import Draft202012Validator

from kb_builder import __version__, checks
from kb_builder.authoring import issue_forms, repository
from kb_builder.authoring.repository import FORGES, Plan, codeowners, dated, other_files, requirement
from kb_builder.cli import init as init_command
from kb_builder.cli.run import run
from kb_builder.config.load import load_settings
from kb_builder.model.owner import Owner
from kb_builder.model.settings import LANGUAGES
from kb_builder.pipeline import build, check
from tests.conftest import ROOT, TODAY

OPTIONS = ("--mail", "me@example.com", "--as-of", "2026-11-20")
PACKAGED_CI = ROOT / "kb_builder/authoring/files/ci"


def init(folder: Path, *arguments: str) -> int:
    return run(["init", str(folder), *OPTIONS, *arguments])


def files(folder: Path) -> dict[str, bytes]:
    found = (file for file in folder.rglob("*") if file.is_file() and ".git" not in file.relative_to(folder).parts)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


@pytest.mark.parametrize("day", ["2024-02-29", "2026-11-20", "2030-01-01"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_nothing_to_complain_about(tmp_path, language, day, capsys):
    folder = tmp_path / "kb"
    assert init(folder, "--language", language, "--as-of", day) == 0
    settings = load_settings(folder, checks.rules())
    assert settings.language == language
    found = check(settings, date.fromisoformat(day))
    assert found.diagnostics == ()
    assert {document.type for document in found.catalog.documents} == set(settings.types)
    assert found.catalog.owners["sysadmin"].channels["mail"] == "me@example.com"


def test_both_sites_are_built_and_plain_mkdocs_builds_as_well(tmp_path, capsys):
    folder = tmp_path / "kb"
    assert init(folder, "--language", "zh-Hans", "--name", "甲: #1 知识库") == 0
    built = build(load_settings(folder, checks.rules()), TODAY)
    assert set(built.published) == {"staff", "customers"}
    assert "甲: #1 知识库" in (folder / "site/staff/index.html").read_text("utf-8")
    assert "忘记密码怎么办？" in (folder / "site/customers/faq/example.html").read_text("utf-8")
    config = yaml.safe_load((folder / "mkdocs.yml").read_text("utf-8"))
    assert config["site_name"] == "甲: #1 知识库"
    assert (folder / config["docs_dir"]).is_dir()


def test_what_git_keeps_is_what_was_written(tmp_path, capsys):
    folder = tmp_path / "kb"
    init(folder)
    subprocess.run(["git", "-C", str(folder), "init", "-q"], check=True)
    subprocess.run(["git", "-C", str(folder), "add", "."], check=True)
    kept = subprocess.run(["git", "-C", str(folder), "ls-files", "-z"], check=True, capture_output=True, text=True)
    assert set(kept.stdout.split("\0")) - {""} == set(files(folder))


def test_a_new_page_finds_its_owner(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "kb"
    init(folder)
    for name, value in (("COUNT", "1"), ("KEY_0", "user.email"), ("VALUE_0", "me@example.com")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert run(["--project", str(folder), "new", "sop", "備份"]) == 0
    assert "owner: web-ops" in (folder / "content/sops/bei-fen.md").read_text("utf-8")


# --- what is asked and refused ----------------------------------------------------


def test_a_terminal_is_asked_and_options_are_answers(tmp_path, monkeypatch, capsys):
    asked: list[str] = []
    monkeypatch.setattr(init_command.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(init_command.click, "prompt", lambda text, default, **_: asked.append(text) or default)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert init(tmp_path / "a") == 0
    assert asked == ["Language", "Name of the staff site", "Time zone", "Forge"]
    settings = load_settings(tmp_path / "a", checks.rules())
    assert (settings.language, settings.timezone) == ("zh-Hans", "Asia/Shanghai")
    asked.clear()
    given = ("--language", "en", "--name", "N", "--timezone", "Europe/Berlin", "--forge", "none")
    assert init(tmp_path / "b", *given) == 0
    assert asked == []
    assert load_settings(tmp_path / "b", checks.rules()).sites["staff"].name == "N"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh_TW.UTF-8", "zh-Hant"), ("zh_SG", "zh-Hans"), ("en_GB.UTF-8", "en"), ("C", "zh-Hant"), ("", "zh-Hant")],
)
def test_the_usual_language(tmp_path, monkeypatch, locale, language, capsys):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("LANG", locale)
    assert init(tmp_path / "kb") == 0
    assert load_settings(tmp_path / "kb", checks.rules()).language == language


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--timezone", "Asia/Taipai"), "there is no time zone `Asia/Taipai`; did you mean `Asia/Taipei`?"),
        (("--name", "a\nb"), "--name: write the name of the site on one line"),
        (("--repository", "github.com/acme"), "is no address on the web"),
        (("--forge", "svn"), "'svn' is not one of"),
    ],
)
def test_answers_that_will_not_do(tmp_path, capsys, arguments, expected):
    assert init(tmp_path / "kb", *arguments) == 2
    assert expected in capsys.readouterr().err
    assert not (tmp_path / "kb").exists()


def test_a_folder_that_is_not_empty_is_refused(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("x")
    assert init(tmp_path) == 2
    said = capsys.readouterr().err
    assert "is not empty: it holds notes.txt" in said and "--force" in said
    assert set(files(tmp_path)) == {"notes.txt"}
    assert init(tmp_path / "notes.txt") == 2
    assert "is a file" in capsys.readouterr().err


def test_a_fresh_clone_is_as_good_as_empty(tmp_path, capsys):
    (tmp_path / ".git").mkdir()
    assert init(tmp_path) == 0
    assert "git init" not in capsys.readouterr().out


def test_force_adds_only_what_is_missing(tmp_path, capsys):
    init(tmp_path)
    for name in ("CODEOWNERS", ".editorconfig", "content/faq/example.md"):
        (tmp_path / name).unlink()
    (tmp_path / "README.md").write_text("ours\n", "utf-8")
    before = files(tmp_path)
    capsys.readouterr()
    assert init(tmp_path, "--force") == 0
    after = files(tmp_path)
    assert set(after) - set(before) == {"CODEOWNERS", ".editorconfig"}, "examples belong to the beginning"
    assert {name: after[name] for name in before} == before
    assert "2 files" in capsys.readouterr().out


def test_force_leaves_content_and_registries_of_others_alone(tmp_path, make_project: Callable[..., object], capsys):
    make_project({"content/faq/a.md": "---\n---\n"})
    (tmp_path / "kb.yml").unlink()
    before = files(tmp_path)
    assert init(tmp_path, "--force") == 0
    added = set(files(tmp_path)) - set(before)
    assert not [name for name in added if name.startswith(("content/", "registry/"))]
    assert "kb.yml" in added


# --- files ------------------------------------------------------------------------


@pytest.mark.parametrize("forge", FORGES)
def test_workflows_are_those_of_deploy(tmp_path, capsys, forge):
    init(tmp_path, "--forge", forge)
    found = set(files(tmp_path))
    assert (".gitlab-ci.yml" in found) is (forge in ("gitlab", "both"))
    for name in (
        "workflows/pull-request.yml",
        "workflows/nightly.yml",
        "workflows/publish.yml",
        "actions/kb/action.yml",
    ):
        assert (f".github/{name}" in found) is (forge in ("github", "both"))
    assert (".github/actions/kb/action.yml" in found) is (forge in ("github", "both"))
    scripts = {name for name in found if name.startswith("deploy/ci/")}
    assert ("deploy/ci/send.sh" in scripts) is (forge != "none")
    texts = {name: (tmp_path / name).read_text("utf-8") for name in found if name.endswith(".yml")}
    for name in scripts:
        assert any(f" {name}" in text for text in texts.values()), "nothing is written that nothing calls"
    for name in found & {".gitlab-ci.yml", *(name for name in found if name.startswith(".github/"))}:
        assert "constraints.txt" not in texts[name], "kb is installed from its requirements"
        assert yaml.safe_load(texts[name])
        for used in re.findall(r"uses: \./(?:base/)?(\S*)", texts[name]):
            assert f"{used}/action.yml" in found
        for called in re.findall(r"deploy/ci/\S+\.(?:sh|py)", texts[name]):
            assert called in found
    if ".gitlab-ci.yml" in found:
        assert "install --quiet --requirement requirements.txt\n" in texts[".gitlab-ci.yml"]
    if forge == "github":
        install = yaml.safe_load(texts[".github/actions/kb/action.yml"])["runs"]["steps"][0]
        place = (tmp_path / ".github/actions/kb" / "../../../requirements.txt").resolve()
        assert place == tmp_path / "requirements.txt"
        assert '--requirement "$KB_SOURCE/../../../requirements.txt"\n' in install["run"]


def test_the_package_brings_the_templates_of_deploy():
    """`deploy/ci` is the source. After a change: `cp deploy/ci/* action.yml kb_builder/authoring/files/ci/`."""
    ours = {file.name: file.read_text("utf-8") for file in PACKAGED_CI.iterdir()}
    sources = (*(ROOT / "deploy/ci").iterdir(), ROOT / "action.yml")
    assert ours == {file.name: file.read_text("utf-8") for file in sources}


def test_the_hook_is_the_one_that_kb_offers(tmp_path, capsys):
    init(tmp_path)
    (hook,) = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    offered, _other = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook.pop("additional_dependencies") == [requirement()]
    assert hook == {key: value for key, value in offered.items() if key != "description"}


def test_what_pip_installs(monkeypatch):
    class Installed:
        def __init__(self, told: str | None) -> None:
            self._told = told

        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return self._told

    git = {"url": "https://git.example/kb.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    for told, expected in (
        (None, f"kb-builder=={__version__}"),
        (json.dumps({"url": "file:///home/me/kb", "dir_info": {"editable": True}}), f"kb-builder=={__version__}"),
        (json.dumps(git), "kb-builder @ git+https://git.example/kb.git@abc"),
    ):
        monkeypatch.setattr(
            "kb_builder.authoring.repository.metadata.distribution", lambda _, told=told: Installed(told)
        )
        assert requirement() == expected


def test_the_editor_is_told_the_schemas(tmp_path, capsys):
    init(tmp_path)
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text("utf-8"))
    assert set(settings["yaml.schemas"].values()) >= {"kb.yml", "registry/owners.yml", "registry/sla.yml"}
    for schema, file in settings["yaml.schemas"].items():
        loaded = json.loads((tmp_path / schema).read_text("utf-8"))
        Draft202012Validator.check_schema(loaded)
        assert schema.endswith(f"/{file.rpartition('/')[2]}.json")


@pytest.mark.parametrize(
    ("forge", "edit", "report"),
    [
        ("github", "https://git.example/a/b/edit/main/{path}", "https://git.example/a/b/issues/new?template=problem.yml&"),
        ("gitlab", "https://git.example/a/b/-/edit/main/{path}", "https://git.example/a/b/-/issues/new?issuable_template=problem&"),
    ],
)  # fmt: skip
def test_the_address_of_the_repository_gives_links(tmp_path, capsys, forge, edit, report):
    assert init(tmp_path, "--forge", forge, "--repository", "https://git.example/a/b.git") == 0
    settings = load_settings(tmp_path, checks.rules())
    staff = settings.sites["staff"]
    assert staff.edit_url == edit and staff.report_url.startswith(report)
    assert settings.sites["customers"].report_url == "", "where customers report is for the owner of the site to say"
    assert {"{id}", "{title}", "{version}", "{heading}", "{url}"} <= set(re.findall(r"\{\w+\}", staff.report_url))


def test_a_repository_that_is_there_gets_its_forms_in_its_language(tmp_path, capsys):
    (tmp_path / "content").mkdir()
    (tmp_path / "kb.yml").write_text("language: zh-Hans\n", "utf-8")
    assert init(tmp_path, "--force", "--forge", "both") == 0
    for forge, path in issue_forms.PATHS.items():
        assert (tmp_path / path).read_text("utf-8") == issue_forms.written(forge, "zh-Hans")


def test_code_owners_come_from_the_registry(tmp_path, capsys):
    init(tmp_path, "--language", "en")
    assert (tmp_path / "CODEOWNERS").read_text("utf-8").splitlines() == [
        "# Who is asked when a file changes. Made from registry/owners.yml; the last line that fits a file counts.",
        "* web-ops@example.com",
        *(f"/content/{each}/ web-ops@example.com" for each in ("drills", "faq", "postmortems", "sops", "worklogs")),
    ]
    owners = {
        "nobody": Owner(id="nobody", name="N", kind="team"),
        "me": Owner(id="me", name="M", kind="person", channels={"mail": "me@example.com"}),
        "web-ops": Owner(id="web-ops", name="W", kind="team", channels={"mail": "w@example.com", "github": "@org/ops"}),
    }
    plan = Plan(name="N", language="en", timezone="UTC", forge="github")
    documents = check(load_settings(tmp_path, checks.rules()), TODAY).catalog.documents
    assert codeowners(documents[:1], owners, plan).splitlines()[1:] == ["* @org/ops", "/content/drills/ @org/ops"]
    assert codeowners((), {"nobody": owners["nobody"]}, plan).count("\n") == 1


def test_examples_lie_before_today_in_the_zone():
    text = "id: PM-2026-001\nstarted_at: 2026-03-11T10:00:00+08:00\ndue: 2026-09-01\n"
    assert dated(text, date(2025, 8, 31), ZoneInfo("Europe/Berlin")) == (
        "id: PM-2025-001\nstarted_at: 2025-03-10T10:00:00+01:00\ndue: 2025-08-31\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_waits_to_be_filled_in(language):
    plan = Plan(name="N", language=language, timezone="UTC", forge="both")
    for path, text in other_files(plan).items():
        # Workflows and scripts have variables of their own.
        if not path.startswith((".github", "deploy/ci/")):
            assert "${" not in text, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_in_the_readme_exist(language):
    plan = Plan(name="N", language=language, timezone="UTC", forge="both")
    readme = other_files(plan)["README.md"]
    known = {file.stem for file in (ROOT / "kb_builder/cli").glob("*.py")}
    named = {line.split()[0] for line in readme.replace("`kb ", "\nkb:").splitlines() if line.startswith("kb:")}
    named = {re.sub(r"[^a-z].*", "", name.removeprefix("kb:")) for name in named}
    assert {"check", "serve", "new", "review", "renumber", "report", "build", "explain"} <= named <= known


def test_the_package_holds_its_files(tmp_path):
    """What is not named as data of the package would be missing once it is installed."""
    import tomllib

    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    patterns.append("*.py")
    held = [file for file in (ROOT / "kb_builder/authoring/files").rglob("*") if file.suffix not in ("", ".pyc")]
    assert len(held) >= 20
    assert [file for file in held if not any(file.match(pattern) for pattern in patterns)] == []


def test_an_installed_package_has_compiled_modules_beside_its_files(tmp_path: Path, monkeypatch) -> None:
    shutil.copytree(ROOT / "kb_builder/authoring/files", tmp_path / "files")
    (tmp_path / "files/ci/__pycache__").mkdir(exist_ok=True)
    usual, ours = repository.resources.files, repository.__package__
    monkeypatch.setattr(repository.resources, "files", lambda name: tmp_path if name == ours else usual(name))
    plan = Plan(name="x", language="en", timezone="UTC", forge="both")
    assert not [path for path in other_files(plan) if "__pycache__" in path]
