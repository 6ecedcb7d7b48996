from pathlib import Path

import pytest

from kb_builder.model.search import SynonymGroup
from kb_builder.registry.synonyms import load_synonyms


def load(folder: Path, text: str):
    (folder / "synonyms.yml").write_text(text, encoding="utf-8")
    return load_synonyms(folder, "registry")


def test_groups_and_one_way_pairs(tmp_path: Path) -> None:
    registry = load(tmp_path, "groups:\n  - [當機, 掛掉, '500']\none_way:\n  - {from: 出事, to: [當機]}\n")
    assert not registry.faults
    assert registry.groups == (
        SynonymGroup.of(("當機", "掛掉", "500")),
        SynonymGroup(asked=("出事",), found=("當機",)),
    )


def test_no_registry_is_no_fault(tmp_path: Path) -> None:
    assert load_synonyms(tmp_path, "registry").groups == ()
    assert not load_synonyms(tmp_path / "none", "registry").faults
    assert load(tmp_path, "groups: []\n").groups == ()


@pytest.mark.parametrize(
    ("text", "slug", "said"),
    [
        ("groups:\n  - [當機]\n", "invalid-value", "needs at least 2 entries"),
        ("groups:\n  - 當機\n", "wrong-type", "`groups[1]` is text"),
        ("group: []\n", "unknown-field", "unknown field `group`"),
        ("groups:\n  - [當機, '!!']\n", "invalid-value", "`groups[1][2]`"),
        ("groups:\n  - [當機, 當機, 掛掉]\n", "invalid-value", "repeats `當機`"),
        ("groups:\n  - [當機, Down]\n  - [down, 掛掉]\n", "invalid-value", "`down` is in group 2 and in group 1"),
        ("one_way:\n  - {from: 出事}\n", "missing-field", "`one_way[1].to` is missing"),
        ("one_way:\n  - {from: 出事, to: []}\n", "invalid-value", "at least 1 entry"),
        ("groups: [\n", "yaml-syntax", ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_used(tmp_path: Path, text: str, slug: str, said: str) -> None:
    registry = load(tmp_path, text)
    assert registry.groups == ()
    assert [fault.slug for fault in registry.faults] == [slug]
    assert said in registry.faults[0].message
    assert registry.faults[0].path == "registry/synonyms.yml" and registry.faults[0].hint


def test_unreadable_registry_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "synonyms.yml").mkdir()
    assert [fault.slug for fault in load_synonyms(tmp_path, "registry").faults] == ["unreadable"]
