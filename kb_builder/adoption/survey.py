"""A survey of a repository of Markdown that knows nothing of kb: its files, and the fields of their front matter.

Nothing is written and nothing is followed: links, hidden folders and the folders of other tools are left alone.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb_builder.model.dates import parse_date, parse_period, parse_timestamp
from kb_builder.model.document import RawDocument
from kb_builder.sources.read import read_document

# The longest first, as `a.html.md.erb` ends in several of them.
ENDINGS = (".html.md.erb", ".html.md", ".md.erb", ".markdown", ".mdx", ".md")
_SKIPPED = frozenset(
    ("node_modules", "vendor", "venv", "site", "build", "dist", "public", "target", "__pycache__", "site-packages")
)
_SAMPLES = 5
_SHOWN = 60
# Beyond this nobody would wait for it, and it is not one repository of pages.
MAX_FILES = 50_000

_DAY_FORMS = {
    "YYYY-MM-DD": None,
    "YYYY/MM/DD": re.compile(r"\d{4}[/.]\d{1,2}[/.]\d{1,2}"),
    "YYYY-M-D": re.compile(r"\d{4}-\d{1,2}-\d{1,2}"),
    "DD/MM/YYYY or MM/DD/YYYY": re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"),
    "a day in words": re.compile(
        r"\d{1,2}(?:st|nd|rd|th)? [A-Za-z]{3,9},? \d{4}|[A-Za-z]{3,9} \d{1,2},? \d{4}"
        r"|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
    ),
    "a day and a time": re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}\S*(?: [+-]\d{4})?"),
}
_INTERVAL_FORMS = {
    "6 months": None,
    "6m, 90d": re.compile(r"\d+ ?(?:d|w|m|mo|mon|y|yr)s?", re.IGNORECASE),
    "6 Months, 6-month": re.compile(r"\d+[ -]?(?:day|week|month|year)s?", re.IGNORECASE),
    "P6M": re.compile(r"P\d+[DWMY]", re.IGNORECASE),
    "a word": re.compile(
        r"daily|weekly|monthly|quarterly|biannually|half-yearly|yearly|annually|annual", re.IGNORECASE
    ),
    "6 個月": re.compile(r"[\d一二三四六九十兩半]+ ?(?:天|日|週|周|個月|个月|月|季|年)"),
}
DATE, INTERVAL = "date", "interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUse:
    """How one field is used: on how many pages, with what kinds of values, in which forms, and its usual values.

    `forms` counts the ways in which dates (`date: YYYY-MM-DD`) and intervals (`interval: 6 months`) are written.
    """

    name: str
    pages: int
    kinds: Mapping[str, int]
    forms: Mapping[str, int]
    usual: Sequence[tuple[str, int]]

    def share(self, kind: str) -> float:
        """Return the part of its values that are dates or intervals in any form, from 0 to 1."""
        found = sum(count for form, count in self.forms.items() if form.startswith(kind + ": "))
        return found / self.pages if self.pages else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a repository holds. `pages` have front matter, `bare` are paths of Markdown without any.

    All paths are relative to `root`, with forward slashes. `has_more` says that not everything was looked at.
    """

    root: Path
    pages: tuple[RawDocument, ...]
    bare: tuple[str, ...]
    has_more: bool = False

    def within(self, folder: str) -> Survey:
        """Return the survey of one folder of the repository, `.` for all of it."""
        if folder == ".":
            return self
        return Survey(
            root=self.root,
            pages=tuple(page for page in self.pages if page.path.startswith(folder + "/")),
            bare=tuple(path for path in self.bare if path.startswith(folder + "/")),
            has_more=self.has_more,
        )

    def fields(self) -> list[FieldUse]:
        """Return all fields, the most used first."""
        names = Counter(name for page in self.pages for name in page.values)
        return [field_use(name, self.pages) for name, _n in sorted(names.items(), key=lambda pair: (-pair[1], pair[0]))]

    def folders(self) -> list[tuple[str, int]]:
        """Return the first folders of the pages with their numbers of pages, the largest first."""
        found = Counter(page.path.rpartition("/")[0].partition("/")[0] or "." for page in self.pages)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def survey(root: Path) -> Survey:
    """Read the front matter of all Markdown below a folder. Never raises for what is in the files."""
    pages: list[RawDocument] = []
    bare: list[str] = []
    has_more = False
    for number, file in enumerate(_files(root)):
        if number >= MAX_FILES:
            has_more = True
            break
        path = file.relative_to(root).as_posix()
        document = read_document(file, path, path)
        if any(fault.slug == "front-matter-missing" for fault in document.faults):
            bare.append(path)
        else:
            pages.append(document)
    return Survey(root=root, pages=tuple(pages), bare=tuple(bare), has_more=has_more)


def ending(path: str) -> str:
    """Return the ending of a page's name, such as `.html.md.erb`."""
    return next((each for each in ENDINGS if path.lower().endswith(each)), "")


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_site")) and name not in _SKIPPED)
        for name in sorted(files):
            file = Path(folder, name)
            if ending(name) and not name.startswith(".") and not file.is_symlink():
                yield file


def field_use(name: str, pages: Iterable[RawDocument]) -> FieldUse:
    """Return how the pages use a field."""
    values = [page.values[name] for page in pages if name in page.values]
    usual: Counter[str] = Counter()
    for value in values:
        usual.update({_spelt(each) for each in (value if isinstance(value, list) else [value])})
    return FieldUse(
        name=name,
        pages=len(values),
        kinds=Counter(map(kind_of, values)),
        forms=Counter(form for value in values if (form := form_of(value))),
        usual=sorted(usual.items(), key=lambda pair: (-pair[1], pair[0]))[:_SAMPLES],
    )


def kind_of(value: Any) -> str:
    """Return what a value is, in a word."""
    if value is None or value == "":
        return "empty"
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        return "list"
    return "group" if isinstance(value, dict) else "text"


def form_of(value: Any) -> str:
    """Return the form of a date or interval, such as `date: YYYY-MM-DD`; nothing for any other value."""
    if not isinstance(value, str):
        return ""
    text = value.strip()
    if parse_date(text):
        return f"{DATE}: YYYY-MM-DD"
    if parse_period(text):
        return f"{INTERVAL}: 6 months"
    if parse_timestamp(text):
        return f"{DATE}: a day and a time"
    for kind, forms in ((DATE, _DAY_FORMS), (INTERVAL, _INTERVAL_FORMS)):
        for form, pattern in forms.items():
            if pattern and pattern.fullmatch(text):
                return f"{kind}: {form}"
    return ""


def _spelt(value: Any) -> str:
    text = " ".join(str(value).split()) if value is not None else ""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
