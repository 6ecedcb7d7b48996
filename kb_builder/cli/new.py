"""`kb new`: a new page, with its id, its place and a template to fill in."""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import as_of_option, settings_of, today
from kb_builder.model.errors import KbError
from kb_builder.model.settings import LANGUAGES, Settings
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from kb_builder.authoring.worklog_to_postmortem import Carried
    from kb_builder.model.content_type import ContentType
    from kb_builder.model.document import Document

_MAX_TITLE = 120
_SHOWN = 10


@click.command("new")
@click.argument("type_name", metavar="TYPE")
@click.argument("title", required=False, default="")
@click.option("--owner", metavar="ID", help="Who answers for the page; guessed from Git's user unless given.")
@click.option(
    "--slug", metavar="WORDS",
    help="Words for the name of the file, or `id`; unless given they are those of the title, Chinese ones in pinyin.",
)  # fmt: skip
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the page; that of kb.yml unless given.")
@click.option("--from-worklog", metavar="ID", help="For a postmortem: carry over what this work log says.")
@click.option("--edit", is_flag=True, help="Open the page in your editor: $VISUAL or $EDITOR.")
@as_of_option
@click.pass_context
def command(
    context: click.Context,
    type_name: str,
    title: str,
    owner: str | None,
    slug: str | None,
    language: str | None,
    from_worklog: str | None,
    edit: bool,
    as_of: date | None,
) -> int:
    """Make a draft of a new page of a TYPE (sop, faq, postmortem, worklog, drill, or one of kb.yml).

    It gets the next free id, a file name made from the TITLE, and a template with comments that explain each field.
    """
    from kb_builder.authoring.new_page import Wish, make_draft
    from kb_builder.pipeline import discover, parse, validate
    from kb_builder.sources.write import create_text

    settings = settings_of(context)
    day = today(settings, as_of)
    content_type = _type_of(settings, type_name)
    if edit:
        _refuse_without_editor()
    discovery = discover(settings)
    documents, _findings = validate(settings, discovery, parse(discovery))
    used = language or settings.language
    worklog = _worklog(documents, content_type, from_worklog)
    name = _title(title or (worklog.title if worklog else ""))
    draft = make_draft(
        settings,
        day,
        documents,
        Wish(
            type=content_type,
            title=name,
            owner=_owner(settings, day, owner, worklog),
            language=used,
            name=_name(slug),
            carried=_carried(worklog, used, day),
        ),
    )
    create_text(settings.root / draft.path, draft.path, draft.text)
    click.echo(f"{printable(draft.path)}: {draft.id}, a draft")
    for finding in draft.to_do:
        click.echo(f"  to fill in: {printable(finding.message)}")
    if edit:
        click.edit(filename=str(settings.root / draft.path))
    click.echo("next:")
    if not edit:
        click.echo("  fill it in with an editor; the comments say what each field means")
    click.echo(f"  kb check {printable(draft.path)}")
    click.echo("  kb serve    shows it in the browser while you write")
    return 0


def _type_of(settings: Settings, name: str) -> ContentType:
    """Return a type by its name, its folder, the beginning of its ids, or what it is called in any language."""
    from kb_builder.authoring.new_page import names_of_types
    from kb_builder.schema.sentences import did_you_mean

    low = name.casefold()
    for each in settings.types.values():
        prefix = each.id_example.partition("-")[0]
        called = {each.name, each.folder, prefix, *each.label.values(), *each.plural.values()} - {""}
        if low in {word.casefold() for word in called}:
            return each
    near = did_you_mean(name, list(settings.types))
    known = names_of_types(settings.types, settings.language)
    raise click.UsageError(
        f"there is no type `{name}`; " + (f"did you mean `{near}`? " if near else "") + f"known are {known}"
    )


def _worklog(documents: tuple[Document, ...], content_type: ContentType, id_: str | None) -> Document | None:
    from kb_builder.schema.sentences import did_you_mean

    if id_ is None:
        return None
    if content_type.name != "postmortem":
        raise click.UsageError(f"--from-worklog is for postmortems, not for pages of type {content_type.name}")
    found = next((document for document in documents if document.id == id_), None)
    if found is None:
        near = did_you_mean(id_, [document.id for document in documents if document.type == "worklog"])
        raise click.UsageError(f"there is no page `{id_}`" + (f"; did you mean `{near}`?" if near else ""))
    return found


def _carried(worklog: Document | None, language: str, day: date) -> Carried | None:
    from kb_builder.authoring.worklog_to_postmortem import carry_over
    from kb_builder.messages import messages

    return carry_over(worklog, messages(language), day) if worklog else None


def _title(title: str) -> str:
    title = title.strip()
    if not title:
        raise click.UsageError('a title is missing; write it in quotes, such as `kb new sop "Restore a backup"`')
    if not all(character.isprintable() or character == "\u3000" for character in title):
        raise click.UsageError("the title holds a line break or another character that cannot be seen; leave it out")
    if len(title) > _MAX_TITLE:
        raise click.UsageError(f"the title has {len(title)} characters; {_MAX_TITLE} are allowed")
    return title


def _name(slug: str | None) -> str:
    """Return the name of the file that was asked for, empty for one made from the title."""
    from kb_builder.authoring.new_page import BY_ID
    from kb_builder.authoring.slug import slug_of

    if slug is None:
        return ""
    if slug.strip().lower() == BY_ID:
        return BY_ID
    ending = re.compile(r"\.(?:md|markdown)$")
    made = slug_of(ending.sub("", slug.strip()))
    if not made:
        raise click.UsageError(f"--slug: `{slug}` holds no word; write English words, such as database-backup, or `id`")
    return made


def _owner(settings: Settings, day: date, given: str | None, worklog: Document | None) -> str:
    """Return the owner that was given, that of the work log, else the one who is at the keyboard."""
    from kb_builder.authoring.owner_guess import guess_owner
    from kb_builder.registry.file import read_registry
    from kb_builder.registry.owners import read_owners
    from kb_builder.schema.sentences import did_you_mean
    from kb_builder.sources.branches import git_user

    file = read_registry(settings.registry_dir, settings.registry, "owners.yml")
    owners = read_owners(file) or {}
    active = [id_ for id_, owner in owners.items() if owner.is_active(day)]
    if given is None and worklog and worklog.text("owner") in active:
        return worklog.text("owner")
    name, mail = git_user(settings.root)
    if given is None:
        given = guess_owner(owners, name, mail, day)
    if not given and sys.stdin is not None and sys.stdin.isatty():
        given = str(click.prompt(f"Owner ({_some(active)})" if active else "Owner")).strip()
    if not given:
        known = f" ({_some(active)})" if active else ", an id such as web-ops"
        raise click.UsageError(
            (f"no owner has your mail address of Git, {mail}" if mail else "Git does not know your mail address")
            + f"; give --owner{known}, or enter your address as `channels: {{mail: …}}` of an owner in {file.path}"
        )
    if active and given not in active:
        if given in owners:
            raise click.UsageError(f"--owner: `{given}` is no longer active in {file.path}")
        near = did_you_mean(given, active)
        raise click.UsageError(
            f"--owner: `{given}` is not in {file.path}; "
            + (f"did you mean `{near}`?" if near else f"known are {_some(active)}")
        )
    return given


def _some(ids: list[str]) -> str:
    """Return ids for a message, and not hundreds of them."""
    return ", ".join(ids[:_SHOWN]) + (f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else "")


def _refuse_without_editor() -> None:
    if not os.environ.get("VISUAL") and not os.environ.get("EDITOR"):
        raise KbError(
            "--edit: no editor is set", "set EDITOR, such as `export EDITOR=nano`, or open the new file without --edit"
        )
