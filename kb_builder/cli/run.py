"""Runs a command and turns every way it can end into an exit code and a line for the user."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import click

from kb_builder import __version__, cli
from kb_builder.model.errors import ConfigError, KbError
from kb_builder.reporters.text import diagnostic_lines, printable

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_BUG = 3
# Faults of disks, permissions and limits, whichever file they meet. What is merely not there may be a bug of ours.
_SURROUNDINGS = frozenset(
    getattr(errno, name)
    for name in ("EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "EIO", "ESTALE", "EMFILE", "ENFILE", "ENOMEM")
    if hasattr(errno, name)
)
_NOT_COMMANDS = ("asked", "run", "context", "page")


class _Commands(click.Group):
    """All commands of the package; only the one that is called is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(info.name for info in iter_modules(cli.__path__) if info.name not in _NOT_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"kb_builder.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from kb_builder.schema.sentences import did_you_mean

            near = did_you_mean(args[0], self.list_commands(ctx)) if args else ""
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean `kb {near}`?", error.ctx) from None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kb", message="%(prog)s %(version)s")
@click.option(
    "--project", type=click.Path(file_okay=False, path_type=Path), help="Folder of kb.yml, if not here or above."
)
@click.pass_context
def kb(context: click.Context, project: Path | None) -> None:
    """Check, build and report on a knowledge base of SOPs, FAQs and postmortems."""
    context.obj = project


def run(arguments: Sequence[str]) -> int:
    """Run `kb` with these arguments and return the exit code. Nothing escapes as a traceback."""
    # The catalog is large and lives to the end; looking through it for garbage again and again finds none.
    gc.set_threshold(200_000, 50, 1000)
    _speak_utf8()
    try:
        result: Any = kb.main(args=list(arguments), prog_name="kb", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        click.echo("kb: stopped", err=True)
        return 130
    except click.ClickException as error:
        return _misused(error)
    except ConfigError as error:
        for diagnostic in error.diagnostics:
            click.echo("\n".join(diagnostic_lines(diagnostic)), err=True)
        return _stop(error)
    except KbError as error:
        return _stop(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno not in _SURROUNDINGS:
            return _bug(error)
        return _stop(KbError(f"{error.filename or 'a file could not be used'}: {error.strerror}", "mend that first"))
    except Exception as error:
        return _bug(error)
    return result if isinstance(result, int) else 0


def _speak_utf8() -> None:
    """Write the same bytes whatever the locale; a report in Chinese would stop at an ASCII terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _misused(error: click.ClickException) -> int:
    """Say how the command is used. The message may repeat an argument, and that may be anybody's file name."""
    text = "\n".join(map(printable, error.format_message().splitlines()))
    context = getattr(error, "ctx", None)
    if context is None or "\n" in text:  # without any argument, the message is the help
        click.echo(text, err=True)
        return EXIT_USAGE
    click.echo(f"kb: error: {text}", err=True)
    click.echo(f"  hint: `{context.command_path} --help` says how it is used", err=True)
    return EXIT_USAGE


def _stop(error: KbError) -> int:
    click.echo(f"kb: error: {printable(str(error))}", err=True)
    if error.hint:
        click.echo(f"  hint: {printable(error.hint)}", err=True)
    return EXIT_USAGE


def _bug(error: Exception) -> int:
    """Write the traceback to a file and name it in one line."""
    try:
        handle, name = tempfile.mkstemp(prefix="kb-bug-", suffix=".txt", text=True)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"kb {__version__}, Python {sys.version}\n")
            traceback.print_exception(error, file=file)
    except OSError as fault:
        name = f"none, {fault.strerror}"
    what = printable(" ".join(f"{type(error).__name__}: {error}".split()))[:200]
    click.echo(f"kb: a bug of kb, not of your content: {what} (details: {name})", err=True)
    return EXIT_BUG
