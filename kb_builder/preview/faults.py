"""The page that a preview shows where another one is at fault: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from kb_builder.model.diagnostic import Diagnostic
from kb_builder.policy import directives
from kb_builder.reporters.text import printable

STYLE = "/-/faults.css"


def faults_page(title: str, faults: Iterable[Diagnostic], remark: str = "") -> bytes:
    """Return a page with these faults; `title` says what is at fault, `remark` stands above them."""
    entries = "".join(f"<li>{''.join(_entry(each))}</li>\n" for each in faults)
    # An author's words may be in any language, the others are English.
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{directives(())}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{_text(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="{STYLE}"></head>\n'
        f"<body><main>\n<h1>{_text(title)}</h1>\n{f'<p>{_text(remark)}</p>' if remark else ''}\n<ol>\n{entries}</ol>\n"
        '<p><a href="/">The home page of this preview</a></p>\n</main></body>\n</html>\n'
    ).encode("utf-8", "backslashreplace")


def _entry(each: Diagnostic) -> Iterator[str]:
    place = f"{each.path}:{each.position.line}:{each.position.column}"
    yield f'<p class="place"><code>{_text(place)}</code> {each.severity.word} {each.code} {each.slug}</p>'
    yield f'<p class="message">{_text(each.message)}</p>'
    if each.hint:
        yield f'<p class="hint">{_text(each.hint)}</p>'
    for other in each.related:
        place = f"{other.path}:{other.position.line}:{other.position.column}"
        yield f"<p><code>{_text(place)}</code> {_text(other.message)}</p>"


def _text(text: str) -> str:
    return escape(printable(text))
