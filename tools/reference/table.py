"""Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; columns in which no row has anything are left out."""
    listed = [list(row) for row in rows]
    kept = [index for index in range(len(head)) if any(row[index] for row in listed)]
    lines = [_line([head[index] for index in kept]), _line(["---"] * len(kept))]
    lines += [_line([row[index] for index in kept]) for row in listed]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
