"""The reference pages in docs/reference/ are what the code says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/reference"


# What every generated page begins with.
NOTE = (PAGES / "README.md").read_text(encoding="utf-8").partition("#")[0]


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools/generate_reference.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PAGES, tmp_path / "reference"))


def test_pages_are_up_to_date() -> None:
    done = generate("--check")
    assert done.returncode == 0, done.stderr


def test_changed_missing_and_foreign_pages_are_named(copy: Path) -> None:
    generate("--out", str(copy))
    (copy / "cli.md").write_text("# Commands\n", encoding="utf-8")
    (copy / "owners.md").unlink()
    (copy / "checks/no-such-check.md").write_text(f"{NOTE}# KB999 no-such-check\n", encoding="utf-8")
    done = generate("--check", "--out", str(copy))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"{copy}/checks/no-such-check.md: the code has nothing that this page is about",
        f"{copy}/cli.md: the page differs from what the code says",
        f"{copy}/owners.md: the page is missing",
        "run `python tools/generate_reference.py`, read the changes and commit them",
    ]
    assert (copy / "cli.md").read_text(encoding="utf-8") == "# Commands\n"


def test_generating_mends_what_the_check_names(copy: Path) -> None:
    (copy / "fields.md").write_text("# Fields\n", encoding="utf-8")
    (copy / "by-hand.md").write_text("# By hand\n", encoding="utf-8")
    (copy / "checks/no-such-check.md").write_text(f"{NOTE}# KB999 no-such-check\n", encoding="utf-8")
    assert generate("--out", str(copy)).returncode == 0
    assert generate("--check", "--out", str(copy)).returncode == 0
    assert not (copy / "checks/no-such-check.md").exists()
    assert (copy / "by-hand.md").exists()


def test_pages_hold_what_only_the_code_knows(copy: Path) -> None:
    generate("--out", str(copy))
    assert "| `reviews[].trigger` | **yes** | `scheduled`, `incident`, `change` or `drill` |" in read(
        copy / "fields.md"
    )
    due_soon = "a number and a unit, such as 14 days; at most 9999 days, 999 weeks or months, 100 years"
    assert f"| `review.due_soon` | {due_soon} | `14 days` |" in read(copy / "kb-yml.md")
    assert "| `kind` | **yes** | `team`, `role` or `person` |" in read(copy / "owners.md")
    assert "[review-overdue](checks/review-overdue.md) | error |  | the review of a published" in read(
        copy / "checks.md"
    )
    assert "`--fail-on error|warning|notice|never`" in read(copy / "cli.md")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")
