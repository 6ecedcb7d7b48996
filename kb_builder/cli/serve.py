"""`kb serve`: look at a site while writing; it is rebuilt at every change."""

from __future__ import annotations

import errno
import html
import logging
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from kb_builder.cli.context import as_of_option, settings_of, today
from kb_builder.model.errors import KbError


@click.command("serve")
@as_of_option
@click.option("--audience", type=click.Choice(["staff", "customers"]), default="staff", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.pass_context
def command(context: click.Context, as_of: date | None, audience: str, host: str, port: int) -> int:
    """Serve a site and rebuild it whenever content, registry or kb.yml change.

    What is wrong is shown here; while there are errors the last good site stays.
    """
    from mkdocs.livereload import LiveReloadServer

    class Server(LiveReloadServer):
        def server_activate(self) -> None:
            super().server_activate()
            click.echo(f"serving {audience} on {self.url} (stop with Ctrl+C)")

    settings = settings_of(context)
    logging.getLogger("mkdocs").setLevel(logging.CRITICAL)
    with _stopped_by_signals() as stopping, tempfile.TemporaryDirectory(prefix="kb-serve-") as folder:
        out = Path(folder) / audience
        shown = False

        def rebuild() -> None:
            nonlocal shown
            shown = _rebuild(context, as_of, audience, out, shown)

        rebuild()
        server: Any = Server(builder=rebuild, host=host, port=port, root=str(out), mount_path="/")
        not_found = out / "404.html"
        server.error_handler = lambda code: not_found.read_bytes() if code == 404 and not_found.exists() else None
        for path in (settings.content_dir, settings.registry_dir, settings.root / settings.path):
            if path.exists():
                server.watch(str(path))
        try:
            server.serve(open_in_browser=False)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or "no such name"
            raise KbError(f"cannot listen on {host}:{port}: {reason}", _remedy(error)) from error
        except KeyboardInterrupt:
            stopping()
            click.echo("stopped")
        finally:
            server.shutdown()
    return 0


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


def _rebuild(context: click.Context, as_of: date | None, audience: str, out: Path, shown: bool) -> bool:
    """Build into `out`, say what is wrong, and return whether `out` now holds a site, be it an older one.

    `shown` says whether it did before. A site stays as it is if anything stands in the way of a newer one.
    """
    from kb_builder.pipeline import SITE, build_site, check, judge
    from kb_builder.publish import fresh_folder, publish
    from kb_builder.reporters import Report
    from kb_builder.reporters.text import diagnostic_lines, render

    try:
        settings = settings_of(context)
        day = today(settings, as_of)
        checked = check(settings, day)
        report = render(Report(as_of=day, files=checked.files, diagnostics=checked.diagnostics))
        failed = bool(checked.blockers)
        if not failed:
            with fresh_folder(out) as folder:
                found = judge(
                    checked.catalog, build_site(checked.catalog, audience, folder, out), complete=False
                ).diagnostics
                report += "".join(line + "\n" for each in found for line in diagnostic_lines(each))
                failed = bool(found)
                if not failed:
                    publish({folder / SITE: out})
    except KbError as error:
        lines = [line for each in getattr(error, "diagnostics", ()) for line in diagnostic_lines(each)]
        report = "\n".join((*lines, f"error: {error}", *([f"  hint: {error.hint}"] if error.hint else []))) + "\n"
        failed = True
    click.echo(report, nl=False)
    if failed:
        click.echo("still showing the last good site" if shown else "waiting for these faults to be mended")
        if not shown:
            _show_faults(out, report)
    return shown or not failed


def _show_faults(out: Path, report: str) -> None:
    """Put the findings where the site would be, until there is one."""
    out.mkdir(parents=True, exist_ok=True)
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>kb</title><pre>{html.escape(report)}</pre></html>'
    )
    (out / "index.html").write_text(page, encoding="utf-8")
