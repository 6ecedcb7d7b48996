"""Changing fields in the text of front matter: each case is a block before and after."""

from __future__ import annotations

import stat

import pytest

from kb_builder.model.errors import KbError
from kb_builder.sources import write as write_module
from kb_builder.sources.edit import append_entry, set_text
from kb_builder.sources.write import replace_text
from kb_builder.sources.yaml_block import parse_block
from kb_builder.sources.yaml_write import write_fields, write_value

DAY = "2026-11-20"
ENTRY = {"date": DAY, "by": ["ops", "dba"], "note": "a: b"}
FLOW = "{date: 2026-11-20, by: [ops, dba], note: 'a: b'}"


def in_both_line_ends(edit, before: str, after: str) -> None:
    """An edit does the same, whatever the line ends."""
    assert edit(before) == after
    assert edit(before.replace("\n", "\r\n")) == after.replace("\n", "\r\n")


# --- texts ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: A\nlast: 2026-01-01\nz: 1\n", "id: A\nlast: 2026-11-20\nz: 1\n"),
        ("last:   2026-01-01   # by hand\n", "last:   2026-11-20   # by hand\n"),
        ("last: '2026-01-01'  # by hand\n", "last: '2026-11-20'  # by hand\n"),
        ('"last": "2026-01-01"\n', '"last": "2026-11-20"\n'),
        ("last: >-  # folded\n  2026-01-01\n\nz: 1\n", "last: >-  # folded\n  2026-11-20\n\nz: 1\n"),
        ("last: |-\n    2026-01-01\nz: 1\n", "last: |-\n    2026-11-20\nz: 1\n"),
        ("last:\n  2026-01-01 # c\nz: 1\n", "last:\n  2026-11-20 # c\nz: 1\n"),
        ("last: not\n  a date\nz: 1\n", "last: 2026-11-20\nz: 1\n"),
        ("last:\nz: 1\n", "last: 2026-11-20\nz: 1\n"),
        ("last:   # never\nz: 1\n", "last: 2026-11-20   # never\nz: 1\n"),
        ("last: ~\n", "last: 2026-11-20\n"),
        ("? last\n: 2026-01-01\n", "? last\n: 2026-11-20\n"),
        ("{id: A, last: 2026-01-01, z: 1}\n", "{id: A, last: 2026-11-20, z: 1}\n"),
        ("{last: , z: 1}\n", "{last: 2026-11-20, z: 1}\n"),
        ("steps:\n  - {last: x}\nlast: 備份\n", "steps:\n  - {last: x}\nlast: 2026-11-20\n"),
    ],
)
def test_a_text_is_replaced_and_nothing_else(before, after):
    in_both_line_ends(lambda block: set_text(block, "last", DAY), before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: A\nevery: 6 months  # c\nz: 1\n", "id: A\nevery: 6 months  # c\nlast: 2026-11-20\nz: 1\n"),
        ("every: |\n  6\n  months\n  # inside\n\n# z\nz: 1\n", None),
        ("id: A\nz: 1\n# the end\n", "id: A\nz: 1\n# the end\nlast: 2026-11-20\n"),
        ("  id: A\n  every: x\n  z: 1\n", "  id: A\n  every: x\n  last: 2026-11-20\n  z: 1\n"),
        (
            "every:\n    - 1\n      # of one\n# of z\nz: 1\n",
            "every:\n    - 1\n      # of one\nlast: 2026-11-20\n# of z\nz: 1\n",
        ),
        ("z: |+\n  x\n\n\n", "z: |+\n  x\n\n\nlast: 2026-11-20\n"),
        ("id: A\n...\n", "id: A\nlast: 2026-11-20\n...\n"),
        ("# {\n{every: x, z: 1}\n", "# {\n{every: x, last: 2026-11-20, z: 1}\n"),
        ("{id: A, z: 1}\n", "{id: A, z: 1, last: 2026-11-20}\n"),
    ],
)
def test_a_missing_text_is_inserted(before, after):
    if after is None:
        after = "every: |\n  6\n  months\n  # inside\nlast: 2026-11-20\n\n# z\nz: 1\n"
    in_both_line_ends(lambda block: set_text(block, "last", DAY, after=("missing", "every")), before, after)


@pytest.mark.parametrize("value", ["no", "012", "1e3", "a: b # c", "it's", '"', "- x", "x\ny", "備份😀", "", " x "])
@pytest.mark.parametrize("old", ["x", "'x'", '"x"', "", "|-\n  x"])
def test_any_text_can_be_set(old, value):
    block = set_text(f"k: {old}\nz: 1\n", "k", value)
    assert parse_block(block).values == {"k": value, "z": 1}
    assert block.endswith("\nz: 1\n")


# --- lists ------------------------------------------------------------------

LINES = "- date: 2026-11-20\n  by: [ops, dba]\n  note: 'a: b'\n"


def lines(margin: int, gap: int = 1) -> str:
    """The entry below others, `margin` blanks from the edge."""
    first, *others = (line.removeprefix("- ").strip() for line in LINES.splitlines())
    indent = " " * (margin + 1 + gap)
    return " " * margin + "-" + " " * gap + first + "\n" + "".join(f"{indent}{line}\n" for line in others)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # One entry a line, however it is indented; what is indented as a part of the last entry stays with it.
        ("r:\n  - a: 1\nz: 1\n", f"r:\n  - a: 1\n{lines(2)}z: 1\n"),
        ("r:\n- a: 1\n  b: 2\nz: 1\n", f"r:\n- a: 1\n  b: 2\n{lines(0)}z: 1\n"),
        ("r:\n      -   a: 1\n          b: 2\n", f"r:\n      -   a: 1\n          b: 2\n{lines(6, 3)}"),
        ("r:\n  -\n    a: 1\nz: 1\n", f"r:\n  -\n    a: 1\n{lines(2)}z: 1\n"),
        ("r:\n  - # first\n    a: 1\n", f"r:\n  - # first\n    a: 1\n{lines(2)}"),
        (
            "r:\n  - a: 1  # x\n    # of a\n  # of the list\nz: 1\n",
            f"r:\n  - a: 1  # x\n    # of a\n{lines(2)}  # of the list\nz: 1\n",
        ),
        ("r:\n  - a: 1\n\n  # z\nz: 1\n", f"r:\n  - a: 1\n{lines(2)}\n  # z\nz: 1\n"),
        ("r:\n  - a: |\n      x\n\n\nz: 1\n", f"r:\n  - a: |\n      x\n{lines(2)}\n\nz: 1\n"),
        ("r:\n  - a: |+\n      x\n\n\nz: 1\n", f"r:\n  - a: |+\n      x\n\n\n{lines(2)}z: 1\n"),
        ("r:\n  - a: x\n      y\n", f"r:\n  - a: x\n      y\n{lines(2)}"),
        (
            "'r':\n  - {a: 1}\n  - {a: 2,\n     b: 3}  # c\n",
            f"'r':\n  - {{a: 1}}\n  - {{a: 2,\n     b: 3}}  # c\n  - {FLOW}\n",
        ),
        ("? r\n: - a: 1\nz: 1\n", f"? r\n: - a: 1\n{lines(2)}z: 1\n"),
        # In brackets.
        ("r: [{a: 1}]  # c\n", f"r: [{{a: 1}}, {FLOW}]  # c\n"),
        ("r: [{a: 1}, {a: 2}, ]\n", f"r: [{{a: 1}}, {{a: 2}}, {FLOW}, ]\n"),
        (
            "r: [\n  {a: 1},  # one\n  {a: 2}   # two\n]\n",
            f"r: [\n  {{a: 1}},  # one\n  {{a: 2}},   # two\n  {FLOW}\n]\n",
        ),
        (
            "r: [\n  {a: 1},\n  {a: 2},  # two\n  # end\n]\n",
            f"r: [\n  {{a: 1}},\n  {{a: 2}},  # two\n  {FLOW},\n  # end\n]\n",
        ),
        ("r: [\n  {a: 1}]\n", f"r: [\n  {{a: 1}},\n  {FLOW}]\n"),
        ("r: [\n  {a: 1},]\n", f"r: [\n  {{a: 1}},\n  {FLOW},]\n"),
        ("r:\n  [ {a: 1}\n  , {a: 2}\n  ]\n", f"r:\n  [ {{a: 1}}\n  , {{a: 2}}, {FLOW}\n  ]\n"),
        ("r: [ {a: 1} # one ]\n  , # two\n  ]\n", f"r: [ {{a: 1}} # one ]\n  , {FLOW}, # two\n  ]\n"),
        ("{r: [{a: 1}], z: 1}\n", f"{{r: [{{a: 1}}, {FLOW}], z: 1}}\n"),
        # No entry yet.
        ("r: []\nz: 1\n", f"r:\n{lines(2)}z: 1\n"),
        ("r: [ ]  # none\nz: 1\n", f"r:  # none\n{lines(2)}z: 1\n"),
        ("r:  # none\n  # newest last\n\nz: 1\n", f"r:  # none\n  # newest last\n{lines(2)}\nz: 1\n"),
        ("r: ~\n", f"r:\n{lines(2)}"),
        ("r:\nl:\n- 1\n", f"r:\n{lines(0)}l:\n- 1\n"),
        ("r:\nl:\n    - 1\n", f"r:\n{lines(4)}l:\n    - 1\n"),
        ("r: [\n  # none\n]\n", f"r: [{FLOW}\n  # none\n]\n"),
        ("r:\n  []\n", f"r:\n  [{FLOW}]\n"),
        ("{r: [], z: 1}\n", f"{{r: [{FLOW}], z: 1}}\n"),
        ("{r: , z: 1}\n", f"{{r: [{FLOW}], z: 1}}\n"),
        # No list yet.
        ("every: 1  # c\nz: 1\n", f"every: 1  # c\nr:\n{lines(2)}z: 1\n"),
        ("z:\n- 1\n", f"z:\n- 1\nr:\n{lines(0)}"),
        ("{every: 1}\n", f"{{every: 1, r: [{FLOW}]}}\n"),
    ],
)  # fmt: skip
def test_an_entry_is_appended_and_nothing_else_changes(before, after):
    in_both_line_ends(lambda block: append_entry(block, "r", ENTRY, after=("every",)), before, after)


def test_names_and_texts_are_put_in_quotes_where_yaml_would_take_them_for_more():
    block = append_entry("a: 1\n", "on", {"by": "no", "ref": "1e3", "date": "2026-11-20", "x": "0o7"})
    assert block == "a: 1\n'on':\n  - by: 'no'\n    ref: '1e3'\n    date: 2026-11-20\n    x: '0o7'\n"
    assert parse_block(block).values["on"] == [{"by": "no", "ref": "1e3", "date": "2026-11-20", "x": "0o7"}]


def test_a_text_of_several_lines_stands_as_it_is():
    note = "# no comment\n\n  - indented: 1\n---"
    after = append_entry("r:\n  - a: 1\nz: 1\n", "r", {"note": note, "x": "y"})
    assert after == (
        "r:\n  - a: 1\n  - note: |-\n      # no comment\n\n        - indented: 1\n      ---\n    x: y\nz: 1\n"
    )
    assert parse_block(after).values["r"][1]["note"] == note


@pytest.mark.parametrize(
    "text",
    ["", " ", "a\n", "\n", " a\nb", "a \nb", "a\n ", "\ta\n\tb", "- ", "#", "'", '"', "\\", "{", "]", "&a", "*a", "!a",
     "%", "@", "`", "<<", "=", "null", "0x1F", "1_000", "12:30", "2026-11-20", "yes", "🙂\n備份", "é: à", "x" * 300],
)  # fmt: skip
def test_every_text_is_read_as_it_was_written(text):
    for block in (f"k: {write_value([text])}\n", "\n".join(write_fields({"k": [text]})) + "\n"):
        assert parse_block(block).values == {"k": [text]}
    after = append_entry("r:\n  -   a: 1\nz: 1\n", "r", {"note": text, "ref": "x"})
    assert parse_block(after).values == {"r": [{"a": 1}, {"note": text, "ref": "x"}], "z": 1}


# --- refusals ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("r: text\n", "`r` is no list"),
        ("r: {a: 1}\n", "`r` is no list"),
        ("r: [{a: 1}]\nb: &x 1\n", "cannot change without changing more"),
        ("r:\n  - a: 1\nx: " + "y" * 16_350 + "\n", "cannot be written: front matter has 16,"),
    ],
)
def test_what_does_not_bear_an_entry_is_refused(block, message):
    with pytest.raises(KbError, match=message) as refusal:
        append_entry(block, "r", ENTRY)
    assert refusal.value.hint


@pytest.mark.parametrize("block", ["last: [2026-01-01]\n", "last: {a: 1}\n", "last:\n  - 1\n"])
def test_a_collection_is_not_overwritten_by_a_text(block):
    with pytest.raises(KbError, match="`last` is no text"):
        set_text(block, "last", DAY)


def test_a_text_that_no_page_may_hold_is_refused():
    with pytest.raises(KbError, match=r"cannot be written: an escape in this text makes a control character, U\+0007"):
        append_entry("r:\n  - a: 1\n", "r", {"note": "bell \x07"})


# --- writing ----------------------------------------------------------------


def test_a_file_is_replaced_with_its_mark_and_permissions(tmp_path):
    file = tmp_path / "a.md"
    file.write_bytes(b"\xef\xbb\xbfold\r\n")
    file.chmod(0o640)
    replace_text(file, "a.md", "old\r\n", "neu é\r\n")
    assert file.read_bytes() == b"\xef\xbb\xbf" + "neu é\r\n".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["a.md"]


def test_a_file_that_changed_in_the_meantime_is_left_alone(tmp_path):
    file = tmp_path / "a.md"
    file.write_text("newer\n", encoding="utf-8")
    with pytest.raises(KbError, match="has changed in the meantime"):
        replace_text(file, "a.md", "old\n", "new\n")
    assert file.read_text(encoding="utf-8") == "newer\n"
    assert [each.name for each in tmp_path.iterdir()] == ["a.md"]


def test_nothing_is_written_through_a_link(tmp_path):
    (tmp_path / "real.md").write_text("old\n", encoding="utf-8")
    (tmp_path / "a.md").symlink_to("real.md")
    with pytest.raises(KbError, match="not a regular file"):
        replace_text(tmp_path / "a.md", "a.md", "old\n", "new\n")
    assert (tmp_path / "real.md").read_text(encoding="utf-8") == "old\n"


def test_what_cannot_be_written_leaves_no_trace(tmp_path, monkeypatch):
    file = tmp_path / "a.md"
    file.write_text("old\n", encoding="utf-8")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write_module.os, "fsync", full)
    with pytest.raises(KbError, match=r"cannot write a\.md: No space left on device"):
        replace_text(file, "a.md", "old\n", "new\n")
    assert file.read_text(encoding="utf-8") == "old\n"
    assert [each.name for each in tmp_path.iterdir()] == ["a.md"]


def test_a_read_only_file_is_left_alone(tmp_path, monkeypatch):
    file = tmp_path / "a.md"
    file.write_text("old\n", encoding="utf-8")
    # Whoever runs the tests may be allowed everything.
    monkeypatch.setattr(write_module.os, "access", lambda _file, _mode: False)
    with pytest.raises(KbError, match="read-only"):
        replace_text(file, "a.md", "old\n", "new\n")


def test_a_file_that_is_gone_is_named(tmp_path):
    with pytest.raises(KbError, match=r"cannot write a\.md: No such file"):
        replace_text(tmp_path / "a.md", "a.md", "old\n", "new\n")
