"""Writes the reference pages in docs/reference/ from the code: `python tools/generate_reference.py`.

With `--check` it writes nothing and exits with 1 if a page is not what the code says.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from reference.pages import NOTE, pages

DEFAULT_FOLDER = Path(__file__).parent.parent / "docs/reference"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a page differs.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_FOLDER,
    help="Folder of the pages; docs/reference unless given.",
)
@click.pass_context
def main(context: click.Context, check: bool, out: Path) -> None:
    """Write the reference pages, or check that they are up to date."""
    wanted = pages()
    differing = differences(wanted, out)
    if not check:
        write(wanted, out)
        click.echo(f"{len(wanted)} pages, {len(differing)} of them changed")
        return
    for name, what in differing.items():
        click.echo(f"{out / name}: {what}", err=True)
    if differing:
        click.echo("run `python tools/generate_reference.py`, read the changes and commit them", err=True)
        context.exit(1)


def differences(wanted: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the pages of a folder that are not as wanted, and in what way; pages of other making are left alone."""
    found = {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in folder.rglob("*.md")}
    result = {}
    for name in sorted({*wanted, *found}):
        if name not in found:
            result[name] = "the page is missing"
        elif name not in wanted:
            if found[name].startswith(NOTE):
                result[name] = "the code has nothing that this page is about"
        elif found[name] != wanted[name]:
            result[name] = "the page differs from what the code says"
    return result


def write(wanted: Mapping[str, str], folder: Path) -> None:
    """Write all pages and delete those that are no longer wanted."""
    for name in differences(wanted, folder):
        file = folder / name
        if name not in wanted:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[name], encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
