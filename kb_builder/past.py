"""What the project's past says of its pages, if Git keeps it: changes, deletions, reviews that changed nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kb_builder.content_types.validate import DocumentValidator
from kb_builder.model.document import Document
from kb_builder.model.errors import KbError
from kb_builder.model.evidence import previous_review, unchanged_since
from kb_builder.model.history import Deleted, History
from kb_builder.model.settings import Settings
from kb_builder.sources.history import read_commits, read_contents
from kb_builder.sources.read import read_page
from kb_builder.sources.walk import type_of

# Changes of so many days are shown, whatever else is looked for.
_SHOWN = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """See the fields of the same names in the catalog. `is_whole` tells that Git did not stop half-way."""

    history: History = field(default_factory=History)
    deleted: tuple[Deleted, ...] = ()
    unchanged: dict[str, date] = field(default_factory=dict)
    is_whole: bool = True


def look_back(settings: Settings, as_of: date, documents: Sequence[Document]) -> Past:
    """Return what Git knows; nothing where there is no Git, no repository or no commit."""
    reviewed = {document.path: day for document in documents if (day := previous_review(document))}
    try:
        commits = read_commits(
            settings.root, settings.content, _since(settings, as_of, reviewed.values()), settings.zone
        )
        history = History(commits=commits)
        gone = history.deleted(document.path for document in documents)
        names = {history.content_on(path, day) for path, day in reviewed.items()}
        names |= {change.before for _commit, change in gone}
        history = replace(history, contents=read_contents(settings.root, names - {""})) if names - {""} else history
    except KbError:
        return Past(is_whole=False)
    found = ((document, unchanged_since(document, history)) for document in documents if document.path in reviewed)
    return Past(
        history=history,
        deleted=tuple(_deleted(settings, history, documents)),
        unchanged={document.path: day for document, day in found if day},
    )


def _since(settings: Settings, as_of: date, days: Iterable[date]) -> date:
    """Return the day from which the history is read."""
    kept = [policy.retention for policy in settings.records.values() if policy.retention]
    longest = max((period.approximate_days for period in kept), default=0)
    # A day more than is needed; no day is before the first one of the calendar.
    back = max(_SHOWN, timedelta(days=longest)) + timedelta(days=1)
    first = as_of - back if as_of - date.min > back else date.min
    return min(first, *(day - timedelta(days=1) for day in days if day > date.min), as_of)


def _deleted(settings: Settings, history: History, documents: Sequence[Document]) -> Iterator[Deleted]:
    """Yield the pages that were deleted, read as they last were."""
    prefix = "" if settings.content in ("", ".") else settings.content.rstrip("/") + "/"
    validators: dict[str, DocumentValidator] = {}
    for commit, change in history.deleted(document.path for document in documents):
        content_path = change.path.removeprefix(prefix)
        content_type = type_of(content_path, settings.types.values())
        if content_type is None or change.before not in history.contents:
            continue
        validator = validators.setdefault(content_type.name, DocumentValidator(content_type))
        document, _findings = validator.validate(read_page(history.contents[change.before], change.path, content_path))
        yield Deleted(document=document, day=commit.day)
