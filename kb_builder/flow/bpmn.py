"""Writes a flow as BPMN 2.0 with lanes and coordinates, to be opened in a process modeller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from kb_builder.flow.geometry import Box, Chart, Line
from kb_builder.model.flow import Flow, Node, NodeKind

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_ELEMENTS = {
    NodeKind.START: "startEvent",
    NodeKind.END: "endEvent",
    NodeKind.PROCESS: "userTask",
    NodeKind.DOCUMENT: "userTask",
    NodeKind.WAIT: "intermediateCatchEvent",
    NodeKind.DECISION: "exclusiveGateway",
    NodeKind.SUBPROCESS: "callActivity",
}
_EVENT = 36.0
_EVENTS = (NodeKind.START, NodeKind.END, NodeKind.WAIT)
# The pool's own heading, over the lanes.
_POOL = 30.0


def write_bpmn(flow: Flow, chart: Chart, *, title: str, words: Mapping[str, str]) -> str:
    """Return BPMN 2.0 XML of a flow laid out by `layout.lay_out`.

    What BPMN has no field for (handler, time limit, expected result) stands in the documentation of a node.
    """
    names = {node.id: f"Node_{i}" for i, node in enumerate(flow.nodes)}
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<bpmn:definitions {_NAMESPACES} id="Definitions_1" targetNamespace="https://bpmn.io/schema/bpmn">',
        '<bpmn:collaboration id="Collaboration_1">',
        f'<bpmn:participant id="Participant_1" name="{_escaped(title)}" processRef="Process_1"/>',
        "</bpmn:collaboration>",
        '<bpmn:process id="Process_1" isExecutable="false">',
        *_lanes(flow, names),
        *(_node(node, chart, names, words) for node in flow.nodes),
        *(_sequence(i, line, names) for i, line in enumerate(chart.lines)),
        "</bpmn:process>",
        '<bpmndi:BPMNDiagram id="Diagram_1">',
        '<bpmndi:BPMNPlane id="Plane_1" bpmnElement="Collaboration_1">',
        *_shapes(chart, names),
        *_edges(chart),
        "</bpmndi:BPMNPlane>",
        "</bpmndi:BPMNDiagram>",
        "</bpmn:definitions>",
    ]
    return "\n".join(parts) + "\n"


def _lanes(flow: Flow, names: Mapping[str, str]) -> Iterator[str]:
    yield '<bpmn:laneSet id="LaneSet_1">'
    for i, lane in enumerate(flow.lanes):
        name = " · ".join(part for part in (lane.department, lane.name) if part)
        yield f'<bpmn:lane id="Lane_{i}" name="{_escaped(name)}">'
        for node in flow.nodes:
            if node.lane == lane.id:
                yield f"<bpmn:flowNodeRef>{names[node.id]}</bpmn:flowNodeRef>"
        yield "</bpmn:lane>"
    yield "</bpmn:laneSet>"


def _node(node: Node, chart: Chart, names: Mapping[str, str], words: Mapping[str, str]) -> str:
    element = "serviceTask" if node.automated and node.kind is NodeKind.PROCESS else _ELEMENTS[node.kind]
    called = f' calledElement="{_escaped(node.sop)}"' if node.kind is NodeKind.SUBPROCESS else ""
    name = f"{node.number}. {node.name}" if node.number else node.name
    parts = [f'<bpmn:{element} id="{names[node.id]}" name="{_escaped(name)}"{called}>']
    notes = "\n".join(_notes(node, words))
    if notes:
        parts.append(f"<bpmn:documentation>{escape(notes, quote=False)}</bpmn:documentation>")
    for way, end in (("incoming", 1), ("outgoing", 0)):
        for i, line in enumerate(chart.lines):
            if (line.source, line.target)[end] == node.id:
                parts.append(f"<bpmn:{way}>Flow_{i}</bpmn:{way}>")
    if node.kind is NodeKind.WAIT:
        parts.append(f'<bpmn:timerEventDefinition id="{names[node.id]}_timer"/>')
    parts.append(f"</bpmn:{element}>")
    return "".join(parts)


def _notes(node: Node, words: Mapping[str, str]) -> Iterator[str]:
    if node.handler:
        yield words["handler"] + node.handler
    if node.limits:
        limits = (f"{name} {limit}" if name else limit for name, limit in node.limits)
        yield words["time_limit"] + words.get("separator", ", ").join(limits)
    if node.expected:
        yield words["expected"] + node.expected
    if node.sop:
        yield words["sop"] + f"{node.sop} {node.sop_label}".strip()


def _sequence(i: int, line: Line, names: Mapping[str, str]) -> str:
    name = f' name="{_escaped(line.label)}"' if line.label else ""
    ends = f'sourceRef="{names[line.source]}" targetRef="{names[line.target]}"'
    return f'<bpmn:sequenceFlow id="Flow_{i}"{name} {ends}/>'


def _shapes(chart: Chart, names: Mapping[str, str]) -> Iterator[str]:
    yield _shape("Participant_1", 0.0, 0.0, chart.width, chart.height + _POOL, ' isHorizontal="false"')
    for i, lane in enumerate(chart.lanes):
        yield _shape(f"Lane_{i}", lane.x, _POOL, lane.width, chart.height, ' isHorizontal="false"')
    for box in chart.boxes:
        x, y, w, h = _bounds(box)
        yield _shape(names[box.id], x, y + _POOL, w, h, "")


def _bounds(box: Box) -> tuple[float, float, float, float]:
    """Return where a node stands: events are circles, and a gateway is the diamond without the panel."""
    if box.kind in _EVENTS:
        return box.middle_x - _EVENT / 2, box.port_y - _EVENT / 2, _EVENT, _EVENT
    return box.x, box.y, box.width, box.diamond or box.height


def _shape(name: str, x: float, y: float, width: float, height: float, more: str) -> str:
    return (
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}"{more}>'
        f'<dc:Bounds x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"/></bpmndi:BPMNShape>'
    )


def _edges(chart: Chart) -> Iterator[str]:
    boxes = {box.id: box for box in chart.boxes}
    for i, line in enumerate(chart.lines):
        points = list(line.points)
        points[0] = _docked(points[0], boxes[line.source])
        points[-1] = _docked(points[-1], boxes[line.target])
        ways = "".join(f'<di:waypoint x="{x:g}" y="{y + _POOL:g}"/>' for x, y in points)
        yield f'<bpmndi:BPMNEdge id="Flow_{i}_di" bpmnElement="Flow_{i}">{ways}</bpmndi:BPMNEdge>'


def _docked(point: tuple[float, float], box: Box) -> tuple[float, float]:
    """Return the point moved along its line to the border that the node has in BPMN."""
    x, y = point
    left, top, width, height = _bounds(box)
    if box.diamond and y > box.port_y:
        return x, box.y + box.diamond / 2 * (2 - abs(x - box.middle_x) / (box.width / 2))
    return min(max(x, left), left + width), min(max(y, top), top + height)


def _escaped(text: str) -> str:
    return escape(text.replace("\n", " "))
