"""Front matter: positions are what they claim, values are those of YAML 1.2, and no input is too odd to be read."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb_builder.model.location import LineMap, Span
from kb_builder.sources.decode import check_size, decode_page
from kb_builder.sources.front_matter import parse_front_matter, parse_yaml_file
from kb_builder.sources.yaml_block import locate, parse_block, walk_spans

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

# --- YAML in all its styles -------------------------------------------------

WORD = st.text("abc字備份éß😀09_./", min_size=1, max_size=8)
PLAIN_WORDS = st.lists(
    st.one_of(WORD, st.sampled_from(["a:b", "c#d", "no", "12:30", "-x", "e-f"])), min_size=1, max_size=4
)
ANY_TEXT = st.text(
    st.one_of(st.sampled_from(list(" :#-'\"\\,[]{}&*!|>%@`~?\n\t")), st.characters(exclude_categories=["Cc", "Cs"])),
    max_size=20,
).filter(lambda text: not re.search("[\u2028\u2029\ufffe\uffff\x85\ufeff]", text))
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
SCALARS = st.one_of(
    st.sampled_from(
        ["", "~", "null", "true", "False", "0", "-7", "012", "0o17", "0xff", "1.5", "1e3", ".5", "+1", "1_0"]
    ),
    PLAIN_WORDS.map(" ".join).filter(lambda text: not text.startswith("-")),
)


def _single_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double_quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@st.composite
def flow_values(draw: st.DrawFn, depth: int = 0) -> str:
    """A value within brackets."""
    kind = draw(st.integers(0, 3 if depth > 2 else 5))
    if kind == 0:
        return draw(WORD)
    if kind == 1:
        return _single_quoted(draw(ANY_TEXT).replace("\n", " "))
    if kind in (2, 3):
        return _double_quoted(draw(ANY_TEXT))
    gap = draw(st.sampled_from(["", " ", "\n          "]))
    parts = draw(st.lists(flow_values(depth + 1), max_size=3))
    if kind == 4:
        return f"[{gap}" + f",{gap or ' '}".join(parts) + f"{gap}]"
    keys = draw(st.lists(KEYS, min_size=len(parts), max_size=len(parts), unique=True))
    pairs = [f"{key}: {part}" for key, part in zip(keys, parts, strict=True)]
    return f"{{{gap}" + f",{gap or ' '}".join(pairs) + f"{gap}}}"


@st.composite
def block_values(draw: st.DrawFn, indent: int, depth: int = 0) -> str:
    """A value behind `name:`, with everything from the blank before it to the end of its last line."""
    kind = draw(st.integers(0, 7 if depth > 2 else 9))
    space = " " * draw(st.integers(1, 3))
    inner = " " * (indent + 2)
    comment = draw(st.sampled_from(["", "", " # 註", "  # a: b"]))
    if kind in (0, 1):
        return space + draw(SCALARS) + comment + "\n"
    if kind == 2:
        lines = draw(
            st.lists(PLAIN_WORDS.map(" ".join).filter(lambda text: not text.startswith("-")), min_size=2, max_size=4)
        )
        return (
            space + draw(st.sampled_from(["\n", "\n\n"])).join([lines[0], *(inner + line for line in lines[1:])]) + "\n"
        )
    if kind == 3:
        return space + _single_quoted(draw(ANY_TEXT).replace("\n", f"\n\n{inner}")) + comment + "\n"
    if kind == 4:
        return space + _double_quoted(draw(ANY_TEXT)) + comment + "\n"
    if kind in (5, 6):
        lines = draw(
            st.lists(st.one_of(WORD, st.just("# 非註"), st.just("- a: b"), st.just("")), min_size=1, max_size=4)
        )
        header = draw(st.sampled_from(["|", ">"])) + draw(st.sampled_from(["", "-", "+"]))
        text = "\n".join(inner + line if line else "" for line in [draw(WORD), *lines])
        return space + header + comment + "\n" + text + "\n"
    if kind == 7:
        return space + draw(flow_values()) + comment + "\n"
    if kind == 8:
        lead = " " * (indent + draw(st.sampled_from([0, 2])))
        items = draw(st.lists(block_values(len(lead), depth + 1), min_size=1, max_size=3))
        return comment + "\n" + "".join(f"{lead}-{item}" for item in items)
    return comment + "\n" + draw(block_mappings(indent + 2, depth + 1))


@st.composite
def block_mappings(draw: st.DrawFn, indent: int = 0, depth: int = 0) -> str:
    """A mapping, one name a line."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
    lines = []
    for key in keys:
        lines.append(draw(st.sampled_from(["", "", "", "\n", " " * indent + "# 說明\n"])))
        name = draw(st.sampled_from([key, key, f'"{key}"', f"'{key}'"]))
        lines.append(" " * indent + f"{name}:" + draw(block_values(indent, depth)))
    return "".join(lines)


def _valid(text: str) -> bool:
    return not parse_block(text).faults


BLOCKS = block_mappings().filter(_valid)


def base(text: str) -> Any:
    """Read YAML with every scalar as its text."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def trimmed(value: Any) -> Any:
    """Drop line breaks at the end of texts: whether they count depends on what follows."""
    if isinstance(value, dict):
        return {name: trimmed(part) for name, part in value.items()}
    return [trimmed(part) for part in value] if isinstance(value, list) else value.rstrip("\n")


def folded(text: str) -> str:
    """Fold the lines of a plain text: one line break is a space, more are one less."""
    lines = [line.strip(" \t\r") for line in text.split("\n")]
    return re.sub(r"\n+", lambda breaks: " " if len(breaks[0]) == 1 else breaks[0][1:], "\n".join(lines))


# --- Positions --------------------------------------------------------------


@UNHURRIED
@given(BLOCKS)
def test_every_span_covers_what_it_claims(block: str) -> None:
    whole = base(block)
    seen = 0
    for path, spans, text in walk_spans(block):
        seen += 1
        if spans.key is not None:
            key = spans.key.cut(block)
            assert (base(key) if key[0] in "\"'" else key) == path[-1]
        cut = spans.value.cut(block)
        if text is None:
            # A collection in block style begins behind its indentation.
            margin = spans.value.start - (block.rfind("\n", 0, spans.value.start) + 1)
            assert trimmed(base(" " * margin + cut + "\n")) == trimmed(at(whole, path))
            assert cut == cut.strip()
        elif cut[:1] in ("'", '"'):
            assert base(cut) == text
        elif cut[:1] in ("|", ">"):
            assert base(f"x: {cut}")["x"].rstrip("\n") == text.rstrip("\n")
        else:
            assert folded(cut) == text
    assert seen == _entries(whole)


def _entries(value: Any) -> int:
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return len(children) + sum(_entries(child) for child in children)


@UNHURRIED
@given(BLOCKS)
def test_a_field_is_found_where_the_walk_sees_it(block: str) -> None:
    for path, spans, _text in walk_spans(block):
        assert locate(block, path) == spans
        assert locate(block, (*path, "no such name")) == spans
    assert locate(block, ("no such name",)) is None


@UNHURRIED
@given(BLOCKS)
def test_values_agree_with_yaml(block: str) -> None:
    assert_same(parse_block(block).values, base(block))


def assert_same(ours: Any, text: Any) -> None:
    """Compare a value with what the base loader, to which every scalar is a text, makes of the same source."""
    if isinstance(ours, dict):
        assert list(ours) == list(text)
        for name, value in ours.items():
            assert_same(value, text[name])
    elif isinstance(ours, list):
        assert len(ours) == len(text)
        for value, other in zip(ours, text, strict=True):
            assert_same(value, other)
    elif isinstance(ours, str):
        assert ours == text
    elif ours is None:
        assert text in ("", "~", "null", "Null", "NULL")
    elif isinstance(ours, bool):
        assert text.lower() == str(ours).lower()
    elif isinstance(ours, int):
        assert int(text, 0) == ours
    else:
        assert float(text) == ours


# https://yaml.org/spec/1.2.2/#1032-tag-resolution, but for `.inf` and `.nan`, which JSON has not, and for numbers
# that begin with needless zeros, which are rather codes.
CORE_SCHEMA = re.compile(
    r"(?P<null>null|Null|NULL|~|)|(?P<bool>true|True|TRUE|false|False|FALSE)"
    r"|(?P<int>[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)",
    re.ASCII,
)


@UNHURRIED
@given(
    st.one_of(st.text("0123456789+-._eExobn~:TtrueFfalsNnl", max_size=8), st.from_regex(CORE_SCHEMA, fullmatch=True))
)
@example("012")
@example("12:30")
@example("2026-02-01")
@example("1e400")
def test_kind_of_a_plain_value_is_that_of_the_core_schema(word: str) -> None:
    block = f"x: {word}\n"
    parsed = parse_block(block)
    if parsed.faults or base(block) != {"x": word}:
        return
    match = CORE_SCHEMA.fullmatch(word)
    kind = match.lastgroup if match else "str"
    # What no number of ours can hold stays text.
    if kind == "float" and (len(word) > 40 or abs(float(word)) == float("inf")):
        kind = "str"
    names = {"null": "NoneType", "bool": "bool", "int": "int", "float": "float", "str": "str"}
    assert type(parsed.values["x"]).__name__ == names[str(kind)]


# --- Anything at all --------------------------------------------------------

SPECIAL_TEXT = st.text(
    st.one_of(
        st.sampled_from(
            list("---\n\n\n\r\t  ::##''\"\"\\[]{},&*!|>%@`~?<=+.…－—：　\x00\x1b\x85\u2028\u200b\ufeff\ud800aé字1")
        ),
        st.characters(),
    ),
    max_size=200,
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from([
            "---\n", "----\n", "--\n", " ---\n", "—\n", "...\n", "+++\n", "\n", "# x\n", "a: b\n", "- a\n", "  - a\n",
            "\t- a\n", "a: b: c\n", "a: [b, c\n", "a: [#b]\n", "a: {b: c d: e}\n", "a: 'b\n", 'a: "b\\q"\n', "a: *b\n",
            "a: &b c\n", "<<: x\n", "a: !!str b\n", "? [a]\n", ": b\n", "a： b\n", "\u3000a: b\n", "a: #b\n",
            "<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n", "```\n", "a: |\n", "  text\n", "%YAML 1.2\n", "a: @b\n",
            "a: \x00\n", "a: \x9b\n", "a: \uffff\n", "a: b\u2028c: d\n", "a: b\rc: d\n", "a: " + "1" * 30 + "\n",
            "[" * 300 + "\n", "- " * 30 + "\n", "a" * 50 + "\n",
        ]),
        SPECIAL_TEXT.map(lambda text: text[:20]),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@UNHURRIED
@given(st.one_of(SPECIAL_TEXT, PIECES, PIECES.map("---\n{}---\n".format), BLOCKS.map("---\n{}---\nx\n".format)))
@example("---\n\u2028")
@example("---\r")
@example("\ufeff")
def test_no_text_is_too_odd(text: str) -> None:
    document = parse_front_matter("a.md", "a.md", text)
    for finding in document.faults:
        for location in (finding.location, *(each.location for each in finding.related)):
            assert isinstance(location, Span)
            assert 0 <= location.start <= location.end <= len(text)
            LineMap(text).position(location)
        assert finding.message
        assert finding.hint
    assert 0 <= document.body.start <= document.body.end == len(text)
    if document.block is None:
        assert document.faults
        assert not document.values
    else:
        assert document.block.start <= document.block.end <= document.body.start
    assert document.values or document.faults or not base_or_none(document.block.cut(text) if document.block else "")


def base_or_none(text: str) -> Any:
    try:
        return base(text)
    except (yaml.YAMLError, ValueError):
        return None


@UNHURRIED
@given(PIECES)
@example("{")
def test_no_file_of_ours_is_too_odd(text: str) -> None:
    _block, findings = parse_yaml_file("kb.yml", text)
    for finding in findings:
        assert isinstance(finding.location, Span)
        assert 0 <= finding.location.start <= finding.location.end <= len(text)


@UNHURRIED
@given(
    st.one_of(st.binary(max_size=300), PIECES.map(lambda text: text.encode("utf-8", "replace"))), st.binary(max_size=4)
)
def test_no_bytes_are_too_odd(data: bytes, more: bytes) -> None:
    text, findings = decode_page("a.md", data + more)
    for finding in (*findings, *check_size("a.md", data + more)):
        assert isinstance(finding.location, Span)
        assert 0 <= finding.location.start <= finding.location.end <= len(text)
    if not findings:
        assert text.encode() == (data + more).removeprefix(b"\xef\xbb\xbf")
        parse_front_matter("a.md", "a.md", text)


# --- Line ends and marks ----------------------------------------------------


@UNHURRIED
@given(BLOCKS, st.sampled_from(["", "\n內文。\n", "x"]))
def test_byte_order_mark_and_line_ends_change_no_value(block: str, body: str) -> None:
    page = f"---\n{block}---\n{body}"
    plain = _read(page.encode())
    assert not plain.faults
    for data in (page.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + page.encode()):
        other = _read(data)
        assert other.values == plain.values
        assert other.faults == plain.faults
        assert other.body_text.replace("\r\n", "\n") == plain.body_text


@UNHURRIED
@given(BLOCKS)
def test_line_ends_change_no_line(block: str) -> None:
    windows = block.replace("\n", "\r\n")
    ours, theirs = LineMap(block), LineMap(windows)
    for (path, spans, _text), (other_path, others, _other) in zip(walk_spans(block), walk_spans(windows), strict=True):
        assert path == other_path
        assert ours.point(spans.value.start) == theirs.point(others.value.start)
        assert spans.value.cut(block) == others.value.cut(windows).replace("\r\n", "\n")


def _read(data: bytes) -> Any:
    text, faults = decode_page("a.md", data)
    return parse_front_matter("a.md", "a.md", text, faults)
