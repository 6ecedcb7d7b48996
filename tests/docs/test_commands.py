"""Every command in the documentation is run, page by page, and prints what the page shows."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import word_sop
from transcript import Command, File, NotRun, fits, read

from tests.conftest import ROOT, TODAY
from tests.unit import test_adopt, test_adoption, test_import

PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("tutorial/*.md")),
    *sorted((ROOT / "docs").glob("how-to/*.md")),
    ROOT / "docs/index.md",
]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES if "$ " in page.read_text(encoding="utf-8")]
# As few as there must be: every block that is not run may be wrong without anybody noticing.
MOST_NOT_RUN = 8
SERVING = "(stop with Ctrl+C)"


class Terminal:
    """A scratch folder in which the commands of one page are run, in their order."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._environment = environment
        self._where = folder.parent / f"{folder.name}.where"

    def run(self, command: Command) -> tuple[int, str]:
        """Run a command and return its exit code and all that it printed; `cd` holds for those after it."""
        if command.text.startswith("kb serve"):
            return self._serve(command.text)
        script = f"{command.text}\ncode=$?\npwd > {self._where}\nexit $code"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self.folder = Path(self._where.read_text(encoding="utf-8").strip())
        return done.returncode, done.stdout

    def _serve(self, command: str) -> tuple[int, str]:
        """Run the preview until it serves, then stop it as Ctrl+C does; it listens on a port that is free."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with subprocess.Popen(
            [*command.split(), "--port", str(port)],
            cwd=self.folder,
            env={**self._environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        ) as process:
            printed = ""
            for line in process.stdout or ():
                printed += line
                if SERVING in line:
                    break
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        return process.returncode, printed.replace(f":{port}/", ":8000/")

    def write(self, file: File) -> None:
        """Write a file of the page, or its end."""
        path = self.folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if file.is_added else ""
        path.write_text(before + file.text, encoding="utf-8")


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return an environment with `kb` of this tree, somebody as Git's user, and the day of the sample."""
    home = tmp_path_factory.mktemp("home")
    bin_ = home / "bin"
    bin_.mkdir()
    for name, module in {"kb": "kb_builder", "mkdocs": "mkdocs"}.items():
        (bin_ / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
        (bin_ / name).chmod(0o755)
    (home / ".gitconfig").write_text("[user]\nname = 王小明\nemail = ming@example.com\n", encoding="utf-8")
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=ZoneInfo("Asia/Taipei"))
    kept = {name: os.environ[name] for name in ("KB_CACHE_DIR", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "SOURCE_DATE_EPOCH": str(int(noon.timestamp())),
        "GIT_AUTHOR_DATE": noon.isoformat(),
        "GIT_COMMITTER_DATE": noon.isoformat(),
        "NO_MKDOCS_2_WARNING": "1",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_page_does_what_it_says(name: str, environment: Mapping[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    SCRATCH.get(name, _repository)(folder, environment)
    terminal = Terminal(folder, environment)
    wrong = []
    for part in read((ROOT / name).read_text(encoding="utf-8")):
        if isinstance(part, File):
            terminal.write(part)
        elif isinstance(part, Command):
            code, printed = terminal.run(part)
            if code != part.code:
                wrong.append(f"{name}:{part.line}: `{part.text}` exits with {code}, not {part.code}:\n{printed}")
            elif part.printed is not None and not fits(printed, part.printed):
                wrong.append(f"{name}:{part.line}: `{part.text}` prints\n{printed}")
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def test_no_command_reaches_beyond_its_folder() -> None:
    """What fetches, sends or installs is marked as not run; a program that is new here is looked at first."""
    harmless = {"kb", ".venv/bin/kb", "git", "cd", "mkdir", "touch", "mkdocs", "sed"}
    run = [(name, each) for name in NAMES for each in read((ROOT / name).read_text(encoding="utf-8"))]
    found = {
        (name, each.text) for name, each in run if isinstance(each, Command) and each.text.split()[0] not in harmless
    }
    assert found == set()


def test_few_commands_are_not_run() -> None:
    left = [(name, each) for name in NAMES for each in read((ROOT / name).read_text(encoding="utf-8"))]
    not_run = [f"{name}:{each.line}: {each.why}" for name, each in left if isinstance(each, NotRun)]
    assert len(not_run) <= MOST_NOT_RUN, "\n".join(not_run)
    assert all(each.split(": ", 1)[1].strip() for each in not_run)
    # Were blocks no longer found, nothing would be run and all would be well.
    assert len([each for _name, each in left if isinstance(each, Command)]) > 50
    assert {name for name, each in left if isinstance(each, Command)} >= {"README.md", "docs/tutorial/first-page.md"}


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a",), "a\nb\n", False),
        (("a", "…"), "a\nb\nc\n", True),
        (("a", "…", "c"), "a\nc\n", True),
        (("a", "…", "c"), "a\nb\n", False),
        (("kb …",), "kb 1.0\n", True),
        (("a.c",), "abc\n", False),
    ],
)
def test_what_is_printed_is_compared(shown: tuple[str, ...], printed: str, expected: bool) -> None:
    assert fits(printed, shown) is expected


# --- what a page finds when its reader begins ---------------------------------------


def _git(folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)


def _commit(folder: Path, environment: Mapping[str, str]) -> None:
    _git(folder, environment, "init", "--quiet", "--initial-branch", "main")
    _git(folder, environment, "add", ".")
    _git(folder, environment, "commit", "--quiet", "--message", "Begin")


def _nothing(_folder: Path, _environment: Mapping[str, str]) -> None:
    """Leave the folder empty."""


def _repository(folder: Path, environment: Mapping[str, str]) -> None:
    """Make what `kb init` makes, under Git, with a main branch of others to compare with."""
    options = ["--language", "en", "--timezone", "Asia/Taipei", "--forge", "none", "--mail", "ming@example.com"]
    subprocess.run(["kb", "init", ".", *options], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    _commit(folder, environment)
    _git(folder, environment, "update-ref", "refs/remotes/origin/main", "main")


def _sample(folder: Path, environment: Mapping[str, str]) -> None:
    """Copy the sample knowledge base."""
    for name in ("content", "registry"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "kb.yml", folder)
    _commit(folder, environment)


def _readme(folder: Path, environment: Mapping[str, str]) -> None:
    """Copy the sample, with `kb` where `make` puts it."""
    _sample(folder, environment)
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(environment["HOME"]) / "bin")


def _word(folder: Path, _environment: Mapping[str, str]) -> None:
    word_sop.write(folder / "備份失敗處理.docx")


def _documents(folder: Path, environment: Mapping[str, str]) -> None:
    """Make a knowledge base without pages, and beside it what is imported."""
    test_import.word(folder / "backup.docx")
    (folder / "restart.html").write_text("<h1>Restart</h1><p>Restart the service.</p>", encoding="utf-8")
    (folder / "call.txt").write_text("來電處理\n===\n\n接到電話的時候。\n", encoding="utf-8")
    files = {"kb.yml": "timezone: Asia/Taipei\n", "registry/owners.yml": test_import.OWNERS, "content/sops/.keep": ""}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    _commit(folder, environment)


def _handbook(folder: Path, _environment: Mapping[str, str]) -> None:
    test_adopt.make_handbook(folder, 30)


def _foreign(folder: Path, environment: Mapping[str, str]) -> None:
    for name, text in test_adoption.PAGES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "kb.yml").write_text(test_adoption.KB_YML, encoding="utf-8")
    _commit(folder, environment)
    _git(folder, environment, "update-ref", "refs/remotes/origin/main", "main")


SCRATCH: Mapping[str, Callable[[Path, Mapping[str, str]], None]] = {
    "README.md": _readme,
    "docs/tutorial/first-page.md": _word,
    "docs/how-to/write-a-page.md": _nothing,
    "docs/how-to/adopt-a-repository.md": _handbook,
    "docs/how-to/check-an-existing-repository.md": _foreign,
    "docs/how-to/import-documents.md": _documents,
    "docs/how-to/report-to-people.md": _sample,
    "docs/how-to/review-a-page.md": _sample,
}
