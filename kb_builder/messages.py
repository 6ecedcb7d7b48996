"""The words of the sites, from the message catalogues in `locale/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources


class Messages:
    """Words in one language. Calling it translates; English words stand for themselves."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self.language = language
        self._words = words

    def __call__(self, message: str, **values: object) -> str:
        """Return the message in this language, with `{name}` filled in."""
        text = self._words.get(message) or message
        return text.format(**values) if values else text


@cache
def messages(language: str) -> Messages:
    """Return the words in `zh-Hant`, `zh-Hans` or `en`."""
    if language == "en":
        return Messages(language, {})
    from babel.messages.pofile import read_po

    file = resources.files("kb_builder").joinpath("locale", f"{language}.po")
    with file.open("rb") as stream:
        catalog = read_po(stream, locale=language.replace("-", "_"))
    return Messages(language, {str(entry.id): str(entry.string) for entry in catalog if entry.id and entry.string})
