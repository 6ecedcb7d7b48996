"""`kb build`: both sites, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import as_of_option, cache_of, cores, settings_of, today
from kb_builder.cli.run import EXIT_FINDINGS

if TYPE_CHECKING:
    from kb_builder.renderers.cluster import Cluster
    from kb_builder.renderers.processes import Runner


@click.command("build")
@as_of_option
@click.option("--audience", type=click.Choice(["staff", "customers"]), help="Build only this site.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that render pages; as many as cores if not given.")
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers render, such as tcp://HOST:8786.")
@click.option("--no-cache", is_flag=True, help="Take nothing from earlier builds.")
@click.pass_context
def command(
    context: click.Context,
    as_of: date | None,
    audience: str | None,
    jobs: int | None,
    scheduler: str | None,
    no_cache: bool,
) -> int:
    """Check the content, build the sites and put them in place.

    Nothing is put in place while there are errors. An overdue review does not stop the build: the page says so at its
    top. `kb check` is what fails on it. Pages that are as they were are not rendered again, and where nothing changed
    at all, nothing is done.
    """
    from kb_builder.cache import Cache
    from kb_builder.publish import is_settled
    from kb_builder.unchanged import inputs_fingerprint, last_report, remember

    settings = settings_of(context)
    day = today(settings, as_of)
    audiences = (audience,) if audience else ("staff", "customers")
    outs = {name: settings.root / settings.sites[name].out for name in audiences}
    cache = Cache() if no_cache else cache_of(settings)
    fingerprint = "" if no_cache else inputs_fingerprint(settings, day, cache)
    every = [settings.root / site.out for site in settings.sites.values()]
    said = last_report(cache, fingerprint, outs) if not no_cache and is_settled(settings.root, every) else None
    if said is not None:
        click.echo(said, nl=False)
        return 0
    from kb_builder.pipeline import build
    from kb_builder.rendering import Surroundings
    from kb_builder.reporters import Report
    from kb_builder.reporters.text import render

    with _cluster(scheduler) as cluster, _apart(audiences) as apart:
        around = Surroundings(cache=cache, jobs=jobs or cores(), cluster=cluster, apart=apart)
        built = build(settings, day, audiences, around)
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


@contextmanager
def _cluster(address: str | None) -> Iterator[Cluster | None]:
    """Yield the workers of a scheduler, None if none was named."""
    if address is None:
        yield None
        return
    from kb_builder.renderers.cluster import Cluster

    cluster = Cluster(address)
    try:
        yield cluster
    finally:
        cluster.close()


@contextmanager
def _apart(audiences: Sequence[str]) -> Iterator[Runner | None]:
    """Yield what renders the site of customers, None if it is not built."""
    from kb_builder.renderers.processes import standing_by

    if "customers" not in audiences:
        yield None
        return
    with standing_by() as run:
        yield run
