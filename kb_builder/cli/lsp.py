"""`kb lsp`: tells editors what `kb check` knows, while somebody writes."""

from __future__ import annotations

import os
import signal
import sys
from datetime import date

import click

from kb_builder.cli.context import as_of_option, cache_in, today
from kb_builder.model.errors import KbError


@click.command("lsp")
@as_of_option
def command(as_of: date | None) -> int:
    """Answer an editor that speaks the Language Server Protocol, over standard input and output.

    The editor starts it; docs/how-to/edit-with-an-editor.md says how. Findings appear while you write, fields and ids
    are completed, and what `kb check --fix` would write is offered.
    """
    try:
        from kb_builder.lsp.server import Server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise KbError("`kb lsp` needs the extra `lsp`", "install it: pip install 'kb-builder[lsp]'") from error
    # What waits for the editor's next word would not notice an exception.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.stdin.isatty():
        click.echo("kb lsp speaks with editors, which start it themselves; end it with Ctrl+C", err=True)
    server = Server(day=lambda settings: today(settings, as_of), open_cache=cache_in)
    # Whatever else prints must not come between the messages.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as stdout:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        server.serve(sys.stdin.buffer, stdout)
    return 0 if server.is_shut_down else 1
