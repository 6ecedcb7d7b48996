"""Pages that take forever are named, and hold nobody up."""

from __future__ import annotations

import pytest

from kb_builder.sources.trial import failures, may_be_costly

COSTLY = {
    "brackets": "[" * 6000,
    "pictures": "![" * 1500,
    "declarations": "<![CDATA[" * 1500,
    "braces": ("{" * 9000 + "\n") * 25,
    "quotes of tags": "<a> " * 300,
    "deep list": "".join("    " * depth + "- x\n" for depth in range(300)),
    "quotes": ">" * 5000,
    "long": "x " * 15_000,
}
USUAL = {
    "prose": "文字。" * 2000,
    "links": "- [a](b.md)\n" * 150,
    "table": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 100,
    "code": "```python\n" + "print({1: [2]})\n" * 60 + "```\n",
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_costly_page_is_tried(text: str) -> None:
    assert may_be_costly(text)


@pytest.mark.parametrize("text", USUAL.values(), ids=USUAL)
def test_usual_page_is_not_tried(text: str) -> None:
    assert not may_be_costly(text)


def test_pages_at_fault_are_named_and_the_others_pass() -> None:
    found = failures({"a": "ok", "slow": "<![CDATA[" * 1500, "b": "# ok", "deep": COSTLY["deep list"], "c": "x"}, 1)
    assert found["slow"] == "it takes more than 1 seconds"
    assert found.keys() == {"slow", "deep"}


def test_memory_is_limited() -> None:
    table = "| a " * 2400 + "\n" + "|-" * 2400 + "\n" + "|\n" * 40_000
    assert failures({"a": "ok", "wide": table, "b": "ok"}).keys() == {"wide"}
