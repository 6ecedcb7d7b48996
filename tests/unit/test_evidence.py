"""A review that moved the date and left the text."""

from __future__ import annotations

from datetime import date

import pytest

from kb_builder.model.document import Document
from kb_builder.model.evidence import previous_review, unchanged_since
from kb_builder.model.history import Commit, FileChange, History
from kb_builder.sources.read import read_page

OLD = """\
---
id: SOP-001
last_reviewed: 2026-01-10
reviews:
- {date: 2026-01-10, by: dba}
# why
title: 備份
---

做法
"""
NEW = OLD.replace("last_reviewed: 2026-01-10", "last_reviewed: 2026-07-10").replace(
    "- {date: 2026-01-10, by: dba}", "- {date: 2026-01-10, by: dba}\n- date: 2026-07-10\n  by: dba\n\n  note: 一切照舊"
)


def document(text: str) -> Document:
    raw = read_page(text.encode(), "content/a.md", "a.md")
    return Document(raw=raw, type="sop", fields=raw.values)


def history(*versions: tuple[str, date]) -> History:
    commits, before = [], ""
    for number, (_text, day) in enumerate(versions):
        change = FileChange(path="content/a.md", before=before, after=str(number))
        commits.append(Commit(id=str(number), day=day, subject="x", changes=(change,)))
        before = str(number)
    contents = {str(number): text.encode() for number, (text, _day) in enumerate(versions)}
    return History(commits=tuple(reversed(commits)), contents=contents)


def test_a_moved_date_with_the_same_text_is_seen():
    found = unchanged_since(document(NEW), history((OLD, date(2026, 1, 10)), (NEW, date(2026, 7, 10))))
    assert found == date(2026, 1, 10)


@pytest.mark.parametrize(
    "text",
    [
        NEW.replace("做法", "新做法"),
        NEW.replace("title: 備份", "title: 備份與還原"),
        NEW.replace("title: 備份", "title: 備份\nowner: dba"),
    ],
)
def test_a_changed_text_is_no_finding(text):
    assert unchanged_since(document(text), history((OLD, date(2026, 1, 9)), (text, date(2026, 7, 10)))) is None


def test_line_ends_are_no_change():
    assert unchanged_since(document(NEW.replace("\n", "\r\n")), history((OLD, date(2026, 1, 10)))) == date(2026, 1, 10)


def test_a_change_between_the_reviews_that_was_taken_back_is_no_change():
    other = OLD.replace("做法", "別的")
    found = history((OLD, date(2026, 1, 10)), (other, date(2026, 3, 1)), (NEW, date(2026, 7, 10)))
    assert unchanged_since(document(NEW), found) == date(2026, 1, 10)


def test_a_history_that_does_not_reach_back_says_nothing():
    assert unchanged_since(document(NEW), history((NEW, date(2026, 7, 10)))) is None
    assert unchanged_since(document(NEW), History()) is None


def test_one_review_is_no_comparison():
    assert previous_review(document(OLD)) is None
    assert previous_review(document(NEW)) == date(2026, 1, 10)
    assert unchanged_since(document(OLD), history((OLD, date(2025, 1, 1)))) is None
