"""llms.txt: what is on the site, for language models, in the form of llmstxt.org."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from kb_builder.model.document import Document
from kb_builder.model.paths import address, page_path
from kb_builder.model.site_tree import StagedFile
from kb_builder.pages.view import View

# What begins a link, a picture, code or emphasis.
_MARKUP = re.compile(r"[\\`*\[\]]|(?<!\w)_|_(?!\w)")


def files(view: View) -> Iterator[StagedFile]:
    """Yield the file: pages in force by type, each with its address and summary."""
    words = view.words()
    lines = [f"# {_line(view.site.name)}", ""]
    if view.site.description:
        lines += [f"> {_line(view.site.description)}", ""]
    for content_type in view.catalog.settings.types.values():
        documents = [
            each
            for each in view.catalog.documents
            if each.type == content_type.name and (each.is_published or not view.is_staff)
        ]
        if documents:
            lines += [f"## {_line(content_type.word(content_type.plural, words.language))}", ""]
            lines += [_entry(view, document) for document in sorted(documents, key=lambda each: each.content_path)]
            lines.append("")
    yield StagedFile(path="llms.txt", data="\n".join(lines).encode())


def _entry(view: View, document: Document) -> str:
    title = _plain(document.title)
    summary = _plain(document.text("summary"))
    return f"- [{title}]({view.url(address(page_path(document.content_path)))})" + (f": {summary}" if summary else "")


def _line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Return a text on one line in which nothing is Markdown or HTML."""
    return _MARKUP.sub(r"\\\g<0>", html.escape(_line(text), quote=False))
