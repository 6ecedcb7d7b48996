"""`kb serve`: look at a site while writing; it is rebuilt at every change."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import as_of_option, cache_in, cores, settings_of, today
from kb_builder.model.errors import KbError

if TYPE_CHECKING:
    from kb_builder.model.settings import Settings
    from kb_builder.preview.server import Server
    from kb_builder.preview.shown import Shown

# Seconds after which the inputs are looked at anew: not every file system tells of changes.
_LOOK = 2.0


@click.command("serve")
@as_of_option
@click.option("--audience", type=click.Choice(["staff", "customers"]), default="staff", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.pass_context
def command(context: click.Context, as_of: date | None, audience: str, host: str, port: int) -> int:
    """Serve a site and bring it up to date whenever content, registry or kb.yml change.

    The page that was edited is shown first, and the browser loads it again by itself. A page that is at fault shows its
    findings in its place; they are also said here.
    """
    from kb_builder.preview.builder import Preview
    from kb_builder.preview.shown import Shown
    from kb_builder.preview.watch import Watch

    def load() -> tuple[Settings, date]:
        settings = settings_of(context)
        return settings, today(settings, as_of)

    # What is wrong with kb.yml at the start is wrong with the command.
    load()
    logging.getLogger("mkdocs").setLevel(logging.CRITICAL)
    with _stopped_by_signals() as stopping, tempfile.TemporaryDirectory(prefix="kb-serve-") as name:
        folder = Path(name)
        shown = Shown(folder / audience)
        preview = Preview(
            load=load,
            audience=audience,
            folder=folder,
            shown=shown,
            say=lambda text: click.echo(text, nl=False),
            cache=cache_in,
            jobs=cores(),
        )
        with _listening(host, port, shown) as server, Watch() as watch:
            try:
                click.echo(f"building the {audience} site …")
                preview.update()
                server.start()
                click.echo(f"serving {audience} on {server.url} (stop with Ctrl+C)")
                while True:
                    watch.at(preview.folders())
                    preview.update(lambda: watch.has_news)
                    watch.wait(_LOOK)
            except KeyboardInterrupt:
                stopping()
                click.echo("stopped")
    return 0


def _listening(host: str, port: int, shown: Shown) -> Server:
    from kb_builder.preview.server import Server

    try:
        return Server(host, port, shown)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise KbError(f"cannot listen on {host}:{port}: {reason}", _remedy(error)) from error


@contextmanager
def _stopped_by_signals() -> Iterator[Callable[[], None]]:
    """Let Ctrl+C and SIGTERM stop the server, so that nothing of it is left behind.

    An exception that is raised while an object is finalised is lost, so the interrupt comes again every second until
    the function that this yields is called.
    """
    signals = [signal.SIGINT, signal.SIGTERM]
    again = getattr(signal, "setitimer", None)
    if again is not None:
        signals.append(signal.SIGALRM)

    def stop(_number: int, _frame: object) -> None:
        if again is not None:
            again(signal.ITIMER_REAL, 1)
        raise KeyboardInterrupt

    def stopping() -> None:
        if again is not None:
            again(signal.ITIMER_REAL, 0)

    before = [signal.signal(number, stop) for number in signals]
    try:
        yield stopping
    finally:
        stopping()
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _remedy(error: Exception) -> str:
    if isinstance(error, (socket.gaierror, UnicodeError)) or getattr(error, "errno", None) == errno.EADDRNOTAVAIL:
        return "--host must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all"
    if isinstance(error, PermissionError):
        return "choose a --port above 1023"
    return "another server runs there; choose another --port"
