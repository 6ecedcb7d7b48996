"""`kb report`: tables about the knowledge base, for people and machines."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from kb_builder.cli.context import as_of_option, settings_of, today, write_output
from kb_builder.reporters.json import to_json
from kb_builder.reporters.text import printable
from kb_builder.reports.reviews import COLUMNS, ReviewRow, review_rows, unread


@click.group("report")
def command() -> None:
    """Report on reviews."""


@command.command("reviews")
@as_of_option
@click.option("--format", "format_", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to a file.")
@click.pass_context
def reviews(context: click.Context, as_of: date | None, format_: str, output: Path | None) -> int:
    """List every document with its owner, its last and next review and how it stands."""
    from kb_builder.pipeline import check

    settings = settings_of(context)
    catalog = check(settings, today(settings, as_of)).catalog
    rows = review_rows(catalog)
    for path in unread(catalog):
        click.echo(f"kb: warning: {printable(path)} cannot be read; `kb check` says why", err=True)
    if format_ == "table":
        if output is not None:
            raise click.UsageError("--output needs --format json or csv")
        _print_table(rows)
        return 0
    write_output(to_json([row.values() for row in rows]) if format_ == "json" else _csv(rows), output)
    return 0


def _csv(rows: Sequence[ReviewRow]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value or "") for name, value in row.values().items()})
    return text.getvalue()


def _cell(value: str) -> str:
    """Return a value that a spreadsheet takes for text: a sign at the start would make it a formula."""
    text = printable(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _print_table(rows: Sequence[ReviewRow]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in ("State", "Next review", "Id", "Title", "Owner"):
        table.add_column(name, no_wrap=name != "Title", overflow="fold")
    colours = {"overdue": "red", "never": "red", "triggered": "red", "due_soon": "yellow", "fresh": "green"}
    for row in sorted(rows, key=lambda each: (each.next_review or "9999", each.id)):
        table.add_row(
            Text(row.state, style=colours.get(row.state, "")),
            row.next_review or "-",
            Text(printable(row.id)),
            Text(printable(row.title)),
            Text(printable(row.owner)),
        )
    console = Console()
    console.print(table, width=None if console.is_terminal else 160)
