"""Laws of what `kb lsp` makes of text that is being typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from kb_builder.cache import Cache
from kb_builder.lsp import actions, completion, hover, places
from kb_builder.lsp.cursor import Kind, front_matter, look, path_at
from kb_builder.lsp.places import parts
from kb_builder.lsp.positions import Lines
from kb_builder.lsp.project import Project, moved, run
from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.model.location import LineMap, Span

TODAY = date(2026, 11, 20)
OWNERS = "ops: {name: 維運組, kind: team}\n"
TEXTS = st.text(st.sampled_from("ab 密é😀\n\r\t:-[]{},\"'#|>\u2028"), max_size=60)
YAML = st.lists(
    st.sampled_from([
        "id: A\n", "steps:\n", "  - name: x\n", "  - {a: b, c: [d, \n", "    role: ops\n", "- a\n", "related: [X, \n",
        "text: |\n", "  - - a: b\n", "# c\n", "\n", "\tx: y\n", "'q': \"r: s\n", "a:\n",
        "      ", "密: 碼\r\n", "---\n",
    ]),
    max_size=12,
).map("".join)  # fmt: skip
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])


@given(TEXTS, ENCODINGS, st.data())
def test_positions_lead_back_to_their_offsets(text: str, encoding: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    lines = Lines(text, encoding)
    if text[max(offset - 1, 0) : offset + 1] == "\r\n":
        return
    assert lines.offset(lines.position(offset)) == offset


@given(TEXTS, ENCODINGS, st.integers(0, 99), st.integers(0, 99))
def test_any_position_is_some_offset(text: str, encoding: str, line: int, character: int) -> None:
    lines = Lines(text, encoding)
    offset = lines.offset(types.Position(line, character))
    assert 0 <= offset <= len(text)
    assert lines.position(offset).line <= line


@given(TEXTS, ENCODINGS, st.data())
def test_our_positions_name_the_same_place(text: str, encoding: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start=start, end=data.draw(st.integers(start, len(text))))
    assert Lines(text, encoding).span(LineMap(text).position(span)) == span


@settings(max_examples=300)
@given(YAML, st.data())
def test_a_cursor_is_found_in_any_text(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    block = Span(start=0, end=len(text))
    cursor = look(text, block, offset)
    assert isinstance(path_at(text, block, offset), tuple)
    list(parts(text))
    if cursor:
        assert cursor.word.start <= offset <= cursor.word.end
        assert text[cursor.word.start : offset] == cursor.typed
        assert cursor.kind is not Kind.NAME or "" not in cursor.given


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.data())
def test_what_was_not_edited_is_found_where_it_is(
    first: str, old: str, new: str, last: str, data: st.DataObject
) -> None:
    before, after = first + old + last, first + new + last
    start = data.draw(st.integers(0, len(before)))
    span = Span(start=start, end=data.draw(st.integers(start, len(before))))
    found = Diagnostic(
        code="KB403", slug="broken-link", severity=Severity.ERROR, path="a.md", position=LineMap(before).position(span),
        message="", hint="", related=(), fingerprint="",
    )  # fmt: skip
    for each in moved([found], before, after):
        place = Lines(after, "utf-32").span(each.position)
        assert place.cut(after) == span.cut(before)
    if span.end <= len(first) and span.start < span.end:
        assert list(moved([found], before, after)) == [found]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("laws")
    page = "---\nid: FAQ-001\ntitle: 甲\nsummary: 乙\nowner: ops\nstatus: draft\ntopic: 丙\n---\n\n## 丁\n"
    for name, text in {"kb.yml": "", "registry/owners.yml": OWNERS, "content/faq/a.md": page}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    found = Project(root, lambda _settings: TODAY)
    found.take(run(found.job(), Cache()))
    assert found.catalog and found.catalog.by_id
    return found


@given(
    st.sampled_from(["content/faq/a.md", "content/sops/new.md", "registry/owners.yml", "kb.yml"]),
    YAML,
    TEXTS,
    st.data(),
)
def test_no_text_raises(project: Project, path: str, start: str, end: str, data: st.DataObject) -> None:
    text = start + end
    project.texts = {path: text}
    offset = data.draw(st.integers(0, len(text)))
    for each in project.edited(path) or ():
        assert each.path == path
        assert Lines(text, "utf-32").span(each.position).end <= len(text)
    completion.complete(project, path, Lines(text, "utf-16"), offset, TODAY)
    hover.hover(project, path, offset, (), TODAY)
    places.definition(project, path, offset)
    for fix in actions.fixes(project, path, Span(start=0, end=len(text))):
        assert fix.edit.apply(text) != text
    whole = actions.mend_all(project, path)
    assert whole is None or whole.apply(text) != text
    project.texts = {}
    project.edited("kb.yml")


def test_front_matter_ends_with_its_fence_or_the_text() -> None:
    assert front_matter("no fence") is None
    for text, inside in (
        ("---\na: b\n---\nx", "a: b\n"),
        ("---\na: b", "a: b"),
        ("---\r\na: b\r\n---\r\n", "a: b\r\n"),
    ):
        block = front_matter(text)
        assert block and block.cut(text) == inside
