"""Changes from front matter and from Git, their page and feeds; tags."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from kb_builder.model.history import Commit, FileChange, History
from kb_builder.pages.changes import changes_of, feed
from kb_builder.pages.tags import tagged
from kb_builder.pages.view import View
from kb_builder.pipeline import check, generate
from tests.conftest import TODAY

ATOM = "{http://www.w3.org/2005/Atom}"


def commit(id_: str, day: date, *changes: tuple[str, str, str], subject: str = "change") -> Commit:
    return Commit(
        id=id_,
        day=day,
        subject=subject,
        changes=tuple(FileChange(path=path, before=before, after=after) for path, before, after in changes),
    )


def staff_view(catalog) -> View:
    return View(catalog=catalog, site=catalog.settings.sites["staff"])


def test_a_new_version_is_a_change_with_an_entry_in_the_feed(sample):
    view = staff_view(sample.checked.catalog)
    found = {change.key: change for change in changes_of(view)}
    version = found["SOP-006/version/4.2"]
    assert (version.day, version.text) == (date(2026, 10, 21), "4.2 版生效")
    root = ElementTree.fromstring((sample.published["staff"] / "feed.xml").read_bytes())
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert "tag:kb_builder.invalid,2026:SOP-006/version/4.2" in ids
    assert len(ids) == len(set(ids))


def test_changes_stand_newest_first_and_none_lies_in_the_future(sample):
    changes = changes_of(staff_view(sample.checked.catalog))
    days = [change.day for change in changes]
    assert days == sorted(days, reverse=True)
    assert max(days) <= TODAY
    assert len(days) > 40


def test_commits_are_changes_of_the_pages_they_touched(sample):
    from dataclasses import replace

    catalog = sample.checked.catalog
    paths = [document.path for document in catalog.documents]
    history = History(
        commits=(
            commit("b", TODAY, *((path, "1", "2") for path in paths[:12]), subject="<b>many</b>"),
            commit("a", TODAY - timedelta(days=1), ("README.md", "", "1"), (paths[0], "", "1"), subject="first"),
            commit("0", TODAY - timedelta(days=2), ("README.md", "", "1")),
        )
    )
    view = staff_view(replace(catalog, history=history))
    many, first = changes_of(view)[:2]
    assert (len(many.documents), many.more) == (8, 4)
    assert (first.text, [document.path for document in first.documents]) == ("first", [paths[0]])
    tree = generate(replace(catalog, history=history), "staff")
    (page,) = [page for page in tree.pages if page.path == "changes.md"]
    assert "&lt;b&gt;many" in page.body
    assert "<b>many" not in page.body


def test_customers_learn_nothing_of_the_history(sample):
    from dataclasses import replace

    catalog = sample.checked.catalog
    path = next(document.path for document in catalog.documents if document.is_for_customers)
    history = History(commits=(commit("a", TODAY, (path, "1", "2"), subject="internal words"),))
    with_history = generate(replace(catalog, history=history), "customers")
    assert with_history.files == generate(catalog, "customers").files
    data = next(file.data.decode() for file in with_history.files if file.path == "feed.xml")
    assert data.count("<entry>") == sum(document.is_for_customers for document in catalog.documents)
    for document in catalog.documents:
        assert document.id not in data


def test_a_feed_holds_what_xml_cannot_hold_without_it(sample):
    view = staff_view(sample.checked.catalog)
    change = changes_of(view)[0]
    bad = type(change)(day=change.day, key="x", text="a\x00b\x1bc\ud800", documents=change.documents)
    root = ElementTree.fromstring(feed(view, [bad]))
    assert root.find(f"{ATOM}entry/{ATOM}title").text.endswith(": abc")


@pytest.mark.parametrize(("day", "content"), [(1, ""), (3, "one"), (5, "two"), (7, "two"), (9, "three"), (30, "three")])
def test_what_a_file_held_on_a_day(day, content):
    history = History(
        commits=(
            commit("c", date(2026, 1, 8), ("a.md", "two", "three"), ("b.md", "x", "")),
            commit("b", date(2026, 1, 5), ("a.md", "one", "two")),
            commit("a", date(2026, 1, 3), ("a.md", "", "one")),
        )
    )
    assert history.content_on("a.md", date(2026, 1, day)) == content
    assert history.content_on("none.md", date(2026, 1, day)) == ""
    assert [change.path for _commit, change in history.deleted(["a.md"])] == ["b.md"]
    assert history.deleted(["a.md", "b.md"]) == ()


def test_tags_that_differ_in_case_are_one(make_project):
    text = "---\nid: {id}\ntitle: T{id}\nsummary: s\nowner: ops\nstatus: {status}\ntags: [{tags}]\n---\n\nx\n"
    settings = make_project(
        {
            "content/faq/a.md": text.format(id="FAQ-001", status="draft", tags="Redis, 備份, redis"),
            "content/faq/b.md": text.format(id="FAQ-002", status="draft", tags="redis"),
            "content/faq/c.md": text.format(id="FAQ-003", status="obsolete", tags="舊"),
        }
    )
    found = tagged(staff_view(check(settings, TODAY).catalog))
    assert [(tag, [document.id for document in documents]) for tag, documents in found] == [
        ("redis", ["FAQ-001", "FAQ-002"]),
        ("備份", ["FAQ-001"]),
    ]
