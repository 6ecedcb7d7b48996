"""`kb report`: what is due, who answers for it, what is covered and what was kept, for people and for machines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.asked import Asked, Cells, report
from kb_builder.cli.context import write_output
from kb_builder.model.errors import KbError
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from kb_builder.model.catalog import Catalog
    from kb_builder.reports.table import Count

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@click.group("report")
def command() -> None:
    """Report on reviews, owners, action items, coverage, service levels and key figures.

    A table is for people, json and csv for other programs, ics for calendars, markdown for a chat. What is most urgent
    comes first. In json, the records that a number was made of stand beside it.
    """


@command.command("reviews")
@report("table", "json", "csv", "ics")
def reviews(asked: Asked) -> int:
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

    def cells(row: ReviewRow) -> Cells:
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
@report("table", "json", "csv", "markdown")
def owners(asked: Asked, folder: Path | None) -> int:
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

    def cells(row: OwnerRow) -> Cells:
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
@report("table", "json", "csv", "ics")
def actions(asked: Asked) -> int:
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

    def cells(row: ActionRow) -> Cells:
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
@report("table", "json", "csv")
def coverage(asked: Asked) -> int:
    """List what procedures cover, gaps first.

    That is categories and classes of incidents, each with its procedures, last drill and last incident. With --owner,
    those of which the owner has a procedure.
    """
    from kb_builder.pages.words import CATEGORIES, CLASSES
    from kb_builder.reports.coverage import CoverageRow, coverage_rows

    def cells(row: CoverageRow) -> Cells:
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
@report("table", "json", "csv")
def sla(asked: Asked) -> int:
    """List the clocks of service levels, breached ones first.

    Each with the incidents in which it was met and breached. With --owner, those of the policies that the owner answers
    for.
    """
    from kb_builder.model.dates import nearest_minute, spell_minutes
    from kb_builder.reports.sla import SlaRow, sla_rows

    def cells(row: SlaRow) -> Cells:
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
@report("table", "json", "csv", "ics")
def kpis(asked: Asked) -> int:
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

    def cells(row: KpiRow) -> Cells:
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
