"""What all tests share: small projects on disk, and the sample sites, built once a worker."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb_builder import checks
from kb_builder.cache import ENVIRONMENT
from kb_builder.config.load import load_settings
from kb_builder.model.settings import Settings
from kb_builder.pipeline import Built, build

_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync",
              "--disable-component-update"]  # fmt: skip
ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 20)

OWNERS = """\
ops: {name: 維運組, kind: team, department: 技術支援部, members: [dba], deputy: dba, channels: {mail: ops@example.com}}
dba: {name: 資料庫組, kind: role, deputy: ops}
"""


@pytest.fixture(scope="session", autouse=True)
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what commands remember between runs out of the user's own folder."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, str(folder))
        yield folder


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[[Mapping[str, str]], Settings]:
    """Return a function that writes files into a new project, with kb.yml and owners unless given, and loads it."""

    def make(files: Mapping[str, str]) -> Settings:
        for name, text in {"kb.yml": "timezone: Asia/Taipei\n", "registry/owners.yml": OWNERS, **files}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return load_settings(tmp_path, checks.rules())

    return make


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sample knowledge base."""
    root = tmp_path_factory.mktemp("sample")
    for name in ("content", "registry"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "kb.yml", root)
    return root


@pytest.fixture(scope="session")
def sample(sample_root: Path) -> Built:
    """Build both sample sites."""
    built = build(load_settings(sample_root, checks.rules()), TODAY)
    assert set(built.published) == {"staff", "customers"}, built.diagnostics
    return built


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a running Chromium; one for all tests of a process, as Playwright bears no second one beside it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_CHROMIUM)
        yield chromium
        chromium.close()
