"""`kb search`: the search of a built site, from the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb_builder.cli.context import settings_of, write_output
from kb_builder.model.errors import KbError
from kb_builder.reporters.text import printable

if TYPE_CHECKING:
    from kb_builder.model.settings import Site
    from kb_builder.search.rank import Answer, Result, Searcher

_FACETS = ("type", "owner", "state")
_COLOURS = {"overdue": "red", "triggered": "red", "never": "red", "due_soon": "yellow", "fresh": "green"}
_WIDTH = 200


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--audience", type=click.Choice(["staff", "customers"]), default="staff", show_default=True)
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="The most results to show.")
@click.option("--type", "types", metavar="NAME", multiple=True, help="Only this type; on the customer site, topic.")
@click.option("--owner", "owners", metavar="ID", multiple=True, help="Only what this owner answers for.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only pages with this tag.")
@click.option("--state", "states", metavar="STATE", multiple=True, help="Only pages whose review stands so: overdue.")
@click.pass_context
def command(
    context: click.Context,
    query: tuple[str, ...],
    audience: str,
    format_: str,
    limit: int,
    types: tuple[str, ...],
    owners: tuple[str, ...],
    tags: tuple[str, ...],
    states: tuple[str, ...],
) -> int:
    """Find pages of a built site by words, in the order of the search box.

    Searched is what `kb build` wrote last. --type, --owner, --tag and --state take an id or the words that the site
    shows for it, and may be given more than once: a page needs one of the values of each.

    \b
    With --format json: {"query", "audience", "count": number of all pages found, "results": [{"id", "title", "url":
    address on the site, "href": whole address, or the file if kb.yml gives the site no url, "type", "owner", "state":
    each {"value", "label"}, "language", "missing": [words of the query that the page does not hold]}]}
    """
    from kb_builder.publish import settle

    settings = settings_of(context)
    text = " ".join(query)
    site = settings.sites[audience]
    settle(settings.root, [settings.root / each.out for each in settings.sites.values()])
    searcher = _open(settings.root / site.out, site.out)
    chosen = {"type": types, "owner": owners, "tag": tags, "state": states}
    wanted = {facet: [_value(searcher, facet, each) for each in given] for facet, given in chosen.items()}
    try:
        answer = searcher.query(text, limit, **wanted)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _unreadable(site.out) from error
    if format_ == "json":
        from kb_builder.reporters.json import to_json

        write_output(to_json(_as_json(text, audience, answer, searcher, site)), None)
    elif answer.results:
        _print_table([_cells(result, searcher, site) for result in answer.results])
        shown = len(answer.results)
        if answer.count > shown:
            click.echo(f"{shown} of {answer.count} pages; --limit shows more")
    else:
        click.echo(f"nothing found for `{printable(text)}`; try fewer or other words")
    return 0


def _open(folder: Path, shown: str) -> Searcher:
    from kb_builder.search_site import open_search

    try:
        return open_search(folder)
    except (FileNotFoundError, NotADirectoryError):
        raise KbError(f"{shown} holds no search index", "run `kb build` first") from None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _unreadable(shown) from error


def _unreadable(shown: str) -> KbError:
    return KbError(f"the search index in {shown} cannot be read", "run `kb build` to write it anew")


def _value(searcher: Searcher, facet: str, given: str) -> str:
    """Return the value of a facet that is meant by its id or its label."""
    known = searcher.facet(facet)
    wanted = given.strip().casefold()
    for value, label in known.items():
        if wanted in (value.casefold(), label.casefold()):
            return value
    from kb_builder.schema.sentences import did_you_mean

    near = did_you_mean(given, [*known, *known.values()])
    most = ", ".join(sorted(known)[:20])
    hint = f"did you mean `{near}`?" if near else f"there are {most}" if known else "this site has none at all"
    raise click.UsageError(f"no page that can be found has the {facet} `{given}`; {hint}")


def _as_json(query: str, audience: str, answer: Answer, searcher: Searcher, site: Site) -> Mapping[str, Any]:
    def facets(result: Result) -> Mapping[str, Any]:
        values = {name: getattr(result, name) for name in _FACETS}
        return {name: {"value": value, "label": searcher.label(name, value)} for name, value in values.items()}

    return {
        "query": query,
        "audience": audience,
        "count": answer.count,
        "results": [
            {
                "id": result.id,
                "title": result.title,
                "url": result.url,
                "href": _address(result, site),
                **facets(result),
                "language": result.language,
                "missing": result.missing,
            }
            for result in answer.results
        ],
    }


def _address(result: Result, site: Site) -> str:
    from urllib.parse import quote

    return f"{site.url.rstrip('/')}/{quote(result.url)}" if site.url else f"{site.out}/{result.url}"


def _cells(result: Result, searcher: Searcher, site: Site) -> Mapping[str, tuple[str, str]]:
    """Return the text and the colour of each column."""
    labels = {name: searcher.label(name, getattr(result, name)) for name in _FACETS}
    missing = ", ".join(result.missing)
    return {
        "ID": (result.id, ""),
        "Title": (result.title, ""),
        "Type": (labels["type"], ""),
        "Owner": (labels["owner"], ""),
        "State": (labels["state"], _COLOURS.get(result.state, "")),
        "Address": (_address(result, site), ""),
        "Match": (f"partial match: without {missing}" if missing else "", "yellow"),
    }


def _print_table(rows: Sequence[Mapping[str, tuple[str, str]]]) -> None:
    """Print the columns that say anything of any result."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    names = [name for name in rows[0] if any(row[name][0] for row in rows)]
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, no_wrap=name in ("ID", "State"), overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(text) or "-", style=colour) for text, colour in (row[name] for name in names)))
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)
