"""What a report is asked for, and how it is written: the options and forms that all of `kb report` share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kb_builder.cli.context import as_of_option, settings_of, today, write_output
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from kb_builder.model.catalog import Catalog
    from kb_builder.reports.calendar import Entry

    Row = TypeVar("Row", bound=DataclassInstance)

# What stands in a table, by its headings.
Cells = dict[str, object]
# Never broken into lines, however narrow the terminal is.
_SHORT = (
    "State",
    "Status",
    "Next review",
    "Due",
    "Clock",
    "Last drill",
    "Next drill",
    "Limit",
    "Mean",
    "Value",
    "Target",
)
_COLOURS = {
    **dict.fromkeys(("overdue", "triggered", "never", "gap", "drill_overdue", "fail"), "red"),
    **dict.fromkeys(("due_soon", "unexercised", "no_data"), "yellow"),
    **dict.fromkeys(("fresh", "covered", "pass", "done"), "green"),
}
_WIDTH = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is asked for. `owner` is None for all."""

    catalog: Catalog
    owner: str | None
    format: str
    output: Path | None

    def wants(self, *owners: str) -> bool:
        """Whether what these owners answer for is asked for."""
        return self.owner is None or self.owner in owners

    def write(self, row_type: type[Row], rows: Sequence[Row], cells: Callable[[Row], Cells], none: str) -> int:
        """Write rows as JSON, as CSV, or as a table of cells; `none` is what the table says where there are no rows."""
        if self.format == "json":
            from kb_builder.reporters.json import to_json
            from kb_builder.reports.table import nested

            write_output(to_json([nested(row) for row in rows]), self.output)
        elif self.format == "csv":
            from kb_builder.reports.spreadsheet import to_csv

            write_output(to_csv(row_type, rows), self.output)
        elif rows:
            _print_table([cells(row) for row in rows])
        else:
            click.echo(none)
        return 0

    def write_calendar(self, entries: Iterable[Entry], subject: str = "") -> int:
        """Write entries as a calendar that is named after the staff site, its subject and the owner."""
        from kb_builder.reports.calendar import calendar

        name = self.catalog.owner_name(self.owner) if self.owner else ""
        title = ": ".join(filter(None, (self.catalog.settings.sites["staff"].name, subject, name)))
        write_output(calendar(title, self.catalog.as_of, entries).decode(), self.output)
        return 0


def report(*formats: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options of a report in these formats, and what it is asked for as its first argument."""
    writable = [each for each in formats if each != "table"]

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        @as_of_option
        @click.option("--owner", metavar="ID", help="Only what this owner answers for.")
        @click.option("--format", "format_", type=click.Choice(formats), default="table", show_default=True)
        @click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to a file.")
        @click.pass_context
        @wraps(function)
        def run(
            context: click.Context,
            /,
            as_of: date | None,
            owner: str | None,
            format_: str,
            output: Path | None,
            **more: Any,
        ) -> int:
            from kb_builder.checking import check
            from kb_builder.reports.reviews import unread

            if format_ == "table" and output is not None:
                raise click.UsageError(f"--output needs --format {', '.join(writable[:-1])} or {writable[-1]}")
            settings = settings_of(context)
            catalog = check(settings, today(settings, as_of)).catalog
            if owner is not None:
                _refuse_unknown(catalog, owner)
            for path in unread(catalog):
                click.echo(f"kb: warning: {printable(path)} cannot be read; `kb check` says why", err=True)
            return function(Asked(catalog=catalog, owner=owner, format=format_, output=output), **more)

        return run

    return decorate


def _refuse_unknown(catalog: Catalog, owner: str) -> None:
    """Stop if neither the registry nor any page knows the owner."""
    from kb_builder.reports.owners import assignments
    from kb_builder.schema.sentences import did_you_mean

    known = {*assignments(catalog), *(each.target for each in catalog.registry_owner_references)} - {""}
    if owner not in known:
        near = did_you_mean(owner, sorted(known))
        hint = f"did you mean `{near}`?" if near else "`kb report owners` lists all"
        raise click.UsageError(f"there is no owner `{owner}`; {hint}")


def _print_table(rows: Sequence[Cells]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    def text(value: Any) -> Text:
        shown = printable(str(value)) if value else "-"
        return Text(shown, style=_COLOURS.get(value, "") if isinstance(value, StrEnum) else "")

    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name, no_wrap=name in _SHORT, overflow="fold")
    for row in rows:
        table.add_row(*(text(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)
