"""`kb flow`: the flowchart of a document, written out."""

from __future__ import annotations

from pathlib import Path

import click

from kb_builder.cli.context import settings_of, today, write_output
from kb_builder.model.errors import KbError

FORMATS = ("svg", "mermaid", "bpmn", "table")


@click.command("flow")
@click.argument("id_", metavar="ID")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="svg", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the chart to a file.")
@click.pass_context
def command(context: click.Context, id_: str, format_: str, output: Path | None) -> int:
    """Write the flowchart of the document ID: as a picture, for Mermaid, for a BPMN editor, or as a table."""
    from kb_builder.flow.export import write_flow
    from kb_builder.messages import messages
    from kb_builder.pages.flowchart import chart_words, flow_of
    from kb_builder.pipeline import check

    settings = settings_of(context)
    catalog = check(settings, today(settings, None)).catalog
    document = catalog.by_id.get(id_)
    if document is None:
        from rapidfuzz import process

        near = process.extractOne(id_, list(catalog.by_id), score_cutoff=70)
        raise click.UsageError(f"there is no page `{id_}`" + (f"; did you mean `{near[0]}`?" if near else ""))
    words = messages(document.text("language") or settings.language)
    flow = flow_of(catalog, document, words)
    if not flow.nodes:
        raise KbError(f"{id_} has no steps", f"add `steps` to {document.path}")
    write_output(write_flow(flow, format_, title=document.title, words=chart_words(words)), output)
    return 0
