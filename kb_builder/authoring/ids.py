"""Ids of pages: which ones are taken, also on other branches, and which one comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from kb_builder.model.content_type import ContentType
from kb_builder.model.document import Document
from kb_builder.model.errors import KbError
from kb_builder.model.settings import Settings
from kb_builder.past import look_back
from kb_builder.schema.validator import SchemaValidator
from kb_builder.sources.branches import files_on_branches

_DIGITS = re.compile(r"[0-9]+")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def taken_ids(settings: Settings, as_of: date, documents: Iterable[Document]) -> Mapping[str, str]:
    """Return every id that cannot be given any more, with where it is in use.

    These are the ids of all pages, of pages that were deleted, and of pages on other branches that Git has here.
    """
    pages = tuple(documents)
    taken = {page.id: page.path for page in pages if page.id}
    for gone in look_back(settings, as_of, pages).deleted:
        if gone.document.id:
            taken.setdefault(gone.document.id, f"{gone.document.path}, deleted {gone.day}")
    names = {
        "id",
        *(theirs for each in settings.types.values() for theirs, ours in each.aliases.items() if ours == "id"),
    }
    field = re.compile(rf"^(?:{'|'.join(map(re.escape, sorted(names)))})[ \t]*:[ \t]*[\"']?([\w.-]+)", re.MULTILINE)
    for file in files_on_branches(settings.root, settings.content):
        fields = file.data.decode(errors="replace").partition("\n---")[0]
        for match in field.finditer(fields):
            taken.setdefault(match[1], f"{file.path} on branch {file.branch}")
    return taken


def next_id(content_type: ContentType, own: Iterable[str], taken: Iterable[str], year: int) -> str:
    """Return the id after the highest one of a type that is taken. `own` are ids of pages of the type.

    Its form is that of the type's example: the last number counts, a year before it is the one given.
    KbError if no such id would fit the type.
    """
    example = content_type.id_example or max(own, default="") or f"{content_type.name.upper().replace('_', '-')}-001"
    numbers = list(_DIGITS.finditer(example))
    if numbers:
        last = numbers[-1]
        before, after = _YEAR.sub(str(year), example[: last.start()]), example[last.end() :]
        same = re.compile(re.escape(before) + r"([0-9]{1,9})" + re.escape(after))
        highest = max((int(match[1]) for id_ in taken if (match := same.fullmatch(id_))), default=0)
        id_ = f"{before}{highest + 1:0{len(last[0])}}{after}"
        if fits(content_type, id_):
            return id_
    raise KbError(
        f"kb cannot tell which id comes next for pages of type {content_type.name}",
        f"write types.{content_type.name}.id_example into kb.yml, an id that ends in a number, such as REL-001",
    )


def fits(content_type: ContentType, id_: str) -> bool:
    """Whether pages of a type may have an id."""
    schema = content_type.schema
    fields = {**schema.get("x-known", {}), **schema["properties"]}
    return SchemaValidator({"$defs": schema["$defs"], **fields["id"]}).is_valid(id_)
