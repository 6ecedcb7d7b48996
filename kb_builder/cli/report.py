"""`kb report`: what is due, who answers for it, what is covered and what was kept, for people and for machines."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kb_builder.cli.context import as_of_option, settings_of, today, write_output
from kb_builder.model.errors import KbError
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from kb_builder.model.catalog import Catalog
    from kb_builder.reports.calendar import Entry
    from kb_builder.reports.table import Count

    Row = TypeVar("Row", bound=DataclassInstance)

# What stands in a table, by its headings.
_Cells = dict[str, object]
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
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a report is asked for. `owner` is None for all."""

    catalog: Catalog
    owner: str | None
    format: str
    output: Path | None

    def wants(self, *owners: str) -> bool:
        """Whether what these owners answer for is asked for."""
        return self.owner is None or self.owner in owners

    def write(self, row_type: type[Row], rows: Sequence[Row], cells: Callable[[Row], _Cells], none: str) -> int:
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


def _report(*formats: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
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
            return function(_Asked(catalog=catalog, owner=owner, format=format_, output=output), **more)

        return run

    return decorate


@click.group("report")
def command() -> None:
    """Report on reviews, owners, action items, coverage, service levels and key figures.

    A table is for people, json and csv for other programs, ics for calendars, markdown for a chat. What is most urgent
    comes first. In json, the records that a number was made of stand beside it.
    """


@command.command("reviews")
@_report("table", "json", "csv", "ics")
def reviews(asked: _Asked) -> int:
    """List every document and how its review stands.

    With its owner, its last and its next review. In json and csv, documents stand in the order of their paths.
    """
    from kb_builder.messages import messages
    from kb_builder.reports.calendar import due_reviews, review_entries
    from kb_builder.reports.reviews import ReviewRow, review_rows, urgent_first

    catalog = asked.catalog
    if asked.format == "ics":
        due = [document for document in due_reviews(catalog) if asked.wants(document.text("owner"))]
        words, site = messages(catalog.settings.language), catalog.settings.sites["staff"].url
        return asked.write_calendar(review_entries(catalog, due, words, site))

    def cells(row: ReviewRow) -> _Cells:
        return {
            "State": row.state,
            "Next review": row.next_review,
            "Id": row.id,
            "Title": row.title,
            "Owner": row.owner,
        }

    rows = urgent_first(catalog) if asked.format == "table" else review_rows(catalog)
    return asked.write(ReviewRow, [row for row in rows if asked.wants(row.owner)], cells, "there are no documents")


@command.command("owners")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path),
    help="In markdown, write each digest to a file of its own, OWNER.md, in this new folder.",
)  # fmt: skip
@_report("table", "json", "csv", "markdown")
def owners(asked: _Asked, folder: Path | None) -> int:
    """List who answers for what, and what of it is late.

    In markdown, write a digest for each owner who has anything to do, in the language of kb.yml, ready to be posted
    to a chat; with --owner, the digest for one.
    """
    from kb_builder.reports.owners import OwnerRow, assignments, owner_rows

    if folder is not None and (asked.format != "markdown" or asked.output is not None):
        raise click.UsageError("--folder needs --format markdown, and no --output")
    catalog = asked.catalog
    found = assignments(catalog)
    rows = [row for row in owner_rows(catalog, found) if asked.wants(row.id)]
    if asked.format == "markdown":
        from kb_builder.reports.digest import digest, nothing

        digests = {row.id: text for row in rows if (text := digest(catalog, row.id, found[row.id]))}
        if folder is not None:
            _write_digests(digests, folder)
        else:
            write_output("\n".join(digests.values()) or nothing(catalog, asked.owner), asked.output)
        return 0

    def late(row: OwnerRow) -> dict[str, Count]:
        return {
            "reviews overdue": row.overdue,
            "reviews asked for": row.triggered,
            "never reviewed": row.never,
            "drills overdue": row.drills_overdue,
            "actions overdue": row.actions_overdue,
            "readings missing": row.readings_missing,
        }

    def cells(row: OwnerRow) -> _Cells:
        return {
            "Owner": row.id or "(nobody)",
            "Name": row.name,
            "Pages": row.pages,
            "Due soon": row.due_soon,
            "Open actions": row.actions_open,
            "Late": ", ".join(f"{what}: {number}" for what, number in late(row).items() if number),
        }

    return asked.write(OwnerRow, rows, cells, "there are no owners")


@command.command("actions")
@_report("table", "json", "csv", "ics")
def actions(asked: _Asked) -> int:
    """List action items with owner, last day and state.

    They are what incidents, drills and other records decided to do.
    """
    from kb_builder.messages import messages
    from kb_builder.reports.actions import ActionRow, action_rows, all_actions, is_unfinished, urgency
    from kb_builder.reports.calendar import action_entries

    catalog = asked.catalog
    if asked.format == "ics":
        words, site = messages(catalog.settings.language), catalog.settings.sites["staff"].url
        wanted = (
            each
            for each in sorted(all_actions(catalog), key=urgency)
            if is_unfinished(each) and asked.wants(each.measure.owner)
        )
        return asked.write_calendar(action_entries(catalog, wanted, words, site), words("Action items"))

    def cells(row: ActionRow) -> _Cells:
        return {
            "State": row.state,
            "Due": row.due,
            "Record": f"{row.record} {row.id}",
            "Title": row.title,
            "Owner": row.owner,
        }

    rows = [row for row in action_rows(catalog) if asked.wants(row.owner)]
    return asked.write(ActionRow, rows, cells, "there are no action items")


@command.command("coverage")
@_report("table", "json", "csv")
def coverage(asked: _Asked) -> int:
    """List what procedures cover, gaps first.

    That is categories and classes of incidents, each with its procedures, last drill and last incident. With --owner,
    those of which the owner has a procedure.
    """
    from kb_builder.pages.words import CATEGORIES, CLASSES
    from kb_builder.reports.coverage import CoverageRow, coverage_rows

    def cells(row: CoverageRow) -> _Cells:
        return {
            "State": row.state,
            "By": row.by,
            "Name": row.name,
            "Procedures": ", ".join(each.id for each in row.procedures),
            "Owners": ", ".join(row.owners),
            "Last drill": row.last_drill,
            "Next drill": row.next_drill,
        }

    rows = [row for row in coverage_rows(asked.catalog, CATEGORIES, CLASSES) if asked.wants(*row.owners)]
    return asked.write(CoverageRow, rows, cells, "there are no procedures")


@command.command("sla")
@_report("table", "json", "csv")
def sla(asked: _Asked) -> int:
    """List the clocks of service levels, breached ones first.

    Each with the incidents in which it was met and breached. With --owner, those of the policies that the owner answers
    for.
    """
    from kb_builder.model.dates import nearest_minute, spell_minutes
    from kb_builder.reports.sla import SlaRow, sla_rows

    def cells(row: SlaRow) -> _Cells:
        return {
            "Policy": row.policy or "(any)",
            "Level": row.level or "(any)",
            "Clock": row.clock,
            "Limit": row.limit,
            "Mean": None if row.mean_minutes is None else spell_minutes(nearest_minute(row.mean_minutes)),
            "Met": row.met,
            "Running": row.running,
            "Unknown": row.unknown,
            "Breached in": ", ".join(each.id for each in row.breached.records),
        }

    catalog = asked.catalog
    rows = [row for row in sla_rows(catalog) if asked.wants(row.owner)]
    return asked.write(SlaRow, rows, cells, _none(catalog, "service levels", "sla.yml", catalog.sla))


@command.command("kpis")
@_report("table", "json", "csv", "ics")
def kpis(asked: _Asked) -> int:
    """List key figures, missed targets first.

    Each with its value, target, trend and missing readings. In ics, the days until which readings are to be given.
    """
    from kb_builder.messages import messages
    from kb_builder.model.numbers import spell_number
    from kb_builder.reports.calendar import reading_entries
    from kb_builder.reports.kpis import KpiRow, kpi_rows

    catalog = asked.catalog
    if asked.format == "ics":
        words = messages(catalog.settings.language)
        wanted = [kpi for kpi in (catalog.kpis or {}).values() if asked.wants(kpi.owner)]
        return asked.write_calendar(reading_entries(catalog, wanted, words), words("Key figures"))

    def cells(row: KpiRow) -> _Cells:
        sign = {"at_least": "≥", "at_most": "≤"}[row.direction]
        return {
            "Status": row.status,
            "Id": row.id,
            "Name": row.name,
            "Value": None if row.value is None else f"{spell_number(row.value)} {row.unit}",
            "Target": f"{sign} {spell_number(row.target)}",
            "Trend": row.trend,
            "Missing": len(row.missing),
        }

    rows = [row for row in kpi_rows(catalog) if asked.wants(row.owner)]
    return asked.write(KpiRow, rows, cells, _none(catalog, "key figures", "kpis.yml", catalog.kpis))


def _write_digests(digests: Mapping[str, str], folder: Path) -> None:
    """Write a file for each owner. The folder holds nothing else, so that who has no file has nothing to do."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise KbError(f"the folder {folder} is not empty", "name a new one")
    except OSError as error:
        raise KbError(f"cannot write into {folder}: {error.strerror}", "name another folder") from error
    for owner, text in digests.items():
        if owner and not _FILE_NAME.fullmatch(owner):
            click.echo(f"kb: warning: `{printable(owner)}` cannot be the name of a file and is left out", err=True)
            continue
        # No owner has this name, as ids begin with a letter or digit.
        write_output(text, folder / f"{owner or '_nobody'}.md")


def _none(catalog: Catalog, what: str, name: str, registry: object) -> str:
    """Say that there are no entries of a registry, and why if that is for want of the file."""
    path = catalog.registry_path(name)
    if registry is not None:
        return f"there are no {what}"
    if path in catalog.registry_texts:
        return f"there are no {what}: {path} cannot be read; `kb check` says why"
    return f"there are no {what}: there is no {path}"


def _refuse_unknown(catalog: Catalog, owner: str) -> None:
    """Stop if neither the registry nor any page knows the owner."""
    from kb_builder.reports.owners import assignments
    from kb_builder.schema.sentences import did_you_mean

    known = {*assignments(catalog), *(each.target for each in catalog.registry_owner_references)} - {""}
    if owner not in known:
        near = did_you_mean(owner, sorted(known))
        hint = f"did you mean `{near}`?" if near else "`kb report owners` lists all"
        raise click.UsageError(f"there is no owner `{owner}`; {hint}")


def _print_table(rows: Sequence[_Cells]) -> None:
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
