"""`kb adopt`: look at a repository of Markdown that exists already, and propose a kb.yml for it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import as_of_option, today
from kb_builder.model.errors import KbError
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from kb_builder.pipeline import Checked


@click.command("adopt")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--content", metavar="FOLDER", help="Folder of the pages within DIR; found out unless given.")
@click.option("--timezone", metavar="ZONE", default="UTC", show_default=True, help="Zone in which a day ends.")
@click.option("--write", is_flag=True, help="Write kb.yml and kb-baseline.json without asking.")
@click.option("--force", is_flag=True, help="Replace a kb.yml that is there.")
@click.option("--no-baseline", is_flag=True, help="Write no kb-baseline.json: CI fails on what is found today.")
@as_of_option
def command(
    folder: Path, content: str | None, timezone: str, write: bool, force: bool, no_baseline: bool, as_of: date | None
) -> int:
    """Survey the Markdown in DIR and propose a kb.yml: what its fields mean, which files are pages, who owns them.

    No page is changed. With --write, or if you say yes, kb.yml is written, and kb-baseline.json with all that is found
    today, so that CI fails only on what is new.
    """
    from kb_builder import checks
    from kb_builder.adoption.baseline import FILE_NAME
    from kb_builder.adoption.propose import propose
    from kb_builder.adoption.summary import figures, outcome_lines, proposal_lines, survey_lines
    from kb_builder.adoption.survey import survey
    from kb_builder.checking import check
    from kb_builder.config import find, load
    from kb_builder.sources.write import create_file

    root = folder.resolve()
    if not root.is_dir():
        raise click.UsageError(f"`{folder}` is no folder")
    found = survey(root)
    if not found.pages:
        raise KbError(
            f"no Markdown with front matter in {folder}",
            "run it in the folder of your repository; for Word or HTML there is `kb import`",
        )
    proposal = propose(found, content=_content(root, content), timezone=timezone)
    if not found.within(proposal.content).pages:
        raise KbError(f"no Markdown with front matter in {content}", "name the folder of the pages")
    text = proposal.kb_yml()
    settings = load.settings_from(root, text, checks.rules())
    checked = check(settings, today(settings, as_of))
    _tell(survey_lines(found, proposal))
    _tell(("", *proposal_lines(proposal)))
    _tell(("", f"with this kb.yml, on {checked.catalog.as_of}:"))
    _tell(outcome_lines(figures(checked.catalog), checked.diagnostics))
    _tell(("", *(f"    {line}".rstrip() for line in text.splitlines()), ""))
    exists = (root / find.FILE_NAME).exists()
    if exists and not force:
        click.echo("there is a kb.yml already, and nothing was written; --force replaces it", err=True)
        return 0 if not write else 2
    if not write and not (_is_terminal() and click.confirm("Write this?", default=False)):
        click.echo("nothing was written; with --write it is")
        return 0
    create_file(root / find.FILE_NAME, find.FILE_NAME, text.encode(), force=force)
    click.echo(f"{find.FILE_NAME} written")
    if not no_baseline:
        _write_baseline(root, checked, force=force)
        click.echo(f"now `kb check` fails only on new findings; commit kb.yml and {FILE_NAME}")
    return 0


def _content(root: Path, content: str | None) -> str | None:
    if content is None:
        return None
    inside = (root / content).resolve()
    if not inside.is_dir() or not inside.is_relative_to(root):
        raise click.UsageError(f"--content: `{content}` is no folder within {root}")
    return inside.relative_to(root).as_posix()


def _write_baseline(root: Path, checked: Checked, *, force: bool) -> None:
    """Write down all findings of today. What an older baseline said first is kept."""
    from kb_builder.adoption.baseline import FILE_NAME, compare, read_baseline, with_new, write_baseline
    from kb_builder.sources.write import create_file

    entries = read_baseline(root)
    compared = compare(entries or (), checked.diagnostics)
    wanted = with_new(compared, checked.catalog.as_of)
    if entries is not None and not force:
        raise KbError(f"{FILE_NAME} exists already", "kb.yml was written; run `kb baseline` for the other file")
    create_file(root / FILE_NAME, FILE_NAME, write_baseline(wanted).encode(), force=force)
    click.echo(f"{FILE_NAME} written: {len(wanted)} findings")
    if compared.refused:
        click.echo(f"{len(compared.refused)} findings that no baseline may hold: `kb check` names them; mend them")


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(printable(line))


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
