"""The size of a node and where its texts stand in it, from the text alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from kb_builder.flow.geometry import NAME_LINE, NAME_SIZE, TEXT_LINE, TEXT_SIZE, TextLine
from kb_builder.flow.text import HOLD, text_width, wrap
from kb_builder.model.flow import Lane, Node, NodeKind

_INSET = {NodeKind.SUBPROCESS: 17.0, NodeKind.WAIT: 16.0}
_TERMINATORS = (NodeKind.START, NodeKind.END)
# The wave of a document takes this much below its text; see `shapes`.
WAVE = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A node without a place: texts are relative to its upper left corner."""

    width: float
    height: float
    diamond: float
    has_panel: bool
    texts: tuple[TextLine, ...]

    @property
    def port_y(self) -> float:
        """Where lines from the sides meet the node, from its top."""
        return (self.diamond or self.height) / 2


def make_block(node: Node, lane: Lane, width: float, words: Mapping[str, str], *, with_role: bool) -> Block:
    """Return the block of a node of a given width.

    `words` gives the labels `role`, `department`, `handler`, `time_limit`, `expected`, `sop` in the page's language,
    each with its colon, and the `separator` of limits. `with_role` writes the role too, for a chart without lanes.
    """
    if node.kind in _TERMINATORS:
        return _terminator(node, width)
    name = f"{node.number}. {node.name}" if node.number else node.name
    details = list(_details(node, lane, words, with_role=with_role))
    if node.kind is NodeKind.DECISION:
        return _decision(name, details, width)
    inset = _INSET.get(node.kind, 12.0)
    texts = [
        TextLine(x=inset, y=8.0 + NAME_LINE * i + 15, text=line, bold=True, size=NAME_SIZE)
        for i, line in enumerate(wrap(name, width - 2 * inset, NAME_SIZE, bold=True))
    ]
    top = 8.0 + NAME_LINE * len(texts) + (2 if details else 0)
    lines = _detail_lines(details, inset, top, width - 2 * inset)
    bottom = top + TEXT_LINE * len(lines) + 8
    if node.kind is NodeKind.DOCUMENT:
        bottom += 2 * WAVE - 3
    return Block(width=width, height=max(_even(bottom), 40.0), diamond=0.0, has_panel=False, texts=(*texts, *lines))


def _terminator(node: Node, width: float) -> Block:
    lines = wrap(node.name, width - 36, NAME_SIZE, bold=True)
    wide = max(text_width(line, NAME_SIZE, bold=True) for line in lines)
    own = min(width, max(104.0, 2 * round(wide / 2) + 40))
    texts = tuple(
        TextLine(x=own / 2, y=7.0 + NAME_LINE * i + 15, text=line, bold=True, middle=True, size=NAME_SIZE)
        for i, line in enumerate(lines)
    )
    return Block(width=own, height=14.0 + NAME_LINE * len(lines), diamond=0.0, has_panel=False, texts=texts)


def _decision(name: str, details: list[tuple[str, str]], width: float) -> Block:
    """A diamond that holds the name, in front of a panel with the rest."""
    best: tuple[float, list[str]] | None = None
    for share in (0.46, 0.54, 0.62, 0.7, 0.78):
        lines = wrap(name, width * share, NAME_SIZE, bold=True)
        half = NAME_LINE * len(lines) / 2
        need = 0.0
        for i, line in enumerate(lines):
            # The corner of the line that is farthest out must be inside the diamond.
            away = max(abs(-half + NAME_LINE * i + 1), abs(-half + NAME_LINE * (i + 1) - 1))
            need = max(need, 2 * away / (1 - (text_width(line, NAME_SIZE, bold=True) + 6) / width))
        if best is None or need < best[0] - 1:
            best = (need, lines)
        if len(lines) == 1:
            break
    assert best is not None
    diamond = max(60.0, 2 * round(best[0] / 2 + 1))
    first = diamond / 2 - NAME_LINE * len(best[1]) / 2
    texts = [
        TextLine(x=width / 2, y=first + NAME_LINE * i + 15, text=line, bold=True, middle=True, size=NAME_SIZE)
        for i, line in enumerate(best[1])
    ]
    rest = _detail_lines(details, 12.0, diamond + 1, width - 24)
    height = _even(diamond + 1 + TEXT_LINE * len(rest) + 8) if rest else diamond
    return Block(width=width, height=height, diamond=diamond, has_panel=bool(rest), texts=(*texts, *rest))


def _even(height: float) -> float:
    """Return the next even height: the middle is then a whole number too, which is sharp on a screen and short."""
    return 2.0 * ceil(height / 2)


def _details(node: Node, lane: Lane, words: Mapping[str, str], *, with_role: bool) -> Iterator[tuple[str, str]]:
    if with_role and lane.name:
        yield words["role"], lane.name
    if lane.department and lane.department != lane.name:
        yield words["department"], lane.department
    if node.handler and node.handler != lane.name:
        yield words["handler"], node.handler
    if node.limits:
        parts = [(f"{name} {limit}" if name else limit).replace(" ", HOLD) for name, limit in node.limits]
        yield words["time_limit"], words.get("separator", ", ").join(parts)
    if node.expected:
        yield words["expected"], node.expected
    if node.sop:
        yield words["sop"], f"{node.sop} {node.sop_label}".strip()


def _detail_lines(details: list[tuple[str, str]], x: float, top: float, width: float) -> list[TextLine]:
    lines: list[TextLine] = []
    for lead, text in details:
        first = text_width(lead, TEXT_SIZE)
        for i, part in enumerate(wrap(text, width, TEXT_SIZE, first=first)):
            y = top + TEXT_LINE * len(lines) + 13
            lines.append(TextLine(x=x, y=y, text=part, lead="" if i else lead))
    return lines
