"""Reads the page of a check and turns its examples into projects.

A fenced block whose info string has a `title` is a file; all files of a section make one example, and a title that
comes a second time begins the next example. Words after the title:

- `escaped`: backslash escapes stand for raw bytes (`\\xff`, `\\t`), for what cannot be shown on a page;
- `symlink`: the text is the target of a symbolic link;
- `mode=000`: permissions of the file;
- `repeat=600`: `⋮` repeats so many times what stands before it on its line, or the line above if it stands alone.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

BASE = Path(__file__).parent / "base"
SECTIONS = ("Why", "Bad", "Good", "How to fix")
ELLIPSIS = "⋮"

_FENCE = re.compile(r"(?P<fence>`{3,})(?P<language>[a-z]*) *(?P<info>.*)")
_WORD = re.compile(r'([a-z]+)(?:="([^"]*)"|=([0-9]+))?(?: +|$)')
_WORDS = frozenset(("title", "escaped", "symlink", "mode", "repeat"))


class PageError(Exception):
    """A page that is not written as pages of checks are."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words of its info string with their values, and its lines."""

    language: str
    words: dict[str, str]
    text: str

    @property
    def title(self) -> str:
        return self.words.get("title", "")

    def data(self) -> bytes:
        """Return the bytes of the file that the block stands for."""
        text = self.text
        if "repeat" in self.words:
            text = _repeated(text, int(self.words["repeat"]))
        if "escaped" in self.words:
            # The codec reads bytes as Latin-1, so what is UTF-8 already passes through unchanged.
            return text.encode().decode("unicode_escape").encode("latin-1")
        return text.encode()


@dataclass
class Page:
    """A page: its heading, and per section its prose and its blocks."""

    heading: str = ""
    prose: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, list[Block]] = field(default_factory=dict)


def read_page(text: str) -> Page:
    """Split a page into sections; the empty name is the part before the first. PageError for a section given twice."""
    page = Page(prose={"": ""}, blocks={"": []})
    section = ""
    lines = iter(text.splitlines())
    for line in lines:
        fence = _FENCE.fullmatch(line)
        if fence:
            page.blocks[section].append(_block(fence, lines))
        elif line.startswith("# "):
            page.heading = line[2:]
        elif line.startswith("## "):
            section = line[3:]
            if section in page.prose:
                raise PageError(f"section {section!r} is there twice")
            page.prose[section], page.blocks[section] = "", []
        else:
            page.prose[section] += line + "\n"
    return page


def examples(blocks: Sequence[Block]) -> list[list[Block]]:
    """Group the titled blocks of a section into examples."""
    groups: list[list[Block]] = []
    for block in blocks:
        if not block.title:
            continue
        if not groups or any(block.title == other.title for other in groups[-1]):
            groups.append([])
        groups[-1].append(block)
    return groups


def write_project(root: Path, blocks: Sequence[Block]) -> None:
    """Write the base project into an empty folder and the files of an example over it."""
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    for block in blocks:
        path = PurePosixPath(block.title)
        if path.is_absolute() or ".." in path.parts:
            raise PageError(f"{block.title} lies outside the project")
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if "symlink" in block.words:
            file.symlink_to(block.text.strip())
            continue
        file.write_bytes(block.data())
        if "mode" in block.words:
            file.chmod(int(block.words["mode"], 8))


def _block(fence: re.Match[str], lines: Iterator[str]) -> Block:
    """Read a block up to its closing fence."""
    info = fence["info"].strip()
    words = {name: quoted or number for name, quoted, number in _WORD.findall(info)}
    if _WORD.sub("", info) or not words.keys() <= _WORDS or (words and "title" not in words):
        raise PageError(f"info string {info!r} is not understood")
    body: list[str] = []
    for line in lines:
        if line == fence["fence"]:
            return Block(language=fence["language"], words=words, text="".join(f"{each}\n" for each in body))
        body.append(line)
    raise PageError(f"the block {info!r} is never closed")


def _repeated(text: str, times: int) -> str:
    if ELLIPSIS not in text:
        raise PageError(f"nothing to repeat: there is no {ELLIPSIS}")
    done: list[str] = []
    for line in text.splitlines():
        before, mark, after = line.partition(ELLIPSIS)
        if mark and not before.strip():
            done += [done[-1]] * times
        else:
            done.append(before * (times if mark else 1) + after)
    return "".join(f"{line}\n" for line in done)
