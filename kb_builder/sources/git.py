"""Reads what a repository held at an earlier commit, through the `git` program. Nothing is ever written.

A repository may belong to anybody, and its configuration can name programs to run. So nothing but `changed_files` reads
the working tree, which is what runs filters; monitors, hooks, converters and pagers are off, and nothing is fetched.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from io import BufferedRandom
from pathlib import Path

from kb_builder.model.errors import KbError

# Seconds after which a call is given up.
_TIMEOUT = 60
# No page is larger; what goes beyond is left unread, and then the page is refused for its size.
_MAX_READ = 8 * 1024 * 1024
_COMMIT = re.compile(rb"[0-9a-f]{40,64}\n")
_FOUND = re.compile(rb"[0-9a-f]+ (\w+) (\d+)\n")
_OPTIONS = (
    "--no-pager",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor="),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.quotePath=off"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "grep.fullName=false"),
)
_UNSHALLOW = "run `git fetch --unshallow`; in CI, let the checkout fetch everything (fetch-depth: 0)"
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # A partial clone would fetch what it lacks by a program that its configuration names.
    "GIT_ALLOW_PROTOCOL": "none",
}
# All others are those of a hook that called us, about the repository of the hook, or change what git prints.
_KEPT = ("GIT_CONFIG_", "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")


def resolve(root: Path, revision: str) -> str:
    """Return the full id of the commit that a branch, tag or other revision names.

    `root` is any folder of the repository's working tree. KbError if there is no git, repository or such revision.
    """
    _refuse(revision)
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    if done.returncode == 0 and _COMMIT.fullmatch(done.stdout):
        return done.stdout.decode().strip()
    if done.returncode != 1:
        raise _failure(root, done.stderr)
    if _is_shallow(root):
        raise KbError(f"`{revision}` is not in this clone, which holds only a part of the history", _UNSHALLOW)
    raise KbError(
        f"the repository has no revision `{revision}`",
        "name a commit, tag or branch such as HEAD~1 or origin/main; one of a remote may need `git fetch`",
    )


def branch_point(root: Path, revision: str) -> str:
    """Return the commit at which HEAD left a revision, so that what others did there since is left out.

    It is the revision itself where HEAD comes from it, or has nothing in common with it. Raises like `resolve`, and
    where a shallow clone does not hold the commit at which HEAD left.
    """
    _refuse(revision)
    done = _git(root, "merge-base", "--end-of-options", revision, "HEAD")
    if done.returncode == 0 and _COMMIT.fullmatch(done.stdout):
        return done.stdout.decode().strip()
    found = resolve(root, revision)
    if _is_shallow(root):
        raise KbError(
            f"where the branch left `{revision}` is not in this clone, which holds only a part of the history",
            _UNSHALLOW,
        )
    return found


def changed_since(root: Path, revision: str) -> frozenset[str]:
    """Return the files that differ from where HEAD left a revision, untracked ones included, relative to `root`.

    Raises like `resolve`.
    """
    return changed_files(root, branch_point(root, revision))


def changed_files(root: Path, start: str) -> frozenset[str]:
    """Return the files that differ from a commit, untracked ones included, relative to `root`."""
    names = run_git(root, "diff", "--name-only", "--no-ext-diff", "--no-renames", "--relative", "-z", start, "--", ".")
    names += run_git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return frozenset(os.fsdecode(name) for name in names.split(b"\0") if name)


def history_state(root: Path) -> str:
    """Return a text that differs whenever the history of HEAD does, or why there is none; nothing is raised.

    The history is what HEAD says and, in a clone that holds a part of it, where that part begins; commits can be given
    replacements.
    """
    try:
        done = _git(root, "rev-parse", "HEAD", "--glob=refs/replace/*", "--git-path", "shallow")
    except KbError as error:
        return str(error)
    said = (done.stdout + done.stderr).decode(errors="backslashreplace")
    shallow = os.fsdecode(done.stdout.rstrip(b"\n").rpartition(b"\n")[2])
    try:
        return said + (root / shallow).read_text(encoding="ascii", errors="backslashreplace")
    except (OSError, ValueError):
        return said


def has_commits(root: Path) -> bool:
    """Whether there is git, a repository that it reads, and a commit in it."""
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "HEAD").returncode == 0
    except KbError:
        return False


def read_at(root: Path, commit: str, path: str) -> bytes | None:
    """Return what a file held at a commit, None if there was none. `path` is relative to `root`."""
    return read_all_at(root, commit, [path]).get(path)


def read_all_at(root: Path, commit: str, paths: Iterable[str]) -> Mapping[str, bytes]:
    """Return what files held at a commit, without those that did not exist; of each at most 8 MiB.

    `commit` comes from `resolve`, `paths` are relative to `root`.
    """
    names = {f"{commit}:./{path}": path for path in paths}
    return {names[name]: data for name, data in read_blobs(root, names).items()}


def read_blobs(root: Path, names: Iterable[str]) -> Mapping[str, bytes]:
    """Return contents of files by Git's names of them, without those that it does not have; of each at most 8 MiB."""
    asked = [name for name in names if "\n" not in name]
    with tempfile.TemporaryFile() as questions, tempfile.TemporaryFile() as answers:
        questions.writelines(os.fsencode(f"{name}\n") for name in asked)
        questions.seek(0)
        done = _git(root, "cat-file", "--batch", stdin=questions, stdout=answers)
        if done.returncode:
            raise _failure(root, done.stderr)
        answers.seek(0)
        read = ((name, _next_file(answers)) for name in asked)
        return {name: data for name, data in read if data is not None}


def files_at(root: Path, commit: str) -> Mapping[str, str]:
    """Return the files at a commit and Git's names of their contents, relative to `root`; no links, no submodules."""
    listed = run_git(root, "ls-tree", "-r", "-z", commit, "--", ".")
    entries = (entry.partition(b"\t") for entry in listed.split(b"\0") if entry)
    return {
        os.fsdecode(path): what.split()[2].decode()
        for what, _tab, path in entries
        if what.startswith((b"100644", b"100755"))
    }


def place_in_repository(root: Path) -> str:
    """Return where a folder lies in its repository, empty or with a final slash; empty where there is none.

    It looks for `.git` alone, so that it is known without the program.
    """
    root = root.resolve()
    top = next((folder for folder in (root, *root.parents) if os.path.lexists(folder / ".git")), root)
    inside = root.relative_to(top).as_posix()
    return "" if inside == "." else inside + "/"


def run_git(root: Path, *arguments: str) -> bytes:
    """Return what a command of git prints, for what the functions here do not do; KbError if it fails.

    The caller sees to it that the command neither changes anything nor reads the working tree.
    """
    done = _git(root, *arguments)
    if done.returncode:
        raise _failure(root, done.stderr)
    return done.stdout


def paths_naming(root: Path, commit: str, text: str, folder: str) -> tuple[str, ...]:
    """Return the files under a folder that held a text at a commit. Both are relative to `root`."""
    options = ("--no-color", "--no-textconv", "--no-recurse-submodules", "-l", "-z", "-F")
    done = _git(root, "grep", *options, "-e", text, commit, "--", folder)
    if done.returncode > 1 or done.stderr:
        raise _failure(root, done.stderr)
    return tuple(os.fsdecode(name).removeprefix(f"{commit}:") for name in done.stdout.split(b"\0") if name)


def _refuse(revision: str) -> None:
    """Refuse what git could take for an option, or could not be given at all."""
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise KbError(f"`{revision}` is no revision", "name a commit, tag or branch, such as HEAD~1 or origin/main")


def _is_shallow(root: Path) -> bool:
    return _git(root, "rev-parse", "--is-shallow-repository").stdout == b"true\n"


def _next_file(answers: BufferedRandom) -> bytes | None:
    found = _FOUND.fullmatch(answers.readline())
    if found is None:
        return None
    size = int(found[2])
    data = answers.read(min(size, _MAX_READ))
    answers.seek(size - len(data) + 1, os.SEEK_CUR)
    return data if found[1] == b"blob" else None


def _git(
    root: Path, *arguments: str, stdin: BufferedRandom | None = None, stdout: BufferedRandom | None = None
) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    try:
        return subprocess.run(
            ["git", "-C", str(root), *_OPTIONS, *arguments],
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**kept, **_ENVIRONMENT},
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise KbError(f"git gave no answer within {_TIMEOUT} seconds", "see whether `git status` does") from None
    except OSError as error:
        raise KbError(f"git cannot be run: {error.strerror}", "install git, or put it on the PATH") from None


def _failure(root: Path, stderr: bytes) -> KbError:
    """Return the error for what git would not do, with its own first words."""
    said = stderr.decode(errors="replace").strip()
    if "not a git repository" in said:
        return KbError(f"{root} is in no Git repository", "run this in a clone of the project's repository")
    if "dubious ownership" in said:
        hint = "if you trust it, run `git config --global --add safe.directory` with its folder"
        return KbError(f"git does not read the repository of {root}, which belongs to somebody else", hint)
    if "promisor" in said or "unable to read" in said:
        return KbError("this clone lacks files of earlier commits", "clone the repository again, without `--filter`")
    first = said.partition("\n")[0].removeprefix("fatal: ").removeprefix("error: ")
    return KbError(f"git stopped: {first or 'it did not say why'}", f"see whether `git status` works in {root}")
