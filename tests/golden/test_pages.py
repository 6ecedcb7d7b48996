"""The staged Markdown of a small project, page by page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from golden import assert_golden

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.model.history import History
from kb_builder.pipeline import check, generate
from kb_builder.renderers.mkdocs import configuration
from kb_builder.sources.yaml_write import write_yaml
from kb_builder.staging import page_text
from tests.conftest import TODAY

PROJECT = Path(__file__).parent / "project"


@pytest.fixture(scope="module")
def catalog():
    checked = check(load_settings(PROJECT, checks.rules()), TODAY)
    assert list(checked.blockers) == []
    # The history of this repository is none of the project's.
    return replace(checked.catalog, history=History(), unchanged={}, deleted=())


@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_every_page_is_as_committed(catalog, audience):
    tree = generate(catalog, audience)
    for page in tree.pages:
        assert_golden(f"pages/{audience}/{page.path}", page_text(page))
    committed = {
        file.relative_to(PROJECT.parent / "pages" / audience).as_posix()
        for file in (PROJECT.parent / "pages" / audience).rglob("*.md")
    }
    assert committed == {page.path for page in tree.pages}


@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_the_generator_configuration_is_as_committed(catalog, audience):
    assert_golden(f"pages/{audience}/mkdocs.yml", write_yaml(configuration(generate(catalog, audience))))
