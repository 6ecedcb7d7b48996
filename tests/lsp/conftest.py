"""A small project in order, and an editor that is open on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from editor import FAQ, FILES, Editor, write


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
    # What the server says is a fault of its own.
    assert editor.said == []


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
