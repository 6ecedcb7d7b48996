"""What `kb adopt` tells: the survey, the proposal, and what a check with it would find. Lines of plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb_builder.adoption.propose import Proposal, owners
from kb_builder.adoption.survey import FieldUse, Survey
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.model.review import ReviewState

_FOLDERS = 12
_FIELDS = 30
_OWNERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Numbers of pages: all, with a day of review, with an owner, overdue, never reviewed."""

    pages: int
    dated: int
    owned: int
    overdue: int
    never: int


def figures(catalog: Catalog) -> Figures:
    """Count the pages of a project by what reviews need. Records have no reviews, and are dated by nobody."""
    states = Counter(catalog.review(document).state for document in catalog.documents)
    return Figures(
        pages=len(catalog.documents),
        dated=sum(catalog.review(document).last_reviewed is not None for document in catalog.documents),
        owned=sum(bool(document.text("owner").strip()) for document in catalog.documents),
        overdue=states[ReviewState.OVERDUE],
        never=states[ReviewState.NEVER],
    )


def survey_lines(found: Survey, proposal: Proposal) -> Iterator[str]:
    """Yield what was found: files, folders, fields, owners."""
    inside = found.within(proposal.content)
    where = "this folder" if proposal.content == "." else f"{proposal.content}/"
    yield f"{_pages(len(inside.pages))} with front matter in {where}, {len(inside.bare)} without"
    folders = [f"{name} ({count})" for name, count in _first_folders(inside, proposal.content)]
    yield f"folders: {_some(folders, _FOLDERS)}"
    yield ""
    yield "fields, with the number of pages, what they hold and what most of them say:"
    fields = inside.fields()
    width = max((len(each.name) for each in fields[:_FIELDS]), default=0)
    for each in fields[:_FIELDS]:
        yield f"  {each.name:{width}} {each.pages:6}  {_kinds(each)}: {_usual(each)}"
    if len(fields) > _FIELDS:
        yield f"  and {len(fields) - _FIELDS} more fields"
    named = owners(found, proposal)
    yield ""
    yield f"owners: {len(named)}" + (
        ": " + _some([f"{name} ({count})" for name, count in named], _OWNERS) if named else ""
    )


def proposal_lines(proposal: Proposal) -> Iterator[str]:
    """Yield which field was taken for which of ours, why, and what remains to be decided."""
    first = next(iter(proposal.types.values()))
    yield "fields that kb would read:"
    for theirs, reason in proposal.reasons.items():
        ours = first.get("aliases", {}).get(theirs, theirs)
        yield f"  {theirs} → {ours}: {reason}" if theirs != ours else f"  {theirs}: {reason}"
    if not proposal.reasons:
        yield "  none"
    if proposal.remarks:
        yield "please look at:"
        yield from (f"  - {each}" for each in proposal.remarks)


def outcome_lines(counted: Figures, diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Yield the figures, and the findings that a check would have, by check."""
    yield (
        f"{_pages(counted.pages)}: {counted.dated} with a day of review, {counted.owned} with an owner, "
        f"{counted.overdue} overdue, {counted.never} never reviewed"
    )
    found = Counter(
        (each.code, each.slug, each.severity.word) for each in diagnostics if each.severity > Severity.NOTICE
    )
    for (code, slug, severity), count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"  {count:6} {severity} {code} {slug}"
    if not found:
        yield "  nothing to complain about"


def _first_folders(inside: Survey, content: str) -> list[tuple[str, int]]:
    counts = Counter(
        (page.path if content == "." else page.path.removeprefix(content + "/")).rpartition("/")[0].partition("/")[0]
        or "(top)"
        for page in inside.pages
    )
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _kinds(use: FieldUse) -> str:
    shown = dict(use.kinds)
    shown["text"] = shown.get("text", 0) - sum(use.forms.values())
    forms = [f"{form.replace(': ', ' ', 1)} {count}" for form, count in sorted(use.forms.items(), key=lambda p: -p[1])]
    kinds = [f"{kind} {count}" for kind, count in sorted(shown.items(), key=lambda pair: -pair[1]) if count > 0]
    return ", ".join((*forms, *kinds))


def _usual(use: FieldUse) -> str:
    # Values that are all different say nothing, but for showing what they look like.
    some = use.usual if use.usual and use.usual[0][1] > 1 else use.usual[:2]
    return ", ".join(f"{value} ({count})" if count > 1 else value for value, count in some)


def _some(texts: Sequence[str], most: int) -> str:
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "")


def _pages(count: int) -> str:
    return f"{count} {'page' if count == 1 else 'pages'}"
