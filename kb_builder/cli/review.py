"""`kb review`: write down that a page was reviewed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from kb_builder.checks.review_without_evidence import CHECKS
from kb_builder.cli.context import as_of_option, settings_of, today
from kb_builder.cli.run import EXIT_FINDINGS
from kb_builder.model.diagnostic import Diagnostic
from kb_builder.model.errors import KbError
from kb_builder.reporters.text import diagnostic_lines, printable

if TYPE_CHECKING:
    from kb_builder.checking import Checked
    from kb_builder.model.catalog import Catalog
    from kb_builder.model.document import Document, RawDocument
    from kb_builder.reviewing import ReviewEntry

TRIGGERS = ("scheduled", "incident", "change", "drill")

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the options say; None or empty where one is not used."""

    by: str
    trigger: str | None
    checks: str
    outcome: str | None
    ref: str | None
    note: str | None


@click.command("review")
@click.argument("id_", metavar="ID")
@click.option("--by", multiple=True, metavar="OWNER", help="Who reviewed: an owner id. Repeat it, or use commas.")
@click.option("--trigger", type=click.Choice(TRIGGERS), help="Why the page was reviewed.")
@click.option(
    "--checks", "--check", "checks", multiple=True, metavar="LIST",
    help="What the page is: complete, effective, applicable, operable; with `=fail` behind it, what it is not. "
    "Repeat it, or use commas.",
)  # fmt: skip
@click.option("--outcome", metavar="TEXT", help="What came of it, in a few words.")
@click.option("--ref", metavar="ID", help="The record, ticket or change that asked for the review.")
@click.option("--note", metavar="TEXT", help="Anything the next reviewer should know.")
@click.option("--date", "day", metavar="DATE", help="Day of the review, YYYY-MM-DD; today unless given.")
@as_of_option
@click.option("--yes", is_flag=True, help="Write without asking, also for what may be empty.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_context
def command(
    context: click.Context,
    id_: str,
    by: tuple[str, ...],
    trigger: str | None,
    checks: tuple[str, ...],
    outcome: str | None,
    ref: str | None,
    note: str | None,
    day: str | None,
    as_of: date | None,
    yes: bool,
    dry_run: bool,
) -> int:
    """Write down that the page ID was reviewed: an entry in `reviews`, and the day in `last_reviewed`.

    On a terminal it asks for what no option gives. Every other character of the file stays as it is. A page with
    errors that a review does not mend is refused.
    """
    from kb_builder.checking import check
    from kb_builder.cli.page import find_page
    from kb_builder.reviewing import read_again, refuse_unreviewed, with_review
    from kb_builder.sources.write import replace_text

    settings = settings_of(context)
    checked = check(settings, today(settings, as_of))
    catalog = checked.catalog
    document = find_page(checked, id_)
    refuse_unreviewed(document, catalog.type_of(document))
    hindrances = _hindrances(checked, document)
    if hindrances:
        click.echo("\n".join(line for each in hindrances for line in diagnostic_lines(each)))
        click.echo(f"nothing was written: mend {printable(document.path)} first", err=True)
        return EXIT_FINDINGS
    unless_asked = "" if yes else None
    given = _Given(
        by=",".join(by),
        trigger=trigger,
        checks=",".join(checks),
        outcome=unless_asked if outcome is None else outcome,
        ref=ref,
        note=unless_asked if note is None else note,
    )
    entry = _entry(catalog, document, day, given)
    edited = with_review(document, entry)
    page = read_again(document, catalog.type_of(document), edited)
    _show(document.raw, edited)
    if dry_run:
        click.echo("nothing was written: this was a dry run")
        return 0
    if not yes and _is_terminal() and not click.confirm("Write this?", default=True):
        click.echo("nothing was written", err=True)
        return EXIT_FINDINGS
    replace_text(settings.root / document.path, document.path, document.raw.text, edited.text)
    click.echo(f"{printable(document.id)}: review of {entry.date} written to {printable(document.path)}")
    for line in _outlook(catalog, page, entry):
        click.echo(line)
    return 0


def _hindrances(checked: Checked, document: Document) -> Sequence[Diagnostic]:
    """Return what must be mended before a review of the page can be written down."""
    from kb_builder.reviewing import ReviewEntry, hindrances, page_errors, with_review

    errors = page_errors(checked, document)
    trial = ReviewEntry(
        date=checked.catalog.as_of, by=("anybody",), trigger="scheduled", checks=dict.fromkeys(CHECKS, True)
    )
    try:
        return hindrances(checked, document, with_review(document, trial))
    except KbError:
        if not errors:
            raise
        return errors


# --- questions --------------------------------------------------------------


def _entry(catalog: Catalog, document: Document, day: str | None, given: _Given) -> ReviewEntry:
    """Make an entry of what the options say and, on a terminal, of what the user answers."""
    from kb_builder import review_answers as answers
    from kb_builder.reviewing import ReviewEntry, entry_faults

    content_type = catalog.type_of(document)
    if not _is_terminal():
        _refuse_missing(given, evidence_required=content_type.evidence_required)
    on = _fit("--date", partial(answers.read_day, catalog, document))(day or catalog.as_of.isoformat())
    to_owners = _fit("--by", partial(answers.read_owners, catalog, document, on))
    by = to_owners(given.by) if given.by else _ask_owners(document, to_owners)
    usual_trigger, usual_refs = _asking(catalog, document)
    trigger = given.trigger or str(click.prompt("Trigger", type=click.Choice(TRIGGERS), default=usual_trigger))
    to_ref = _fit("--ref", partial(answers.read_ref, catalog, trigger))
    if given.ref is None and trigger != "scheduled":
        ref: str = click.prompt("Record that asked for it", default=", ".join(usual_refs) or None, value_proc=to_ref)
    else:
        ref = to_ref(given.ref or "")
    to_text = answers.read_text
    entry = ReviewEntry(
        date=on,
        by=by,
        trigger=trigger,
        checks=_ask_checks(given.checks, evidence_required=content_type.evidence_required),
        outcome=_optional("Outcome, in a few words (may be empty)", given.outcome, _fit("--outcome", to_text)),
        ref=ref,
        note=_optional("Note to the next reviewer (may be empty)", given.note, _fit("--note", to_text)),
    )
    for fault in entry_faults(entry, content_type):
        raise click.UsageError(f"{fault.message}; {fault.hint}")
    return entry


def _refuse_missing(given: _Given, *, evidence_required: bool) -> None:
    missing = {
        "--by": not given.by,
        "--trigger": not given.trigger,
        "--ref": given.trigger not in (None, "scheduled") and not given.ref,
        "--checks": evidence_required and not given.checks,
    }
    names = [name for name, is_missing in missing.items() if is_missing]
    if names:
        raise click.UsageError(f"{', '.join(names)} must be given: there is no terminal to ask on")


def _asking(catalog: Catalog, document: Document) -> tuple[str, tuple[str, ...]]:
    """Return why a review of the page is due, and the ids of the records that ask for it."""
    review = catalog.review(document)
    triggers = review.triggers
    if triggers:
        return triggers[0].mention.kind, tuple(each.mention.record.id for each in triggers)
    # A page that did not pass was corrected since.
    return ("change" if review.failed else "scheduled"), ()


def _ask_owners(document: Document, to_owners: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Ask who reviewed; the answer at hand is the page's reviewers, else its owner, so far as they may review."""
    usual: list[str] = []
    for name in document.texts("reviewers") or document.texts("owner"):
        try:
            usual += to_owners(name)
        except click.BadParameter:
            continue
    question = "Reviewed by (owner ids, with commas)"
    answer: tuple[str, ...] = click.prompt(question, default=", ".join(usual) or None, value_proc=to_owners)
    return answer


def _ask_checks(given: str, *, evidence_required: bool) -> dict[str, bool]:
    from kb_builder.review_answers import read_checks

    if given or not _is_terminal():
        return _fit("--checks", partial(read_checks, all_demanded=evidence_required))(given)
    return {name: click.confirm(f"Is the page {name}?", default=True) for name in CHECKS}


def _optional(question: str, given: str | None, to_text: Callable[[str], str]) -> str:
    if given is not None or not _is_terminal():
        return to_text(given or "")
    answer: str = click.prompt(question, default="", show_default=False, value_proc=to_text)
    return answer


def _fit(option: str, read: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return a reader whose refusals name the option; asked on a terminal, click asks again."""

    def convert(text: str) -> Value:
        try:
            return read(text)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=option) from None

    return convert


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


# --- answers ----------------------------------------------------------------


def _show(before: RawDocument, after: RawDocument) -> None:
    """Print the difference, which lies in the front matter."""
    from kb_builder.difference import difference

    for line in difference(before.path, before.text[: before.body.start], after.text[: after.body.start]):
        click.secho(printable(line), fg=_COLOURS.get(line[:1]))


def _outlook(catalog: Catalog, page: Document, entry: ReviewEntry) -> list[str]:
    """Say when the page is due next, and which records this review did not answer."""
    from kb_builder.model.review import review_interval
    from kb_builder.review_answers import named_in

    failed = [name for name, passed in entry.checks.items() if not passed]
    if failed:
        found = ", nor ".join(failed)
        return [f"the page is not {found}: correct it and review it again; until then readers are warned"]
    lines = []
    interval = review_interval(page, catalog.type_of(page))
    if interval is None:
        lines.append("no next review: the page has no `review_interval`")
    else:
        due = interval.after(entry.date)
        lines.append(f"next review: {due}" + (", which is past" if due < catalog.as_of else ""))
    _trigger, ids = _asking(catalog, page)
    lines += [f"{id_} still asks for a review: cite it with --ref" for id_ in ids if id_ not in named_in(entry.ref)]
    return lines
