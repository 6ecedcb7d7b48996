"""`kb schema`: the JSON Schemas, for editors and other tools."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import click

from kb_builder.cli.context import settings_of

_REGISTRIES = ("owners.yml", "sla.yml", "kpis.yml", "channels.yml", "alerts.yml", "synonyms.yml")
_FILES = ("kb.yml", *_REGISTRIES, "check", "ticket")


# By this a file that was written here is known again.
_COMMENT = "Written by `kb schema --all`; write it anew when kb or kb.yml changes."


@click.command("schema")
@click.argument("name", metavar="TYPE|FILE|check|ticket", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("json", "github", "gitlab")),
    default="json",
    show_default=True,
    help="Of a ticket also the issue form of GitHub and the issue template of GitLab.",
)
@click.option(
    "--all",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the schemas of all types and files into a folder instead.",
)
@click.option("--force", is_flag=True, help="With --all: also in place of files of other making.")
@click.pass_context
def command(context: click.Context, name: str | None, format_: str, folder: Path | None, force: bool) -> int:
    """Print the JSON Schema of a content TYPE's front matter, of a FILE, of `kb check` in JSON, or of a ticket.

    FILE is kb.yml or a registry: owners.yml, sla.yml, kpis.yml, channels.yml, alerts.yml or
    synonyms.yml. A ticket, as readers fill it in, is in the language of kb.yml.
    """
    if (name is None) == (folder is None):
        raise click.UsageError("name a TYPE or a FILE, or a folder with `--all DIR`")
    if force and folder is None:
        raise click.UsageError("--force goes with --all")
    if format_ != "json":
        if name != "ticket":
            raise click.UsageError(f"--format {format_} is for `kb schema ticket`")
        from kb_builder.authoring import issue_forms

        click.echo(issue_forms.written(format_, settings_of(context).language), nl=False)
    elif folder is not None:
        names = [*settings_of(context).types, *_FILES]
        for each in names:
            _write(folder / f"{each}.schema.json", _schema(context, each), force=force)
        click.echo(f"{len(names)} schemas written to {folder}")
    elif name is not None:
        click.echo(_text(_schema(context, name)), nl=False)
    return 0


def _schema(context: click.Context, name: str) -> dict[str, object]:
    if name == "ticket":
        from kb_builder.messages import messages
        from kb_builder.pages.forms import TICKET_FORM, worded_schema

        return dict(worded_schema(TICKET_FORM, messages(settings_of(context).language)))
    if name == "kb.yml":
        from kb_builder.config.load import config_schema

        return dict(config_schema())
    if name in _REGISTRIES:
        from kb_builder.registry.file import registry_schema

        return dict(registry_schema(name))
    if name == "check":
        return _packaged("kb_builder.reporters", "check.schema.json")
    types = settings_of(context).types
    if name not in types:
        raise click.UsageError(f"there is no type `{name}`; known are {', '.join((*types, *_FILES))}")
    return dict(types[name].schema)


def _write(file: Path, schema: dict[str, object], *, force: bool) -> None:
    """Write a schema to a file: a new one, or one that was written here before."""
    from kb_builder.model.errors import KbError
    from kb_builder.sources.write import create_text, replace_text

    text = _text({"$comment": _COMMENT, **schema})
    if not file.exists():
        create_text(file, str(file), text)
        return
    try:
        before = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KbError(f"{file} cannot be read", "move it away, or name another folder") from error
    if _COMMENT not in before and not force:
        raise KbError(f"{file} is there already and of other making", "name another folder, or add --force")
    if text != before:
        replace_text(file, str(file), before, text)


def _text(schema: dict[str, object]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _packaged(package: str, file: str) -> dict[str, object]:
    schema: dict[str, object] = json.loads(resources.files(package).joinpath(file).read_text(encoding="utf-8"))
    return schema
