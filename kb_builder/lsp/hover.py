"""What is under the mouse: a finding and its explanation, what a field is for, who an owner is, how a page stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from kb_builder import checks
from kb_builder.lsp.completion import describe, escaped
from kb_builder.lsp.cursor import front_matter, path_at
from kb_builder.lsp.fields import ENTRY, meets
from kb_builder.lsp.project import Project
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Diagnostic
from kb_builder.model.document import Document
from kb_builder.model.location import Span
from kb_builder.model.owner import Owner

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# A name is looked for so far around the mouse.
_AROUND = 200


def hover(project: Project, path: str, offset: int, findings: Iterable[Diagnostic], day: date) -> str:
    """Return in Markdown what is known of a place in a file; nothing if that is nothing. `findings` are those there."""
    parts = [checks.documentation(slug) for slug in dict.fromkeys(each.slug for each in findings)]
    return "\n\n---\n\n".join([*parts, *_things(project, path, offset, day)])


def word_at(text: str, offset: int) -> Span:
    """Return the word at an offset, such as an id; an empty span if there is none."""
    first = max(offset - _AROUND, 0)
    for match in _WORD.finditer(text, first, offset + _AROUND):
        if match.start() <= offset <= match.end():
            return Span(start=match.start(), end=match.start() + len(match[0].rstrip(".-")))
        if match.start() > offset:
            break
    return Span(start=offset, end=offset)


def is_owner_field(project: Project, path: str, offset: int) -> bool:
    """Whether an offset lies in a field that names owners."""
    text, content_type, fields = project.texts.get(path, ""), project.type_of(path), project.fields(path)
    block = front_matter(text) if content_type else Span(start=0, end=len(text))
    if block is None or fields is None:
        return False
    where = path_at(text, block, offset)
    aliases = content_type.aliases if content_type else {}
    ours = tuple(name if at else aliases.get(name, name) for at, name in enumerate(where))
    if project.registry_name(path) == "owners.yml" and len(ours) == 1:
        return True
    refs = content_type.owner_refs if content_type else ()
    return any(node.get("kind") == "owner_id" for node in fields.at(ours)) or any(meets(each, ours) for each in refs)


def _things(project: Project, path: str, offset: int, day: date) -> Iterator[str]:
    text, fields, content_type = project.texts[path], project.fields(path), project.type_of(path)
    catalog = project.catalog
    word = word_at(text, offset).cut(text)
    if catalog is not None and word in catalog.by_id:
        yield _page(catalog, catalog.by_id[word])
    owners = (catalog.owners or {}) if catalog else {}
    if word in owners and is_owner_field(project, path, offset):
        yield _owner(owners[word], day)
    block = front_matter(text) if content_type else Span(start=0, end=len(text))
    if block is None or fields is None:
        return
    where = path_at(text, block, offset)
    while where and where[-1] == ENTRY:
        where = where[:-1]
    aliases = content_type.aliases if content_type else {}
    node = fields.about(tuple(name if at else aliases.get(name, name) for at, name in enumerate(where)))
    if node is not None:
        yield describe(where[-1], node)


def _page(catalog: Catalog, document: Document) -> str:
    review = catalog.review(document)
    lines = [f"**{document.id}** {escaped(document.title)}", f"Status: {escaped(document.status or 'none')}"]
    if document.text("owner"):
        lines.append(f"Owner: {escaped(catalog.owner_words(document.text('owner')))}")
    if review.next_review:
        lines.append(f"Next review: {review.next_review.isoformat()} ({review.state.value.replace('_', ' ')})")
    lines.append(f"`{document.path}`")
    return "\n\n".join(lines)


def _owner(owner: Owner, day: date) -> str:
    first = f"**{owner.id}** {escaped(owner.name)}"
    about = [owner.kind, owner.tier, owner.department]
    lines = [first, escaped(", ".join(filter(None, about)))]
    if not owner.is_active(day):
        lines.append("Answers for nothing any more.")
    if owner.deputy:
        lines.append(f"Deputy: {escaped(owner.deputy)}")
    lines += [f"- {escaped(kind)}: {escaped(value)}" for kind, value in owner.channels.items()]
    return "\n\n".join(filter(None, lines[:3])) + "".join(f"\n\n{line}" for line in lines[3:])
