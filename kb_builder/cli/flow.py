"""`kb flow`: the flowchart of a document, written out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import settings_of, today, write_output
from kb_builder.model.errors import KbError

if TYPE_CHECKING:
    from kb_builder.flow.compare import Comparison
    from kb_builder.messages import Messages
    from kb_builder.model.catalog import Catalog
    from kb_builder.model.document import Document
    from kb_builder.model.flow import Flow

FORMATS = ("svg", "mermaid", "bpmn", "table")
# A longer revision, such as a full commit id, is shown by the beginning of its commit id.
_SHOWN = 24


@click.command("flow")
@click.argument("id_", metavar="ID")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="svg", show_default=True)
@click.option(
    "--since",
    metavar="REVISION",
    help="Mark the steps that are new, changed or removed since the branch left this Git revision; not in BPMN.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the chart to a file.")
@click.pass_context
def command(context: click.Context, id_: str, format_: str, since: str | None, output: Path | None) -> int:
    """Write the flowchart of the document ID: as a picture, for Mermaid, for a BPMN editor, or as a table."""
    from kb_builder.checking import check
    from kb_builder.cli.page import find_page
    from kb_builder.flow.compare import Comparison
    from kb_builder.flow.export import write_flow
    from kb_builder.messages import messages
    from kb_builder.model.settings import LANGUAGES
    from kb_builder.pages.flowchart import chart_words, flow_of

    if since is not None and format_ == "bpmn":
        raise click.UsageError("BPMN has no marks for changes; leave out `--since`, or choose another format")
    settings = settings_of(context)
    checked = check(settings, today(settings, None))
    catalog, document = checked.catalog, find_page(checked, id_)
    language = document.text("language")
    words = messages(language if language in LANGUAGES else settings.language)
    flow, labels = flow_of(catalog, document, words), dict(chart_words(words))
    compared = Comparison(flow=flow) if since is None else _compare(catalog, document, flow, since, words, labels)
    if not compared.flow.nodes:
        raise KbError(f"{id_} has no steps", f"add `steps` to {document.path}")
    write_output(write_flow(compared, format_, title=document.title, words=labels), output)
    return 0


def _compare(
    catalog: Catalog, document: Document, flow: Flow, since: str, words: Messages, labels: dict[str, str]
) -> Comparison:
    """Return the flow with what it was at a revision, and add the words for its marks to `labels`."""
    from kb_builder.flow.compare import CHANGED, NEW, REMOVED, compare
    from kb_builder.model.flow import Flow
    from kb_builder.pages.flowchart import flow_of
    from kb_builder.reporters.text import printable
    from kb_builder.sources.git import branch_point

    commit = branch_point(catalog.settings.root, since)
    old = _document_at(catalog, document, commit)
    if old is not None and old.raw.faults and "steps" not in old.fields:
        raise KbError(
            f"{old.path} cannot be read as it was at {since}: {old.raw.faults[0].message}",
            "compare with another revision, at which its front matter was whole",
        )
    before = Flow() if old is None else flow_of(catalog, old, words)
    compared = compare(before, flow)
    if not before.nodes and flow.nodes:
        why = "did not exist" if old is None else "had no steps"
        click.echo(f"kb: {document.id} {why} at {printable(since)}, so every step is new", err=True)
    elif not compared.marks:
        click.echo(f"kb: no step of {document.id} changed since {printable(since)}", err=True)
    shown = since if len(since) <= _SHOWN else commit[:10]
    labels["since"] = words("Changes since {revision}:", revision=shown)
    labels.update({NEW: words("New"), CHANGED: words("Changed"), REMOVED: words("Removed")})
    return compared


def _document_at(catalog: Catalog, document: Document, commit: str) -> Document | None:
    """Return a document as it was at a commit, None if it did not exist.

    It is the page with its id, wherever that lay; or else the page at its path, unless that page lives on elsewhere.
    """
    from kb_builder.content_types.validate import DocumentValidator
    from kb_builder.sources.git import paths_naming, read_all_at, read_at
    from kb_builder.sources.read import read_page

    root, content = catalog.settings.root, catalog.settings.content
    validator = DocumentValidator(catalog.type_of(document))
    folder = document.path.removesuffix(document.content_path)

    def read(path: str, data: bytes) -> Document:
        return validator.validate(read_page(data, path, path.removeprefix(folder)))[0]

    data = read_at(root, commit, document.path)
    here = None if data is None else read(document.path, data)
    if here is not None and here.id == document.id:
        return here
    naming = paths_naming(root, commit, document.id, content)
    for path, data in read_all_at(root, commit, naming).items():
        found = read(path, data)
        if found.id == document.id:
            return found
    return None if here is None or here.id in catalog.by_id else here
