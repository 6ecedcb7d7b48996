"""The link by which a reader reports a problem with a page: a prefilled issue or mail."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kb_builder.messages import Messages
from kb_builder.model.document import Document
from kb_builder.model.paths import address, page_path
from kb_builder.model.report_address import LATE, fill
from kb_builder.pages.view import View

_LINE_OF_MAIL = "%0D%0A"
# As Git abbreviates by itself in a repository of some size.
_COMMIT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLink:
    """`href` works by itself; in `pattern` a script puts the heading and the address at which the reader is."""

    href: str
    pattern: str


def report_link(view: View, document: Document) -> ReportLink | None:
    """Return the link as kb.yml gives it, for staff else a mail to the owner; None where nobody is named."""
    pattern = view.site.report_url or (_mail_to_owner(view, document) if view.is_staff else "")
    if not pattern:
        return None
    values = {
        "id": document.id or document.text("report_id"),
        "title": document.title,
        "version": version_of(view, document),
        **({"path": document.path} if view.is_staff else {}),
    }
    pattern = fill(pattern, values)
    url = view.url(address(page_path(document.content_path))) if view.site.url else ""
    return ReportLink(href=fill(pattern, dict.fromkeys(LATE, "") | {"url": url}), pattern=pattern)


def version_of(view: View, document: Document) -> str:
    """Return the version that a page names, else the commit that changed it last, else the day of its last review."""
    commits = view.catalog.history.by_path.get(document.path, ())
    return (
        document.text("version")
        or (commits[0][0].id[:_COMMIT] if commits else "")
        or document.text("last_reviewed")
        or document.text("updated")
    )


def what_is_reported(words: Messages, end_of_line: str) -> str:
    """Return the lines, percent-encoded, that say what a report is about, with the names of values in braces."""
    lines = (
        (words("Page"), "{id}%20{title}"),
        (words("Version"), "{version}"),
        (words("Section"), "{heading}"),
        (words("Address"), "{url}"),
    )
    return "".join(f"{quote(label + ': ')}{value}{end_of_line}" for label, value in lines)


def _mail_to_owner(view: View, document: Document) -> str:
    owner = (view.catalog.owners or {}).get(document.text("owner"))
    mail = owner.channels.get("mail", "") if owner else ""
    if not mail:
        return ""
    body = what_is_reported(view.words(), _LINE_OF_MAIL)
    return f"mailto:{quote(mail, safe='@')}?subject={{id}}%20{{title}}&body={body}"
