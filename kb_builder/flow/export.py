"""Writes a flow, or what became of one, in one of the forms that leave the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources

from kb_builder.flow.bpmn import write_bpmn
from kb_builder.flow.compare import REMOVED, Comparison
from kb_builder.flow.layout import lay_out
from kb_builder.flow.mermaid import write_mermaid
from kb_builder.flow.svg import write_svg
from kb_builder.model.flow import Edge, Node

_FURTHER: Mapping[str, Callable[[Node], str]] = {
    "SOP": lambda node: f"{node.sop} {node.sop_label}".strip(),
    "Stage": lambda node: node.stage,
    "Checkpoint": lambda node: node.checkpoint,
    "Resources": lambda node: "; ".join(node.resources),
    "On failure": lambda node: node.on_failure,
}


def write_flow(compared: Comparison, format_: str, *, title: str, words: Mapping[str, str]) -> str:
    """Return a flow as `svg` (a file that stands alone), `mermaid`, `bpmn` or `table` (Markdown).

    Where the flow has marks, `words` has those for each of them (see `compare`) and, as `since`, a heading for all;
    BPMN shows none.
    """
    flow = compared.flow
    if format_ == "mermaid":
        return write_mermaid(flow, words, compared.steps, compared.ways)
    if format_ == "table":
        return _table(compared)
    chart = lay_out(flow, words)
    if format_ == "bpmn":
        return write_bpmn(flow, chart, title=title, words=words)
    style = resources.files("kb_builder").joinpath("theme", "kb", "flow.css").read_text(encoding="utf-8")
    legend = [(mark, words[mark]) for mark in compared.marks]
    svg = write_svg(
        chart,
        prefix="kb-flow",
        title=title,
        description=_description(compared, words),
        marks=compared.steps,
        line_marks=compared.ways,
        legend=[("", words["since"]), *legend] if legend else (),
        style=style,
    )
    return svg + "\n"


def _description(compared: Comparison, words: Mapping[str, str]) -> str:
    """Return the names of the steps that have a mark, for whoever does not see the chart; empty without any."""
    parts = []
    for mark in compared.marks:
        names = [node.name for node in compared.flow.steps if compared.steps.get(node.id) == mark]
        if names:
            parts.append(f"{words[mark]}: {words['separator'].join(names)}")
    return "; ".join(parts)


def _table(compared: Comparison) -> str:
    """Return a Markdown table: number, step, role, limits, expected result and where each outcome leads.

    What only some flows have (stage, SOP, checkpoint, resources, what to do on failure) is a column where a step has
    it. With marks it has a column for them, and ways that were removed are struck out.
    """
    flow = compared.flow
    numbers = {node.id: str(node.number) if node.number else node.name for node in flow.nodes}
    further = [(name, read) for name, read in _FURTHER.items() if any(map(read, flow.steps))]
    head = ["#", *(["Change"] if compared.marks else []), "Step", "Role", "Time limit", "Expected", "Next"]
    head += [name for name, _read in further]
    rows = [head, ["---"] * len(head)]

    def way(edge: Edge) -> str:
        text = f"{edge.label} → {numbers[edge.target]}".strip()
        return f"~~{text}~~" if compared.ways.get((edge.source, edge.target)) == REMOVED else text

    for node in flow.steps:
        limits = "; ".join(f"{name} {limit}".strip() for name, limit in node.limits)
        ways = "; ".join(way(edge) for edge in flow.edges if edge.source == node.id)
        number = str(node.number) if node.number else ""
        change = [compared.steps.get(node.id, "")] if compared.marks else []
        cells = [number, *change, node.name, flow.lane_by_id[node.lane].name, limits, node.expected, ways]
        rows.append([*cells, *(read(node) for _name, read in further)])
    return "".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |\n" for row in rows
    )
