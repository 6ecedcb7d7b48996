"""`kb build`: both sites, or none."""

from __future__ import annotations

from datetime import date

import click

from kb_builder.cli.context import as_of_option, settings_of, today
from kb_builder.cli.run import EXIT_FINDINGS


@click.command("build")
@as_of_option
@click.option("--audience", type=click.Choice(["staff", "customers"]), help="Build only this site.")
@click.pass_context
def command(context: click.Context, as_of: date | None, audience: str | None) -> int:
    """Check the content, build the sites and put them in place.

    Nothing is put in place while there are errors. An overdue review does not stop the build: the page says so at its
    top. `kb check` is what fails on it.
    """
    from kb_builder.pipeline import AUDIENCES, build
    from kb_builder.reporters import Report
    from kb_builder.reporters.text import render

    settings = settings_of(context)
    day = today(settings, as_of)
    built = build(settings, day, (audience,) if audience else AUDIENCES)
    report = Report(as_of=day, files=built.checked.files, diagnostics=built.diagnostics)
    click.echo(render(report), nl=False)
    if not built.published:
        click.echo("no site was built; what was published before is untouched", err=True)
        return EXIT_FINDINGS
    for name, out in built.published.items():
        click.echo(f"{name}: {out.relative_to(settings.root)}/index.html")
    return 0
