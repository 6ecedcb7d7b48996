"""What a repository knows besides the working tree: its user, and the files of the branches that are here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb_builder.model.errors import KbError
from kb_builder.sources.git import read_blobs, run_git

# The newest ones; a branch that rests for long is rebased, and then its ids are looked at again.
_MAX_BRANCHES = 50
_MAX_FILES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchFile:
    """A file as a branch holds it, where that is not as HEAD does; `path` is relative to the project."""

    branch: str
    path: str
    data: bytes


def git_user(root: Path) -> tuple[str, str]:
    """Return name and mail address of Git's user; an empty text for what is not set, or without Git."""
    return _setting(root, "user.name"), _setting(root, "user.email")


def files_on_branches(root: Path, folder: str) -> tuple[BranchFile, ...]:
    """Return the files under a folder that other branches, also remote ones, have in a form HEAD does not have.

    Nothing is fetched. Without Git, a repository or a commit there are none.
    """
    try:
        ours = {name for name, _path in _tree(root, "HEAD", folder)}
        wanted: dict[str, tuple[str, str]] = {}
        for commit, branch in _branches(root):
            for name, path in _tree(root, commit, folder):
                if name not in ours and len(wanted) < _MAX_FILES:
                    wanted.setdefault(name, (branch, path))
        read = read_blobs(root, wanted)
    except KbError:
        return ()
    return tuple(BranchFile(branch=wanted[name][0], path=wanted[name][1], data=data) for name, data in read.items())


def _setting(root: Path, name: str) -> str:
    try:
        return run_git(root, "config", "--get", name).decode(errors="replace").strip()
    except KbError:
        return ""


def _branches(root: Path) -> Iterator[tuple[str, str]]:
    """Yield commit and name of the branches, those with the newest commits first; each commit once."""
    form = "--format=%(objectname) %(refname:short)"
    options = ("--sort=-committerdate", f"--count={_MAX_BRANCHES}", form)
    said = run_git(root, "for-each-ref", *options, "refs/heads", "refs/remotes")
    seen: set[str] = set()
    for line in said.decode(errors="replace").splitlines():
        commit, _space, name = line.partition(" ")
        if commit not in seen:
            seen.add(commit)
            yield commit, name


def _tree(root: Path, commit: str, folder: str) -> Iterator[tuple[str, str]]:
    """Yield Git's name and the path of every file under a folder at a commit."""
    for line in run_git(root, "ls-tree", "-r", "-z", commit, "--", folder).split(b"\0"):
        facts, _tab, path = line.partition(b"\t")
        if path and facts.startswith(b"100"):
            yield facts.split()[2].decode(), os.fsdecode(path)
