"""`kb baseline`: the findings that were there before, in a file that only becomes shorter."""

from __future__ import annotations

from datetime import date

import click

from kb_builder.cli.context import as_of_option, settings_of, today


@click.command("baseline")
@as_of_option
@click.option("--add", is_flag=True, help="Take up findings that the file does not hold yet.")
@click.pass_context
def command(context: click.Context, as_of: date | None, add: bool) -> int:
    """Write kb-baseline.json: findings that `kb check` does not fail on, as they were there before.

    Without the file, it is written with all that is found today. After that, what was mended is taken out, and
    nothing is added unless --add says so. What is unsafe or could reach customers is never taken up.
    """
    from kb_builder.adoption.baseline import FILE_NAME, compare, read_baseline, with_new, write_baseline
    from kb_builder.checking import check
    from kb_builder.sources.write import create_file

    settings = settings_of(context)
    day = today(settings, as_of)
    entries = read_baseline(settings.root)
    compared = compare(entries or (), check(settings, day).diagnostics)
    takes_up = add or entries is None
    wanted = with_new(compared, day) if takes_up else compared.kept
    text = write_baseline(wanted)
    file = settings.root / FILE_NAME
    if entries is None and not wanted:
        click.echo(f"nothing to take up: {FILE_NAME} is not needed")
    elif entries is not None and tuple(wanted) == entries:
        click.echo(f"{FILE_NAME} stays as it is: {_findings(len(entries))}")
    else:
        create_file(file, FILE_NAME, text.encode(), force=entries is not None)
        added = len(wanted) - len(compared.kept)
        click.echo(f"{FILE_NAME}: {_findings(len(wanted))}; {added} added, {len(compared.gone)} removed")
    if compared.new and not takes_up:
        click.echo(f"{_findings(len(compared.new))} not in it: mend them, or take them up with --add")
    if compared.refused:
        codes = ", ".join(sorted({each.code for each in compared.refused}))
        click.echo(f"{_findings(len(compared.refused))} that no baseline may hold ({codes}): mend them")
    return 0


def _findings(count: int) -> str:
    return f"{count} {'finding' if count == 1 else 'findings'}"
