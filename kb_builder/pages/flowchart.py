"""The flowchart of a document as HTML: the picture in two widths, links laid over its nodes, figures above it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from kb_builder.cache import digest
from kb_builder.flow.figures import handovers, total_minutes
from kb_builder.flow.geometry import Chart
from kb_builder.flow.graph import build_flow
from kb_builder.flow.layout import lay_out, lay_out_narrow
from kb_builder.flow.mermaid import write_mermaid
from kb_builder.flow.svg import write_headings, write_svg
from kb_builder.flow.thumbnail import write_thumbnail
from kb_builder.messages import Messages
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.flow import Flow, NodeKind, Role
from kb_builder.pages.view import View, link
from kb_builder.pages.words import duration_words

# What fits on a page of A4 with text of 7 pt, in pixels of a chart whose text is 9 pt.
_PAPER_WIDTH, _PAPER_HEIGHT = 860.0, 1200.0
# The least height of a part that is printed, and how far above a node it may begin.
_SLICE, _ABOVE = 100.0, 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLink:
    """A link over a node: where it leads, what it is called, and its rectangle in the picture."""

    href: str
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One form of the chart with its links, in the order of the flow, and the lane heads that stay when it scrolls."""

    svg: Markup
    width: float
    height: float
    links: tuple[NodeLink, ...]
    headings: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartFacts:
    """A chart in a few figures, with its small picture. `totals` are (class, minutes), the class empty if all agree;
    `automated` is how many of the steps nobody has to do, `loops` whether some may be done again."""

    thumbnail: Markup
    steps: int
    roles: int
    handovers: int
    totals: tuple[tuple[str, int], ...]
    automated: int
    loops: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flowchart:
    """All that the page of a document shows of its flow.

    `slices` are the parts (top, height) in which the narrow form is printed; none if the wide one fits on a page.
    """

    wide: Picture
    narrow: Picture
    slices: tuple[tuple[float, float], ...]
    mermaid: str
    facts: ChartFacts


def called_sops(catalog: Catalog, document: Document) -> Mapping[str, Document]:
    """Return the pages that the steps of a document call, by id."""
    ids = {str(entry.get("sop", "")) for _index, entry in document.entries("steps")}
    return {id_: catalog.by_id[id_] for id_ in sorted(ids) if id_ in catalog.by_id}


def flow_of(catalog: Catalog, document: Document, words: Messages) -> Flow:
    """Return the flow of a document's steps with names for its roles and SOPs, in the language of `words`."""
    return build_flow(
        document.fields.get("steps"),
        roles=_roles(catalog, document),
        sops={id_: sop.title for id_, sop in called_sops(catalog, document).items()},
        words=lambda text: duration_words(text, words),
        start=words("Start"),
        end=words("End"),
    )


def _roles(catalog: Catalog, document: Document) -> Mapping[str, Role]:
    owners = catalog.owners or {}
    ids = {str(entry.get("role", "")) for _index, entry in document.entries("steps")}
    return {
        owner.id: Role(name=owner.name, department=owner.department)
        for owner in (owners[id_] for id_ in sorted(ids) if id_ in owners)
    }


def flow_in(view: View, document: Document, language: str) -> Flow:
    """Return the flow of a document's steps in a language; several pages show it."""
    return view.once(("flow", document.path, language), lambda: flow_of(view.catalog, document, view.words(language)))


def chart_key(view: View, document: Document) -> str:
    """Return a hash of all that a document's chart, in the language of the page, is made of."""
    called = called_sops(view.catalog, document)
    return digest(
        repr(document.fields.get("steps")),
        repr(_roles(view.catalog, document)),
        repr([(id_, sop.title, sop.content_path) for id_, sop in called.items()]),
        repr((document.title, document.content_path, view.language(document))),
    )


def chart_htmls(view: View, documents: Iterable[Document]) -> Iterator[str]:
    """Yield the charts of documents as their pages show them, in their order; empty where there are no steps."""
    makers = ((chart_key(view, document), partial(_chart_html, view, document)) for document in documents)
    return (html for _key, html in view.each_cached("charts", makers))


def _chart_html(view: View, document: Document) -> str:
    language = view.language(document)
    chart = flowchart(view, document, flow_in(view, document, language), view.words(language))
    return view.render("flowchart.md.j2", language, chart=chart).removesuffix("\n") if chart else ""


def chart_words(words: Messages) -> Mapping[str, str]:
    """Return the words in which a chart labels the lines of its nodes."""
    return {
        "role": words("Role: "),
        "department": words("Department: "),
        "handler": words("Handler: "),
        "time_limit": words("Limit: "),
        "expected": words("Expected: "),
        "sop": words("Procedure: "),
        "separator": ", " if words.language == "en" else "、",
    }


def flowchart(view: View, document: Document, flow: Flow, words: Messages) -> Flowchart | None:
    """Return the chart of a document's flow, None if it has no steps."""
    if not flow.nodes:
        return None
    labels = chart_words(words)
    wide, narrow = lay_out(flow, labels), lay_out_narrow(flow, labels)
    description = words(
        "{n} steps by {roles} roles; the table below says the same in words.", n=len(flow.steps), roles=len(flow.lanes)
    )
    links = _links(view.catalog, document, flow)
    return Flowchart(
        wide=picture(wide, "kb-flow-wide", document.title, description, links),
        narrow=picture(narrow, "kb-flow-narrow", document.title, description, links),
        slices=() if wide.width <= _PAPER_WIDTH and wide.height <= _PAPER_HEIGHT else tuple(_slices(narrow)),
        mermaid=write_mermaid(flow, labels),
        facts=view.once(("chart", document.path), lambda: _facts(flow, wide)),
    )


def _slices(chart: Chart) -> Iterator[tuple[float, float]]:
    """Yield parts of a chart of one column that may be printed on different pages: none is cut through a node."""
    top = 0.0
    for box in chart.boxes:
        # Only lines that run down pass here: no arrow, no turn, no label.
        cut = box.y - _ABOVE
        if cut - top >= _SLICE and chart.height - cut >= _SLICE:
            yield top, cut - top
            top = cut
    yield top, chart.height - top


def chart_facts(view: View, document: Document) -> ChartFacts | None:
    """Return the facts of a document's chart; it is laid out only if its own page has not done so before."""

    def make() -> ChartFacts | None:
        language = view.language(document)
        flow = flow_in(view, document, language)
        return _facts(flow, lay_out(flow, chart_words(view.words(language)))) if flow.nodes else None

    return view.once(("chart", document.path), make)


def all_chart_facts(view: View, documents: Sequence[Document]) -> list[tuple[Document, ChartFacts]]:
    """Return the documents that have a chart, each with its facts."""
    keys = [chart_key(view, document) for document in documents]
    makers = {key: partial(_written_facts, view, document) for document, key in zip(documents, keys, strict=True)}
    made = view.cached("chart facts", makers)
    found = []
    for document, key in zip(documents, keys, strict=True):
        facts = _read_facts(made[key]) if made[key] else None
        if facts is not None:
            found.append((document, facts))
    return found


def _written_facts(view: View, document: Document) -> str:
    facts = chart_facts(view, document)
    return json.dumps(asdict(facts), ensure_ascii=False) if facts else ""


def _read_facts(text: str) -> ChartFacts:
    fields: dict[str, Any] = json.loads(text)
    return ChartFacts(
        thumbnail=Markup(fields["thumbnail"]),
        steps=fields["steps"],
        roles=fields["roles"],
        handovers=fields["handovers"],
        totals=tuple((name, minutes) for name, minutes in fields["totals"]),
        automated=fields["automated"],
        loops=fields["loops"],
    )


def _facts(flow: Flow, chart: Chart) -> ChartFacts:
    return ChartFacts(
        thumbnail=Markup(write_thumbnail(chart)),
        steps=len(flow.steps),
        roles=len(flow.lanes),
        handovers=handovers(flow),
        totals=tuple((name, minutes) for name, minutes in total_minutes(flow).items() if minutes),
        automated=sum(node.automated for node in flow.steps),
        loops=any(edge.is_back for edge in flow.edges),
    )


def picture(chart: Chart, prefix: str, title: str, description: str, links: Iterable[tuple[str, str, str]]) -> Picture:
    """Return a chart as a page shows it.

    `prefix` keeps its ids apart from others on the page. `links` are node id, address and name, in the order of the
    flow.
    """
    boxes = {box.id: box for box in chart.boxes}
    return Picture(
        svg=Markup(write_svg(chart, prefix=prefix, title=title, description=description)),
        width=chart.width,
        height=chart.height,
        links=tuple(
            NodeLink(
                href=href,
                label=label,
                x=boxes[id_].x,
                y=boxes[id_].y,
                width=boxes[id_].width,
                height=boxes[id_].height,
            )
            for id_, href, label in links
        ),
        headings=Markup(write_headings(chart)) if chart.head else Markup(),
    )


def _links(catalog: Catalog, document: Document, flow: Flow) -> list[tuple[str, str, str]]:
    """Return for every step where its node leads: to the page it calls, else to its row of the table."""
    called = called_sops(catalog, document)
    found = []
    for node in flow.steps:
        label = f"{node.number}. {node.name}"
        sop = called.get(node.sop) if node.kind is NodeKind.SUBPROCESS else None
        if sop:
            found.append(
                (node.id, link(document.content_path, sop.content_path), f"{label} ({node.sop} {node.sop_label})")
            )
        else:
            found.append((node.id, f"#kb-step-{node.id}", label))
    return found
