"""Reads pages of the documentation: what is typed in a terminal, what is printed, and which files are written.

What a reader need not see stands in an HTML comment before a block, or between blocks:

- `<!-- not run here: WHY -->`: the block is not run.
- `<!-- exits with 1 -->`: its last command does.
- `<!-- added to FILE -->`: the block is what the reader adds at the end of a file.
- `<!-- meanwhile: COMMAND -->`: what the text asks for in words, as a command.

A block with `title="FILE"` is written to that file. In what is printed, `…` stands for anything within a line, and on a
line of its own for any lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PART = re.compile(
    r"^(?P<indent> *)(?P<fence>```+)(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)(?P=fence) *$"
    r"|^ *<!-- (?P<note>[^\n]*?) -->$",
    re.MULTILINE | re.DOTALL,
)
_TITLE = re.compile(r'title="([^"]+)"')
SHELLS = ("console", "bash", "sh", "shell", "shell-session")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command with the line it stands on and the lines that it prints; None if the page does not say."""

    line: int
    text: str
    printed: tuple[str, ...] | None = None
    code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that the page has written, or made longer."""

    line: int
    path: str
    text: str
    is_added: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """A block that cannot be run here, and why."""

    line: int
    why: str
    commands: tuple[str, ...]


def read(page: str) -> Iterator[Command | File | NotRun]:
    """Yield what a page does, in its order."""
    note = ""
    for part in _PART.finditer(page):
        line = page.count("\n", 0, part.start()) + 1
        if part["note"] is not None:
            kind, _, command = part["note"].partition("meanwhile: ")
            if command and not kind:
                yield Command(line=line, text=command)
            else:
                note = part["note"]
            continue
        text = "".join(each.removeprefix(part["indent"]) for each in part["text"].splitlines(keepends=True))
        yield from _block(part["info"], text, line, note)
        note = ""


def _block(info: str, text: str, line: int, note: str) -> Iterator[Command | File | NotRun]:
    title = _TITLE.search(info)
    if info.split(" ")[0] in SHELLS:
        commands = list(_commands(text, line, int(note.removeprefix("exits with ")) if "exits with" in note else 0))
        if note.startswith("not run here: "):
            why = note.removeprefix("not run here: ")
            yield NotRun(line=line, why=why, commands=tuple(each.text for each in commands))
        else:
            yield from commands
    elif title:
        yield File(line=line, path=title[1], text=text)
    elif note.startswith("added to "):
        yield File(line=line, path=note.removeprefix("added to "), text=text, is_added=True)


def _commands(text: str, line: int, code: int) -> Iterator[Command]:
    """Yield the commands of a block: each begins with `$ `, and what is printed follows."""
    starts = list(re.finditer(r"^\$ (.*(?:\\\n.*)*)\n?", text, re.MULTILINE))
    if not starts or text[: starts[0].start()].strip():
        raise AssertionError(f"line {line}: a block of commands begins with `$ `")
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        printed = text[start.end() : following.start() if following else len(text)]
        yield Command(
            line=line + 1 + text.count("\n", 0, start.start()),
            text=start[1],
            printed=tuple(printed.splitlines()) if printed.strip() else None,
            code=0 if following else code,
        )


def fits(printed: str, shown: tuple[str, ...]) -> bool:
    """Whether what was printed is what a page shows."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else r".*".join(map(re.escape, line.split("…"))) + r"\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed.splitlines())) is not None
