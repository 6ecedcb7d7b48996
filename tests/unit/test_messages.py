"""Every word of the sites is in every catalogue, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from kb_builder import pages
from kb_builder.messages import messages

PACKAGE = Path(pages.__file__).parent.parent
_PYTHON = re.compile(r"\b(?:words|N_|_)\(\s*\"([^\"]+)\"")
_TEMPLATE_OPTIONS = {"comment_start_string": "<#", "comment_end_string": "#>", "trim_blocks": "true"}


def used_messages() -> set[str]:
    found: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        found.update(_PYTHON.findall(file.read_text(encoding="utf-8")))
    for file in (PACKAGE / "pages").glob("*.j2"):
        with file.open("rb") as stream:
            for _line, _function, message, _comments in babel_extract(stream, ["_"], [], _TEMPLATE_OPTIONS):
                texts = (message,) if isinstance(message, str) else message or ()
                found.update(text for text in texts if isinstance(text, str))
    # Looked at to tell whether there is anything to say at all, not shown.
    return found - {"0 minutes"}


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_catalogue_is_complete_and_lean(language):
    with (PACKAGE / "locale" / f"{language}.po").open("rb") as stream:
        catalogue = {entry.id: entry.string for entry in read_po(stream) if entry.id}
    assert set(catalogue) == used_messages()
    assert all(catalogue.values())


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_placeholders_survive_translation(language):
    words = messages(language)
    for message in used_messages():
        assert sorted(re.findall(r"\{\w+\}", words(message))) == sorted(re.findall(r"\{\w+\}", message)), message


def test_simplified_words_hold_no_traditional_characters():
    text = (PACKAGE / "locale" / "zh-Hans.po").read_text(encoding="utf-8")
    assert not set("審頁應變啟檢業發責題類組資訊標準響體區號嚴狀態開關聯讓過僥幹後") & set(text)


def test_english_stands_for_itself():
    assert messages("en")("in {n} days", n=3) == "in 3 days"
    assert messages("zh-Hant")("in {n} days", n=3) == "還有 3 天"
