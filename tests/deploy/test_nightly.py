"""What the templates do beside checking: an issue for every owner, and sending the sites to a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.conftest import ROOT

CI = ROOT / "deploy" / "ci"
PREFIX = "kb: what is due for "
FAKE_GH = """\
#!{python}
import json, sys
from pathlib import Path
store = Path({store!r})
state = json.loads(store.read_text())
state["calls"].append(sys.argv[1:])
def value(name):
    return sys.argv[sys.argv.index(name) + 1]
def body():
    return Path(value("--body-file")).read_text(encoding="utf-8")
match sys.argv[1:3]:
    case ["issue", "list"]:
        assert value("--state") == "open" and value("--label") == "kb-due"
        for number, issue in state["issues"].items():
            if issue["open"]:
                print(f"{{number}}\\t{{issue['title']}}")
    case ["issue", "create"]:
        state["issues"][str(len(state["issues"]) + 1)] = {{"title": value("--title"), "open": True, "body": body()}}
    case ["issue", "edit"]:
        state["issues"][sys.argv[3]]["body"] = body()
    case ["issue", "close"]:
        state["issues"][sys.argv[3]]["open"] = False
    case ["label", "create"]:
        pass
    case _:
        sys.exit("unknown command")
store.write_text(json.dumps(state))
"""


def write(folder: Path, **digests: str) -> Path:
    folder.mkdir()
    for owner, text in digests.items():
        (folder / f"{owner}.md").write_text(text, encoding="utf-8")
    return folder


class GitHub:
    """A `gh` that keeps issues in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, folder / "issues.json"
        program = folder / "bin" / "gh"
        program.parent.mkdir()
        program.write_text(FAKE_GH.format(python=sys.executable, store=str(self.store)), encoding="utf-8")
        program.chmod(0o755)
        self.store.write_text(json.dumps({"issues": {}, "calls": []}), encoding="utf-8")

    @property
    def issues(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = json.loads(self.store.read_text(encoding="utf-8"))["issues"]
        return found

    def add(self, title: str) -> None:
        state = json.loads(self.store.read_text(encoding="utf-8"))
        state["issues"][str(len(state["issues"]) + 1)] = {"title": title, "open": True, "body": ""}
        self.store.write_text(json.dumps(state), encoding="utf-8")

    def run(self, due: Path) -> subprocess.CompletedProcess[str]:
        around = {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run([CI / "github-issues.sh", due], env=around, capture_output=True, text=True, check=False)


class GitLab:
    """A server that answers as GitLab does about issues; it gives two of them on a page."""

    def __init__(self) -> None:
        self.issues: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        gitlab = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                gitlab.tokens.add(self.headers["PRIVATE-TOKEN"])
                url = urlsplit(self.path)
                length = int(self.headers.get("Content-Length", 0))
                values = json.loads(self.rfile.read(length)) if length else {}
                assert url.path.startswith("/api/v4/projects/7/issues")
                data = json.dumps(gitlab.answer(self.command, url.path.split("/")[6:], parse_qs(url.query), values))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data.encode())

            do_GET = do_PUT = do_POST = answer

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, method: str, rest: list[str], query: dict[str, list[str]], values: dict[str, str]) -> Any:
        if method == "GET":
            assert query["labels"] == ["kb-due"] and query["state"] == ["opened"]
            per_page, page = int(query["per_page"][0]), int(query["page"][0])
            found = [{"iid": int(number), **issue} for number, issue in self.issues.items() if issue["open"]]
            return found[per_page * (page - 1) : per_page * page]
        if method == "POST":
            self.add(values["title"], values["description"])
            return {}
        issue = self.issues[rest[0]]
        if values.get("state_event") == "close":
            issue["open"] = False
        else:
            issue["body"] = values["description"]
        return issue

    def add(self, title: str, body: str = "") -> None:
        self.issues[str(len(self.issues) + 1)] = {"title": title, "open": True, "body": body}

    def run(self, due: Path) -> subprocess.CompletedProcess[str]:
        around = {
            **os.environ,
            "CI_API_V4_URL": f"http://127.0.0.1:{self.server.server_port}/api/v4",
            "CI_PROJECT_ID": "7",
            "KB_ISSUES_TOKEN": "secret",
            "no_proxy": "*",
        }
        command = [sys.executable, CI / "gitlab_issues.py", due]
        return subprocess.run(command, env=around, capture_output=True, text=True, check=False)


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GitHub | GitLab]:
    if request.param == "github":
        yield GitHub(tmp_path)
        return
    gitlab = GitLab()
    yield gitlab
    gitlab.server.shutdown()
    gitlab.server.server_close()


def test_every_owner_has_one_issue_that_is_kept_up_to_date_and_closed(forge: GitHub | GitLab, tmp_path: Path) -> None:
    forge.add("something else that somebody gave the label")
    forge.add(PREFIX + "dba-two")
    first = forge.run(write(tmp_path / "one", dba="**資料庫組**\n\n- 一\n", ops="two `x` $(touch y)\n"))
    assert first.returncode == 0, first.stderr
    bodies = {issue["title"]: issue["body"] for issue in forge.issues.values() if issue["open"]}
    assert bodies == {
        "something else that somebody gave the label": "",
        PREFIX + "dba": "**資料庫組**\n\n- 一\n",
        PREFIX + "ops": "two `x` $(touch y)\n",
    }, "that of dba-two, who has nothing to do, is closed"
    second = forge.run(write(tmp_path / "two", dba="三\n"))
    assert second.returncode == 0, second.stderr
    assert "dba: issue 3 is up to date" in second.stdout and "ops: issue 4 is closed" in second.stdout
    assert len(forge.issues) == 4
    assert (forge.issues["3"]["body"], forge.issues["3"]["open"]) == ("三\n", True)
    assert not forge.issues["4"]["open"] and forge.issues["1"]["open"]
    third = forge.run(write(tmp_path / "three"))
    assert third.returncode == 0, third.stderr
    assert [number for number, issue in forge.issues.items() if issue["open"]] == ["1"]
    forge.run(write(tmp_path / "four", dba="四\n"))
    assert forge.issues["5"]["open"], "a new one, as the old one is done"


def test_gitlab_is_asked_for_all_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gitlab = GitLab()
    try:
        for number in range(250):
            gitlab.add(f"{PREFIX}owner-{number}")
        done = gitlab.run(write(tmp_path / "due", **{"owner-249": "x\n"}))
        assert done.returncode == 0, done.stderr
        assert [issue["title"] for issue in gitlab.issues.values() if issue["open"]] == [f"{PREFIX}owner-249"]
        assert gitlab.tokens == {"secret"}
        assert "secret" not in done.stdout + done.stderr
    finally:
        gitlab.server.shutdown()
        gitlab.server.server_close()


# --- sending -------------------------------------------------------------------------------------------------------


def send(tmp_path: Path, text: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Send a site to a folder of this machine, by an ssh that runs the commands here."""
    work = tmp_path / "work"
    for audience in ("staff", "customers"):
        page = work / "site" / audience / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"{audience} {text}", encoding="utf-8")
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    ssh = programs / "ssh"
    ssh.write_text(
        f'#!/bin/bash\ncat "$2" > {tmp_path}/key; stat -c %a "$2" > {tmp_path}/mode\n'
        f'printf "%s\\n" "$@" > {tmp_path}/asked\nhead -c ${{KB_CUT:-1000000}} | sh -c "${{@: -1}}"\n',
        encoding="utf-8",
    )
    ssh.chmod(0o755)
    around = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "TMPDIR": str(tmp_path),
        "KB_HOST": "kb@www.example.com",
        "KB_FOLDER": str(tmp_path / "srv"),
        "KB_SSH_KEY": "-----KEY-----\nabc",
        "KB_KNOWN_HOSTS": "www.example.com ssh-ed25519 AAAA",
        **given,
    }
    return subprocess.run([CI / "send.sh"], cwd=work, env=around, capture_output=True, text=True, check=False)


def test_both_sites_are_switched_to_in_one_step_and_the_last_generation_stays(tmp_path: Path) -> None:
    for number in range(4):
        done = send(tmp_path, f"version {number}")
        assert done.returncode == 0, done.stderr
        site = tmp_path / "srv" / "site"
        assert site.is_symlink()
        for audience in ("staff", "customers"):
            assert (site / audience / "index.html").read_text(encoding="utf-8") == f"{audience} version {number}"
    assert len(list((tmp_path / "srv/generations").iterdir())) == 2
    assert sorted(each.name for each in (tmp_path / "srv").iterdir()) == ["generations", "site"]


def test_the_key_is_in_a_file_of_its_own_and_is_removed(tmp_path: Path) -> None:
    assert send(tmp_path, "x").returncode == 0
    assert (tmp_path / "key").read_text(encoding="utf-8") == "-----KEY-----\nabc\n"
    assert (tmp_path / "mode").read_text(encoding="utf-8") == "600\n"
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert "StrictHostKeyChecking=yes" in asked and "KEY" not in asked.replace("Key", "")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("tmp.")] == []


@pytest.mark.parametrize("name", ["KB_HOST", "KB_FOLDER", "KB_SSH_KEY", "KB_KNOWN_HOSTS"])
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    done = send(tmp_path, "x", **{name: ""})
    assert done.returncode != 0 and f"{name}: is missing" in done.stderr
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize("folder", ["srv", "/srv/kb; touch x", "/srv/$(id)", "/srv/a b"])
def test_a_folder_that_is_no_plain_path_is_refused(tmp_path: Path, folder: str) -> None:
    done = send(tmp_path, "x", KB_FOLDER=folder)
    assert done.returncode == 2 and "KB_FOLDER is" in done.stderr
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize("where", ["here", "on the way"])
def test_a_transfer_that_breaks_off_leaves_the_site_as_it_was(tmp_path: Path, where: str) -> None:
    assert send(tmp_path, "good").returncode == 0
    if where == "here":
        program = tmp_path / "programs" / "tar"
        program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        program.chmod(0o755)
        done = send(tmp_path, "bad")
    else:
        done = send(tmp_path, "bad", KB_CUT="60")
    assert done.returncode != 0
    assert (tmp_path / "srv/site/staff/index.html").read_text(encoding="utf-8") == "staff good"
    assert len(list((tmp_path / "srv/generations").iterdir())) == 1


# --- the templates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["github-nightly.yml", "github-publish.yml"])
def test_templates_of_github_ask_for_what_they_need_alone(name: str) -> None:
    workflow = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    # None of these runs for a pull request, as YAML 1.1 reads the key `on` as true.
    assert set(workflow[True]) <= {"push", "schedule", "workflow_dispatch"}
    wanted = {"contents": "read", "issues": "write"} if name == "github-nightly.yml" else {"contents": "read"}
    assert workflow["permissions"] == wanted
    inputs = set(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"])
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            assert step.get("uses", "./") in ("./", "actions/checkout@v4")
            if step.get("uses") == "./":
                assert set(step.get("with", {})) <= inputs
            if "checkout" in step.get("uses", ""):
                assert step["with"] == {"fetch-depth": 0, "persist-credentials": False}


def test_scripts_that_templates_call_are_there_and_may_be_run() -> None:
    texts = [file.read_text(encoding="utf-8") for file in CI.glob("*.yml")]
    for script in CI.iterdir():
        if script.suffix in (".sh", ".py"):
            assert any(f"deploy/ci/{script.name}" in text for text in texts), script.name
            assert script.suffix == ".py" or os.access(script, os.X_OK)


def test_jobs_of_gitlab_do_not_run_for_merge_requests_of_others() -> None:
    jobs = yaml.safe_load((CI / "gitlab.yml").read_text(encoding="utf-8"))
    assert {name for name in jobs if not name.startswith(".")} == {"check", "nightly", "publish"}
    for name in ("nightly", "publish"):
        (rule,) = jobs[name]["rules"]
        assert '"schedule"' in rule["if"] or '!= "merge_request_event"' in rule["if"]
