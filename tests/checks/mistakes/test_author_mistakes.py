"""Every mistake of an author gives one finding to act on, at its place; `--fix` mends what has one right answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from author_mistakes import GOOD, MARK, MISTAKES, Mistake

from kb_builder.cli.run import run

DAY = "2026-03-01"


def test_mistakes_are_many_and_many_can_be_mended() -> None:
    assert len({each.name for each in MISTAKES}) == len(MISTAKES) >= 60
    assert sum(bool(each.mended) for each in MISTAKES) >= 20


def test_project_is_in_order_without_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path, GOOD)
    exit_code, found = _check(tmp_path, capsys)
    assert (exit_code, found) == (0, [])


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake(mistake: Mistake, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = GOOD[mistake.file]
    assert good.count(mistake.right) == 1
    before, after = good.split(mistake.right)
    wrong = mistake.wrong.replace(MARK, "")
    _write(tmp_path, {**GOOD, mistake.file: before + wrong + after})

    _, found = _check(tmp_path, capsys)
    assert len(found) == 1, found
    (diagnostic,) = found
    place = (1, 1)
    if MARK in mistake.wrong:
        text = before + mistake.wrong[: mistake.wrong.index(MARK)]
        place = (text.count("\n") + 1, len(text) - text.rfind("\n"))
    assert (diagnostic["path"], diagnostic["code"]) == (mistake.file, mistake.code)
    assert (diagnostic["line"], diagnostic["column"]) == place
    words = f"{diagnostic['message']} | {diagnostic['hint']}"
    assert all(word in words for word in mistake.says), words
    assert diagnostic["hint"], "what is to be done?"

    exit_code = run(["--project", str(tmp_path), "check", "--as-of", DAY, "--fix"])
    shown = capsys.readouterr().out
    now = (tmp_path / mistake.file).read_text(encoding="utf-8")
    if mistake.mended:
        mended = mistake.right if mistake.mended is True else str(mistake.mended)
        assert now == before + mended + after, shown
        assert exit_code == 0
        assert "1 finding mended in 1 file" in shown
    else:
        assert now == before + wrong + after, shown
        assert "nothing to mend" in shown
    others = {name: (tmp_path / name).read_text(encoding="utf-8") for name in GOOD if name != mistake.file}
    assert others == {name: text for name, text in GOOD.items() if name != mistake.file}


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def _check(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[Any]]:
    exit_code = run(["--project", str(root), "check", "--as-of", DAY, "--format", "json"])
    return exit_code, json.loads(capsys.readouterr().out)["diagnostics"]
