"""All flowcharts as cards with a small picture each, so that a procedure is found by its shape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from kb_builder.model.document import Document
from kb_builder.model.paths import FLOWCHARTS
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages.flowchart import ChartFacts, all_chart_facts
from kb_builder.pages.view import View
from kb_builder.pages.words import CATEGORIES

# Cards on one page: some 100 KB of pictures.
_CARDS = 90


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the gallery of a staff site, in several pages if there are many charts."""
    if not view.is_staff:
        return
    words = view.words()
    charts = all_chart_facts(
        view, [each for each in view.catalog.documents if "steps" in each.fields and not each.is_obsolete]
    )
    charts.sort(key=_place)
    parts = [charts[start : start + _CARDS] for start in range(0, len(charts), _CARDS)]
    title = words("Flowcharts")
    for number, part in enumerate(parts, 1):
        yield StagedPage(
            path=page_of(number),
            title=title if number == 1 else words("{title}, page {n}", title=title, n=number),
            summary=words("{n} flowcharts", n=len(charts)),
            language=words.language,
            body=view.render(
                "gallery.md.j2",
                here=page_of(number),
                title=title,
                count=len(charts),
                steps=sum(facts.steps for _document, facts in charts),
                automated=sum(facts.automated for _document, facts in charts),
                groups=[
                    (name, list(cards)) for name, cards in groupby(part, key=lambda card: card[0].text("category"))
                ],
                others=[(each, page_of(each)) for each in range(1, len(parts) + 1)],
                number=number,
            ),
            in_search=False,
        )


def page_of(number: int) -> str:
    """Return the path of a page of the gallery, counted from 1."""
    return FLOWCHARTS if number == 1 else FLOWCHARTS.replace(".md", f"-{number}.md")


def _place(card: tuple[Document, ChartFacts]) -> tuple[int, str, str]:
    order = list(CATEGORIES)
    category = card[0].text("category")
    return order.index(category) if category in order else len(order), category, card[0].id
