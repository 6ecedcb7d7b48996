"""Whatever is in front matter, Markdown and registries: findings or none, but no exception.

`make test-long` sets KB_EXAMPLES for many more examples.
"""

from __future__ import annotations

import os
import re
import tempfile
from datetime import date
from pathlib import Path

from corpus import HTML, MARKDOWN, OWNERS, TEXTS, page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.dialect.sanitise import sanitise
from kb_builder.model.errors import KbError
from kb_builder.model.location import Span
from kb_builder.model.safe_html import HtmlFaultKind
from kb_builder.pipeline import check
from kb_builder.reporters.text import diagnostic_lines
from kb_builder.sources.markdown_structure import MarkdownFailure, render_structure
from kb_builder.sources.raw_html import find_unsafe

TODAY = date(2026, 11, 20)
EXAMPLES = int(os.environ.get("KB_EXAMPLES", "500"))
LONG = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 500, suppress_health_check=list(HealthCheck)
)
_SIGNS = st.sampled_from(
    [*"<>{}[]()!:;\"'`#*_~^|=+-\\/&\n\t \x00\x1b\u202e\u200b\ufeff\r備a1", "\n\n", "    ", "<!--", "-->", "```"]
)
_PIECES = st.sampled_from([*HTML.values(), *MARKDOWN.values(), *TEXTS.values()])
TEXT = st.lists(st.one_of(_SIGNS, _PIECES, st.text(max_size=5)), max_size=12).map("".join)
YAML = st.one_of(
    TEXT,
    st.recursive(
        st.one_of(
            TEXT.map(repr), st.sampled_from(["null", "1e9", "0x1F", "12:30", "2026-13-45", "-", "&a b", "*a", "!!x y"])
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda each: "[" + ", ".join(each) + "]"),
            st.lists(inner, max_size=3).map(
                lambda each: "{" + ", ".join(f"k{n}: {v}" for n, v in enumerate(each)) + "}"
            ),
        ),
        max_leaves=6,
    ),
)
FIELDS = st.sampled_from(
    [
        "id",
        "title",
        "summary",
        "owner",
        "status",
        "audience",
        "topic",
        "tags",
        "aliases",
        "last_reviewed",
        "review_interval",
        "related",
        "steps",
        "language",
    ]
)
REGISTRIES = st.sampled_from(["owners", "sla", "kpis", "channels", "alerts", "synonyms"])


def checked(files: dict[str, str]) -> None:
    """Check a project; every finding has a place and can be printed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        owners = OWNERS.format(name="維運組", department="技術部")
        for name, text in {"kb.yml": "timezone: Asia/Taipei\n", "registry/owners.yml": owners, **files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(text.encode(errors="replace"))
        try:
            found = check(load_settings(root, checks.rules()), TODAY).diagnostics
        except KbError:
            return
        for each in found:
            assert each.position.line >= 1 and each.position.column >= 1 and each.message
            assert diagnostic_lines(each)


@LONG
@given(field=FIELDS, value=YAML)
def test_front_matter(field: str, value: str) -> None:
    text = re.sub(rf"(?m)^{field}:.*\n", "", page())
    checked({"content/faq/a.md": text.replace("---\n", f"---\n{field}: {value}\n", 1)})


@LONG
@given(body=TEXT)
def test_markdown(body: str) -> None:
    checked({"content/faq/a.md": page(body=body)})


@LONG
@given(name=REGISTRIES, text=st.one_of(YAML, st.tuples(st.text(max_size=8), YAML).map(": ".join)))
def test_registry(name: str, text: str) -> None:
    checked({"content/faq/a.md": page(), f"registry/{name}.yml": text})


@LONG
@given(body=TEXT)
def test_what_the_check_passes_the_sanitiser_leaves_alone(body: str) -> None:
    """Both have one list: HTML in which nothing is found loses no element, attribute or text."""
    try:
        structure = render_structure(body)
        found = find_unsafe(body, Span(start=0, end=len(body)))
    except MarkdownFailure:
        return
    if not found:
        assert not [each for each in structure.faults if each.kind is not HtmlFaultKind.UNCLOSED]


@LONG
@given(part=TEXT)
def test_sanitising_twice_changes_nothing(part: str) -> None:
    # A mark of byte order at the beginning is none of the text.
    once = sanitise(part.lstrip("\ufeff"))
    assert sanitise(once) == once
    assert not re.search(r"<[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*\son\w+=", once)
