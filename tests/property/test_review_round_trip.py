"""`kb review` changes two places of a file and no other byte, however its author wrote it.

A generated page is known in pieces: what stands before, between and behind `last_reviewed` and `reviews`. After the
review the pieces are still there, in their order, with nothing between them but the two fields.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb_builder.cli.run import run
from kb_builder.sources.edit import append_entry, set_text
from kb_builder.sources.yaml_block import parse_block
from tests.conftest import OWNERS

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(UNHURRIED, max_examples=40)
DAY = "2026-11-20"

# --- fields as people write them ----------------------------------------------------------------------------------

TEXT = st.text(
    st.one_of(st.sampled_from(list(" :#-'\"\\,[]{}&*!|>%@`~?")), st.characters(exclude_categories=["Cc", "Cs"])),
    max_size=16,
).filter(lambda text: not re.search("[\u2028-\u202e\u2066-\u2069\ufffe\uffff\ufeff]", text))
# Text that means itself without quotes.
WORDS = st.text("abc字備份é😀09_./", min_size=1, max_size=8).map(lambda text: f"w{text}")
COMMENT = st.sampled_from(["", "", "  # 註", " # a: b", "   # last_reviewed: 2000-01-01", " # [x, y"])
LINES = st.sampled_from(["", "", "", "\n", "# reviews: []\n", "\n# 說明 {\n"])
DEEPER = st.sampled_from(["", "      # - a: 1\n"])


def in_quotes(text: str, quote: str) -> str:
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False) if quote == '"' else text


@st.composite
def names(draw: st.DrawFn, name: str) -> str:
    """A name with its colon."""
    return in_quotes(name, draw(st.sampled_from(["", "", "", "'", '"']))) + draw(st.sampled_from([":", ":", " :"]))


@st.composite
def days(draw: st.DrawFn) -> str:
    """What stands behind `last_reviewed:`, up to the end of the date, or of the line where a comment would be text."""
    before = draw(st.sampled_from([" ", "   "]))
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return ""
    if kind == 1:
        return f"{before}>-{draw(COMMENT)}\n    2026-01-02\n"
    if kind == 2:
        return "\n   2026-01-02"
    return before + in_quotes("2026-01-02", draw(st.sampled_from(["", "'", '"'])))


@st.composite
def entries(draw: st.DrawFn) -> list[tuple[str, str]]:
    """The fields of an entry of `reviews`: names and values, which stand on one line and may stand in brackets."""
    fields = [("date", "2026-01-02"), ("by", draw(st.sampled_from(["dba", "[dba, ops]", "'ops'"])))]
    fields.append(("trigger", draw(st.sampled_from(["scheduled", '"drill"']))))
    fields.append(("checks", draw(st.sampled_from(["[complete]", "{operable: fail, complete: pass}"]))))
    if draw(st.booleans()):
        fields.append(("note", in_quotes("x" + draw(TEXT), draw(st.sampled_from("'\"")))))
    return fields


@st.composite
def lists(draw: st.DrawFn) -> str:
    """What stands behind `reviews:`, with the comments that belong to it, up to the end of its last line."""
    kind = draw(st.integers(1, 6))
    found = draw(st.lists(entries(), min_size=1, max_size=3))
    if kind == 1:
        comma = draw(st.sampled_from(["", ",", " , "]))
        return " [" + ", ".join(map(braces, found)) + f"{comma}]" + draw(COMMENT) + "\n"
    if kind == 2:
        indent, comma = " " * draw(st.integers(1, 4)), draw(st.sampled_from(["", ","]))
        rows = [braces(entry) + ("," if entry is not found[-1] else comma) + draw(COMMENT) for entry in found]
        return " [\n" + "".join(f"{indent}{row}\n" for row in rows) + draw(st.sampled_from(["]\n", "  # end\n  ]\n"]))
    margin, gap = draw(st.integers(0, 4)), draw(st.integers(1, 3))
    text = draw(COMMENT) + "\n"
    for entry in found:
        text += " " * margin + "-" + " " * gap
        if kind == 3:
            text += braces(entry) + draw(COMMENT) + "\n"
            continue
        inner = " " * (margin + 1 + gap)
        rows = [f"{name}: {value}{draw(COMMENT)}\n" for name, value in entry if kind != 4 or name != "note"]
        if draw(st.booleans()):
            more = draw(st.sampled_from(["", f"\n{inner}  more"]))
            rows.append(f"outcome: {draw(WORDS)}{more}\n")
        if kind == 4:
            header = draw(st.sampled_from(["|", ">", "|-", "|+"]))
            rows.append(f"note: {header}\n{inner}  {draw(WORDS)}\n\n{inner}    # no comment\n")
        text += inner.join(rows)
        text += draw(st.sampled_from(["", "", f"{inner}# of this one\n"]))
    return text


def braces(entry: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in entry) + "}"


@dataclass(frozen=True, slots=True)
class Block:
    """Front matter in pieces. `day` and `reviews` are what stands behind the names; `reviews` None if it is absent.

    Of a list without entries, `nothing` is what says so.
    """

    before: str
    day: str
    between: str
    nothing: str
    reviews: str | None
    after: str

    @property
    def text(self) -> str:
        return self.before + self.day + self.between + self.nothing + (self.reviews or "") + self.after

    def in_windows(self) -> Block:
        """The same with line ends of another kind."""
        return replace(self, **{name: part.replace("\n", "\r\n") for name, part in asdict(self).items() if part})


@st.composite
def blocks(draw: st.DrawFn, fields: tuple[str, ...] = ("id: A\n", "l:\n- 1\n", "t: '#'\n", "s: |\n  x\n")) -> Block:
    """A block in which `last_reviewed` comes before `reviews`; `fields` stand around them."""
    others = draw(st.permutations(fields))
    one, two = sorted((draw(st.integers(0, len(others))), draw(st.integers(0, len(others)))))
    parts = ["".join(draw(LINES) + each for each in chosen) for chosen in (others[:one], others[one:two], others[two:])]
    before = parts[0] + draw(LINES) + draw(names("last_reviewed"))
    day = draw(days())
    between = ("" if day.endswith("\n") else draw(COMMENT) + "\n" + draw(DEEPER)) + parts[1] + draw(LINES)
    after = parts[2] + draw(LINES)
    nothing, reviews = "", None
    if draw(st.integers(0, 3)):
        between += draw(names("reviews"))
        if draw(st.booleans()):
            reviews = draw(lists())
        else:
            nothing, reviews = draw(st.sampled_from(["", " []", "  [ ]", " ~"])), draw(COMMENT) + "\n" + draw(DEEPER)
        # Blank lines may be a part of the text above them.
        reviews, after = reviews + "\n" * (len(after) - len(after.lstrip("\n"))), after.lstrip("\n")
    return Block(before=before, day=day, between=between, nothing=nothing, reviews=reviews, after=after)


# --- what may change --------------------------------------------------------


def is_insertion(old: str, new: str) -> bool:
    """Whether the new text is the old one with one piece put in."""
    return len(new) > len(old) and any(
        new.startswith(old[:at]) and new.endswith(old[at:]) for at in range(len(old) + 1)
    )


def is_subsequence(old: str, new: str) -> bool:
    rest = iter(new)
    return all(character in rest for character in old)


def assert_untouched(block: Block, after: str) -> None:
    """Every piece but the two fields is still there, and the old entries are as they were."""
    day = f"(.*?{DAY}['\"]?" + (r"\r?\n)" if block.day.endswith("\n") else ")")
    rest = "(.*)" if block.reviews is None else re.escape(block.between) + "(.*)" + re.escape(block.after)
    match = re.fullmatch(re.escape(block.before) + day + rest, after, re.DOTALL)
    assert match
    if block.reviews is None:
        assert is_insertion(block.between + block.after, match[2])
    elif block.reviews.startswith(" ["):
        assert is_subsequence(block.reviews, match[2])  # a comma may have been put in as well
    else:
        assert is_insertion(block.reviews, match[2])


# --- the text ---------------------------------------------------------------

ENTRIES = st.dictionaries(st.sampled_from(["date", "by", "note", "ref", "outcome"]), TEXT | st.just(DAY), min_size=1)


@UNHURRIED
@given(blocks(), ENTRIES, st.booleans())
def test_an_edit_touches_two_places(block: Block, entry: dict[str, Any], windows: bool) -> None:
    block = block.in_windows() if windows else block
    text = block.text
    old = parse_block(text)
    assert not old.faults
    new = append_entry(set_text(text, "last_reviewed", DAY), "reviews", entry, after=("last_reviewed",))
    assert parse_block(new).values == {
        **old.values,
        "last_reviewed": DAY,
        "reviews": [*(old.values.get("reviews") or ()), entry],
    }
    assert new.count("\n") == new.count("\r\n") or not windows
    assert_untouched(block, new)


@UNHURRIED
@given(blocks(), st.lists(ENTRIES, min_size=2, max_size=3))
def test_entries_add_up(block: Block, more: list[dict[str, Any]]) -> None:
    text = block.text
    for entry in more:
        text = append_entry(text, "reviews", entry, after=("last_reviewed",))
    old = parse_block(block.text).values.get("reviews") or []
    assert parse_block(text).values["reviews"] == [*old, *more]


# --- the command ------------------------------------------------------------

SOP = (
    "id: SOP-101\n", 'title: "重新: 啟動"  # 標題\n', "summary: >-\n  網站沒有回應時，\n  重新啟動。\n",
    "owner: 'ops'\n", "status: published\n", "category: routine\n", "version: '1.0'\n", "effective_date: 2026-01-01\n",
    "reviewers:\n  - dba\n", "approver: ops\n",
    "steps:\n- {name: 保存, role: dba, time_limit: 5 minutes, expected: 已另存}\n",
)  # fmt: skip
BODIES = st.sampled_from(["\n內文。\n", "內文，沒有行尾", "\r\n內文\r\n\n---\n\n混用\u2028行尾\r\n"])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("review")
    for name in ("content/sops", "registry"):
        (root / name).mkdir(parents=True)
    (root / "kb.yml").write_text("timezone: Asia/Taipei\n", encoding="utf-8")
    (root / "registry/owners.yml").write_text(OWNERS, encoding="utf-8")
    return root


@FEW
@given(block=blocks(SOP), body=BODIES, mark=st.booleans(), windows=st.booleans(), note=TEXT)
def test_reviews_by_command_add_up(
    project: Path, block: Block, body: str, mark: bool, windows: bool, note: str
) -> None:
    def page(front: str) -> bytes:
        text = f"---\n{front}---\n"
        return (
            (b"\xef\xbb\xbf" if mark else b"")
            + (text.replace("\n", "\r\n") if windows else text).encode()
            + body.encode()
        )

    def front(data: bytes) -> str:
        return data.decode().removeprefix("\ufeff").removesuffix(body).replace("\r\n", "\n")[4:-4]

    file = project / "content/sops/a.md"
    file.write_bytes(page(block.text))
    before = parse_block(block.text).values.get("reviews") or []
    text = block.text
    for count in (1, 2):
        code, said = kb(
            project, "review", "SOP-101", "--by", "dba,ops", "--trigger", "scheduled",
            "--checks", "complete,effective,applicable,operable", "--note", note,
        )  # fmt: skip
        assert code == 0, said
        found = front(file.read_bytes())
        assert page(found) == file.read_bytes()
        values = parse_block(found).values
        assert values["last_reviewed"] == DAY
        assert values["reviews"][: len(before)] == before
        assert [each["date"] for each in values["reviews"][len(before) :]] == [DAY] * count
        assert values["reviews"][-1].get("note", "") == note.strip()
        if count == 1:
            assert_untouched(block, found)
        else:
            assert is_subsequence(text, found)
        text = found
    code, said = kb(project, "check", "--select", "KB0,KB3")
    assert code == 0, said


def kb(project: Path, *arguments: str) -> tuple[int, str]:
    """Run a command on that day, with nobody to ask."""
    with mock.patch("sys.stdin", io.StringIO()), mock.patch("sys.stdout", io.StringIO()) as out:
        with mock.patch("sys.stderr", out):
            code = run(["--project", str(project), *arguments, "--as-of", DAY])
        return code, out.getvalue()
