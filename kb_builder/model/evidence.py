"""Whether a review left its page as it was, as far as the repository's history tells."""

from __future__ import annotations

import re
from datetime import date

from kb_builder.model.dates import parse_date
from kb_builder.model.document import Document
from kb_builder.model.history import History

# A top-level key of front matter with all lines that belong to it: indented ones, list entries, blank lines.
_REVIEW_FIELDS = re.compile(
    r"^(?:last_reviewed|reviews|[\"'](?:last_reviewed|reviews)[\"'])[ \t]*:.*\n(?:(?:[ \t#-].*)?\n)*", re.M
)
_FENCE = re.compile(r"\A\ufeff?---[ \t]*\n(.*?^)---[ \t]*$", re.M | re.S)


def previous_review(document: Document) -> date | None:
    """Return the day of the review before the last, None if there have not been two."""
    days = sorted({day for _i, entry in document.entries("reviews") if (day := parse_date(str(entry.get("date", ""))))})
    return days[-2] if len(days) > 1 else None


def unchanged_since(document: Document, history: History) -> date | None:
    """Return the day of the review before the last if the page has had the same text since that day.

    Review dates and entries do not count as text. None if the text changed, there have not been two reviews, or the
    history does not reach back so far.
    """
    before = previous_review(document)
    content = before and history.contents.get(history.content_on(document.path, before))
    if not before or not content:
        return None
    old = content.decode("utf-8", "replace")
    return before if _text(old) == _text(document.raw.text) else None


def _text(page: str) -> str:
    """Return a page without its reviews and without differences at the ends of lines."""
    page = page.replace("\r\n", "\n")
    fence = _FENCE.match(page)
    if not fence:
        return page
    return _REVIEW_FIELDS.sub("", fence[1]) + page[fence.end() :]
