"""Compares texts with committed files; UPDATE_GOLDEN=1 rewrites them (then read the diff)."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent


def assert_golden(name: str, text: str) -> None:
    """Assert that a text is what the golden file `name` says."""
    file = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.exists(), f"{name} is missing; run the tests with UPDATE_GOLDEN=1 and read what they wrote"
    assert text == file.read_text(encoding="utf-8"), f"{name} differs; if that is meant, run with UPDATE_GOLDEN=1"
