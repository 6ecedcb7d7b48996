"""What a layout is made of: boxes, lines and texts with coordinates in pixels, y downwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kb_builder.model.flow import NodeKind

NAME_SIZE = 14
TEXT_SIZE = 12
NAME_LINE = 20
TEXT_LINE = 17


class TextLine(NamedTuple):
    """A line of text. `x`, `y` are the start (or, if `middle`, the centre) of its baseline.

    `lead` is the part at its beginning that only names what follows, such as `Time limit: `.
    """

    x: float
    y: float
    text: str
    lead: str = ""
    bold: bool = False
    middle: bool = False
    size: int = TEXT_SIZE

    def moved(self, dx: float, dy: float) -> TextLine:
        """Return the line elsewhere."""
        return TextLine(self.x + dx, self.y + dy, *self[2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node: its bounding rectangle, the height of its diamond (0 if it is none), its texts."""

    id: str
    kind: NodeKind
    number: int
    x: float
    y: float
    width: float
    height: float
    diamond: float = 0.0
    has_panel: bool = False
    texts: tuple[TextLine, ...] = ()

    @property
    def middle_x(self) -> float:
        """Where lines from above and below meet the box."""
        return self.x + self.width / 2

    @property
    def port_y(self) -> float:
        """Where lines from the sides meet the box."""
        return self.y + (self.diamond or self.height) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An edge as the corners of its line, from the border of one box to that of the other, and its label in lines."""

    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    is_back: bool = False
    label: str = ""
    labels: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A rectangle with a heading: a lane, a department over lanes, or a stage."""

    name: str
    x: float
    y: float
    width: float
    height: float
    texts: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture ready to be written. `head` is the height of the headings at the top, 0 if there are none."""

    width: float
    height: float
    head: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    lanes: tuple[Frame, ...] = ()
    departments: tuple[Frame, ...] = ()
    stages: tuple[Frame, ...] = ()
