"""docs/coverage.md names every row of the domain's facts, and only files and tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

ROWS = [f"D{part}.{number}" for part, count in enumerate((11, 14, 9, 6, 17)) for number in range(1, count + 1)]
TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/coverage.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| D")
]


def test_every_row_is_there_once():
    assert [row[0] for row in TABLE] == ROWS


def test_at_least_fifty_rows_are_realised_and_the_others_say_why_not():
    open_rows = [row for row in TABLE if row[2] == "—"]
    assert len(TABLE) - len(open_rows) >= 50
    assert all(row[1].startswith("not yet: ") for row in open_rows)


@pytest.mark.parametrize("shown", sorted({row[2] for row in TABLE if row[2] != "—"}))
def test_what_shows_it_exists(shown):
    path, _colons, name = shown.strip("`").partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not name or f"\ndef {name}(" in text


@pytest.mark.parametrize("code", sorted({code for row in TABLE for code in re.findall(r"KB\d{3}", row[1])}))
def test_the_checks_named_exist(code):
    assert f"{code} " in (ROOT / "tests/contract/codes.txt").read_text(encoding="utf-8")
