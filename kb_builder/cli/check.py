"""`kb check`: what is wrong with the content, and where."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import (
    as_of_option,
    cache_in,
    day_in,
    no_cache_option,
    root_of,
    settings_in,
    tell_notice,
    write_output,
)
from kb_builder.cli.run import EXIT_FINDINGS
from kb_builder.model.diagnostic import Diagnostic, Rule, Severity
from kb_builder.reporters import Report, formats, render
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from kb_builder.cache import Cache
    from kb_builder.checking import Checked
    from kb_builder.model.baseline import KnownFinding
    from kb_builder.model.settings import Settings
    from kb_builder.outcome import Outcome

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
# The formats that tell what a change does, and not only what is wrong.
_OF_CHANGES = frozenset(("markdown",))


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@as_of_option
@click.option(
    "--since",
    metavar="REV",
    help="Errors that the change since this Git revision neither touches nor causes are warnings.",
)
@click.option("--changed-only", is_flag=True, help="With --since, leave those out altogether.")
@click.option("--select", metavar="LIST", help="Only these codes or slugs, with commas; KB3 means all KB3xx.")
@click.option("--ignore", metavar="LIST", help="Not these codes or slugs.")
@click.option("--baselined", is_flag=True, help="Show what kb-baseline.json holds as well, as notices.")
@click.option("--format", "format_", type=click.Choice(formats()), default="text", show_default=True)
@click.option("--show-all", is_flag=True, help="List every file, also where many have the same fault.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to a file.")
@click.option(
    "--also",
    type=(click.Choice(formats()), click.Path(dir_okay=False, path_type=Path)),
    multiple=True,
    metavar="FORMAT FILE",
    help="Write the report to a file in this format as well. Repeat it for more.",
)
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "notice", "never"]), default="error", show_default=True,
    help="Exit with 1 from this severity on.",
)  # fmt: skip
@no_cache_option
@click.option("--fix", is_flag=True, help="Mend what has one right answer, show what changed, and report what is left.")
@click.option("--dry-run", is_flag=True, help="With --fix: show what would change, and write nothing.")
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    as_of: date | None,
    since: str | None,
    changed_only: bool,
    select: str | None,
    ignore: str | None,
    baselined: bool,
    format_: str,
    show_all: bool,
    output: Path | None,
    also: tuple[tuple[str, Path], ...],
    fail_on: str,
    no_cache: bool,
    fix: bool,
    dry_run: bool,
) -> int:
    """Check all content; with PATHs, report (and mend) only what is found in these files and folders."""
    from kb_builder.cache import Cache
    from kb_builder.outcome import find_outcome, outcome_of
    from kb_builder.sources.git import place_in_repository

    if dry_run and not fix:
        raise click.UsageError("--dry-run goes with --fix")
    if changed_only and since is None:
        raise click.UsageError("--changed-only needs --since, which says where the change begins")
    root = root_of(context)
    selected = _selected(select, ignore)
    places = [_place(path, root) for path in paths]
    cache = Cache() if no_cache else cache_in(root)

    def check_now() -> Checked:
        settings = settings_in(root)
        return _check(settings, day_in(settings.timezone, as_of), cache)

    def is_wanted(each: Diagnostic) -> bool:
        return (selected is None or each.slug in selected) and _is_in(each.path, places)

    if fix:
        checked = check_now()
        found = tuple(filter(is_wanted, checked.diagnostics))
        _fix(checked, found, selected, dry_run=dry_run, to_stderr=format_ != "text" and output is None)
    change = None
    if since is None:
        outcome = find_outcome(
            root,
            cache,
            lambda timezone: day_in(timezone, as_of),
            lambda: settings_in(root),
            lambda settings, day: _check(settings, day, cache),
        )
    else:
        from kb_builder.since import compare_with

        checked = check_now()
        compared = compare_with(checked, since, whole=bool(_OF_CHANGES & {format_, *(name for name, _file in also)}))
        if compared.notice:
            click.echo(f"kb: {printable(compared.notice)}", err=True)
        outcome = replace(outcome_of(checked), diagnostics=compared.diagnostics)
        change = replace(compared.change, fixed=tuple(filter(is_wanted, compared.change.fixed)))
    _refuse_nothing(outcome, places)
    found = _settle_debt(tuple(filter(is_wanted, outcome.diagnostics)), outcome.debt, show=baselined)
    if change is not None and changed_only:
        own = tuple(each for each in found if each.fingerprint in change.own)
        found, change = own, replace(change, left_out=len(found) - len(own))
    report = Report(
        as_of=outcome.as_of,
        files=sum(_is_in(path, places) for path in outcome.documents),
        diagnostics=found,
        folder=place_in_repository(root),
        change=change,
        show_all=show_all,
    )
    tell_notice(cache)
    for name, file in also:
        write_output(render(name, report), file)
    write_output(render(format_, report), output)
    if fail_on == "never":
        return 0
    worst = max((each.severity for each in found), default=Severity.OFF)
    return EXIT_FINDINGS if worst >= Severity.from_word(fail_on) else 0


def _check(settings: Settings, as_of: date, cache: Cache) -> Checked:
    from kb_builder.checking import check

    return check(settings, as_of, cache)


def _selected(select: str | None, ignore: str | None) -> frozenset[str] | None:
    """Return the slugs of the checks that are reported, None for all."""
    if select is None and ignore is None:
        return None
    from kb_builder import checks

    rules = checks.rules()
    wanted = _slugs(select, "--select", rules) if select is not None else frozenset(rules)
    selected = wanted - _slugs(ignore, "--ignore", rules)
    if not selected:
        raise click.UsageError("--select and --ignore leave no check to run; `kb explain` lists all checks")
    return selected


def _fix(
    checked: Checked, found: Sequence[Diagnostic], selected: frozenset[str] | None, *, dry_run: bool, to_stderr: bool
) -> None:
    """Mend the files of the findings as far as selected checks go, show the differences, say how many are gone."""
    from kb_builder import checks
    from kb_builder.authoring.mend import mend_all
    from kb_builder.reporters.text import printable
    from kb_builder.sources.write import replace_text

    root = checked.catalog.settings.root
    slugs = frozenset(checks.rules()) if selected is None else selected
    findings = files = 0
    for each in mend_all(checked.catalog, found, slugs):
        if not dry_run:
            replace_text(root / each.path, each.path, each.before, each.after)
        for line in each.diff():
            click.secho(printable(line), fg=_COLOURS.get(line[:1]), err=to_stderr)
        findings, files = findings + len(each.mended), files + 1
    done = "would be mended" if dry_run else "mended"
    what = f"{_count(findings, 'finding')} {done} in {_count(files, 'file')}" if findings else "nothing to mend"
    click.echo(f"{what}; what is left needs a decision" if findings else what, err=to_stderr)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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


def _place(path: Path, root: Path) -> str:
    """Return a path, from here or from the project, as diagnostics show it: relative to the project."""
    found = [full for full in map(os.path.abspath, (path, root / path)) if os.path.lexists(full)]
    if not found:
        raise click.UsageError(f"`{path}` does not exist")
    root = root.resolve()
    # A link in the content is named by its own path; one above the project leads to it.
    for full in (Path(found[0]), Path(found[0]).parent.resolve() / Path(found[0]).name):
        if full.is_relative_to(root):
            return full.relative_to(root).as_posix()
    raise click.UsageError(f"`{path}` lies outside the project {root}")


def _refuse_nothing(outcome: Outcome, places: Sequence[str]) -> None:
    """Refuse paths that hold nothing that is checked: that nothing was found there would be no news."""
    known = {*outcome.documents, *outcome.others, *(each.path for each in outcome.diagnostics)}
    if not any(_is_in(path, places) for path in known):
        shown = ", ".join(f"`{place}`" for place in places)
        raise click.UsageError(
            f"{shown} {'holds' if len(places) == 1 else 'hold'} no page; pages lie in {outcome.content}/"
        )


def _is_in(path: str, places: Sequence[str]) -> bool:
    """Whether a path is one of the places or lies in one; no places are the whole project."""
    return not places or any(each in (".", path) or path.startswith(each + "/") for each in places)


def _settle_debt(found: Sequence[Diagnostic], known: Sequence[KnownFinding], *, show: bool) -> tuple[Diagnostic, ...]:
    """Leave out what the baseline holds, or make it notices; say how much that is."""
    debt = {each.fingerprint: each for each in known}
    new = tuple(each for each in found if each.fingerprint not in debt)
    old = len(found) - len(new)
    if not old:
        return new
    since = min(each.since for each in debt.values())
    shown = "they are shown as notices" if show else "`kb check --baselined` shows them"
    click.echo(f"{old} {'finding' if old == 1 else 'findings'} in kb-baseline.json since {since}: {shown}", err=True)
    if not show:
        return new
    return tuple(
        replace(
            each, severity=Severity.NOTICE, hint=f"in kb-baseline.json since {entry.since}; {each.hint}".rstrip("; ")
        )
        if (entry := debt.get(each.fingerprint))
        else each
        for each in found
    )
