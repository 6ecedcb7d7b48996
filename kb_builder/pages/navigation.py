"""The navigation: hub pages only, so that no page grows with the number of pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb_builder.messages import Messages
from kb_builder.model.content_type import ContentType
from kb_builder.model.paths import (
    ACTIONS,
    ALERTS,
    CHANGES,
    CHANNELS,
    COVERAGE,
    DUTIES,
    FLOWCHARTS,
    HOME,
    INCIDENTS,
    KPIS,
    OWNERS,
    PROBLEMS,
    PROCESS_MAP,
    REFERENCES,
    REVIEWS,
    SLA,
    SYNONYMS,
    TAGS,
    TICKET,
    index_path,
)
from kb_builder.model.site_tree import NavEntry, StagedPage
from kb_builder.pages.view import View


def navigation(view: View, made: Iterable[StagedPage]) -> Iterator[NavEntry]:
    """Yield the hub pages that were made, most of them gathered in sections so that they stand in one row of tabs.

    A section of one page is that page.
    """
    paths = {page.path for page in made}
    for entry in _wanted(view):
        children = tuple(child for child in entry.children if child.path in paths)
        if len(children) > 1:
            yield NavEntry(label=entry.label, children=children)
        else:
            yield from children
        if entry.path in paths:
            yield entry


def _wanted(view: View) -> Iterator[NavEntry]:
    words = view.words()

    def section(label: str, *children: NavEntry) -> NavEntry:
        return NavEntry(label=label, children=children)

    types = view.catalog.settings.types.values()
    yield NavEntry(label=words("Home"), path=HOME)
    yield from (_index(each, words) for each in types if not each.record)
    yield section(
        words("Records"),
        *(_index(each, words) for each in types if each.record),
        NavEntry(label=words("Incident figures"), path=INCIDENTS),
    )
    yield section(
        words("Flowcharts"),
        NavEntry(label=words("All flowcharts"), path=FLOWCHARTS),
        NavEntry(label=words("Process map"), path=PROCESS_MAP),
    )
    yield section(
        words("Governance"),
        NavEntry(label=words("Reviews"), path=REVIEWS),
        NavEntry(label=words("Action items"), path=ACTIONS),
        NavEntry(label=words("Coverage"), path=COVERAGE),
        NavEntry(label=words("Service levels"), path=SLA),
        NavEntry(label=words("Key figures"), path=KPIS),
        NavEntry(label=words("Alerts"), path=ALERTS),
        NavEntry(label=words("Channels"), path=CHANNELS),
    )
    yield section(
        words("Owners"),
        NavEntry(label=words("Owners and roles"), path=OWNERS),
        NavEntry(label=words("Duty list"), path=DUTIES),
    )
    yield section(
        words("More"),
        NavEntry(label=words("Changes"), path=CHANGES),
        NavEntry(label=words("Tags"), path=TAGS),
        NavEntry(label=words("Problem types"), path=PROBLEMS),
        NavEntry(label=words("References"), path=REFERENCES),
        NavEntry(label=words("Ticket template"), path=TICKET),
        NavEntry(label=words("Synonyms"), path=SYNONYMS),
    )


def _index(content_type: ContentType, words: Messages) -> NavEntry:
    return NavEntry(label=content_type.word(content_type.plural, words.language), path=index_path(content_type))
