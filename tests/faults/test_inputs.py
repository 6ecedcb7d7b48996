"""Files that change while a site is built of them: what is published is of one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.faults.lab import BUILD, Ended, Lab, files_of, other
from tests.unit.test_audience import page

pytestmark = pytest.mark.xdist_group("faults")

A, B, ASSET, KB = "content/faq/a.md", "content/faq/b.md", "content/faq/a.txt", "kb.yml"


@pytest.fixture
def edited(settled: Lab) -> Iterator[tuple[Lab, str]]:
    """Return the lab with the content of the generation that is not published, and the one that is."""
    state = settled.generation("staff")
    settled.write(other(state))
    yield settled, state
    settled.settle(state)


def build(lab: Lab, name: str, edits: Mapping[str, str | None], *, after: bool = False, time: int = 1) -> Ended:
    """Build, and edit files at a stage."""
    paths = {str(lab.project / path): text for path, text in edits.items()}
    stage: dict[str, Any] = {"name": name, "after": after, "time": time, "edits": paths}
    return lab.run(*BUILD, stage=stage)


def pages_of(lab: Lab) -> tuple[str, str]:
    """Return both pages of the staff site."""
    site = lab.project / "site/staff/faq"
    return (site / "a.html").read_text(encoding="utf-8"), (site / "b.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("stage", "after"), [("discover", True), ("parse", False), ("parse", True), ("index", True)])
def test_pages_that_change_while_they_are_read_are_read_again(edited, stage, after):
    lab, _state = edited
    new = {A: page("FAQ-001", body="gamma [a](a.txt)"), B: files_of("gamma")[B]}
    ended = build(lab, stage, new, after=after)
    assert ended.code == 0, ended.said
    assert all("gamma" in text for text in pages_of(lab))


def test_pages_that_change_once_they_are_read_do_not_matter(edited):
    lab, state = edited
    ended = build(lab, "generate", {path: text for path, text in files_of("gamma").items() if path in (A, B)})
    assert ended.code == 0, ended.said
    assert lab.generations() == (other(state),) * 2


def test_a_page_that_vanishes_is_missed_by_those_that_name_it(edited):
    lab, state = edited
    ended = build(lab, "discover", {B: None}, after=True)
    assert ended.code == 1
    assert "FAQ-900" in ended.said
    assert "cannot be read" not in ended.said
    assert lab.generations() == (state, state)


@pytest.mark.parametrize("path", [A, ASSET, "registry/owners.yml"])
def test_a_file_that_never_rests_is_named(edited, path):
    lab, state = edited
    text = files_of(other(state))[path] + "# CALL\n"
    ended = build(lab, "parse", {path: text}, time=0)
    assert ended.code == 2
    assert f"changed during the build: {path}\n" in ended.said
    assert lab.generations() == (state, state)


def test_a_configuration_that_changes_is_named(edited):
    lab, state = edited
    ended = build(lab, "check", {KB: files_of(state)[KB]}, after=True)
    assert ended.code == 2
    assert "changed during the build: kb.yml\n" in ended.said
    assert lab.generations() == (state, state)


@pytest.mark.parametrize("text", ["grown\n" * 3000, "short", None], ids=["grows", "shrinks", "vanishes"])
@pytest.mark.parametrize("time", [1, 2], ids=["first site", "second site"])
def test_a_file_beside_pages_that_changes_before_it_is_copied_is_named(edited, text, time):
    lab, state = edited
    ended = build(lab, "stage_tree", {ASSET: text}, time=time)
    assert ended.code == 2
    assert "content/faq/a.txt" in ended.said
    assert "nothing was published" in ended.said
    assert lab.generations() == (state, state)
    assert lab.leftovers() == []
