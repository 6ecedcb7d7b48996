"""What customers may know, and nothing beyond."""

from __future__ import annotations

import pytest

from kb_builder.audience import CUSTOMER_FIELDS, project
from kb_builder.pipeline import check, generate
from kb_builder.staging import page_text
from tests.conftest import TODAY

PAGE = """\
---
id: {id}
title: {title}
summary: 摘要 {id}
owner: ops
status: {status}
audience: {audience}
topic: {topic}
tags: [{tag}]
aliases: [ALIAS-{tag}]
last_reviewed: 2026-06-01
reviewers: [dba]
related: [{related}]
sources: [{related}]
---

## 內容

{body}
"""


def page(id_: str, **values: str) -> str:
    """Return the source of a FAQ; its title, summary and tag are made of its id."""
    usual = {"status": "published", "audience": "customers", "body": "文字", "topic": "主題", "related": "FAQ-900"}
    return PAGE.format(id=id_, title=f"標題 {id_}", tag=id_.lower(), **{**usual, **values})


@pytest.fixture
def catalog(make_project):
    settings = make_project(
        {
            "content/faq/open.md": page("FAQ-001", body="![圖](a.png) [見](open2.md)"),
            "content/faq/open2.md": page("FAQ-002"),
            "content/faq/draft.md": page("FAQ-003", status="draft"),
            "content/faq/review.md": page("FAQ-004", status="in_review"),
            "content/faq/old.md": page("FAQ-005", status="obsolete"),
            "content/faq/inside.md": page(
                "FAQ-900", audience="staff", body="![圖](b.png)", topic="祕密主題", related="FAQ-001"
            ),
            "content/faq/a.png": "png",
            "content/faq/b.png": "png",
            "content/faq/c.png": "png",
        }
    )
    return check(settings, TODAY).catalog


def test_only_published_customer_pages_pass(catalog):
    paths = [document.content_path for document in project(catalog, "customers").documents]
    assert paths == ["faq/open.md", "faq/open2.md"]


def test_only_allowed_fields_pass(catalog):
    for document in project(catalog, "customers").documents:
        assert set(document.fields) <= {*CUSTOMER_FIELDS, "updated"}
        assert document.raw.values == {}
        assert "---" not in document.raw.text


def test_only_assets_that_customer_pages_show_pass(catalog):
    assert [asset.content_path for asset in project(catalog, "customers").assets] == ["faq/a.png"]
    assert len(project(catalog, "staff").assets) == 3


def test_owners_do_not_pass(catalog):
    assert project(catalog, "customers").owners is None


def test_a_page_that_cannot_be_read_as_written_reaches_nobody(make_project):
    settings = make_project({"content/faq/a.md": page("FAQ-001").replace("topic:", "topic: x\ntopic:")})
    catalog = check(settings, TODAY).catalog
    assert project(catalog, "customers").documents == ()
    assert project(catalog, "staff").documents == ()


def test_the_customer_tree_says_nothing_internal(catalog):
    tree = generate(catalog, "customers")
    said = "\n".join(page_text(page) for page in tree.pages) + repr(tree.nav)
    for word in ("FAQ-", "ops", "dba", "維運組", "祕密主題", "內部", "ALIAS", "content/", "sources", "draft"):
        assert word not in said.replace("標題 FAQ-001", "").replace("標題 FAQ-002", "").replace(
            "摘要 FAQ-001", ""
        ).replace("摘要 FAQ-002", ""), word


@pytest.mark.parametrize(
    "change",
    [
        {
            "content/faq/inside.md": page(
                "FAQ-900", audience="staff", body="別的文字", topic="另一個", related="FAQ-001"
            )
        },
        {"content/faq/inside2.md": page("FAQ-901", audience="staff")},
        {"registry/owners.yml": "ops: {name: 改名, kind: team, deputy: dba}\ndba: {name: 別人, kind: role}\n"},
    ],
)
def test_internal_changes_leave_the_customer_tree_alone(catalog, make_project, change):
    before = generate(catalog, "customers")
    after = generate(check(make_project(change), TODAY).catalog, "customers")
    assert [page_text(page) for page in before.pages] == [page_text(page) for page in after.pages]
    assert before.nav == after.nav
    assert [asset.path for asset in before.assets] == [asset.path for asset in after.assets]
