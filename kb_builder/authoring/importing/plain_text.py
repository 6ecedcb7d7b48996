"""Plain text as HTML: headings, lists, tables with tabs and paragraphs, as people mark them without markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

_NUMERALS = "一二三四五六七八九十百"
_HEADING = re.compile(
    rf"(?:第[{_NUMERALS}\d]+[章節节部][ \t　:：]*\S.*|[{_NUMERALS}]+、\S.*|#{{1,4}} +\S.*|\d+\.\d+(?:\.\d+)?\.? +\S.*)"
)
_NUMBERED = re.compile(
    r"\s*(?:\d{1,3}[.)、．]|[(（]\d{1,3}[)）]|[①-⑳]|步驟 ?\d+[:：]?|步骤 ?\d+[:：]?|[Ss]tep \d+[:.)])\s*(?=\S)"
)
_BULLET = re.compile(r"\s*[-*•·‧▪●○◆■□–—]\s+(?=\S)")
_UNDERLINE = re.compile(r"(?:=+|-{3,})")
_LONGEST_HEADING = 60


def text_as_html(text: str) -> str:
    """Return the text as HTML. Only what is plain to see becomes more than a paragraph."""
    return "\n".join(_blocks(text.split("\n")))


def _blocks(lines: list[str]) -> Iterator[str]:
    marked = list(_with_headings(lines))
    for kind, group in groupby(marked, key=lambda pair: pair[0]):
        texts = [text for _kind, text in group]
        if kind == "blank":
            continue
        if kind.startswith("h"):
            yield from (f"<{kind}>{escape(text)}</{kind}>" for text in texts)
        elif kind in ("ol", "ul"):
            yield f"<{kind}>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + f"</{kind}>"
        elif kind == "table" and len(texts) > 1:
            yield "<table>" + "".join(map(_row, texts)) + "</table>"
        else:
            yield "<p>" + "<br>".join(escape(text.strip()) for text in texts) + "</p>"


def _with_headings(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each line with what it is: blank, h1 to h4, ol, ul, table or p."""
    skip = False
    for number, line in enumerate(lines):
        if skip:
            skip = False
            continue
        text = line.strip()
        following = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if not text:
            yield "blank", ""
        elif following and _UNDERLINE.fullmatch(following) and len(text) <= _LONGEST_HEADING and "\t" not in line:
            skip = True
            yield ("h1" if following.startswith("=") else "h2"), text
        elif _HEADING.fullmatch(text) and len(text) <= _LONGEST_HEADING and not text.endswith(("。", ".", "；", ";")):
            yield _level(text), text.lstrip("# ") if text.startswith("#") else text
        elif "\t" in line.strip("\t"):
            yield "table", line
        elif match := _NUMBERED.match(line):
            yield "ol", line[match.end() :].strip()
        elif match := _BULLET.match(line):
            yield "ul", line[match.end() :].strip()
        else:
            yield "p", text


def _level(text: str) -> str:
    if text.startswith("#"):
        return f"h{len(text) - len(text.lstrip('#'))}"
    number = re.match(r"\d+((?:\.\d+)+)", text)
    return f"h{min(4, 2 + number[1].count('.'))}" if number else "h2"


def _row(line: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell.strip())}</td>" for cell in line.split("\t")) + "</tr>"
