"""A small project in order, and an editor that is open on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from editor import Editor, write

OWNERS = """\
# Who answers for what.
ops: {name: 維運組, kind: team, members: [dba], deputy: dba, tier: headquarters, channels: {mail: ops@example.com}}
dba: {name: 資料庫組, kind: role, deputy: ops}
"""
FAQ = """\
---
id: {id}
title: {title}
summary: 按下登入頁的「忘記密碼」即可。
owner: ops
status: published
last_reviewed: 2026-10-01
review_interval: 6 months
tags: [帳號]
topic: 帳號
---

## 😀 {title}

依照畫面指示操作。
"""
FILES = {
    "kb.yml": "timezone: Asia/Taipei\n",
    "registry/owners.yml": OWNERS,
    "content/faq/password.md": FAQ.format(id="FAQ-001", title="忘記密碼怎麼辦"),
    "content/faq/login.md": FAQ.format(id="FAQ-002", title="無法登入怎麼辦"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    write(root, FILES)
    return root


@pytest.fixture(scope="session")
def running() -> Iterator[Editor]:
    """Return one editor for all tests that do not need one of their own: to start it costs more than most tests do."""
    editor = Editor([])
    yield editor
    assert editor.end() == 0


@pytest.fixture
def start(running: Editor) -> Iterator[Callable[..., Editor]]:
    """Return a function that opens folders in an editor, in one of its own where it is to be special."""
    opened: list[Path] = []
    editors: list[Editor] = []

    def begin(*folders: Path, **options: object) -> Editor:
        if options:
            editors.append(Editor(folders, **options))
            return editors[-1]
        opened.extend(folders)
        running.folders(added=folders)
        return running

    yield begin
    for editor in editors:
        if editor.process.returncode is None:
            assert editor.end() == 0
    running.close_all()
    running.folders(removed=opened)


@pytest.fixture(scope="module")
def shared_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shared") / "project"
    write(root, FILES)
    return root


@pytest.fixture
def shared(shared_root: Path, start: Callable[..., Editor]) -> Editor:
    """Return an editor for tests that only ask; the project was checked."""
    editor = start(shared_root)
    first = shared_root / "content/faq/first.md"
    # Once an unknown id is known to be one, all pages are known.
    uri = editor.open(first, FAQ.format(id="FAQ-003", title="甲").replace("tags:", "related: [FAQ-999]\ntags:"))
    editor.codes(first, "KB402")
    editor.close(uri)
    return editor
