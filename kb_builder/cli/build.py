"""`kb build`: both sites, or none."""

from __future__ import annotations

from datetime import date

import click

from kb_builder.cli.context import as_of_option, cache_of, cores, settings_of, today
from kb_builder.cli.run import EXIT_FINDINGS


@click.command("build")
@as_of_option
@click.option("--audience", type=click.Choice(["staff", "customers"]), help="Build only this site.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that render pages; as many as cores if not given.")
@click.option("--no-cache", is_flag=True, help="Take nothing from earlier builds.")
@click.pass_context
def command(context: click.Context, as_of: date | None, audience: str | None, jobs: int | None, no_cache: bool) -> int:
    """Check the content, build the sites and put them in place.

    Nothing is put in place while there are errors. An overdue review does not stop the build: the page says so at its
    top. `kb check` is what fails on it. Pages that are as they were are not rendered again, and where nothing changed
    at all, nothing is done.
    """
    from kb_builder.cache import Cache
    from kb_builder.unchanged import inputs_fingerprint, last_report, remember

    settings = settings_of(context)
    day = today(settings, as_of)
    audiences = (audience,) if audience else ("staff", "customers")
    outs = {name: settings.root / settings.sites[name].out for name in audiences}
    cache = Cache() if no_cache else cache_of(settings)
    fingerprint = "" if no_cache else inputs_fingerprint(settings, day, cache)
    said = None if no_cache else last_report(cache, fingerprint, outs)
    if said is not None:
        click.echo(said, nl=False)
        return 0
    from kb_builder.pipeline import build
    from kb_builder.rendering import Surroundings
    from kb_builder.reporters import Report
    from kb_builder.reporters.text import render

    built = build(settings, day, audiences, Surroundings(cache=cache, jobs=jobs or cores()))
    report = render(Report(as_of=day, files=built.checked.files, diagnostics=built.diagnostics))
    if not built.published:
        click.echo(report, nl=False)
        click.echo("no site was built; what was published before is untouched", err=True)
        return EXIT_FINDINGS
    places = (f"{name}: {out.relative_to(settings.root)}/index.html\n" for name, out in built.published.items())
    report += "".join(places)
    # What changed while it was read may be on a page as it was before.
    if not no_cache and inputs_fingerprint(settings, day, cache) == fingerprint:
        remember(cache, fingerprint, outs, report)
    click.echo(report, nl=False)
    return 0
