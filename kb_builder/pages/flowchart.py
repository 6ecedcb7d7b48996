"""The flowchart of a document as HTML: the picture in two widths, links laid over its nodes, figures above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kb_builder.flow.figures import handovers, total_minutes
from kb_builder.flow.geometry import Chart
from kb_builder.flow.graph import build_flow
from kb_builder.flow.layout import lay_out, lay_out_narrow
from kb_builder.flow.mermaid import write_mermaid
from kb_builder.flow.svg import write_headings, write_svg
from kb_builder.messages import Messages
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.flow import Flow, NodeKind, Role
from kb_builder.pages.view import link
from kb_builder.pages.words import duration_words, minutes_words


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
class Flowchart:
    """All that a page shows of a flow. `totals` are (class, time) pairs, the class empty if there is but one."""

    wide: Picture
    narrow: Picture
    mermaid: str
    totals: tuple[tuple[str, str], ...]
    handovers: int
    steps: int
    roles: int


def called_sops(catalog: Catalog, document: Document) -> Mapping[str, Document]:
    """Return the pages that the steps of a document call, by id."""
    ids = {str(entry.get("sop", "")) for _index, entry in document.entries("steps")}
    return {id_: catalog.by_id[id_] for id_ in sorted(ids) if id_ in catalog.by_id}


def flow_of(catalog: Catalog, document: Document, words: Messages) -> Flow:
    """Return the flow of a document's steps with names for its roles and SOPs, in the language of `words`."""
    owners = catalog.owners or {}
    ids = {str(entry.get("role", "")) for _index, entry in document.entries("steps")}
    return build_flow(
        document.fields.get("steps"),
        roles={
            owner.id: Role(name=owner.name, department=owner.department)
            for owner in (owners[id_] for id_ in sorted(ids) if id_ in owners)
        },
        sops={id_: sop.title for id_, sop in called_sops(catalog, document).items()},
        words=lambda text: duration_words(text, words),
        start=words("Start"),
        end=words("End"),
    )


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


def flowchart(catalog: Catalog, document: Document, flow: Flow, words: Messages) -> Flowchart | None:
    """Return the chart of a document's flow, None if it has no steps."""
    if not flow.nodes:
        return None
    labels = chart_words(words)
    sop_links = {
        id_: link(document.content_path, sop.content_path) for id_, sop in called_sops(catalog, document).items()
    }
    description = words(
        "{n} steps by {roles} roles; the table below says the same in words.", n=len(flow.steps), roles=len(flow.lanes)
    )

    def picture(chart: Chart, form: str) -> Picture:
        svg = write_svg(chart, prefix=f"kb-flow-{form}", title=document.title, description=description)
        return Picture(
            svg=Markup(svg),
            width=chart.width,
            height=chart.height,
            links=tuple(_links(flow, chart, sop_links)),
            headings=Markup(write_headings(chart)) if chart.head else Markup(),
        )

    return Flowchart(
        wide=picture(lay_out(flow, labels), "wide"),
        narrow=picture(lay_out_narrow(flow, labels), "narrow"),
        mermaid=write_mermaid(flow, labels),
        totals=tuple((name, minutes_words(minutes, words)) for name, minutes in total_minutes(flow).items() if minutes),
        handovers=handovers(flow),
        steps=len(flow.steps),
        roles=len(flow.lanes),
    )


def _links(flow: Flow, chart: Chart, sop_links: Mapping[str, str]) -> list[NodeLink]:
    boxes = {box.id: box for box in chart.boxes}
    found = []
    for node in flow.steps:
        box = boxes[node.id]
        address = sop_links.get(node.sop, "") if node.kind is NodeKind.SUBPROCESS else ""
        label = f"{node.number}. {node.name}" + (f" ({node.sop} {node.sop_label})" if address else "")
        found.append(
            NodeLink(
                href=address or f"#kb-step-{node.id}", label=label, x=box.x, y=box.y, width=box.width, height=box.height
            )
        )
    return found
