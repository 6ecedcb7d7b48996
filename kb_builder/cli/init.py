"""`kb init`: a new repository that passes the checks and builds."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb_builder.cli.context import as_of_option, today
from kb_builder.model.errors import KbError
from kb_builder.model.settings import LANGUAGES
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from kb_builder.authoring.repository import Plan

_FORGES = ("github", "gitlab", "both", "none")
_SHOWN = 5


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the staff site.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the sites, the examples and the comments.")
@click.option("--timezone", metavar="ZONE", help="Time zone in which days begin and end, such as Asia/Taipei.")
@click.option("--forge", type=click.Choice(_FORGES), help="Where the repository lies: which CI workflows are written.")
@click.option("--repository", metavar="URL", default="", help="Its address there, for links to edit and to report.")
@click.option(
    "--mail",
    metavar="ADDRESS",
    help="Your address, by which kb new finds you in the registry; that of Git unless given.",
)
@click.option("--force", is_flag=True, help="Also in a folder that is not empty: add the files that are missing.")
@as_of_option
def command(
    folder: Path,
    name: str | None,
    language: str | None,
    timezone: str | None,
    forge: str | None,
    repository: str,
    mail: str | None,
    force: bool,
    as_of: date | None,
) -> int:
    """Make a repository for a knowledge base in the folder DIR.

    It holds settings, registries, an example of each type of page, hooks, CI workflows and editor settings. On a
    terminal it asks for name, language, time zone and forge; every question has an option. No file is ever replaced.
    """
    from kb_builder.authoring.repository import NAMES, ZONES, Plan
    from kb_builder.sources.branches import git_user

    _refuse_full(folder, force)
    used = language or _language_of(folder) or _ask("Language", _usual_language(), LANGUAGES)
    plan = Plan(
        language=used,
        name=_name(name or _ask("Name of the staff site", NAMES[used])),
        timezone=_zone(timezone or _ask("Time zone", ZONES[used])),
        forge=forge or _ask("Forge", "both", _FORGES),
        url=_url(repository),
        mail=mail or git_user(_existing(folder))[1] or "sysadmin@example.com",
    )
    written = _write_all(folder, plan, as_of)
    click.echo(f"{printable(str(folder))}: {len(written)} files")
    click.echo("next:")
    click.echo(f"  cd {printable(str(folder))}")
    if not (folder / ".git").exists():
        click.echo("  git init && git add .")
    click.echo("  kb check      says what is wrong: nothing, so far")
    click.echo("  kb serve      shows the staff site")
    click.echo(
        '  kb new sop "A TITLE" begins a page, kb import FILE.docx makes one of a Word file; README.md tells the rest'
    )
    return 0


def _write_all(folder: Path, plan: Plan, as_of: date | None) -> list[str]:
    """Write what is missing and return its paths; content and registries only where there are none at all."""
    from kb_builder import checks
    from kb_builder.authoring.repository import codeowners, example_files, other_files, settings_files
    from kb_builder.config.load import load_settings
    from kb_builder.pipeline import discover, parse, validate
    from kb_builder.registry.file import read_registry
    from kb_builder.registry.owners import read_owners

    ours = not (folder / "kb.yml").exists()
    has_content, has_registry = (folder / "content").exists(), (folder / "registry").exists()
    start = settings_files(plan) if ours else {}
    written = _add(folder, {path: text for path, text in start.items() if "/" not in path or not has_registry})
    written += _add(folder, other_files(plan))
    settings = load_settings(folder.resolve(), checks.rules())
    if ours and not has_content:
        written += _add(folder, example_files(plan.language, today(settings, as_of), settings.zone))
    discovery = discover(settings)
    documents, _findings = validate(settings, discovery, parse(discovery))
    owners = read_owners(read_registry(settings.registry_dir, settings.registry, "owners.yml")) or {}
    return written + _add(folder, {"CODEOWNERS": codeowners(documents, owners, plan)})


def _add(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write the files that are not there yet and return their paths."""
    from kb_builder.sources.write import create_text

    missing = [path for path in files if not os.path.lexists(folder / path)]
    for path in missing:
        create_text(folder / path, path, files[path])
    return missing


def _refuse_full(folder: Path, force: bool) -> None:
    """Refuse what is no folder, or holds anything but a fresh repository of Git."""
    try:
        held = sorted(entry.name for entry in folder.iterdir() if entry.name != ".git")
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise KbError(f"{folder} is a file", "name a folder that is empty or does not exist yet") from None
    except OSError as error:
        raise KbError(f"{folder} cannot be read: {error.strerror}", "name another folder") from error
    if held and not force:
        shown = ", ".join(held[:_SHOWN]) + (" …" if len(held) > _SHOWN else "")
        raise KbError(
            f"{folder} is not empty: it holds {shown}",
            "name a new folder; or, with --force, add what is missing here and leave every file as it is",
        )


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    full = folder.absolute()
    return next(each for each in (full, *full.parents) if each.is_dir())


def _ask(question: str, usual: str, choices: tuple[str, ...] = ()) -> str:
    """Ask on a terminal; elsewhere take what is usual."""
    if sys.stdin is None or not sys.stdin.isatty():
        return usual
    return str(click.prompt(question, default=usual, type=click.Choice(choices) if choices else None))


def _language_of(folder: Path) -> str:
    """Return the language of a repository that has settings already, else nothing."""
    from kb_builder import checks
    from kb_builder.config.load import load_settings

    return load_settings(folder.resolve(), checks.rules()).language if (folder / "kb.yml").exists() else ""


def _usual_language() -> str:
    """Return the language of the user's surroundings, else the one that kb.yml has unless it says otherwise."""
    locale = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if locale.startswith("zh"):
        return "zh-Hans" if locale.startswith(("zh_CN", "zh_SG", "zh-Hans", "zh_Hans")) else "zh-Hant"
    return "en" if locale.startswith("en") else LANGUAGES[0]


def _name(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise click.UsageError("--name: write the name of the site on one line")
    return name.strip()


def _zone(zone: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from kb_builder.schema.sentences import zone_hint

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.UsageError(f"--timezone: there is no time zone `{zone}`; {zone_hint(zone)}") from None
    return zone


def _url(url: str) -> str:
    if url and (not url.startswith(("https://", "http://")) or not url.isprintable() or " " in url):
        raise click.UsageError(
            f"--repository: `{url}` is no address on the web; write one such as https://github.com/acme/knowledge"
        )
    return url
