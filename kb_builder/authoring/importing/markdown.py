"""Cleaned HTML as Markdown of our dialect. Whatever the text says, it stays text: nothing in it becomes markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
_BREAK_IN_CHINESE = re.compile(rf"(?<={_CJK})[ \t]*\n[ \t]*(?={_CJK})")
_ALWAYS = re.compile(r"([\\`*_\[\]{}|])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
# Signs that mark something where they stand twice, and those that begin a heading, list, quotation, note or rule.
_PAIRED = ("~", "^", "==", "++")
_BEGINS = {**{sign: "\\" + sign for sign in "#>+-!"}, **{sign: f"&#{ord(sign)};" for sign in ":?/=~"}}


def escape_text(text: str) -> str:
    """Return a text as Markdown that shows it as it is, wherever it stands in a line."""
    text = _BREAK_IN_CHINESE.sub("", text).replace("\n", " ")
    text = _ALWAYS.sub(r"\\\1", _ENTITY.sub("&amp;", text)).replace("<", "&lt;")
    blanks = text[: len(text) - len(text.lstrip())]
    begin = text[len(blanks) : len(blanks) + 1]
    rest = text[len(blanks) + 1 :]
    if begin in _BEGINS:
        return blanks + _BEGINS[begin] + _without_pairs(rest)
    return blanks + _without_pairs(_NUMBER.sub(r"\1\\\2", begin + rest, count=1) if begin.isdigit() else begin + rest)


def _without_pairs(text: str) -> str:
    for mark in _PAIRED:
        if text.count(mark) > 1:
            text = text.replace(mark, "".join(f"&#{ord(each)};" for each in mark))
    return text


def to_markdown(body: BeautifulSoup) -> str:
    """Return a cleaned body as Markdown with a line feed at its end."""
    from markdownify import ATX, MarkdownConverter

    class Converter(MarkdownConverter):  # type: ignore[misc, unused-ignore]
        """The library's conversion, in the dialect that our sites read: four blanks for what belongs to a list."""

        def escape(self, text: str, parent_tags: Any) -> str:  # noqa: ARG002
            return escape_text(text) if text else ""

        def convert_li(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002
            text = (text or "").strip()
            if not text:
                return "\n"
            parent = el.parent
            mark = "-"
            if parent is not None and parent.name == "ol":
                start = str(parent.get("start") or "")
                first = int(start) if re.fullmatch(r"\d{1,4}", start, re.ASCII) else 1
                mark = f"{first + len(el.find_previous_siblings('li'))}."
            inner = "\n".join("    " + line if line else "" for line in text.split("\n"))
            return f"{mark} ".ljust(4) + inner[4:] + "\n"

        def convert_pre(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002
            code = el.get_text().strip("\n")
            if not code.strip():
                return ""
            fence = "`" * max(3, max((len(each) for each in re.findall(r"`+", code)), default=0) + 1)
            return f"\n\n{fence} text\n{code}\n{fence}\n\n"

        def convert_code(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002
            code = " ".join(el.get_text().split())
            if "pre" in parent_tags or not code:
                return code
            # A bar ends a cell even in code, and a sign of code cannot be written in a row of them.
            if "`" in code or "|" in code:
                return escape_text(code)
            return f"`{code}`"

        convert_kbd = convert_samp = convert_code

        def convert_br(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002
            if "td" in parent_tags or "th" in parent_tags:
                return "<br>"
            return " " if "_inline" in parent_tags else "  \n"

        def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002
            return f"![{_label(el.get('alt'))}]({quote(str(el.get('src') or ''))})"

        def convert_a(self, el: Any, text: str, parent_tags: Any) -> str:
            href = quote(str(el.get("href") or ""), safe=":/?#@!$&'*+,;=%~.-_")
            return f"[{text.strip()}]({href})" if text.strip() and "_noformat" not in parent_tags else text

        def convert_sub(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002
            return text

        convert_sup = convert_sub

    markdown = str(Converter(heading_style=ATX, table_infer_header=True, bs4_options="html.parser").convert_soup(body))
    lines = [line.rstrip() + ("  " if line.endswith("  ") and line.strip() else "") for line in markdown.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _label(alt: Any) -> str:
    return escape_text(" ".join(str(alt or "").split())[:200])
