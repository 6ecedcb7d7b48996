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
@click.option(
    "--owner",
    metavar="OWNER",
    help="Who answers for them: an id or a name of registry/owners.yml; guessed from Git's user unless given.",
)
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
    from kb_builder.authoring.ids import fits, next_id, taken_ids
    from kb_builder.authoring.importing.draft import Wanted, make_draft
    from kb_builder.checking import check

    settings = settings_of(context)
    if type_name not in settings.types:
        raise click.UsageError(f"--type: there is no type `{type_name}`; known are {', '.join(settings.types)}")
    content_type = settings.types[type_name]
    if content_type.lenient:
        raise click.UsageError(f"--type: pages of `{type_name}` belong to another system; name another type")
    day = today(settings, as_of)
    catalog = check(settings, day).catalog
    answers = _owner(catalog, owner)
    folder = (Path.cwd() / out if out else settings.content_dir / content_type.folder).resolve()
    inside = _inside(folder, settings.content_dir.resolve(), content_type)
    own = [page.id for page in catalog.documents if page.type == type_name and fits(content_type, page.id)]
    taken = {*taken_ids(settings, day, catalog.documents)}
    failed = 0
    for file in files:
        try:
            free = next_id(content_type, own, taken, day.year)
            draft = make_draft(catalog, file, Wanted(type=content_type, owner=answers, id=free, folder=inside))
            _write(draft, folder, force=force)
        except KbError as error:
            failed += 1
            click.echo(f"kb: error: {printable(str(error))}", err=True)
            click.echo(f"  hint: {printable(error.hint)}", err=True)
            continue
        _tell(file, draft, _shown(folder / draft.name, settings.root.resolve()), free)
        taken.add(free)
    if failed:
        click.echo(f"{failed} of {len(files)} files were not imported", err=True)
    return EXIT_FINDINGS if failed else 0


def _owner(catalog: Catalog, given: str | None) -> str:
    """Return the id of the owner, of Git's user if none is given; without a registry, what was given."""
    from kb_builder.authoring.importing.draft import find_owner
    from kb_builder.authoring.owner_guess import guess_owner
    from kb_builder.schema.sentences import did_you_mean
    from kb_builder.sources.branches import git_user

    owners = catalog.owners or {}
    known = [id_ for id_, each in owners.items() if each.is_active(catalog.as_of)]
    shown = ", ".join(f"`{id_}` ({owners[id_].name})" for id_ in known[:_NAMED_OWNERS])
    shown += " …" if len(known) > _NAMED_OWNERS else ""
    if given is None:
        given = guess_owner(owners, *git_user(catalog.settings.root), catalog.as_of) or None
    if given is None and sys.stdin is not None and sys.stdin.isatty():
        given = str(click.prompt(f"Owner ({shown})" if known else "Owner")).strip()
    if given is None:
        raise click.UsageError(
            "--owner must be given, as somebody answers for every page"
            + (f": one of {shown} in registry/owners.yml" if known else ", an id such as web-ops")
        )
    found = find_owner(catalog, given)
    if not found and catalog.owners is not None:
        near = did_you_mean(given, known)
        raise click.UsageError(
            f"--owner: `{given}` is not in registry/owners.yml; "
            + (f"did you mean `{near}`?" if near else f"there are {shown}")
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
    click.echo(printable(f"  next: read it beside the document, mend it, then `kb check {path}`"))


def _shown(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
