"""`kb schema`: the JSON Schemas, for editors and other tools."""

from __future__ import annotations

import json
from importlib import resources

import click

from kb_builder.cli.context import settings_of

_REGISTRIES = ("owners.yml", "sla.yml", "kpis.yml", "channels.yml", "alerts.yml", "synonyms.yml")
_FILES = ("kb.yml", *_REGISTRIES, "check", "ticket")


@click.command("schema")
@click.argument("name", metavar="TYPE|FILE|check|ticket")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("json", "github", "gitlab")),
    default="json",
    show_default=True,
    help="Of a ticket also the issue form of GitHub and the issue template of GitLab.",
)
@click.pass_context
def command(context: click.Context, name: str, format_: str) -> int:
    """Print the JSON Schema of a content TYPE's front matter, of a FILE, of `kb check` in JSON, or of a ticket.

    FILE is kb.yml or a registry: owners.yml, sla.yml, kpis.yml, channels.yml, alerts.yml or
    synonyms.yml. A ticket, as readers fill it in, is in the language of kb.yml.
    """
    if format_ != "json":
        if name != "ticket":
            raise click.UsageError(f"--format {format_} is for `kb schema ticket`")
        from kb_builder.authoring import issue_forms

        click.echo(issue_forms.written(format_, settings_of(context).language), nl=False)
        return 0
    if name == "ticket":
        from kb_builder.messages import messages
        from kb_builder.pages.forms import TICKET_FORM, worded_schema

        schema = worded_schema(TICKET_FORM, messages(settings_of(context).language))
    elif name == "kb.yml":
        from kb_builder.config.load import config_schema

        schema = dict(config_schema())
    elif name in _REGISTRIES:
        from kb_builder.registry.file import registry_schema

        schema = dict(registry_schema(name))
    elif name == "check":
        schema = _packaged("kb_builder.reporters", "check.schema.json")
    else:
        types = settings_of(context).types
        if name not in types:
            raise click.UsageError(f"there is no type `{name}`; known are {', '.join((*types, *_FILES))}")
        schema = dict(types[name].schema)
    click.echo(json.dumps(schema, ensure_ascii=False, indent=2))
    return 0


def _packaged(package: str, file: str) -> dict[str, object]:
    schema: dict[str, object] = json.loads(resources.files(package).joinpath(file).read_text(encoding="utf-8"))
    return schema
