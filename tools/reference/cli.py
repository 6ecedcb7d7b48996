"""cli.md: the commands and their options."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from kb_builder.cli import run

_EXIT_CODES = f"""\
## Exit codes

- `0`: clean
- `{run.EXIT_FINDINGS}`: findings at or above `--fail-on`, or nothing was built because of findings
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
    usage = [context.command_path, *(_usage_of(each) for each in command.params)]
    if isinstance(command, click.Group):
        usage.append("COMMAND")
    parts = [f"## `{context.command_path}`", f"```text\n{' '.join(filter(None, usage))}\n```", _help(command)]
    options = [_option(each) for each in command.params if isinstance(each, click.Option) and not each.hidden]
    if options:
        parts.append("\n".join(options))
    return "\n\n".join(part for part in parts if part)


def _usage_of(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return f"{parameter.opts[-1]} {_value(parameter)}" if parameter.required else ""
    name = parameter.metavar or str(parameter.name).upper()
    many = "…" if parameter.nargs == -1 else ""
    return f"{name}{many}" if parameter.required else f"[{name}{many}]"


def _help(command: click.Command) -> str:
    """Return the help text; click ends what users see at a form feed and marks kept line breaks with a backspace."""
    return inspect.cleandoc(command.help or "").partition("\f")[0].replace("\b\n", "").strip()


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag or option.count else f" `{_value(option)}`"
    text = f": {option.help}" if option.help else ""
    default = f" Default: `{option.default}`." if option.show_default and isinstance(option.default, (str, int)) else ""
    return f"- {names}{value}{text}{default}"


def _value(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return "|".join(str(choice) for choice in option.type.choices)
    return option.type.name.upper()
