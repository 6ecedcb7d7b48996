"""`--fix` writes what is right in the place of what is wrong and leaves every other character as it was.

A generated page is known twice: as it should be, and with mistakes at some of its fields. Mending the second gives the
first, whatever stands around; mending that changes nothing more. Pages in which chance has changed a few characters
are mended as far as they go, and lose nothing.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb_builder import checks
from kb_builder.authoring.mend import Mended, mend, page_look
from kb_builder.config.load import load_settings
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.model.catalog import Catalog
from kb_builder.pipeline import check
from kb_builder.sources.front_matter import parse_front_matter
from tests.conftest import OWNERS

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PATH = "content/faq/page.md"
GOOD = """\
---
# 欄位
id: FAQ-100
title: 忘記密碼
summary: 在登入頁重設。
owner: ops
status: published  # 已上線
topic: 登入
last_reviewed: 2026-02-18
review_interval: 6 months
version: "1.2"
tags: [登入, 密碼]
reviews:
  # 每次一筆
  - {date: 2026-02-18, by: dba, trigger: scheduled}
---

## 標題

內文。
"""

# --- a page, right and wrong --------------------------------------------------------------------------------------

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
NAMES = ["summary", "last_reviewed", "review_interval", "version", "status"]


@dataclass(frozen=True)
class Part:
    """A piece of a page as it should be and as it is."""

    right: str
    wrong: str


@st.composite
def days(draw: st.DrawFn) -> Part:
    day = draw(st.dates(date(2020, 1, 1), date(2026, 2, 28)))
    year, month, number = day.year, day.month, day.day
    wrong = draw(
        st.sampled_from(
            [f"{year}/{month}/{number}", f"{year}.{month:02}.{number:02}", f"{year}年{month}月{number}日",
             f"{year}{month:02}{number:02}", f"{year}／{month}／{number}", day.isoformat().translate(WIDE),
             f"{year}–{month:02}–{number:02}"]
        )
    )  # fmt: skip
    quote = draw(st.sampled_from(["", "'", '"']))
    return Part(f"{quote}{day.isoformat()}{quote}", f"{quote}{wrong}{quote}")


@st.composite
def periods(draw: st.DrawFn) -> Part:
    count = draw(st.integers(2, 99))
    english, chinese, letter = draw(
        st.sampled_from([("months", "個月", "M"), ("years", "年", "Y"), ("weeks", "週", "W")])
    )
    forms = [f"{count}{english}", f"{count} {chinese}", f"P{count}{letter}", f"{count} {english.title()}"]
    return Part(f"{count} {english}", draw(st.sampled_from(forms)))


@st.composite
def statuses(draw: st.DrawFn) -> Part:
    right = draw(st.sampled_from(["published", "in_review", "obsolete"]))
    at = draw(st.integers(1, len(right) - 1))
    return Part(
        right, draw(st.sampled_from([right[:at] + right[at + 1 :], right.upper(), right[:at] + "x" + right[at:]]))
    )


WORD = st.text("忘記密碼abc", min_size=1, max_size=5).map(lambda word: f"字{word}")
VALUES: dict[str, st.SearchStrategy[Part]] = {
    "id": st.sampled_from([Part("FAQ-100", "faq-100"), Part("FAQ-100", "FAQ-１００"), Part("'FAQ-100'", "'FAQ-100 '")]),
    "title": WORD.map(lambda word: Part(f'"{word}: {word}"', f"{word}: {word}")),
    "summary": st.tuples(st.sampled_from("@%&*"), WORD).map(
        lambda pair: Part(f'"{pair[0]} {pair[1]}"', f"{pair[0]} {pair[1]}")
    ),
    "owner": st.sampled_from([Part("ops", "[ops]"), Part("ops", "OPS"), Part('"ops"', '"ｏps"')]),
    "status": statuses(),
    "topic": st.integers(1, 999).map(lambda number: Part(f'"{number}"', str(number))),
    "last_reviewed": days(),
    "review_interval": periods(),
    "version": WORD.map(lambda word: Part(f'"#{word}"', f"#{word}")),
    "tags": WORD.map(lambda word: Part(f"[{word}]", word)),
}
RIGHT = {
    "id": "FAQ-100", "title": "忘記密碼", "summary": "在登入頁重設。", "owner": "ops", "status": "published",
    "topic": "登入", "last_reviewed": "2026-02-18", "review_interval": "6 months", "version": '"1.2"', "tags": "[登入]",
}  # fmt: skip
COMMENT = st.sampled_from(["", "", "", "  # 註", "   # a: 2026/1/1"])
LINES = st.sampled_from(["", "", "", "\n", "# status: publishd\n", "# 說明：[ {\n"])


@st.composite
def fields(draw: st.DrawFn, name: str, how: str) -> Part:
    """A field on a line of its own: in order, or wrong in its value, its name or its colon."""
    if how == "value":
        value = draw(VALUES[name])
        # A comment behind a value with a colon may be meant as part of it, one behind `#word` is lost with it.
        comment = "" if name in ("title", "version") else draw(COMMENT)
        return Part(f"{name}: {value.right}{comment}\n", f"{name}: {value.wrong}{comment}\n")
    right = f"{name}: {RIGHT[name]}{draw(COMMENT)}\n"
    if how == "name":
        at = draw(st.integers(1, len(name) - 2))
        return Part(right, right.replace(name, name[:at] + name[at + 1 :], 1))
    if how == "colon":
        return Part(right, right.replace(": ", "：", 1))
    return Part(right, right)


@st.composite
def pages(draw: st.DrawFn) -> Part:
    parts = []
    for name in draw(st.permutations(list(RIGHT))):
        ways = ["good", "good", "good", "value", "colon", *(["name"] if name in NAMES else [])]
        between = draw(LINES)
        parts += [Part(between, between), draw(fields(name, draw(st.sampled_from(ways))))]
    opening = draw(st.sampled_from(["---", "---", "---", "—", "－－－", "----", " ---"]))
    closing = draw(st.sampled_from(["---", "---", "---", "--", "——", "---　"]))
    body = draw(st.sampled_from(["\n內文。\n", "\n先。\n\n---\n\n後：2026/1/1\n", "\n\t# 碼\n"]))
    right = "---\n" + "".join(part.right for part in parts) + "---\n" + body
    wrong = f"{opening}\n" + "".join(part.wrong for part in parts) + f"{closing}\n" + body
    if draw(st.booleans()):
        right, wrong = right.replace("\n", "\r\n"), wrong.replace("\n", "\r\n")
    return Part(right, wrong)


# --- laws -----------------------------------------------------------------------------------------------------------


@cache
def catalog() -> Catalog:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {"kb.yml": "timezone: Asia/Taipei\n", "registry/owners.yml": OWNERS, PATH: GOOD}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        checked = check(load_settings(root, checks.rules()), date(2026, 3, 1))
    assert checked.diagnostics == ()
    return checked.catalog


def mended(text: str) -> Mended | None:
    document = catalog().documents[0]
    look = page_look(catalog(), document, DocumentValidator(catalog().type_of(document)), {document.id})
    return mend(PATH, text, look, lambda each: each.edit is not None)


@given(page=pages())
@settings(UNHURRIED, max_examples=100)
def test_what_is_wrong_becomes_right_and_nothing_else_changes(page: Part) -> None:
    result = mended(page.wrong)
    assert (result.after if result else page.wrong) == page.right
    assert mended(page.right) is None


SIGNS = list(" \t:：#-—\"'[]{},@%&*!|>/０1aZ　\n\u200b")
CHANGES = st.lists(
    st.tuples(st.integers(0, GOOD.index("## 標題")), st.integers(0, 3), st.sampled_from(["", *SIGNS])),
    min_size=1,
    max_size=3,
)


@given(changes=CHANGES)
@settings(UNHURRIED, max_examples=250)
def test_pages_changed_by_chance_lose_nothing(changes: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for at, count, sign in changes:
        text = text[:at] + sign + text[at + count :]
    result = mended(text)
    if result is None:
        return
    after = result.after
    assert after != text
    assert mended(after) is None, "mended once more, it changes once more"
    assert _comments(after) == _comments(text)
    assert after.endswith("\n\n內文。\n")
    before, now = (parse_front_matter(PATH, "page.md", each).values for each in (text, after))
    if before:
        changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        # A name that is mended is one that goes and one that comes.
        assert len(changed) <= 2 * len(result.mended)


def _comments(text: str) -> list[str]:
    return re.findall(r"(?:^|\s)# (.*)", text, re.MULTILINE)
