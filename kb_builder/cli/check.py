"""`kb check`: what is wrong with the content, and where."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import as_of_option, settings_of, today, write_output
from kb_builder.cli.run import EXIT_FINDINGS
from kb_builder.model.diagnostic import Diagnostic, Rule, Severity
from kb_builder.model.settings import Settings
from kb_builder.reporters import Report, formats, render

if TYPE_CHECKING:
    from kb_builder.pipeline import Checked

# The findings that somebody else's page may have without any change of this author's.
_STALE = frozenset(("review-overdue", "review-never"))


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@as_of_option
@click.option(
    "--since",
    metavar="REV",
    help="Stale reviews in files unchanged since the branch left this Git revision are warnings.",
)
@click.option("--select", metavar="LIST", help="Only these codes or slugs, with commas; KB3 means all KB3xx.")
@click.option("--ignore", metavar="LIST", help="Not these codes or slugs.")
@click.option("--baselined", is_flag=True, help="Show what kb-baseline.json holds as well, as notices.")
@click.option("--format", "format_", type=click.Choice(formats()), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to a file.")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "notice", "never"]), default="error", show_default=True,
    help="Exit with 1 from this severity on.",
)  # fmt: skip
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    as_of: date | None,
    since: str | None,
    select: str | None,
    ignore: str | None,
    baselined: bool,
    format_: str,
    output: Path | None,
    fail_on: str,
) -> int:
    """Check all content; with PATHs, report only what is found in these files and folders."""
    from kb_builder import checks
    from kb_builder.pipeline import check

    settings = settings_of(context)
    wanted = _slugs(select, "--select", checks.rules())
    unwanted = _slugs(ignore, "--ignore", checks.rules())
    selected = (wanted if select is not None else frozenset(checks.rules())) - unwanted
    if not selected:
        raise click.UsageError("--select and --ignore leave no check to run; `kb explain` lists all checks")
    places = [_place(path, settings) for path in paths]
    checked = check(settings, today(settings, as_of))
    _refuse_nothing(checked, places)
    found = [
        each
        for each in checked.diagnostics
        if each.slug in selected and (not places or any(_is_inside(each.path, place) for place in places))
    ]
    found = _settle_debt(found, checked, show=baselined)
    if since is not None:
        found = _soften(found, since, settings)
    files = sum(not places or any(_is_inside(d.path, p) for p in places) for d in checked.catalog.documents)
    report = Report(as_of=checked.catalog.as_of, files=files, diagnostics=tuple(found))
    write_output(render(format_, report), output)
    if fail_on == "never":
        return 0
    worst = max((each.severity for each in found), default=Severity.OFF)
    return EXIT_FINDINGS if worst >= Severity.from_word(fail_on) else 0


def _slugs(text: str | None, option: str, rules: Mapping[str, Rule]) -> frozenset[str]:
    """Return the slugs that a list of codes, beginnings of codes and slugs names."""
    found: set[str] = set()
    for word in filter(None, map(str.strip, (text or "").split(","))):
        start = word.upper() if word.upper().startswith("KB") else None
        hits = {slug for slug, rule in rules.items() if word == slug or (start and rule.code.startswith(start))}
        if not hits:
            raise click.UsageError(f"{option}: there is no check `{word}`; `kb explain` lists all checks")
        found |= hits
    return frozenset(found)


def _place(path: Path, settings: Settings) -> str:
    """Return a path, from here or from the project, as diagnostics show it: relative to the project."""
    found = [full for full in map(os.path.abspath, (path, settings.root / path)) if os.path.lexists(full)]
    if not found:
        raise click.UsageError(f"`{path}` does not exist")
    root = settings.root.resolve()
    # A link in the content is named by its own path; one above the project leads to it.
    for full in (Path(found[0]), Path(found[0]).parent.resolve() / Path(found[0]).name):
        if full.is_relative_to(root):
            return full.relative_to(root).as_posix()
    raise click.UsageError(f"`{path}` lies outside the project {settings.root}")


def _refuse_nothing(checked: Checked, places: Sequence[str]) -> None:
    """Refuse paths that hold nothing that is checked: that nothing was found there would be no news."""
    catalog = checked.catalog
    known = {catalog.settings.path, *(each.path for each in checked.diagnostics)}
    known.update(each.path for each in catalog.documents)
    known.update(each.path for each in catalog.assets)
    known.update(catalog.registry_texts)
    if places and not any(_is_inside(path, place) for path in known for place in places):
        shown = ", ".join(f"`{place}`" for place in places)
        raise click.UsageError(
            f"{shown} {'holds' if len(places) == 1 else 'hold'} no page; pages lie in {catalog.settings.content}/"
        )


def _is_inside(path: str, place: str) -> bool:
    return place == "." or path == place or path.startswith(place + "/")


def _settle_debt(found: Sequence[Diagnostic], checked: Checked, *, show: bool) -> list[Diagnostic]:
    """Leave out what the baseline holds, or make it notices; say how much that is."""
    debt = {each.fingerprint: each for each in checked.catalog.debt}
    new = [each for each in found if each.fingerprint not in debt]
    old = len(found) - len(new)
    if not old:
        return new
    since = min(each.since for each in debt.values())
    shown = "they are shown as notices" if show else "`kb check --baselined` shows them"
    click.echo(f"{old} {'finding' if old == 1 else 'findings'} in kb-baseline.json since {since}: {shown}", err=True)
    if not show:
        return new
    return [
        replace(
            each, severity=Severity.NOTICE, hint=f"in kb-baseline.json since {known.since}; {each.hint}".rstrip("; ")
        )
        if (known := debt.get(each.fingerprint))
        else each
        for each in found
    ]


def _soften(found: list[Diagnostic], since: str, settings: Settings) -> list[Diagnostic]:
    """Make stale reviews of files that did not change since a revision warnings: they are not this author's."""
    from kb_builder.sources.git import changed_since

    changed = changed_since(settings.root, since)
    return [
        replace(each, severity=Severity.WARNING)
        if each.slug in _STALE and each.severity is Severity.ERROR and each.path not in changed
        else each
        for each in found
    ]
