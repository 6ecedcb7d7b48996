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
# Marks of changes: the class of a step and the arrow of a way. The colours can be told on white and on black.
_CLASSES = {
    "new": "stroke:#2e8b57,stroke-width:4px",
    "changed": "stroke:#b8730a,stroke-width:4px",
    "removed": "stroke:#cf4037,stroke-width:2px,stroke-dasharray:4 3",
}
_ARROWS = {"new": "==>", "removed": "-.->"}
# A label is drawn as Markdown and HTML, and `#` begins an entity: whatever could act is written as one.
_SPECIAL = {ord(char): f"#{ord(char)};" for char in '"#&<>`*_~\\[]{}|$'} | {ord("\n"): " ", ord("\r"): " "}


def write_mermaid(
    flow: Flow,
    words: Mapping[str, str],
    marks: Mapping[str, str] | None = None,
    line_marks: Mapping[tuple[str, str], str] | None = None,
) -> str:
    """Return the Mermaid text of a flow, a subgraph per lane; `words` as for `layout.lay_out`.

    `marks` and `line_marks` are those of `svg.write_svg`; `words` then has the words for them too, by mark.
    """
    marks, line_marks = marks or {}, line_marks or {}
    names = {node.id: f"n{i}" for i, node in enumerate(flow.nodes)}
    lines = ["flowchart TB"]
    for i, lane in enumerate(flow.lanes):
        title = " · ".join(part for part in (lane.department, lane.name) if part) or "–"
        lines.append(f'  subgraph lane{i}["{_escaped(title)}"]')
        lines += [
            f"    {_node(names[node.id], node, words, marks.get(node.id, ''))}"
            for node in flow.nodes
            if node.lane == lane.id
        ]
        lines.append("  end")
    for edge in flow.edges:
        label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
        arrow = _ARROWS.get(line_marks.get((edge.source, edge.target), ""), "-->")
        lines.append(f"  {names[edge.source]} {arrow}{label} {names[edge.target]}")
    for mark in dict.fromkeys(marks.values()):
        lines.append(f"  classDef {mark}Step {_CLASSES[mark]}")
        lines.append(f"  class {','.join(names[id_] for id_ in marks if marks[id_] == mark)} {mark}Step")
    return "\n".join(lines) + "\n"


def _node(name: str, node: Node, words: Mapping[str, str], mark: str) -> str:
    label = "<br>".join(_escaped(line) for line in _lines(node, words))
    if mark:
        label = f"{_escaped(words[mark])} · {label}"
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
