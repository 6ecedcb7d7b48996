"""Finds the page that a command names by its id."""

from __future__ import annotations

import re

import click

from kb_builder.checking import Checked
from kb_builder.model.document import Document
from kb_builder.model.errors import KbError


def find_page(checked: Checked, id_: str) -> Document:
    """Return the page with an id; an error that says what to do if there is none, or more than one."""
    from kb_builder.schema.sentences import did_you_mean

    documents = checked.catalog.documents
    found = [document for document in documents if document.id == id_]
    if len(found) > 1:
        paths = " and ".join(document.path for document in found)
        raise KbError(
            f"{paths} have the same id, {id_}", f"`kb renumber {found[-1].path}` gives the second one another id"
        )
    if found:
        return found[0]
    # A page that cannot be read has no id, but its author knows which page they mean.
    line = re.compile(rf"^\s*\w+\s*:\s*[\"']?{re.escape(id_)}[\"']?\s*(?:#.*)?$", re.MULTILINE)
    for document in documents:
        if not document.id and line.search(document.raw.text):
            first = next((each for each in checked.diagnostics if each.path == document.path), None)
            where = f":{first.position.line}:{first.position.column}: {first.message}" if first else ""
            raise KbError(
                f"the page that seems to be {id_} cannot be read: {document.path}{where}",
                f"mend it first; `kb check {document.path}` says all that is wrong",
            )
    known = {document.id.lower(): document.id for document in documents if document.id}
    near = known.get(did_you_mean(id_, sorted(known)), "")
    raise click.UsageError(f"there is no page `{id_}`" + (f"; did you mean `{near}`?" if near else ""))
