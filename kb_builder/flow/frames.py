"""Headings: lanes with their roles, departments over them, stages at the left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from kb_builder.flow.geometry import NAME_SIZE, TEXT_SIZE, Box, Frame, TextLine
from kb_builder.flow.text import wrap
from kb_builder.model.flow import Lane, Node

_LINE = 19.0
_PAD = 7.0


def lane_frames(
    lanes: Sequence[Lane], borders: Sequence[float], bottom: float
) -> tuple[float, tuple[Frame, ...], tuple[Frame, ...]]:
    """Return the height of the headings, the lanes down to `bottom`, and the departments over neighbouring lanes.

    `borders` are the left edge of every lane and the right edge of the last.
    """
    groups = []
    for department, group in groupby(range(len(lanes)), key=lambda i: lanes[i].department or lanes[i].name):
        members = list(group)
        if lanes[members[0]].department:
            groups.append((department, borders[members[0]], borders[members[-1] + 1]))
    over, departments = _headings(groups, 0.0, TEXT_SIZE) if groups else (0.0, ())
    named = [(lane.name, borders[i], borders[i + 1]) for i, lane in enumerate(lanes)]
    height, heads = _headings(named, over, NAME_SIZE)
    head = over + height
    # A role without department has the whole height for its name.
    tops = [frame.y if lane.department else 0.0 for frame, lane in zip(heads, lanes, strict=True)]
    return (
        head,
        tuple(
            Frame(
                name=frame.name,
                x=frame.x,
                y=top,
                width=frame.width,
                height=max(bottom, head) - top,
                texts=tuple(_lifted(line, (frame.y - top) / 2) for line in frame.texts),
            )
            for frame, top in zip(heads, tops, strict=True)
        ),
        departments,
    )


def _lifted(line: TextLine, by: float) -> TextLine:
    return TextLine(x=line.x, y=line.y - by, text=line.text, bold=True, middle=True, size=line.size) if by else line


def _headings(groups: Sequence[tuple[str, float, float]], top: float, size: int) -> tuple[float, tuple[Frame, ...]]:
    wrapped = [wrap(name, right - left - 12, size, bold=True) for name, left, right in groups]
    height = max(len(lines) for lines in wrapped) * _LINE + 2 * _PAD - 4
    frames = []
    for (name, left, right), lines in zip(groups, wrapped, strict=True):
        first = top + (height - _LINE * len(lines)) / 2 + 14
        texts = tuple(
            TextLine(x=(left + right) / 2, y=first + _LINE * i, text=line, bold=True, middle=True, size=size)
            for i, line in enumerate(lines)
        )
        frames.append(Frame(name=name, x=left, y=top, width=right - left, height=height, texts=texts))
    return height, tuple(frames)


def stage_frames(
    nodes: Sequence[Node], boxes: Sequence[Box], over: Sequence[float], head: float, width: float, bottom: float
) -> tuple[Frame, ...]:
    """Return the stages from top to bottom, each a band over the whole width whose name stands at the left.

    `over` gives for every node the height at which a band that begins with it may begin.
    """
    runs = [(stage, list(group)) for stage, group in groupby(range(len(nodes)), key=lambda i: nodes[i].stage)]
    tops = [head, *(over[rows[0]] for _stage, rows in runs[1:]), bottom]
    frames = []
    for i, (stage, rows) in enumerate(runs):
        lines = wrap(stage, STAGE_WIDTH - 18, TEXT_SIZE + 1, bold=True) if stage else []
        first = max(tops[i] + 20, boxes[rows[0]].y + 14)
        texts = tuple(
            TextLine(x=10.0, y=first + 18 * k, text=line, bold=True, size=TEXT_SIZE + 1) for k, line in enumerate(lines)
        )
        frames.append(Frame(name=stage, x=0.0, y=tops[i], width=width, height=tops[i + 1] - tops[i], texts=texts))
    return tuple(frames)


# Room at the left for the names of stages.
STAGE_WIDTH = 92.0
