"""Rows as CSV that a spreadsheet opens and cannot be made to run: what looks like a formula becomes text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kb_builder.reporters.text import printable
from kb_builder.reports.table import Cell, columns, flat

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# The wide signs are those of a Chinese keyboard; some spreadsheets take them for the others.
# https://owasp.org/www-community/attacks/CSV_Injection
_SIGNS = tuple("=+-@＝＋－＠")


def to_csv(row_type: type[DataclassInstance], rows: Iterable[DataclassInstance]) -> str:
    """Return the columns of a type of rows as the first line, then a line a row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns(row_type), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in flat(row).items()})
    return text.getvalue()


def _cell(value: Cell) -> Cell:
    """Return a value that a spreadsheet takes for what it is: a text that begins with a sign would be a formula."""
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if text.lstrip().startswith(_SIGNS) else text
