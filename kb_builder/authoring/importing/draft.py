"""Makes a draft of a file: front matter, Markdown, pictures beside it, and what the author should look at."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb_builder.authoring.importing.clean import Cleaned, clean, text_of
from kb_builder.authoring.importing.convert import Converted, convert
from kb_builder.authoring.importing.markdown import to_markdown
from kb_builder.authoring.importing.noise import Noise, find_noise, mend
from kb_builder.authoring.importing.steps import Proposal, propose_steps
from kb_builder.authoring.new_page import filled_template
from kb_builder.authoring.template import waiting
from kb_builder.checks.markup_in_field import MARKUP
from kb_builder.model.catalog import Catalog, LinkProblem
from kb_builder.model.content_type import ContentType
from kb_builder.model.document import Document
from kb_builder.model.errors import KbError
from kb_builder.sources.front_matter import parse_front_matter
from kb_builder.sources.language import guess_language
from kb_builder.sources.links import LinkIndex
from kb_builder.sources.read import read_page
from kb_builder.sources.trial import failures, may_be_costly
from kb_builder.sources.yaml_write import write_fields, write_value

_LONGEST_TITLE = 120
_LONGEST_SUMMARY = 200
_SHORTEST_SUMMARY = 10
_LONGEST_SLUG = 60
# Names that a note lists.
_NAMED = 5
_TO_WRITE = {"zh-Hant": "待補", "zh-Hans": "待补", "en": "to be written"}
_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a draft is to become: its type, owner and id, and the folder of its file within the content folder."""

    type: ContentType
    owner: str
    id: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A page that was not written to disk yet. `name` is that of its file, without a folder.

    `pictures` belong beside it. `noise` is what to look at, by line of the page; `notes` and `counts` tell of the
    conversion as a whole.
    """

    name: str
    text: str
    pictures: Mapping[str, bytes]
    counts: tuple[str, ...]
    notes: tuple[str, ...]
    noise: tuple[Noise, ...]


def find_owner(catalog: Catalog, name: str) -> str:
    """Return the id of the owner with this id or name, nothing if there is none."""
    wanted = "".join(name.split()).casefold()
    for id_, owner in (catalog.owners or {}).items():
        if wanted in (id_.casefold(), "".join(owner.name.split()).casefold()):
            return id_
    return ""


def make_draft(catalog: Catalog, file: Path, wanted: Wanted) -> Draft:
    """Make a draft of a file; KbError says what is wrong with it. Nothing is written."""
    converted = convert(file)
    try:
        cleaned = clean(converted.html, converted.pictures)
        proposal = (
            propose_steps(cleaned.body, wanted.owner, lambda name: find_owner(catalog, name))
            if "steps" in wanted.type.schema["properties"]
            else None
        )
        language = guess_language(cleaned.body.get_text())
        title, summary = _title(file, converted, cleaned), _summary(cleaned, language)
        name = _name(title, wanted.id)
        _rename_pictures(cleaned, name)
        _drop_summary(cleaned, summary)
        markdown, mended = mend(to_markdown(cleaned.body))
    except RecursionError as error:
        raise KbError(f"{file.name} nests too deeply", "take tables out of tables, then import it again") from error
    head, mended_head = mend(_front_matter(catalog, wanted, title, summary, language, proposal))
    text = f"{head}\n{markdown}"
    refuse_unsafe(file, f"{wanted.folder}/{name}.md".lstrip("./"), text, wanted.type.name, converted.pictures)
    shift = head.count("\n") + 1
    used = [each for each in converted.pictures if _picture_name(name, each) in markdown]
    noise = [Noise(line=each.line + shift, message=each.message) for each in mended]
    noise += [*mended_head, *find_noise(head), *find_noise(markdown, first_line=shift + 1)]
    return Draft(
        name=f"{name}.md",
        text=text,
        pictures={_picture_name(name, each): converted.pictures[each] for each in used},
        counts=tuple(_counts(cleaned, proposal)),
        notes=(*converted.notes, *cleaned.notes, *_unknown_roles(catalog, wanted, proposal)),
        noise=tuple(sorted(noise, key=lambda each: each.line)),
    )


def refuse_unsafe(file: Path, content_path: str, text: str, type_name: str, pictures: Mapping[str, bytes]) -> None:
    """Refuse a draft that our own checks would call unsafe: the conversion is made so that there is none."""
    raw = read_page(text.encode(), content_path, content_path)
    if raw.faults:
        fault = raw.faults[0]
        raise KbError(f"{file.name} makes no page that can be read: {fault.message}", fault.hint)
    if may_be_costly(raw.body_text) and (failed := failures({content_path: raw.body_text})):
        raise KbError(f"{file.name}: {failed[content_path]}", "import it in parts")
    document = Document(raw=raw, type=type_name, fields=raw.values)
    folder = posixpath.dirname(content_path)
    assets = frozenset(posixpath.join(folder, _picture_name(Path(content_path).stem, each)) for each in pictures)
    body = LinkIndex({content_path: document}, assets, frozenset(), {}).body(document)
    unsafe = [each.span for each in body.unsafe]
    unsafe += [each.span for each in body.links if each.problem is LinkProblem.UNSAFE]
    if unsafe or body.failure:
        shown = unsafe[0].cut(text)[:60] if unsafe else body.failure
        raise KbError(
            f"{file.name} holds something that would not be safe on a page: {shown}",
            "take it out of the document, then import it again",
        )


# --- front matter -----------------------------------------------------------


def _front_matter(
    catalog: Catalog, wanted: Wanted, title: str, summary: str, language: str, proposal: Proposal | None
) -> str:
    """Return the front matter between its fences, with all that the type demands of a draft.

    What a published page needs besides waits as comments, as on a page that `kb new` makes.
    """
    fields: dict[str, Any] = {
        "id": wanted.id, "title": title, "summary": summary, "owner": wanted.owner, "status": "draft",
    }  # fmt: skip
    if language != catalog.settings.language:
        fields["language"] = language
    choices: dict[str, str] = {}
    for name in wanted.type.schema["required"]:
        values = wanted.type.schema["properties"].get(name, {}).get("enum")
        if name not in fields:
            fields[name] = values[0] if values else _TO_WRITE[language]
            choices[name] = ", ".join(map(str, values or ()))
    lines = ["---"]
    for name, line in zip(fields, write_fields(fields), strict=True):
        lines.append(f"{line}  # {choices[name]}" if choices.get(name) else line)
    if proposal:
        lines += [
            "steps:",
            *(f"  - {write_value({key: _as_field(text) for key, text in step.items()})}" for step in proposal.steps),
        ]
    words = {"id": wanted.id, "title": title, "owner": wanted.owner}
    template = filled_template(catalog.settings, catalog.as_of, wanted.type, language, words)
    raw = parse_front_matter("", "", template)
    if raw.block is not None:
        lines += waiting(raw.block.cut(template), {*fields, *(["steps"] if proposal else [])})
    return "\n".join((*lines, "---", ""))


def _unknown_roles(catalog: Catalog, wanted: Wanted, proposal: Proposal | None) -> Iterator[str]:
    """Yield what is to be done where the document names people whom the registry does not know."""
    names = dict.fromkeys(step["handler"] for step in proposal.steps if "handler" in step) if proposal else {}
    if names and catalog.owners is not None:
        shown = ", ".join(list(names)[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        yield (
            f"not in registry/owners.yml: {shown}. Their steps have `role: {wanted.owner}` for now: write who answers "
            "for them, or enter them there"
        )


def _title(file: Path, converted: Converted, cleaned: Cleaned) -> str:
    """Return the title: that of the text, of the file, or the file's name, on one line."""
    for each in (cleaned.title, converted.title, re.sub(r"[_\s]+", " ", file.stem)):
        title = _as_field(each)
        if title:
            return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
    return "?"


def _summary(cleaned: Cleaned, language: str) -> str:
    """Return the beginning of the first paragraph that says something."""
    for paragraph in cleaned.body("p"):
        text = _as_field(text_of(paragraph))
        if len(text) < _SHORTEST_SUMMARY or paragraph.find_parent(["table", "li", "blockquote"]) is not None:
            continue
        if len(text) <= _LONGEST_SUMMARY:
            return text
        ends = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() <= _LONGEST_SUMMARY]
        return text[: ends[-1]].strip() if ends else text[: _LONGEST_SUMMARY - 1].rstrip() + "…"
    return _TO_WRITE[language]


def _drop_summary(cleaned: Cleaned, summary: str) -> None:
    """Take the paragraph that became the summary out of the text: a page shows its summary above the text.

    It stays where it does not begin the text, says more than its words, or is all there is.
    """
    blocks = cleaned.body(True, recursive=False)
    if len(blocks) > 1 and blocks[0].name == "p" and not blocks[0](True) and text_of(blocks[0]) == summary:
        blocks[0].decompose()


def _as_field(text: str) -> str:
    """Return a text as fields bear it: on one line, and markup in backticks as it stands."""
    text = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return MARKUP.sub(r"`\g<0>`", text.replace("`", "'")) if MARKUP.search(text) else text


def _name(title: str, id_: str) -> str:
    """Return the name of the page's file: the title where it is in Latin letters, else the id."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    if not title.isascii() or not re.search(r"[a-z]", slug):
        return id_.lower()
    return slug[:_LONGEST_SLUG].strip("-")


def _rename_pictures(cleaned: Cleaned, name: str) -> None:
    for image in cleaned.body("img"):
        image["src"] = _picture_name(name, str(image["src"]))


def _picture_name(name: str, picture: str) -> str:
    return f"{name}-{picture.removeprefix('picture-')}"


def _counts(cleaned: Cleaned, proposal: Proposal | None) -> list[str]:
    """Return what came over, in words."""
    found = {
        "heading": len(cleaned.body(re.compile("^h[2-6]$"))),
        "list": len(cleaned.body(["ol", "ul"])),
        "table": len(cleaned.body("table")),
        "picture": len({str(image["src"]) for image in cleaned.body("img")}),
    }
    counts = [f"{count} {word}{'' if count == 1 else 's'}" for word, count in found.items() if count]
    if proposal:
        counts.append(f"{len(proposal.steps)} steps proposed from {proposal.source}")
    return counts
