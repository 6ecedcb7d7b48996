"""cli.md: the commands and their options."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from kb_builder.cli import run

_EXIT_CODES = f"""\
## Exit codes

- `0`: clean
- `{run.EXIT_FINDINGS}`: findings at or above `--fail-on`, or nothing was built or written because of findings
- `{run.EXIT_USAGE}`: usage or configuration: the command cannot run
- `{run.EXIT_BUG}`: a bug of ours; the traceback is in the file that the message names
"""


def page() -> str:
    """Return the page."""
    root = click.Context(run.kb, info_name="kb")
    return "\n\n".join(["# Commands", *_sections(run.kb, root), _EXIT_CODES])


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield a section for a command and, of a group, for every command in it."""
    yield _section(command, context)
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        if child is not None and not child.hidden:
            yield from _sections(child, click.Context(child, info_name=name, parent=context))


def _section(command: click.Command, context: click.Context) -> str:
    options = [_option(each) for each in command.params if isinstance(each, click.Option) and not each.hidden]
    parts = [f"## `{context.command_path}`", f"```text\n{_usage(command, context)}\n```", _help(command)]
    if options:
        parts.append("\n".join(options))
    return "\n\n".join(part for part in parts if part)


def _usage(command: click.Command, context: click.Context) -> str:
    words = [context.command_path]
    if any(isinstance(each, click.Option) for each in command.params):
        words.append("[OPTIONS]")
    words += [_argument(each) for each in command.params if isinstance(each, click.Argument)]
    if isinstance(command, click.Group):
        words.append("COMMAND")
    return " ".join(words)


def _argument(argument: click.Argument) -> str:
    name = argument.metavar or str(argument.name).upper()
    many = "…" if argument.nargs == -1 else ""
    return f"{name}{many}" if argument.required else f"[{name}{many}]"


def _help(command: click.Command) -> str:
    """Return the help text; click ends what users see at a form feed and marks kept line breaks with a backspace."""
    return inspect.cleandoc(command.help or "").partition("\f")[0].replace("\b\n", "").strip()


def _option(option: click.Option) -> str:
    value = "" if option.is_flag or option.count else f" {_value(option)}"
    names = ", ".join(f"`{name}{value}`" for name in (*option.opts, *option.secondary_opts))
    text = f": {option.help}" if option.help else "."
    required = " Required." if option.required else ""
    default = f" Default: `{option.default}`." if option.show_default and isinstance(option.default, (str, int)) else ""
    return f"- {names}{text}{required}{default}"


def _value(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return "|".join(str(choice) for choice in option.type.choices)
    # “integer range” is one word to users.
    return option.type.name.partition(" ")[0].upper()
