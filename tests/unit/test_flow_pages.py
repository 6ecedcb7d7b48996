"""The gallery of flowcharts, the map of procedures and the pages of owners."""

from __future__ import annotations

import re

import pytest

from kb_builder.pages import gallery
from kb_builder.pages.process_map import groups, map_rows
from kb_builder.pipeline import check, generate
from tests.conftest import TODAY

SOP = """\
---
id: {id}
title: {title}
summary: 說明
owner: ops
status: draft
category: {category}
review_interval: 6 months
steps:
{steps}
---

內文
"""


def sop(id_: str, *steps: str, category: str = "routine", title: str = "") -> str:
    lines = "\n".join(f"  - {{{step}}}" for step in steps)
    return SOP.format(id=id_, title=title or f"程序 {id_}", category=category, steps=lines)


def step(name: str, role: str = "ops", **fields: str) -> str:
    fields = {"name": name, "role": role, "time_limit": "1 hour", "expected": "好", **fields}
    return ", ".join(f"{key}: {value}" for key, value in fields.items())


def staff_pages(settings):
    tree = generate(check(settings, TODAY).catalog, "staff")
    return {page.path: page for page in tree.pages}, tree


@pytest.fixture
def project(make_project):
    return make_project(
        {
            "content/sops/a.md": sop("SOP-001", step("查"), step("修", "dba", time_limit="30 minutes")),
            "content/sops/b.md": sop("SOP-002", step("叫", sop="SOP-001"), category="emergency"),
            "content/sops/c.md": sop("SOP-003", step("叫", "dba", sop="SOP-002"), title="<b>粗</b> & *星*"),
            "content/sops/d.md": sop("SOP-004", step("單獨")),
            "content/sops/old.md": sop("SOP-005", step("舊", sop="SOP-004")).replace("draft", "obsolete"),
        }
    )


def test_the_gallery_shows_every_chart_in_force_once(project):
    pages, tree = staff_pages(project)
    body = pages["flowcharts.md"].body
    assert re.findall(r"<small>(SOP-\d+) ", body) == ["SOP-002", "SOP-001", "SOP-003", "SOP-004"], (
        "by category, then by id"
    )
    assert body.count('<svg class="kb-flow-thumbnail"') == 4
    assert 'href="sops/a.html#kb-steps"' in body
    assert "<b>粗" not in body
    assert {"flowcharts.md", "process-map.md"} <= {each.path for entry in tree.nav for each in entry.children}


def test_a_small_picture_is_small(project):
    pages, _tree = staff_pages(project)
    pictures = re.findall(r'<svg class="kb-flow-thumbnail".*?</svg>', pages["flowcharts.md"].body)
    assert max(map(len, pictures)) < 900
    assert all("<text" not in picture and "style=" not in picture for picture in pictures)


def test_many_charts_make_several_pages(make_project, monkeypatch):
    monkeypatch.setattr(gallery, "_CARDS", 2)
    pages, tree = staff_pages(
        make_project({f"content/sops/{n}.md": sop(f"SOP-00{n}", step("查")) for n in range(1, 6)})
    )
    found = [pages[gallery.page_of(n)] for n in (1, 2, 3)]
    assert [page.path for page in found] == ["flowcharts.md", "flowcharts-2.md", "flowcharts-3.md"]
    assert [page.body.count("kb-flow-thumbnail") for page in found] == [2, 2, 1]
    assert 'href="flowcharts-3.html"' in found[1].body
    assert '<span aria-current="page">2</span>' in found[1].body
    assert sum(entry.path == "flowcharts.md" for entry in tree.nav) == 1, "without a map the section is one page"


def test_the_map_shows_who_calls_whom(project):
    pages, _tree = staff_pages(project)
    body = pages["process-map.md"].body
    lines = set(re.findall(r'data-from="([^"]+)" data-to="([^"]+)"', body))
    assert lines == {("SOP-003", "SOP-002"), ("SOP-002", "SOP-001")}
    assert 'class="kb-flow__link" href="sops/b.html" aria-label="SOP-002 程序 SOP-002"' in body
    assert "SOP-004" not in body
    assert "SOP-005" not in body
    assert "<b>粗" not in body


def test_without_calls_there_is_no_map(make_project):
    pages, _tree = staff_pages(make_project({"content/sops/a.md": sop("SOP-001", step("查"))}))
    assert "process-map.md" not in pages


def test_groups_hold_what_calls_connect_with_callers_first():
    calls = {"a": ["b"], "b": [], "c": ["b"], "x": ["y"], "y": ["x"], "z": []}
    callers = {"a": [], "b": ["a", "c"], "c": [], "x": ["y"], "y": ["x"], "z": []}
    found = groups(sorted(calls), calls, callers)
    assert [set(group) for group in found] == [{"a", "b", "c"}, {"x", "y"}, {"z"}]
    assert found[0].index("b") == 2


def test_a_procedure_stands_below_its_callers_and_alone_in_its_lane(project):
    catalog = check(project, TODAY).catalog
    documents = [catalog.by_id[id_] for id_ in ("SOP-003", "SOP-002", "SOP-001", "SOP-004")]
    rows = map_rows(documents, {"SOP-003": ["SOP-002"], "SOP-002": ["SOP-001"], "SOP-001": [], "SOP-004": []})
    assert rows == {"SOP-003": 0, "SOP-002": 1, "SOP-001": 2, "SOP-004": 1}


def test_calls_in_a_circle_are_drawn(make_project):
    pages, _tree = staff_pages(
        make_project(
            {
                "content/sops/a.md": sop("SOP-001", step("叫", sop="SOP-002")),
                "content/sops/b.md": sop("SOP-002", step("叫", sop="SOP-001")),
            }
        )
    )
    lines = set(re.findall(r'data-from="([^"]+)" data-to="([^"]+)"', pages["process-map.md"].body))
    assert lines == {("SOP-001", "SOP-002"), ("SOP-002", "SOP-001")}


def test_a_role_has_a_page_with_its_steps_over_all_procedures(project):
    pages, tree = staff_pages(project)
    body = pages["owners/dba.md"].body
    assert re.findall(r'href="\.\./(sops/\w+\.html#kb-step-\w+)"', body) == [
        "sops/a.html#kb-step-s2",
        "sops/c.html#kb-step-s1",
    ]
    assert "30 分鐘" in body
    assert 'href="ops.html"' in body, "its deputy and its team"
    assert "owners.md" in {
        path for entry in tree.nav for path in (entry.path, *(child.path for child in entry.children))
    }


def test_an_owner_page_lists_pages_and_contacts(project):
    pages, _tree = staff_pages(project)
    body = pages["owners/ops.md"].body
    assert body.count('class="kb-table__id"') == 4, "pages in force"
    assert 'href="mailto:ops%40example.com"' in body or 'href="mailto:ops@example.com"' in body
    index = pages["owners.md"].body
    assert re.search(r"維運組.*?\n.*\n.*\n<td[^>]*>4<.*\n<td[^>]*>3<", index), "4 pages, 3 steps"


def test_what_an_owner_says_of_itself_shows_as_text(make_project):
    owners = (
        "ops: {name: '<script>x</script>', kind: team, deputy: ops, channels: {chat: '<b>*x*</b>', mail: 'a\"b'}}\n"
    )
    pages, _tree = staff_pages(
        make_project({"registry/owners.yml": owners, "content/sops/a.md": sop("SOP-001", step("查"))})
    )
    for path in ("owners.md", "owners/ops.md", "sops/a.md"):
        assert "<script>" not in pages[path].body
        assert "<b>*" not in pages[path].body
    assert 'mailto:a%22b"' in pages["owners/ops.md"].body


def test_a_page_of_steps_lists_the_duties_of_each_role(project):
    pages, _tree = staff_pages(project)
    duties = pages["sops/a.md"].body.split("{#kb-duties}")[1]
    assert re.findall(r'href="(?:\.\./owners/(\w+)\.html|#kb-step-(\w+))"', duties)[:4] == [
        ("ops", ""),
        ("", "s1"),
        ("dba", ""),
        ("", "s2"),
    ]


def test_customers_get_none_of_it(sample):
    site = sample.published["customers"]
    names = {file.relative_to(site).as_posix() for file in site.rglob("*.html")}
    assert not {name for name in names if "owner" in name or "flowchart" in name or "process-map" in name}
