"""Puts a site tree on disk: plain Markdown with a small front matter of our own, and assets."""

from __future__ import annotations

import html
import shutil
from pathlib import Path

from kb_builder.model.site_tree import SiteTree, StagedPage


def stage(tree: SiteTree, folder: Path) -> None:
    """Write the tree into `folder`, made if need be, and remove what is not part of it.

    Files that already say what they should are left alone, so that a generator that watches them does not build for
    nothing. The bytes depend on nothing but the tree.
    """
    wanted: set[Path] = set()
    for page in tree.pages:
        file = folder / page.path
        wanted.add(file)
        _write(file, page_text(page).encode())
    for made in tree.files:
        file = folder / made.path
        wanted.add(file)
        _write(file, made.data)
    for asset in tree.assets:
        file = folder / asset.path
        wanted.add(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(asset.file, file, follow_symlinks=False)
    _remove_others(folder, wanted)


def page_text(page: StagedPage) -> str:
    """Return the Markdown of a staged page. Titles and summaries are escaped here: themes print them as they are."""
    lines = [
        "---",
        f"title: {_quoted(html.escape(page.title))}",
        f"description: {_quoted(html.escape(' '.join(page.summary.split())))}",
        f"lang: {page.language}",
    ]
    if page.hide:
        lines.append(f"hide: [{', '.join(page.hide)}]")
    return "\n".join((*lines, "---", "", page.body.strip("\n"), ""))


def _quoted(text: str) -> str:
    """Return a text in double quotes as YAML reads it; what cannot be shown is escaped."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in text) + '"'


def _write(file: Path, data: bytes) -> None:
    try:
        if file.read_bytes() == data:
            return
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def _remove_others(folder: Path, wanted: set[Path]) -> None:
    for file in sorted(folder.rglob("*"), reverse=True):
        if file.name.startswith("."):
            continue
        if file.is_dir():
            if not any(file.iterdir()):
                file.rmdir()
        elif file not in wanted:
            file.unlink()
