"""From findings to diagnostics: places, and fingerprints that outlive days and edits."""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.diagnose import SourceText, diagnose
from kb_builder.model.diagnostic import Diagnostic, Finding, Related
from kb_builder.model.location import Field, LineMap, Location, Span, WholeFile
from kb_builder.pipeline import check
from tests.conftest import TODAY

BROKEN = """\
---
id: FAQ-001
title: 問題？
summary: 摘要
owner: nobody
reviewers: [ops, nobody]
status: published
topic: 主題
last_reviewed: 2025-01-01
effective_date: 2026-02-30
colour: red
shape: round
---

[一](x.md) [二](b.md) [一](x.md) ![圖](a.png)

#

[三](#nowhere)
"""
# Each line is a finding that the page must have.
EXPECTED = [
    ("KB102", "colour"), ("KB102", "shape"), ("KB106", "effective_date"), ("KB201", "nobody"), ("KB201", "nobody"),
    ("KB301", "2026-01-01"), ("KB403", "x.md"), ("KB403", "b.md"), ("KB403", "x.md"), ("KB404", "#nowhere"),
    ("KB405", "a.png"), ("KB702", "heading"),
]  # fmt: skip


@pytest.fixture
def found(make_project):
    """Return a function that checks a project with one page and gives the diagnostics of that page."""

    def run(text: str, day: date = TODAY, path: str = "content/faq/a.md", kb_yml: str = "") -> tuple[Diagnostic, ...]:
        settings = make_project({"kb.yml": kb_yml, path: text})
        for file in settings.content_dir.rglob("*.md"):
            if file != settings.root / path:
                file.unlink()
        return tuple(each for each in check(settings, day).diagnostics if each.path == path)

    return run


def prints(diagnostics: tuple[Diagnostic, ...]) -> dict[str, tuple[str, str]]:
    """Return code and message by fingerprint; days in messages are left out."""
    return {each.fingerprint: (each.code, re.sub(r"\d+ days? ago", "", each.message)) for each in diagnostics}


# --- fingerprints ------------------------------------------------------------------------------------------


def test_the_page_has_the_findings_that_the_other_tests_rest_on(found):
    diagnostics = found(BROKEN)
    assert sorted(each.code for each in diagnostics) == sorted(code for code, _word in EXPECTED)
    for code, word in EXPECTED:
        assert any(each.code == code and word in each.message for each in diagnostics), (code, word)


def test_every_finding_has_a_fingerprint_of_its_own(found):
    diagnostics = found(BROKEN)
    assert len(prints(diagnostics)) == len(diagnostics) == len(EXPECTED)
    assert all(re.fullmatch("[0-9a-f]{16}", each.fingerprint) for each in diagnostics)


def test_a_fingerprint_is_the_same_in_every_run(found):
    assert prints(found(BROKEN)) == prints(found(BROKEN))
    overdue = next(each for each in found(BROKEN) if each.code == "KB301")
    parts = ("KB301", "content/faq/a.md", "(('last_reviewed',), True)", "", "1")
    assert overdue.fingerprint == sha256("\0".join(parts).encode()).hexdigest()[:16]


@pytest.mark.parametrize("days", [1, 7, 100, 1000])
def test_fingerprints_outlive_the_days(found, days):
    assert prints(found(BROKEN)) == prints(found(BROKEN, TODAY + timedelta(days=days)))


MOVED = {
    "lines added to the front matter": BROKEN.replace("title:", "tags: [一, 二]\n# a comment\n\ntitle:"),
    "lines added to the text": BROKEN.replace("[一](x.md) [二]", "前言。\n\n- 一\n- 二\n\n[一](x.md) [二]"),
    "fields in another order": BROKEN.replace("colour: red\nshape: round\n", "shape: round\ncolour: red\n"),
    "Windows line ends": BROKEN.replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + BROKEN,
    "spaces": BROKEN.replace("owner: nobody", "owner:     nobody").replace("[二](b.md)", "    [二](b.md)"),
    "a line broken": BROKEN.replace(" [二](b.md)", "\n[二](b.md)"),
    "another title": BROKEN.replace("title: 問題？", "title: 另一個問題？"),
}


@pytest.mark.parametrize("text", MOVED.values(), ids=MOVED)
def test_fingerprints_outlive_moved_lines(found, text):
    assert text != BROKEN
    before, after = found(BROKEN), found(text)
    assert prints(before) == prints(after)


def test_a_changed_severity_changes_no_fingerprint(found):
    kb_yml = "checks:\n  unknown-field: {severity: notice, reason: r}\n  KB301: {severity: warning, reason: r}\n"
    before, after = found(BROKEN), found(BROKEN, kb_yml=kb_yml)
    assert prints(before) == prints(after)
    assert {each.severity for each in before} != {each.severity for each in after}


def test_another_file_has_other_fingerprints(found):
    assert not prints(found(BROKEN)).keys() & prints(found(BROKEN, path="content/faq/b.md")).keys()


def test_a_mended_finding_leaves_the_fingerprints_of_the_others(found):
    before, after = prints(found(BROKEN)), prints(found(BROKEN.replace("colour: red\n", "")))
    gone = {fingerprint: before[fingerprint] for fingerprint in before.keys() - after.keys()}
    assert [code for code, _message in gone.values()] == ["KB102"]
    assert not after.keys() - before.keys()


def test_another_value_at_fault_in_the_same_field_is_the_same_finding(found):
    one = prints(found(BROKEN))
    other = prints(found(BROKEN.replace("effective_date: 2026-02-30", "effective_date: 2026-02-31")))
    assert one.keys() == other.keys()


def test_missing_fields_are_different_findings(found):
    text = BROKEN.replace("summary: 摘要\n", "").replace("title: 問題？\n", "")
    both = {each.message: each.fingerprint for each in found(text) if each.code == "KB101"}
    assert len(set(both.values())) == len(both) == 2
    # Whichever is mended first, the other is still the same finding.
    for field in ("summary: 摘要\n", "title: 問題？\n"):
        (left,) = [each for each in found(BROKEN.replace(field, "")) if each.code == "KB101"]
        assert left.fingerprint == both[left.message]


def test_faults_of_kb_yml_are_different_findings(tmp_path):
    from kb_builder.model.errors import ConfigError

    (tmp_path / "kb.yml").write_text("content: site\nsites:\n  staff: {name: A, out: site}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, checks.rules())
    fingerprints = [each.fingerprint for each in caught.value.diagnostics]
    assert len(fingerprints) == len(set(fingerprints)) > 2


# --- places --------------------------------------------------------------------------------------------------

TEXT = "---\ntitle: 一二三\nreviews:\n  - {date: x, by: ops}\n  - date: y\nempty:\n---\n\n正文\n"
BLOCK = SourceText(path="a.md", text=TEXT, block_start=4, block=TEXT[4:-8])


def place(location: Location, source: SourceText | None = BLOCK) -> tuple[int, int, int, int]:
    """Return line, column, last line and last column of a finding at a location."""
    finding = Finding(slug="invalid-value", path="a.md", message="m", location=location)
    (diagnostic,) = diagnose([finding], checks.rules(), (), TODAY, lambda _path: source).diagnostics
    position = diagnostic.position
    return position.line, position.column, position.end_line, position.end_column


def test_the_block_is_what_it_should_be():
    assert BLOCK.block is not None and BLOCK.block.startswith("title") and BLOCK.block.endswith("empty:\n")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (WholeFile(), (1, 1, 1, 1)),
        (Field(), (1, 1, 1, 4)),
        (Field(path=("title",)), (2, 8, 2, 11)),
        (Field(path=("title",), on_key=True), (2, 1, 2, 6)),
        (Field(path=("reviews", 0, "by")), (4, 19, 4, 22)),
        (Field(path=("reviews", 0, "by"), on_key=True), (4, 15, 4, 17)),
        (Field(path=("reviews", 1, "date")), (5, 11, 5, 12)),
        (Field(path=("reviews", 0)), (4, 5, 4, 23)),
        # A path that is not there stands for its nearest parent, or for the block.
        (Field(path=("reviews", 0, "outcome")), (4, 5, 4, 23)),
        (Field(path=("reviews", 7, "by")), (4, 3, 5, 12)),
        (Field(path=("nothing",)), (1, 1, 1, 4)),
        # What is empty is shown by its name.
        (Field(path=("empty",)), (6, 1, 6, 6)),
        (Span(start=TEXT.index("正"), end=TEXT.index("正") + 2), (9, 1, 9, 3)),
        (Span(start=len(TEXT), end=len(TEXT)), (10, 1, 10, 1)),
        (Span(start=10_000, end=20_000), (10, 1, 10, 1)),
    ],
)
def test_a_symbolic_place_becomes_line_and_column(location, expected):
    assert place(location) == expected


@pytest.mark.parametrize("location", [Field(path=("title",)), Span(start=5, end=6), WholeFile()])
def test_a_file_that_is_not_known_has_a_first_line(location):
    assert place(location, None) == (1, 1, 1, 1)


def test_columns_count_code_points_and_lines_count_line_feeds():
    text = "---\r\ntitle: 𠮷𠮷 x\r\nowner: ops\r\n---\r\n\r\na\u2028b\x0cc\r\n"
    start = text.index("owner")
    source = SourceText(path="a.md", text=text, block_start=5, block=text[5 : text.rindex("---")])
    assert place(Field(path=("title",)), source) == (2, 8, 2, 12)
    assert place(Span(start=start, end=start + 5), source) == (3, 1, 3, 6)
    assert place(Span(start=text.index("b"), end=text.index("c")), source) == (6, 3, 6, 5)
    assert place(Field(), source) == (1, 1, 1, 4)


def test_related_places_are_resolved_too():
    related = (
        Related(path="a.md", location=Field(path=("title",)), message="here"),
        Related(path="b.md", location=Field(path=("title",)), message="there"),
    )
    finding = Finding(slug="duplicate-id", path="a.md", message="m", related=related)
    sources = {"a.md": BLOCK}
    (diagnostic,) = diagnose([finding], checks.rules(), (), TODAY, sources.get).diagnostics
    assert [(each.path, each.position.line, each.position.column, each.message) for each in diagnostic.related] == [
        ("a.md", 2, 8, "here"),
        ("b.md", 1, 1, "there"),
    ]


def test_diagnostics_are_sorted_by_place():
    findings = [
        Finding(slug="invalid-value", path="b.md", message="m"),
        Finding(slug="invalid-value", path="a.md", message="z", location=Field(path=("title",))),
        Finding(slug="invalid-value", path="a.md", message="a", location=Field(path=("title",))),
        Finding(slug="unknown-field", path="a.md", message="m", location=Field(path=("title",))),
        Finding(slug="invalid-value", path="a.md", message="m", location=Field(path=("title",), on_key=True)),
    ]
    diagnostics = diagnose(findings, checks.rules(), (), TODAY, lambda _path: BLOCK).diagnostics
    order = [(each.path, each.position.line, each.position.column, each.code, each.message) for each in diagnostics]
    assert order == sorted(order) and len(order) == len(findings)


@given(st.text(alphabet="a\n\r一𠮷\u2028 ", max_size=40), st.data())
def test_a_position_is_where_an_editor_finds_it(text, data):
    offset = data.draw(st.integers(0, len(text)))
    line, column = LineMap(text).point(offset)
    lines = text.split("\n")
    assert sum(len(each) + 1 for each in lines[: line - 1]) + column - 1 == offset
    assert 1 <= column <= len(lines[line - 1]) + 1
