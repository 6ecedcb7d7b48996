"""`kb import`: drafts of Word, HTML and text files."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import as_of_option, settings_of, today
from kb_builder.cli.run import EXIT_FINDINGS
from kb_builder.model.errors import KbError
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from kb_builder.authoring.importing.draft import Draft
    from kb_builder.model.catalog import Catalog
    from kb_builder.model.content_type import ContentType

_NAMED_OWNERS = 10


@click.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--type", "type_name", metavar="TYPE", default="sop", show_default=True, help="What the drafts become.")
@click.option("--owner", metavar="OWNER", help="Who answers for them: an id or a name of registry/owners.yml.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder of the drafts, if not that of the type."
)
@click.option("--force", is_flag=True, help="Replace drafts and pictures of the same name.")
@as_of_option
@click.pass_context
def command(
    context: click.Context,
    files: tuple[Path, ...],
    type_name: str,
    owner: str | None,
    out: Path | None,
    force: bool,
    as_of: date | None,
) -> int:
    """Make drafts of FILEs: Word (.docx), HTML and plain text.

    Headings, lists, tables and pictures are kept. Steps are proposed from tables with a column of steps, else from
    the longest numbered list. Odd characters are named with their lines. A file that cannot be read does not stop the
    others.
    """
    from kb_builder.authoring.importing.draft import Wanted, make_draft, next_id
    from kb_builder.checking import check

    settings = settings_of(context)
    if type_name not in settings.types:
        raise click.UsageError(f"--type: there is no type `{type_name}`; known are {', '.join(settings.types)}")
    content_type = settings.types[type_name]
    if content_type.lenient:
        raise click.UsageError(f"--type: pages of `{type_name}` belong to another system; name another type")
    catalog = check(settings, today(settings, as_of)).catalog
    answers = _owner(catalog, owner)
    folder = (Path.cwd() / out if out else settings.content_dir / content_type.folder).resolve()
    inside = _inside(folder, settings.content_dir.resolve(), content_type)
    free = next_id(catalog, content_type)
    failed = 0
    for file in files:
        try:
            draft = make_draft(catalog, file, Wanted(type=content_type, owner=answers, id=free, folder=inside))
            _write(draft, folder, force=force)
        except KbError as error:
            failed += 1
            click.echo(f"kb: error: {printable(str(error))}", err=True)
            click.echo(f"  hint: {printable(error.hint)}", err=True)
            continue
        _tell(file, draft, _shown(folder / draft.name, settings.root.resolve()), free)
        free = _after(free)
    if failed:
        click.echo(f"{failed} of {len(files)} files were not imported", err=True)
    return EXIT_FINDINGS if failed else 0


def _owner(catalog: Catalog, given: str | None) -> str:
    """Return the id of the owner; without a registry, what was given."""
    from kb_builder.authoring.importing.draft import find_owner
    from kb_builder.schema.sentences import did_you_mean

    if given is None and sys.stdin is not None and sys.stdin.isatty():
        given = str(click.prompt("Who answers for these pages (owner id)"))
    known = list(catalog.owners or {})
    shown = ", ".join(known[:_NAMED_OWNERS]) + (" …" if len(known) > _NAMED_OWNERS else "")
    if given is None:
        raise click.UsageError(
            "--owner must be given: somebody answers for every page" + (f"; {shown}" if known else "")
        )
    found = find_owner(catalog, given)
    if not found and catalog.owners is not None:
        near = did_you_mean(given, known)
        raise click.UsageError(
            f"--owner: `{given}` is not in registry/owners.yml; " + (f"did you mean `{near}`?" if near else shown)
        )
    return found or given


def _inside(folder: Path, content: Path, content_type: ContentType) -> str:
    """Return the folder within the content, or that of the type for a folder elsewhere."""
    return folder.relative_to(content).as_posix() if folder.is_relative_to(content) else content_type.folder


def _write(draft: Draft, folder: Path, *, force: bool) -> None:
    from kb_builder.sources.write import create_file

    for name in (draft.name, *draft.pictures):
        if (folder / name).exists() and not force:
            raise KbError(f"{folder / name} exists already", "nothing was written to it; move it away, or use --force")
    for name, data in draft.pictures.items():
        create_file(folder / name, name, data, force=force)
    create_file(folder / draft.name, draft.name, draft.text.encode(), force=force)


def _tell(file: Path, draft: Draft, path: str, id_: str) -> None:
    click.echo(printable(f"{file.name} → {path} ({id_}): " + (", ".join(draft.counts) or "text only")))
    for note in draft.notes:
        click.echo(printable(f"  {note}"))
    for each in draft.noise:
        click.echo(printable(f"  {path}:{each.line}: {each.message}"))
    click.echo(printable(f"  next: read it, mend it, then `kb check {path}`"))


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _after(id_: str) -> str:
    """Return the id after this one."""
    digits = id_[len(id_.rstrip("0123456789")) :]
    return id_.removesuffix(digits) + f"{int(digits) + 1:0{len(digits)}}"
