"""What `kb check` finds in the history of a repository."""

from __future__ import annotations

from datetime import date

import pytest

from kb_builder.pipeline import check
from tests.unit.test_history import git

KB = "timezone: Asia/Taipei\nrecords:\n  postmortem: {retention: 6 months}\n"
SOP = """\
---
id: SOP-001
title: 備份
summary: 說明
owner: ops
status: published
last_reviewed: {day}
reviews:
{reviews}
---

{text}
"""
RECORD = """\
---
id: PM-2026-001
title: 停機
summary: 說明
owner: ops
status: published
started_at: 2026-09-01T10:00:00+08:00
resolved_at: 2026-09-01T11:00:00+08:00
---

經過
"""


def sop(*days: str, text: str = "做法") -> str:
    return SOP.format(day=days[-1], reviews="\n".join(f"  - {{date: {day}, by: dba}}" for day in days), text=text)


@pytest.fixture
def project(make_project):
    """Return a function that makes a repository of versions of the content, one commit a day, and checks the last."""

    def make(*versions: tuple[str, dict[str, str | None]], as_of: date = date(2026, 11, 20)) -> dict[str, str]:
        settings = make_project({"kb.yml": KB})
        git(settings.root, "init", "-q", "-b", "main")
        for day, files in versions:
            for name, text in files.items():
                file = settings.root / "content" / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.unlink() if text is None else file.write_text(text, encoding="utf-8")
            git(settings.root, "add", "-A", day=f"{day}T02:00:00Z")
            git(settings.root, "commit", "-q", "--allow-empty", "-m", "x", day=f"{day}T02:00:00Z")
        found = check(settings, as_of).diagnostics
        return {f"{each.slug} {each.path}:{each.position.line}": each.message for each in found}

    return make


def test_a_review_that_left_the_text_is_noticed(project):
    found = project(
        ("2026-03-01", {"sops/a.md": sop("2026-03-01")}),
        ("2026-09-01", {"sops/a.md": sop("2026-03-01", "2026-09-01")}),
    )
    assert "2026-03-01" in found["review-without-change content/sops/a.md:7"]


def test_a_review_that_is_not_committed_yet_counts_too(project, tmp_path):
    found = project(("2026-03-01", {"sops/a.md": sop("2026-03-01")}), ("2026-03-02", {}))
    assert not any("review-without-change" in name for name in found)
    (tmp_path / "content/sops/a.md").write_text(sop("2026-03-01", "2026-11-20"), encoding="utf-8")
    from kb_builder import checks
    from kb_builder.config.load import load_settings

    diagnostics = check(load_settings(tmp_path, checks.rules()), date(2026, 11, 20)).diagnostics
    assert "review-without-change" in {each.slug for each in diagnostics}


def test_a_review_that_changed_the_text_is_not(project):
    found = project(
        ("2026-03-01", {"sops/a.md": sop("2026-03-01")}),
        ("2026-09-01", {"sops/a.md": sop("2026-03-01", "2026-09-01", text="新做法")}),
    )
    assert not any("review-without-change" in name for name in found)


@pytest.mark.parametrize(("as_of", "count"), [(date(2027, 3, 1), 1), (date(2027, 3, 2), 0)])
def test_a_record_that_was_deleted_too_early_is_an_error(project, as_of, count):
    found = project(
        ("2026-09-02", {"postmortems/a.md": RECORD, "sops/a.md": sop("2026-09-01")}),
        ("2026-10-01", {"postmortems/a.md": None}),
        as_of=as_of,
    )
    assert sum("record-deleted-early" in name for name in found) == count


def test_a_record_that_was_moved_was_not_deleted(project):
    found = project(
        ("2026-09-02", {"postmortems/a.md": RECORD}),
        ("2026-10-01", {"postmortems/a.md": None, "postmortems/2026/b.md": RECORD}),
    )
    assert not any("record-deleted-early" in name for name in found)


def test_a_page_without_retention_may_go(project):
    found = project(
        ("2026-09-02", {"sops/a.md": sop("2026-09-01"), "sops/b.md": sop("2026-09-01").replace("SOP-001", "SOP-002")}),
        ("2026-10-01", {"sops/a.md": None}),
    )
    assert not any("record-deleted-early" in name for name in found)


def test_a_deleted_page_that_cannot_be_read_is_left_alone(project):
    found = project(
        ("2026-09-02", {"postmortems/a.md": "---\nid: [\n---\n", "sops/a.md": sop("2026-09-01")}),
        ("2026-10-01", {"postmortems/a.md": None}),
    )
    assert not any("record-deleted-early" in name for name in found)


@pytest.mark.parametrize("as_of", [date.min, date(1, 1, 2), date.max])
def test_the_ends_of_the_calendar_are_no_fault(project, as_of):
    """A page of which a review is said to be of the first day there is, too."""
    assert project(("2026-03-01", {"sops/a.md": sop("0001-01-01", "0001-01-02")}), as_of=as_of)
