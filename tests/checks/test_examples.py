"""The examples on the page of every check: the bad ones are found by that check alone, the good ones are clean."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from example_page import SECTIONS, Block, Page, PageError, examples, read_page, write_project

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.model.diagnostic import Diagnostic
from kb_builder.model.errors import ConfigError
from kb_builder.pipeline import check
from kb_builder.reporters.text import diagnostic_lines

AS_OF = date(2026, 11, 20)
# Their findings come from a build, or from Git's history, so there is nothing that `kb check` could be shown.
FROM_THE_BUILD = frozenset(("KB308", "KB850", "KB903", "KB904", "KB906", "KB910"))
MAX_COLUMNS = 80
NOBODY = 65534

MODULES = checks.modules()
CHECKED = [module for module in MODULES if module.RULE.code not in FROM_THE_BUILD]


def code(module: ModuleType) -> str:
    return str(module.RULE.code)


def page_of(module: ModuleType) -> Page:
    return read_page(checks.documentation(module.RULE.slug))


def _examples_in(section: str) -> list[object]:
    """Return a parameter for every example; a page that cannot be read is one that fails."""
    found: list[object] = []
    for module in CHECKED:
        try:
            groups = examples(page_of(module).blocks.get(section, []))
        except (OSError, PageError):
            groups = []
        for number, blocks in enumerate(groups or [[]], start=1):
            found.append(pytest.param(code(module), blocks, id=f"{code(module)}-{number}"))
    return found


@pytest.mark.parametrize(("expected", "blocks"), _examples_in("Bad"))
def test_bad_example_is_found_by_this_check_alone(
    expected: str, blocks: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert blocks, "the section has no example"
    found = diagnostics(tmp_path, blocks, monkeypatch)
    assert {each.code for each in found} == {expected}, shown(found)


@pytest.mark.parametrize(("expected", "blocks"), _examples_in("Good"))
def test_good_example_is_clean(
    expected: str, blocks: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert blocks, "the section has no example"
    found = diagnostics(tmp_path, blocks, monkeypatch)
    assert not found, shown(found)


def test_base_project_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = diagnostics(tmp_path, [], monkeypatch)
    assert not found, shown(found)


@pytest.mark.parametrize("module", MODULES, ids=code)
def test_page_has_its_sections_and_blocks(module: ModuleType) -> None:
    page = page_of(module)
    assert tuple(page.prose) == ("", *SECTIONS)
    for section in ("", "Why", "How to fix"):
        assert page.prose[section].strip(), f"section {section!r} says nothing"
    for section in ("Bad", "Good"):
        titled = [bool(block.title) for block in page.blocks[section]]
        assert titled and any(titled) == (code(module) not in FROM_THE_BUILD), section


@pytest.mark.parametrize("module", MODULES, ids=code)
def test_page_fits_a_terminal(module: ModuleType) -> None:
    wide = [line for line in checks.documentation(module.RULE.slug).splitlines() if columns(line) > MAX_COLUMNS]
    assert not wide


def diagnostics(root: Path, blocks: Sequence[Block], monkeypatch: pytest.MonkeyPatch) -> tuple[Diagnostic, ...]:
    """Check the base project with an example written over it; faults of kb.yml are findings as well."""
    write_project(root, blocks)
    root.chmod(0o755)
    # Relative paths need no permission in the folders above, which belong to the user who runs the tests.
    monkeypatch.chdir(root)
    protected = any("mode" in block.words for block in blocks)
    if protected:
        _check()  # imports everything while files may still be read
    with _unprivileged() if protected else nullcontext():
        return _check()


def _check() -> tuple[Diagnostic, ...]:
    try:
        return check(load_settings(Path(), checks.rules()), AS_OF).diagnostics
    except ConfigError as error:
        if not error.diagnostics:
            raise
        return error.diagnostics


@contextmanager
def _unprivileged() -> Iterator[None]:
    """Give up the rights of root, whom no file mode stops."""
    before = os.geteuid()
    if before != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def shown(found: Sequence[Diagnostic]) -> str:
    return "\n".join(line for each in found for line in diagnostic_lines(each)) or "nothing was found"


def columns(line: str) -> int:
    """Return the width of a line on a terminal, where Chinese characters take two columns."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)
