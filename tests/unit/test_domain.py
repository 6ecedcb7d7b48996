"""Small things that the domain asks for and no other test shows; see docs/coverage.md."""

from __future__ import annotations

import re

from kb_builder.pipeline import generate


def staff_pages(sample):
    return {page.path: page for page in generate(sample.checked.catalog, "staff").pages}


def test_every_page_says_where_to_report_and_to_edit(sample):
    pages = staff_pages(sample)
    for document in sample.checked.catalog.documents:
        body = pages[document.content_path].body
        assert f"issues/new?template=problem.yml&amp;title={document.id}%20" in body
        assert f"edit/main/{document.path}" in body


def test_questions_are_listed_by_problem_type(sample):
    body = staff_pages(sample)["problems.md"].body
    wanted = [d for d in sample.checked.catalog.documents if d.text("problem_type") and not d.is_obsolete]
    assert len(wanted) > 10
    assert body.count('<span class="kb-id">') == len(wanted)
    shares = [int(share) for share in re.findall(r"（(\d+)%）", body)]
    assert len(shares) == 5
    assert abs(sum(shares) - 100) <= 3


def test_the_share_of_automated_steps_is_shown(sample):
    steps = [e for d in sample.checked.catalog.documents if not d.is_obsolete for _i, e in d.entries("steps")]
    automated = sum(entry.get("automated") is True for entry in steps)
    assert automated > 0
    body = staff_pages(sample)["flowcharts.md"].body
    assert f"{len(steps)} 個步驟中有 {automated} 個自動執行（{round(100 * automated / len(steps))}%）" in body
