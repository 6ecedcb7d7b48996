"""The search index of the sample sites, and a way to run the browser's ranker under node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kb_builder.audience import project
from kb_builder.model.search import SearchPage
from kb_builder.pipeline import Built, generate
from kb_builder.search.client_script import NAME
from kb_builder.search.rank import Searcher
from kb_builder.search_site import FOLDER, search_pages

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "kb_builder" / "search" / "client"
Files = Mapping[str, str]
RunQueries = Callable[[Files, Sequence[str]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def sample_pages(sample: Built) -> dict[str, list[SearchPage]]:
    """Return the pages of both sample sites as search sees them."""
    catalog = sample.checked.catalog
    return {
        audience: list(search_pages(generate(catalog, audience), project(catalog, audience), folder))
        for audience, folder in sample.published.items()
    }


@pytest.fixture(scope="session")
def indexes(sample: Built) -> dict[str, Files]:
    """Return the files of both indexes as they were published."""
    return {
        audience: {
            file.name: file.read_text(encoding="utf-8") for file in (folder / FOLDER).iterdir() if file.name != NAME
        }
        for audience, folder in sample.published.items()
    }


@pytest.fixture(scope="session")
def searchers(indexes: Mapping[str, Files]) -> dict[str, Searcher]:
    return {audience: Searcher(files.__getitem__) for audience, files in indexes.items()}


@pytest.fixture(scope="session")
def run_queries(tmp_path_factory: pytest.TempPathFactory) -> RunQueries:
    """Return a function that asks the client's modules under node: `{url, missing, …}` a result."""
    if not shutil.which("node"):
        installed = subprocess.run(
            ["sh", str(HERE.parent / "contract/node/install.sh")], capture_output=True, check=False
        )
        assert installed.returncode == 0, installed.stderr
    modules = tmp_path_factory.mktemp("client")
    shutil.copytree(CLIENT, modules, dirs_exist_ok=True)
    (modules / "package.json").write_text('{"type": "module"}')

    def run(files: Files, queries: Sequence[str]) -> list[dict[str, Any]]:
        folder = tmp_path_factory.mktemp("index")
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["node", str(HERE / "ask.mjs"), str(modules), str(folder)],
            input=json.dumps(queries),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    return run
