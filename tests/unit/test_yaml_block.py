"""The small YAML reader: values of YAML 1.2, positions of everything, limits."""

from __future__ import annotations

from typing import Any

import pytest

from kb_builder.sources.yaml_block import YamlBlock, locate, parse_block, walk_spans
from kb_builder.sources.yaml_fault import character_name, quoted
from kb_builder.sources.yaml_limits import MAX_BYTES, MAX_DEPTH, MAX_DIGITS

BLOCK = """\
# 說明
id: SOP-001
"title": '備份'
reviews:
  - date: 2026-02-01
    by: [dba, "ops"]   # 兩人
  -
    date: 2026-03-01
summary: |
  第一行

  第二行
note: >-
  一
  二
long: 一
  二
empty:
tags: []
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None), ("nUll", "nUll"),
        ("true", True), ("False", False), ("TRUE", True), ("tRue", "tRue"), ("yes", "yes"), ("no", "no"), ("on",
        "on"), ("y", "y"),
        ("0", 0), ("-7", -7), ("+3", 3), ("012", "012"), ("-012", "-012"), ("0o14", 12), ("0x1F", 31), ("0b11", "0b11"),
        ("1_000", "1_000"), ("12:30", "12:30"), ("190:20:30", "190:20:30"), ("9" * MAX_DIGITS, int("9" * MAX_DIGITS)),
        ("1.0", 1.0), ("-.5", -0.5), ("1.", 1.0), ("1e3", 1000.0), ("01.5", "01.5"), ("1e999", "1e999"),
        (".inf", ".inf"), (".nan", ".nan"), ("2026-02-01", "2026-02-01"), ("1.2.3", "1.2.3"), ("１", "１"),
        ("2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z"),
        ("'1'", "1"), ('"true"', "true"), ("'~'", "~"), ("=", "="), ("a b # c", "a b"), ("a#b", "a#b"),
    ],
)  # fmt: skip
def test_plain_values_follow_yaml_1_2(text: str, value: Any) -> None:
    block = parse_block(f"x: {text}\n")
    assert block == YamlBlock(values={"x": value})
    assert type(block.values["x"]) is type(value)


def test_a_block_is_read_whole() -> None:
    assert parse_block(BLOCK) == YamlBlock(
        values={
            "id": "SOP-001",
            "title": "備份",
            "reviews": [{"date": "2026-02-01", "by": ["dba", "ops"]}, {"date": "2026-03-01"}],
            "summary": "第一行\n\n第二行\n",
            "note": "一 二",
            "long": "一 二",
            "empty": None,
            "tags": [],
        }
    )


@pytest.mark.parametrize("text", ["", "\n", "# 只有註\n", "---\n", "--- # x\n"])
def test_nothing_is_no_fields(text: str) -> None:
    assert parse_block(text) == YamlBlock(values={})


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("id",), "id", "SOP-001"),
        (("title",), '"title"', "'備份'"),
        (("reviews", 0), None, 'date: 2026-02-01\n    by: [dba, "ops"]'),
        (("reviews", 0, "by"), "by", '[dba, "ops"]'),
        (("reviews", 0, "by", 1), None, '"ops"'),
        (("reviews", 1, "date"), "date", "2026-03-01"),
        (("summary",), "summary", "|\n  第一行\n\n  第二行"),
        (("note",), "note", ">-\n  一\n  二"),
        (("long",), "long", "一\n  二"),
        (("empty",), "empty", ""),
        (("tags",), "tags", "[]"),
    ],
)
def test_every_field_has_its_place(path: tuple[str | int, ...], key: str | None, value: str) -> None:
    spans = locate(BLOCK, path)
    assert spans is not None
    assert (spans.key.cut(BLOCK) if spans.key else None) == key
    assert spans.value.cut(BLOCK) == value


def test_field_that_is_not_there_has_the_place_of_its_parent() -> None:
    assert locate(BLOCK, ("reviews", 0, "trigger")) == locate(BLOCK, ("reviews", 0))
    assert locate(BLOCK, ("reviews", 7)) == locate(BLOCK, ("reviews",))
    assert locate(BLOCK, ("id", "x")) == locate(BLOCK, ("id",))
    assert locate(BLOCK, ("nope",)) is None
    assert locate(BLOCK, ()) is None
    assert locate("a: [", ("a",)) is None
    assert locate("a: &x b", ("a",)) is None


def test_walk_goes_from_top_to_bottom() -> None:
    paths = [path for path, _spans, _text in walk_spans(BLOCK)]
    assert paths[:6] == [
        ("id",), ("title",), ("reviews",), ("reviews", 0), ("reviews", 0, "date"), ("reviews", 0, "by"),
    ]  # fmt: skip
    assert len(paths) == 15


def test_field_that_is_given_twice_keeps_its_first_value_and_place() -> None:
    text = "a: 1\nb: 2\na: 3\n"
    block = parse_block(text)
    assert block.values == {"a": 1, "b": 2}
    [fault] = block.faults
    assert fault.other is not None
    assert (fault.span.start, fault.other.start) == (text.rindex("a"), 0)
    spans = locate(text, ("a",))
    assert spans is not None
    assert spans.value.cut(text) == "1"


def slugs(text: str, max_bytes: int = MAX_BYTES) -> list[str]:
    return [fault.slug for fault in parse_block(text, max_bytes).faults]


def test_limits_are_the_last_that_pass() -> None:
    assert slugs("a: " + "字" * ((MAX_BYTES - 3) // 3)) == []
    assert slugs("a: " + "字" * ((MAX_BYTES - 3) // 3 + 1)) == ["front-matter-limit"]
    assert slugs("a: " + "x" * 100, 50) == ["front-matter-limit"]
    # The mapping of the fields is the first level.
    inner = MAX_DEPTH - 1
    assert slugs("a: " + "[" * inner + "]" * inner) == []
    assert slugs("a: " + "[" * (inner + 1) + "]" * (inner + 1)) == ["front-matter-limit"]
    assert slugs("".join("  " * n + "a:\n" for n in range(MAX_DEPTH)) + "  " * MAX_DEPTH + "b") == []
    assert slugs("".join("  " * n + "a:\n" for n in range(MAX_DEPTH + 1)) + "  " * (MAX_DEPTH + 1) + "b") == [
        "front-matter-limit"
    ]
    assert slugs(f"a: {'1' * MAX_DIGITS}\n") == []
    assert slugs(f"a: {'1' * (MAX_DIGITS + 1)}\n") == ["front-matter-limit"]


def test_what_nests_too_deep_is_one_fault_and_no_values() -> None:
    block = parse_block("ok: 1\n" + "a: [[[[[[[[], []], []]]]]]]\n")
    assert block.values == {}
    assert [fault.slug for fault in block.faults] == ["front-matter-limit"]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1", "a: *x", "a: !!int 1", "a: !x 1", "a: ! 1", "&x a: 1", "a: [&x 1]", "a: [*x]", "a: {b: *x}",
        "- &x a", "a:\n  - *x",
        '{"a":*x}', '{"a":&x 1}', "? &x a\n: 1", "<<: {a: 1}", "a:\n  <<: {b: 1}", "a: {<<: {b: 1}}", "a: !<x> 1",
        "%TAG ! x\n---\na: !b 1",
        "--- &x\na: 1", "--- !!map\na: 1", "a:\n  &x\n  b: 1",
    ],
)  # fmt: skip
def test_features_of_yaml_are_refused_wherever_they_stand(text: str) -> None:
    assert slugs(text) == ["yaml-feature"]


@pytest.mark.parametrize(
    "text", ["a: b&c *d !e", "a: '&x'", 'a: "*x"', "a: |\n  &x\n  *y !z\n  <<: w", "a: [b&c]", "a&b: 1",
    "# &x *y !z\na: 1", "'<<': 1"]
)  # fmt: skip
def test_signs_of_features_within_text_are_text(text: str) -> None:
    assert slugs(text) == []


@pytest.mark.parametrize(
    ("text", "value"), [("a", '"a"'), ("a: b", '"a: b"'), ('say "x"', "'say \"x\"'"), ("it's", '"it\'s"'), ("'\"",
    "'''\"'"), ("C:\\", "'C:\\'")]
)  # fmt: skip
def test_quoted_text_can_be_pasted(text: str, value: str) -> None:
    assert quoted(text) == value
    assert parse_block(f"x: {value}\n").values == {"x": text}


def test_characters_are_named() -> None:
    assert character_name("\u00a0") == "no-break space (U+00A0)"
    assert character_name("\x07") == "control character (U+0007)"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("title: 伺服器回應 # 500 怎麼辦", "# 500 怎麼辦"),
        ("summary: a #", "#"),
        ("steps:\n  - name: 檢查 # 2", "# 2"),
        ("title: 伺服器回應  # 註解", ""),
        ("title: '伺服器回應 # 500'", ""),
        ("title: x # 一".replace("title", "topic"), ""),
        ("rollback: |\n  title: a # b", ""),
        ("title: # 註解\n  x", ""),
    ],
)
def test_end_of_a_title_is_not_lost_to_a_comment(text: str, lost: str) -> None:
    faults = parse_block(text + "\n").faults
    assert [each.span.cut(text) for each in faults if each.slug == "lost-value"] == ([lost] if lost else [])


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("# Words: 'x' #y\na: 1", ""),
        ("  # 註解 #12\na: 1", ""),
        ("a: 1  # see #12", ""),
        ("a: [1,  # one #1\n  2]", ""),
        ("## heading #1\na: 1", ""),
        ("a: 'x # y' #z", "#z"),
        ("a: x#1 #z", "#z"),
        ("a: #z # why", "#z # why"),
    ],
)
def test_a_sign_within_a_comment_is_part_of_it(text: str, lost: str) -> None:
    faults = parse_block(text + "\n").faults
    assert [each.span.cut(text) for each in faults if each.slug == "lost-value"] == ([lost] if lost else [])
