"""Makes the text and the path of a new page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kb_builder.authoring.ids import fits, next_id, taken_ids
from kb_builder.authoring.slug import slug_of
from kb_builder.authoring.template import fill, made_template, set_fields
from kb_builder.authoring.worklog_to_postmortem import Carried
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.model.content_type import ContentType
from kb_builder.model.diagnostic import Finding
from kb_builder.model.document import Document
from kb_builder.model.errors import KbError
from kb_builder.model.location import Field
from kb_builder.model.paths import generated_paths, page_path
from kb_builder.model.settings import Settings
from kb_builder.sources.edit import set_text
from kb_builder.sources.front_matter import parse_front_matter
from kb_builder.sources.walk import type_of

BY_ID = "id"
_ENDING = re.compile(r"(?:\*\*/)?\*((?:\.\w+)+)")
_HEADING = re.compile(r"^## .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A new page. `path` is relative to the project; `to_do` is what its schema finds missing in the template."""

    id: str
    path: str
    text: str
    to_do: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a new page.

    `name` is that of the file without its ending; BY_ID takes the page's id, an empty one is made from the title.
    """

    type: ContentType
    title: str
    owner: str
    language: str
    name: str = ""
    carried: Carried | None = None


def make_draft(settings: Settings, as_of: date, documents: Iterable[Document], wish: Wish) -> Draft:
    """Return the page. KbError if its title, its name or its template are not fit for one."""
    pages = tuple(documents)
    content_type = wish.type
    own = [page.id for page in pages if page.type == content_type.name and fits(content_type, page.id)]
    year = wish.carried.day.year if wish.carried else as_of.year
    id_ = next_id(content_type, own, taken_ids(settings, as_of, pages), year)
    text = _text(settings, as_of, wish, id_)
    path = _path(settings, pages, wish, id_)
    prefix = "" if settings.content in ("", ".") else settings.content.rstrip("/") + "/"
    raw = parse_front_matter(prefix + path, path, text)
    if raw.faults:
        raise KbError(
            f"the template of {content_type.name} makes a page that cannot be read: {raw.faults[0].message}",
            f"correct the file that types.{content_type.name}.template in kb.yml names; {raw.faults[0].hint}",
        )
    _document, findings = DocumentValidator(content_type).validate(raw)
    for finding in findings:
        if isinstance(finding.location, Field) and finding.location.path == ("title",):
            raise KbError(finding.message, finding.hint)
    return Draft(id=id_, path=raw.path, text=text, to_do=findings)


def filled_template(
    settings: Settings, as_of: date, content_type: ContentType, language: str, words: Mapping[str, str]
) -> str:
    """Return the template of a type in a language, with `id`, `title` and `owner` of `words` and the day in it."""
    template = content_type.template_in(language)
    raw = parse_front_matter("", "", template)
    if raw.block is None:
        template = made_template(content_type, template)
    noon = datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=settings.zone)
    return fill(template, {**words, "today": as_of.isoformat(), "zone": _offset(noon)})


def _text(settings: Settings, as_of: date, wish: Wish, id_: str) -> str:
    words = {"id": id_, "title": wish.title, "owner": wish.owner}
    text = filled_template(settings, as_of, wish.type, wish.language, words)
    raw = parse_front_matter("", "", text)
    if raw.faults or raw.block is None:
        return text
    block, body = raw.block.cut(text), raw.body_text
    if wish.language != settings.language and "language" not in raw.values:
        block = set_text(block, "language", wish.language, after=("status",))
    if wish.carried:
        block = set_fields(block, wish.carried.fields, wish.carried.suggestions)
        body = _with_sections(body, wish.carried.sections)
    return text[: raw.block.start] + block + text[raw.block.end : raw.body.start] + body


def _offset(moment: datetime) -> str:
    """Return the distance from UTC as RFC 3339 has it, such as +08:00."""
    written = f"{moment:%z}"
    return f"{written[:3]}:{written[3:5]}"


def _with_sections(body: str, sections: tuple[str, ...]) -> str:
    """Put each section below the heading of the same number; what has no heading comes at the end."""
    ends = [match.end() for match in _HEADING.finditer(body)]
    rest = "".join(f"\n{section}\n" for section in sections[len(ends) :] if section)
    body = body.rstrip("\n") + "\n"
    for end, section in reversed(list(zip(ends, sections, strict=False))):
        if section:
            body = f"{body[:end]}\n\n{section}{body[end:]}"
    return body + rest


# --- where it lies --------------------------------------------------------------


def _path(settings: Settings, pages: Iterable[Document], wish: Wish, id_: str) -> str:
    """Return the content path: the first name that no other page has."""
    content_type = wish.type
    stem = id_.lower() if wish.name == BY_ID else wish.name or slug_of(wish.title) or id_.lower()
    if not wish.name and content_type.group_by == "year" and (year := _year_of(id_)):
        stem = f"{year}-{stem}" if not stem.startswith(year) else stem
    ending = next((match[1] for each in content_type.include if (match := _ENDING.fullmatch(each))), ".md")
    folder = "" if content_type.folder in ("", ".") else content_type.folder + "/"
    taken = {_address(path) for path in generated_paths(settings.types.values())}
    taken |= {_address(page.content_path) for page in pages}
    number = 1
    while True:
        path = f"{folder}{stem}{f'-{number}' if number > 1 else ''}{ending}"
        if _address(path) not in taken and not (settings.content_dir / path).exists():
            break
        number += 1
    if type_of(path, settings.types.values()) is not content_type:
        raise KbError(
            f"a file `{settings.content}/{path}` would be no page of type {content_type.name}",
            f"see `include` and `exclude` of types.{content_type.name} in kb.yml, or give the file another name "
            "with --slug",
        )
    return path


def _year_of(id_: str) -> str:
    match = re.search(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", id_)
    return match[0] if match else ""


def _address(content_path: str) -> str:
    """Return what tells two pages apart, also where a file system takes capitals for small letters."""
    folder, slash, name = page_path(content_path).casefold().rpartition("/")
    return folder + slash + ("index.md" if name == "readme.md" else name)


def names_of_types(types: Mapping[str, ContentType], language: str) -> str:
    """Return all types with what they are called, for messages."""
    return ", ".join(
        name if (label := each.word(each.label, language)) == name else f"{name} ({label})"
        for name, each in types.items()
    )
