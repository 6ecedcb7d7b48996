"""`kb renumber`: another id for a page, and for everything that refers to it."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import as_of_option, settings_of, today
from kb_builder.cli.run import EXIT_FINDINGS
from kb_builder.model.diagnostic import Severity
from kb_builder.model.errors import KbError
from kb_builder.reporters.text import diagnostic_lines, printable

if TYPE_CHECKING:
    from kb_builder.authoring.renumber import Renumbering
    from kb_builder.model.catalog import Catalog
    from kb_builder.model.document import Document
    from kb_builder.model.settings import Settings
    from kb_builder.pipeline import Checked

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("renumber")
@click.argument("old", metavar="OLD|FILE")
@click.argument("new", required=False)
@as_of_option
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_context
def command(context: click.Context, old: str, new: str | None, as_of: date | None, yes: bool, dry_run: bool) -> int:
    """Give the page OLD the id NEW, or the next free one, and change every reference to it.

    Fields, links and mentions in all pages, in the registries and in kb.yml are changed; every other character stays as
    it is. Where two pages have the same id, name the file of the one that gets another: references that may mean either
    page are listed, not changed.
    """
    from kb_builder.authoring.renumber import renumber
    from kb_builder.checking import check

    settings = settings_of(context)
    checked = check(settings, today(settings, as_of))
    page = _page(checked, settings, old)
    done = renumber(checked.catalog, page, _new_id(checked.catalog, page, new))
    _show(done)
    if dry_run:
        click.echo("nothing was written: this was a dry run")
        return 0
    if not yes and sys.stdin is not None and sys.stdin.isatty() and not click.confirm("Write this?", default=True):
        click.echo("nothing was written", err=True)
        return EXIT_FINDINGS
    _write(settings, done)
    files = "1 file" if len(done.changes) == 1 else f"{len(done.changes)} files"
    places = "1 place" if done.count == 1 else f"{done.count} places"
    click.echo(f"{printable(done.old)} is now {printable(done.new)} in {places} of {files}")
    return _found_since(checked, check(settings, checked.catalog.as_of))


def _page(checked: Checked, settings: Settings, name: str) -> Document:
    """Return the page with an id or a path."""
    from kb_builder.cli.page import find_page

    root = settings.root.resolve()
    for given in (Path(name), settings.root / name):
        full = Path(os.path.abspath(given))  # noqa: PTH100 - a link is named by its own path
        found = full.parent.resolve() / full.name
        page = checked.catalog.by_path.get(found.relative_to(root).as_posix()) if found.is_relative_to(root) else None
        if page is not None:
            break
    else:
        page = _only(checked, name) or find_page(checked, name)
    if page.raw.block is None or page.raw.faults:
        raise KbError(
            f"{page.path} cannot be read, so its id cannot be changed",
            f"mend it first; `kb check {page.path}` says what is wrong",
        )
    if not page.id or page.names.get("id", "id") not in page.raw.values:
        raise KbError(f"{page.path} has no id of its own", f"write `{page.names.get('id', 'id')}: …` into it")
    return page


def _only(checked: Checked, id_: str) -> Document | None:
    """Return the page with an id; KbError that tells the files if there are two."""
    found = [document for document in checked.catalog.documents if document.id == id_]
    if len(found) > 1:
        raise KbError(
            f"{' and '.join(document.path for document in found)} have the same id, {id_}",
            f"name the file that gets another id, most likely the newer one: `kb renumber {found[-1].path}`",
        )
    return found[0] if found else None


def _new_id(catalog: Catalog, page: Document, given: str | None) -> str:
    """Return the id that was given, if it can be had, else the next free one."""
    from kb_builder.authoring.ids import fits, next_id, taken_ids

    content_type = catalog.type_of(page)
    taken = taken_ids(catalog.settings, catalog.as_of, catalog.documents)
    own = [each.id for each in catalog.documents if each.type == page.type and fits(content_type, each.id)]
    year = next((int(part) for part in page.id.split("-") if len(part) == 4 and part.isdigit()), catalog.as_of.year)
    if given is None:
        return next_id(content_type, own, taken, year)
    if given == page.id:
        raise click.UsageError(f"{page.path} has the id {given} already")
    if not fits(content_type, given):
        example = f", such as {content_type.id_example}" if content_type.id_example else ""
        raise click.UsageError(f"`{given}` is no id of a page of type {content_type.name}{example}")
    if given in taken:
        raise click.UsageError(f"{given} is taken by {taken[given]}; {next_id(content_type, own, taken, year)} is free")
    return given


def _show(done: Renumbering) -> None:
    from kb_builder.difference import difference

    for change in done.changes:
        for line in difference(change.path, change.old, change.new):
            click.secho(printable(line), fg=_COLOURS.get(line[:1]))
    if done.left:
        click.echo(f"left as they are, to be looked at by hand ({done.old}):")
        for each in done.left:
            click.echo(f"  {printable(each.path)}:{each.line}:{each.column}: {each.why}")


def _write(settings: Settings, done: Renumbering) -> None:
    """Write all files, or none: what was written before one that cannot be is put back."""
    from kb_builder.sources.write import replace_text

    written = []
    try:
        for change in done.changes:
            replace_text(settings.root / change.path, change.path, change.old, change.new)
            written.append(change)
    except KbError:
        for change in reversed(written):
            replace_text(settings.root / change.path, change.path, change.new, change.old)
        raise


def _found_since(before: Checked, after: Checked) -> int:
    """Print errors that were not there before: an anchor made from a heading that held the id, for example."""
    known = {(each.slug, each.path, each.position.line) for each in before.diagnostics}
    new = [
        each
        for each in after.diagnostics
        if each.severity is Severity.ERROR and (each.slug, each.path, each.position.line) not in known
    ]
    for each in new:
        click.echo("\n".join(diagnostic_lines(each)))
    return EXIT_FINDINGS if new else 0
