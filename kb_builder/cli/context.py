"""What all commands ask of their surroundings: the project, the day, where output goes."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from kb_builder.model.dates import parse_date
from kb_builder.model.errors import KbError

if TYPE_CHECKING:
    from kb_builder.cache import Cache
    from kb_builder.model.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])


# What is due is reckoned from the day backwards and onwards, month by month: in both directions there must be room.
_FIRST, _LAST = date(1900, 1, 1), date(2099, 12, 31)


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        day = value if isinstance(value, date) else parse_date(str(value))
        if day is None:
            self.fail(f"`{value}` is no date; write it as YYYY-MM-DD, such as 2026-03-31", param, ctx)
        if not _FIRST <= day <= _LAST:
            self.fail(f"{day} is too far away; name a day from {_FIRST} to {_LAST}", param, ctx)
        return day


def as_of_option(function: Function) -> Function:
    """Add `--as-of`, the day a command takes for today."""
    return click.option("--as-of", type=_Day(), help="Take this day (YYYY-MM-DD) for today.")(function)


def settings_of(context: click.Context) -> Settings:
    """Load kb.yml of the project: that of `--project`, else of this folder or the nearest one above."""
    return settings_in(root_of(context))


def root_of(context: click.Context) -> Path:
    """Return the folder of the project: that of `--project`, else this one or the nearest above with a kb.yml."""
    from kb_builder.config.find import find_project

    project: Path | None = context.find_root().obj
    return project.resolve() if project else find_project(Path.cwd())


def settings_in(root: Path) -> Settings:
    """Load kb.yml of the project in a folder."""
    from kb_builder import checks
    from kb_builder.config.load import load_settings

    return load_settings(root, checks.rules())


def today(settings: Settings, as_of: date | None) -> date:
    """Return the day: `--as-of`, else that of SOURCE_DATE_EPOCH, else today, in the project's time zone."""
    return day_in(settings.timezone, as_of)


def day_in(timezone: str, as_of: date | None) -> date:
    """Return the day as `today` does, in a time zone by its name."""
    if as_of is not None:
        return as_of
    zone = ZoneInfo(timezone)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(zone).date()
    try:
        day = datetime.fromtimestamp(int(epoch), UTC).astimezone(zone).date()
    except (ValueError, OverflowError, OSError):
        raise KbError(f"SOURCE_DATE_EPOCH is `{epoch}`, which is no number of seconds", "unset it") from None
    if not _FIRST <= day <= _LAST:
        raise KbError(f"SOURCE_DATE_EPOCH is {day}, which is not from {_FIRST} to {_LAST}", "unset it")
    return day


def no_cache_option(function: Function) -> Function:
    """Add `--no-cache`, which uses nothing of earlier runs and leaves nothing behind."""
    return click.option("--no-cache", is_flag=True, help="Use nothing that earlier runs left, and leave nothing.")(
        function
    )


def write_output(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise KbError(f"cannot write {output}: {error.strerror}", "name another file") from error


def cache_of(settings: Settings) -> Cache:
    """Open what earlier runs left for this project; one that cannot be used is empty, and its notice says why."""
    return cache_in(settings.root)


def cache_in(root: Path) -> Cache:
    """Open what earlier runs left for the project in a folder, as `cache_of` does."""
    from kb_builder.cache import open_cache

    return open_cache(root, os.environ)


def tell_notice(cache: Cache) -> None:
    """Say on the error output why earlier results were of no use, if so: it is nobody's fault and costs only time."""
    if cache.notice:
        from kb_builder.reporters.text import printable

        click.echo(f"kb: {printable(cache.notice)}", err=True)


def cores() -> int:
    """Return how many processes may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
