"""Writes a flow as Mermaid text, for places that draw it themselves, such as GitHub. Our own pages never need it."""

from __future__ import annotations

from collections.abc import Mapping

from kb_builder.model.flow import Flow, Node, NodeKind

# Opening and closing of the symbols that every version of Mermaid knows.
_BRACKETS = {
    NodeKind.START: ("([", "])"),
    NodeKind.END: ("([", "])"),
    NodeKind.PROCESS: ("[", "]"),
    NodeKind.DECISION: ("{", "}"),
    NodeKind.SUBPROCESS: ("[[", "]]"),
}
# Symbols that came with version 11.3.
_SHAPES = {NodeKind.DOCUMENT: "doc", NodeKind.WAIT: "delay"}
# A label is drawn as Markdown and HTML, and `#` begins an entity: whatever could act is written as one.
_SPECIAL = {ord(char): f"#{ord(char)};" for char in '"#&<>`*_~\\[]{}|$'} | {ord("\n"): " ", ord("\r"): " "}


def write_mermaid(flow: Flow, words: Mapping[str, str]) -> str:
    """Return the Mermaid text of a flow, a subgraph per lane; `words` as for `layout.lay_out`."""
    names = {node.id: f"n{i}" for i, node in enumerate(flow.nodes)}
    lines = ["flowchart TB"]
    for i, lane in enumerate(flow.lanes):
        title = " · ".join(part for part in (lane.department, lane.name) if part) or "–"
        lines.append(f'  subgraph lane{i}["{_escaped(title)}"]')
        lines += [f"    {_node(names[node.id], node, words)}" for node in flow.nodes if node.lane == lane.id]
        lines.append("  end")
    for edge in flow.edges:
        label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
        lines.append(f"  {names[edge.source]} -->{label} {names[edge.target]}")
    return "\n".join(lines) + "\n"


def _node(name: str, node: Node, words: Mapping[str, str]) -> str:
    label = "<br>".join(_escaped(line) for line in _lines(node, words))
    if node.kind in _SHAPES:
        return f'{name}@{{ shape: {_SHAPES[node.kind]}, label: "{label}" }}'
    before, after = _BRACKETS[node.kind]
    return f'{name}{before}"{label}"{after}'


def _lines(node: Node, words: Mapping[str, str]) -> list[str]:
    # `3. Name` would be read as a list, which Mermaid refuses.
    lines = [f"{node.number} · {node.name}" if node.number else node.name]
    if node.handler:
        lines.append(words["handler"] + node.handler)
    if node.limits:
        limits = (f"{name} {limit}" if name else limit for name, limit in node.limits)
        lines.append(words["time_limit"] + words.get("separator", ", ").join(limits))
    if node.expected:
        lines.append(words["expected"] + node.expected)
    if node.sop:
        lines.append(words["sop"] + f"{node.sop} {node.sop_label}".strip())
    return lines


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)
