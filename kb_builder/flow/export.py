"""Writes a flow in one of the forms that leave the site."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

from kb_builder.flow.bpmn import write_bpmn
from kb_builder.flow.layout import lay_out
from kb_builder.flow.mermaid import write_mermaid
from kb_builder.flow.svg import write_svg
from kb_builder.model.flow import Flow


def write_flow(flow: Flow, format_: str, *, title: str, words: Mapping[str, str]) -> str:
    """Return a flow as `svg` (a file that stands alone), `mermaid`, `bpmn` or `table` (Markdown)."""
    if format_ == "mermaid":
        return write_mermaid(flow, words)
    if format_ == "table":
        return _table(flow)
    chart = lay_out(flow, words)
    if format_ == "bpmn":
        return write_bpmn(flow, chart, title=title, words=words)
    style = resources.files("kb_builder").joinpath("theme", "kb", "flow.css").read_text(encoding="utf-8")
    return write_svg(chart, prefix="kb-flow", title=title, style=style) + "\n"


def _table(flow: Flow) -> str:
    """Return a Markdown table: number, step, role, limits, expected result and where each outcome leads."""
    numbers = {node.id: str(node.number) if node.number else node.name for node in flow.nodes}
    lines = ["| # | Step | Role | Time limit | Expected | Next |", "| --- | --- | --- | --- | --- | --- |"]
    for node in flow.steps:
        limits = "; ".join(f"{name} {limit}".strip() for name, limit in node.limits)
        ways = "; ".join(
            f"{edge.label} → {numbers[edge.target]}".strip() for edge in flow.edges if edge.source == node.id
        )
        cells = (str(node.number), node.name, flow.lane_by_id[node.lane].name, limits, node.expected, ways)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
