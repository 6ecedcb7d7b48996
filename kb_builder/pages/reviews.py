"""The review dashboard: which pages are in date, what needs action now and why, and what falls due within a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kb_builder.model.baseline import KnownFinding
from kb_builder.model.catalog import Catalog
from kb_builder.model.content_type import ContentType
from kb_builder.model.dates import Period
from kb_builder.model.document import Document
from kb_builder.model.paths import REVIEWS, owner_calendar
from kb_builder.model.review import ReviewState
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.charts import bars
from kb_builder.pages.type_index import groups
from kb_builder.pages.view import View
from kb_builder.reports.calendar import due_reviews
from kb_builder.reports.figures import Share, freshness
from kb_builder.reports.unchanged import unchanged_share

# The states in which somebody must act, the most urgent first.
URGENT = (ReviewState.OVERDUE, ReviewState.TRIGGERED, ReviewState.NEVER, ReviewState.DUE_SOON)
_MONTHS = 12
# Rows of a table, and titles of a month: the page opens at once, however many pages there are.
_ROWS = 200
_TITLES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Pages that belong together: the share of them that is in date, and how many are in each state."""

    share: Share
    states: Mapping[ReviewState, int]

    @property
    def count(self) -> int:
        """Number of pages that must be reviewed."""
        return sum(self.states.values())

    @property
    def stale(self) -> int:
        """Number of pages that readers are warned of."""
        return len(self.share.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Pages in date whose review falls due in a month, the earliest first. `first` is None for all that come later."""

    first: date | None
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """Findings of the baseline in the pages of one owner; `owner` is empty for files that nobody answers for."""

    owner: str
    findings: tuple[KnownFinding, ...]

    @property
    def since(self) -> date:
        """The day on which the oldest of them was first seen."""
        return min(each.since for each in self.findings)

    @property
    def pages(self) -> int:
        """Number of files with such findings."""
        return len({each.path for each in self.findings})

    @property
    def codes(self) -> Sequence[tuple[str, int]]:
        """The codes of the findings with their numbers, the most frequent first."""
        return sorted(Counter(each.code for each in self.findings).items(), key=lambda pair: (-pair[1], pair[0]))


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the dashboard of a staff site that has pages to review."""
    if not view.is_staff:
        return
    catalog = view.catalog
    reviewed = [each for each in catalog.documents if catalog.review(each).state is not ReviewState.EXEMPT]
    if not reviewed:
        return
    words = view.words()
    urgent = needing_action(catalog)
    months = due_by_month(catalog, reviewed)
    unchanged = [each for each in reviewed if each.path in catalog.unchanged]
    yield StagedPage(
        path=REVIEWS,
        title=words("Reviews"),
        summary=words("Which pages are in date, and what needs action now"),
        language=words.language,
        body=view.render(
            "reviews.md.j2",
            here=REVIEWS,
            whole=grouped(catalog, lambda _document: "all")["all"],
            urgent=urgent[:_ROWS],
            urgent_count=len(urgent),
            months=months,
            chart=bars({f"{month.first:%m}": len(month.documents) for month in months if month.first}),
            titles=_TITLES,
            owners=sorted(
                grouped(catalog, lambda document: document.text("owner")).items(),
                key=lambda pair: (-pair[1].stale, -pair[1].count, pair[0]),
            ),
            calendars={each.text("owner") for each in due_reviews(catalog)} & set(catalog.owners or {}),
            owner_calendar=owner_calendar,
            types=list(_types(view)),
            URGENT=URGENT,
            debt=debt_by_owner(catalog),
            unchanged=unchanged[:_ROWS],
            unchanged_count=len(unchanged),
            unchanged_share=unchanged_share(catalog),
        ),
        in_search=False,
        hide=("toc",),
    )


def debt_by_owner(catalog: Catalog) -> list[Debt]:
    """Return the findings of the baseline by the owner of the page, the largest debt first."""
    owners = {document.path: document.text("owner") for document in catalog.documents}
    found: dict[str, list[KnownFinding]] = {}
    for each in catalog.debt:
        found.setdefault(owners.get(each.path, ""), []).append(each)
    debts = [Debt(owner=owner, findings=tuple(each)) for owner, each in found.items()]
    return sorted(debts, key=lambda each: (-len(each.findings), each.owner))


def needing_action(catalog: Catalog) -> list[Document]:
    """Return the pages on whose review somebody must act, the most urgent first."""
    found = [each for each in catalog.documents if catalog.review(each).state in URGENT]

    def urgency(document: Document) -> tuple[int, date, str]:
        review = catalog.review(document)
        return URGENT.index(review.state), review.act_by or date.min, document.id

    return sorted(found, key=urgency)


def due_by_month(catalog: Catalog, documents: Iterable[Document]) -> list[Month]:
    """Return the pages in date by the month in which their review falls due: this one, the eleven that follow, later.

    Every page in date is in one of them; later months are left out where nothing is due.
    """
    start = catalog.as_of.replace(day=1)
    found: dict[date | None, list[tuple[date, str, Document]]] = {
        Period(count=n, unit="month").after(start): [] for n in range(_MONTHS)
    }
    found[None] = []
    for document in documents:
        review = catalog.review(document)
        if review.next_review and not review.is_stale:
            # With days of grace, a page in date may have been due in the month before.
            first = max(review.next_review.replace(day=1), start)
            found[first if first in found else None].append((review.next_review, document.id, document))
    return [
        Month(first=first, documents=tuple(each for _day, _id, each in sorted(due, key=lambda entry: entry[:2])))
        for first, due in found.items()
        if first or due
    ]


def grouped(catalog: Catalog, key: Callable[[Document], str]) -> dict[str, Group]:
    """Return the pages that must be reviewed, in groups by a key; those without a key are left out."""
    states: dict[str, Counter[ReviewState]] = {}
    for document in catalog.documents:
        states.setdefault(key(document), Counter())[catalog.review(document).state] += 1
    return {
        name: Group(share=share, states=_without_exempt(states[name]))
        for name, share in freshness(catalog, key).items()
    }


def _without_exempt(counts: Mapping[ReviewState, int]) -> dict[ReviewState, int]:
    return {state: count for state, count in counts.items() if state is not ReviewState.EXEMPT}


def _types(view: View) -> Iterator[tuple[ContentType, Group, list[tuple[str, int, Group]]]]:
    """Yield each type with its pages and, if it is grouped so, each category: its name, its place in the index."""
    catalog, words = view.catalog, view.words()
    by_type = grouped(catalog, lambda document: document.type)
    by_category = grouped(catalog, lambda document: f"{document.type}:{document.text('category')}")
    for content_type in catalog.settings.types.values():
        if content_type.name not in by_type:
            continue
        listed = [each for each in catalog.documents if each.type == content_type.name and not each.is_obsolete]
        found = (
            groups(content_type, listed, words, catalog.settings.zone) if content_type.group_by == "category" else []
        )
        yield (
            content_type,
            by_type[content_type.name],
            [
                (name, number, by_category[key])
                for number, (name, documents) in enumerate(found, 1)
                if name and (key := f"{content_type.name}:{documents[0].text('category')}") in by_category
            ],
        )
