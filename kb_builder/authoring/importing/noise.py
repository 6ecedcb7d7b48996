"""Characters that came along by accident: what copying from Word, PDF and scans leaves behind."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

# Signs that look like a character and are another one: radicals, compatibility forms. NFKC gives the usual one.
_LOOK_ALIKE = re.compile(r"[\u2e80-\u2fd5\uf900-\ufaff\ufe30-\ufe4f\U0002f800-\U0002fa1f]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd\ufffd]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ao|an|ei|en|er|ia|ie|in"
    r"|iu|ou|ua|ui|un|uo|üe|ue|a|e|i|o|u|ü|v)"
)
_PINYIN = re.compile(
    rf"(?<=[\u4e00-\u9fff])\s?[(（]\s*((?:{_SYLLABLE}[1-5]?\s*){{1,3}}|[a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*)\s*[)）]",
    re.IGNORECASE,
)
# Words in brackets that are no reading of a character.
_WORDS = frozenset(("ping", "man", "pin", "ban", "can", "fan", "pan", "run", "ai", "hi", "bang", "long", "song"))
_PAGE_NUMBER = re.compile(
    r"(?:第 ?\d+ ?[頁页](?:[，,/／ ]*共 ?\d+ ?[頁页])?|(?:page )?\d+ ?(?:of|/|／) ?\d+|page \d+|- ?\d+ ?-)",
    re.IGNORECASE,
)
_MIXED = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[\u0370-\u03ff\u0400-\u04ff])[A-Za-z\u0370-\u03ff\u0400-\u04ff]+\b")
_MARKED = re.compile(r"^\s*(?:#|[-*+>|!`]|\d+\.|\||---|$)")
_OFTEN = 3
_LONGEST_HEAD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Something to look at: its line, counted from 1, and what it is."""

    line: int
    message: str


def mend(text: str) -> tuple[str, list[Noise]]:
    """Return the text without what has one right answer, and what was changed where. Lines stay as they are."""
    found: list[Noise] = []
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        replaced: Counter[str] = Counter(_LOOK_ALIKE.findall(line))
        for sign in replaced:
            usual = unicodedata.normalize("NFKC", sign)
            if usual != sign:
                found.append(Noise(line=number, message=f"{_named(sign)} looks like {usual} and was replaced by it"))
                line = line.replace(sign, usual)
            else:
                found.append(Noise(line=number, message=f"{_named(sign)} is a part of a character: type the right one"))
        hidden = Counter(_INVISIBLE.findall(line))
        if hidden:
            signs = ", ".join(f"U+{ord(sign):04X}" for sign in sorted(hidden))
            found.append(Noise(line=number, message=f"{hidden.total()} invisible characters were removed ({signs})"))
            line = _INVISIBLE.sub("", line)
        lines.append(line.replace("\u00a0", " "))
    return "\n".join(lines), found


def find_noise(text: str, first_line: int = 1) -> Iterator[Noise]:
    """Yield what only the author can mend. `first_line` is the number of the text's first line in its file."""
    lines = text.split("\n")
    for number, line in enumerate(lines, first_line):
        for match in _PRIVATE.finditer(line):
            yield Noise(line=number, message=f"{_named(match[0])} shows as a box or not at all: type what was meant")
        for match in _PINYIN.finditer(line):
            if match[1].strip().lower() not in _WORDS:
                reading = match[0].strip()
                yield Noise(line=number, message=f"{reading} looks like the reading of a character: take it out")
        for match in _MIXED.finditer(line):
            yield Noise(
                line=number, message=f"`{match[0]}` mixes Latin letters with Greek or Cyrillic ones that look alike"
            )
    yield from _heads(lines, first_line)


def _heads(lines: list[str], first_line: int) -> Iterator[Noise]:
    """Yield lines that come back again and again, and page numbers: the head or foot of every page."""
    plain = [re.sub(r"\d+", "#", line.strip()) if not _MARKED.match(line) else "" for line in lines]
    counts = Counter(each for each in plain if each and len(each) <= _LONGEST_HEAD)
    for number, (line, key) in enumerate(zip(lines, plain, strict=True), first_line):
        shown = line.strip()[:_LONGEST_HEAD]
        if counts[key] >= _OFTEN:
            yield Noise(line=number, message=f"`{shown}` comes {counts[key]} times: the head or foot of a page?")
        elif key and _PAGE_NUMBER.fullmatch(line.strip()):
            yield Noise(line=number, message=f"`{shown}` looks like a page number")


def _named(sign: str) -> str:
    return f"`{sign}` (U+{ord(sign):04X})"
