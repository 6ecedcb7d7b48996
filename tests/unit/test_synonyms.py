"""registry/synonyms.yml: what it says, what is wrong with it, and who may know."""

from __future__ import annotations

import pytest

from kb_builder.audience import project
from kb_builder.pipeline import check, generate
from tests.conftest import ROOT, TODAY


@pytest.fixture
def load(make_project, tmp_path):
    """Return a function that gives the catalog and the findings of a registry of synonyms."""
    (tmp_path / "content").mkdir()

    def make(text):
        checked = check(make_project({"registry/synonyms.yml": text}), TODAY)
        return checked.catalog, [each for each in checked.diagnostics if each.path == "registry/synonyms.yml"]

    return make


def test_groups_and_one_way_pairs(load):
    catalog, found = load(
        "groups:\n  - [當機, 掛掉, '500']\none_way:\n  - {from: 出事, to: [當機]}\nstaff_only:\n  - [當機, 紅燈]\n"
    )
    assert not found
    assert [(each.asked, each.found, each.is_one_way, each.staff_only) for each in catalog.synonyms] == [
        (("當機", "掛掉", "500"), ("當機", "掛掉", "500"), False, False),
        (("當機", "紅燈"), ("當機", "紅燈"), False, True),
        (("出事",), ("當機",), True, False),
    ]


def test_words_for_staff_do_not_reach_customers(load):
    catalog, _found = load("groups: [[當機, 掛掉]]\nstaff_only: [[當機, 紅燈]]\none_way: [{from: 出事, to: [當機]}]\n")
    assert {word for group in project(catalog, "customers").synonyms for word in group.asked} == {
        "當機", "掛掉", "出事",
    }  # fmt: skip
    assert len(project(catalog, "staff").synonyms) == 3


@pytest.mark.parametrize(
    ("text", "slug", "place", "said"),
    [
        ("groups:\n  - [當機]\n", "invalid-value", "2:5", "needs at least 2 entries"),
        ("groups:\n  - 當機\n", "wrong-type", "2:5", "`groups[1]` is text"),
        ("group: []\n", "unknown-field", "1:1", "unknown field `group`"),
        ("groups:\n  - [當機, '!!']\n", "invalid-value", "2:10", "`groups[1][2]`"),
        ("groups:\n  - [當機, 當機, 掛掉]\n", "invalid-value", "2:10", "repeats `當機`"),
        ("one_way:\n  - {from: 出事}\n", "missing-field", "2:5", "`one_way[1].to` is missing"),
        ("one_way:\n  - {from: 出事, to: []}\n", "invalid-value", "2:20", "at least 1 entry"),
    ],
)
def test_what_the_schema_refuses_has_its_place(load, text, slug, place, said):
    _catalog, found = load(text)
    assert [each.slug for each in found][:1] == [slug]
    assert f"{found[0].position.line}:{found[0].position.column}" == place
    assert said in found[0].message
    assert found[0].hint


@pytest.mark.parametrize(
    ("text", "slug", "place", "said"),
    [
        (
            "groups:\n  - [當機, Down]\n  - [downs, 掛掉]\n",
            "synonym-in-two-groups",
            "3:6",
            "`downs` is in group 2 of `groups` and in group 1",
        ),
        (
            "groups:\n  - [備份, 备份, backup]\n",
            "synonym-of-itself",
            "2:10",
            "search takes `备份` for the same as `備份`",
        ),
        (
            "one_way:\n  - {from: SOP-01, to: [流程, sop-1]}\n",
            "synonym-of-itself",
            "2:29",
            "search takes `sop-1` for the same as `SOP-01`",
        ),
    ],
)
def test_words_that_are_one_to_search(load, text, slug, place, said):
    _catalog, found = load(text)
    assert [(each.slug, f"{each.position.line}:{each.position.column}") for each in found] == [(slug, place)]
    assert said in found[0].message


def test_a_group_for_staff_may_widen_one_for_all(load):
    assert load("groups: [[當機, 掛掉]]\nstaff_only: [[當機, 紅燈]]\n")[1] == []


def synonyms_page(catalog, audience="staff"):
    tree = generate(catalog, audience)
    return next((page for page in tree.pages if page.path == "synonyms.md"), None), tree


def test_staff_see_all_words(load):
    catalog, _found = load(
        "groups: [[當機, '<b>*掛掉*</b>']]\nstaff_only: [[當機, 紅燈]]\none_way: [{from: 出事, to: [當機]}]\n"
    )
    page, tree = synonyms_page(catalog)
    assert "<span>當機</span>、<span>&lt;b&gt;*掛掉*&lt;/b&gt;</span>" in page.body
    assert "<span>紅燈</span>" in page.body
    assert "僅限內部" in page.body
    assert '<td data-label="輸入的詞"><span>出事</span></td>' in page.body
    assert not page.in_search
    assert "synonyms.md" in {child.path for entry in tree.nav for child in (entry, *entry.children)}


def test_customers_see_none_and_nobody_an_empty_page(load):
    assert synonyms_page(load("groups: [[當機, 掛掉]]\n")[0], "customers")[0] is None
    assert synonyms_page(load("# nothing yet\n")[0])[0] is None


def test_no_section_is_empty(load):
    page, _tree = synonyms_page(load("groups: [[當機, 掛掉]]\n")[0])
    assert "{#kb-groups}" in page.body
    assert "{#kb-pairs}" not in page.body
    assert "僅限內部" not in page.body


def test_the_example_of_the_how_to_is_without_fault(load):
    text = (ROOT / "docs/how-to/search.md").read_text(encoding="utf-8")
    catalog, found = load(text.split('```yaml title="registry/synonyms.yml"\n')[1].split("```")[0])
    assert not found
    assert len(catalog.synonyms) == 4
