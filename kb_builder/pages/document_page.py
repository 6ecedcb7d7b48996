"""The page of a document: what it is, whether it can be trusted, what to do, then the author's text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.flow import Flow, Node
from kb_builder.model.paths import page_path
from kb_builder.model.report_address import fill
from kb_builder.model.safe_html import marked
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages import record
from kb_builder.pages.alerts import alerts_to
from kb_builder.pages.clocks import clock_rows, incident_of, times
from kb_builder.pages.flowchart import chart_htmls, flow_in
from kb_builder.pages.page_keys import page_keys
from kb_builder.pages.references import references_of
from kb_builder.pages.report_link import report_link
from kb_builder.pages.view import View

# Flows are made for charts and for pages, which are made some at a time; older ones need not be kept.
_FLOWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step as the table shows it.

    `next` holds label, id and name of the steps that may follow, where the author says so; the end has no id.
    `handler` is empty where it is called like the role.
    """

    node: Node
    role: str
    handler: str
    sop: Document | None
    next: tuple[tuple[str, str, str], ...]

    @property
    def stage(self) -> str:
        """The stage by which rows are grouped."""
        return self.node.stage


def pages(view: View) -> Iterator[StagedPage]:
    """Yield the page of every document."""
    return pages_of(view, view.catalog.documents)


def pages_of(view: View, documents: Collection[Document]) -> Iterator[StagedPage]:
    """Yield the pages of some documents."""
    customer_bodies = (_body(view, each, _text(view, each)) for each in documents)
    bodies = _staff_bodies(view, documents) if view.is_staff else customer_bodies
    for document, body in zip(documents, bodies, strict=True):
        yield StagedPage(
            path=page_path(document.content_path),
            title=document.title,
            summary=document.text("summary"),
            language=view.language(document),
            body=body,
            source=document.path,
            in_search=not document.is_obsolete,
            # Pages are reached from hubs: they are not in the navigation, and a chart wants the room.
            hide=("navigation",),
        )


def _text(view: View, document: Document) -> str:
    return _authored(view.catalog, document).replace("\r\n", "\n").strip("\n")


def _staff_bodies(view: View, documents: Iterable[Document]) -> Iterator[str]:
    """Yield what the pages say. Charts are put in after the rest, since they change less often than that."""
    charts = chart_htmls(view, (each for each in documents if "steps" in each.fields))
    key_of = page_keys(view)

    def makers() -> Iterator[tuple[str, Callable[[], str]]]:
        for number, document in enumerate(documents):
            if number % _FLOWS == 0:
                view.forget("flow")
            text = _text(view, document)
            key = key_of(document, text)
            yield key, partial(_body, view, document, text, _chart_mark(key))

    for document, (key, body) in zip(documents, view.each_cached("document pages", makers()), strict=True):
        yield body.replace(_chart_mark(key), next(charts) if "steps" in document.fields else "", 1)
    # Only at its end are charts forgotten that no page has any more.
    next(charts, None)


def _chart_mark(key: str) -> str:
    """Return what stands for the chart. The key is a hash of the author's text: so that cannot hold the mark."""
    return f"<kb-chart {key}>"


def _body(view: View, document: Document, text: str, chart: str = "") -> str:
    language = view.language(document)
    return view.render(
        "document_page.md.j2" if view.is_staff else "customer_page.md.j2",
        language,
        document=document,
        here=document.content_path,
        text=text,
        report=report_link(view, document),
        # The author's Markdown; the renderer allows only what is safe in it.
        authored=Markup(marked(text)) if text else "",
        **(_staff_values(view, document, language, chart) if view.is_staff else {}),
    )


def _authored(catalog: Catalog, document: Document) -> str:
    """Return the author's text with the anchors of links decoded: the generator knows `#備份`, not `#%E5%82%99…`."""
    text = document.raw.body_text
    body = catalog.body(document)
    spans = {link.span for link in body.links if "%" in link.href.partition("#")[2]}
    for span in sorted(spans, key=lambda each: each.start, reverse=True):
        # The text begins with the body, whatever the page looks like to this audience.
        start, end = span.start - body.start, span.end - body.start
        path, _hash, fragment = text[start:end].partition("#")
        decoded = unquote(fragment)
        if decoded.replace("-", "").replace("_", "").isalnum():
            text = f"{text[:start]}{path}#{decoded}{text[end:]}"
    return text


def _staff_values(view: View, document: Document, language: str, chart: str) -> dict[str, Any]:
    catalog = view.catalog
    content_type = catalog.type_of(document)
    words = view.words(language)
    flow = flow_in(view, document, language)
    figures = incident_of(view, document)
    return {
        "type": content_type,
        "review": catalog.review(document),
        "owner": (catalog.owners or {}).get(document.text("owner")),
        "owner_name": catalog.owner_name(document.text("owner")),
        "successor": catalog.successor(document),
        "related": [catalog.by_id[id_] for id_ in document.texts("related") if id_ in catalog.by_id],
        "references": references_of(document),
        "chart": Markup(chart) if flow.nodes else "",
        "steps": step_rows(catalog, document, flow),
        "duties": [(lane.id, [node for node in flow.steps if node.lane == lane.id]) for lane in flow.lanes],
        "reviews": sorted(
            (entry for _index, entry in document.entries("reviews") if isinstance(entry.get("date"), str)),
            key=lambda each: str(each["date"]),
            reverse=True,
        ),
        "incident": record.incident(document, view, language),
        "figures": figures,
        "times": times(figures, words) if figures else [],
        "clocks": clock_rows(view, figures, words) if figures else [],
        "alerts": alerts_to(view, document),
        "work": record.work(document),
        "drill": record.drill(catalog, document),
        "involved": record.involved(catalog, document),
        "actions": record.actions(catalog, document),
        "named_by": record.named_by(catalog, document),
        "practice": record.practice(catalog, document),
        "edit_url": fill(view.site.edit_url, {"path": document.path, "id": document.id, "title": document.title}),
    }


def step_rows(catalog: Catalog, document: Document, flow: Flow) -> tuple[StepRow, ...]:
    """Return the steps of a document's flow, each with the steps that may follow."""
    entries = dict(document.entries("steps"))
    rows = []
    for node in flow.steps:
        entry = entries[node.index]
        role = flow.lane_by_id[node.lane].name
        targets = [
            (edge.label, flow.by_id[edge.target])
            for edge in flow.edges
            if edge.source == node.id and ("next" in entry or entry.get("outcomes"))
        ]
        rows.append(
            StepRow(
                node=node,
                role=role,
                handler="" if node.handler == role else node.handler,
                sop=catalog.by_id.get(node.sop),
                next=tuple(
                    (label, target.id, f"{target.number}. {target.name}") if target.number else (label, "", target.name)
                    for label, target in targets
                ),
            )
        )
    return tuple(rows)
