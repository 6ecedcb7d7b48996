"""What may be written where the cursor stands: names of fields, values, ids, links."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time

from lsprotocol import types

from kb_builder import checks
from kb_builder.lsp.cursor import Cursor, Kind, front_matter, look
from kb_builder.lsp.fields import ENTRY, Fields, Node, Path, meets
from kb_builder.lsp.positions import Lines
from kb_builder.lsp.project import CONFIG, Project
from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.location import Span
from kb_builder.model.settings import Settings
from kb_builder.sources.markdown_structure import plain_anchors
from kb_builder.sources.yaml_write import write_value

# An editor shows no more than a screen, and asks again as more is typed.
MOST = 200
_LOOK_BACK = 1000
_LINK = re.compile(r"(?P<picture>!?)\[[^\]\n]*\]\((?P<typed>[^()\s]*)$")
_ID = re.compile(r"(?<![\w/-])(?P<typed>[A-Z][A-Z0-9]*(?:-[A-Z0-9]*)*)$")
_STEP_ID = re.compile(r"(?:^|[-{,])[ \t]*id:[ \t]+[\"']?([a-z0-9][a-z0-9_-]*)", re.MULTILINE)
# Fields whose values on other pages are worth offering again.
_USED_AGAIN: tuple[Path, ...] = (
    ("tags", ENTRY), ("aliases", ENTRY), ("systems", ENTRY), ("topic",), ("cause",),
    ("steps", ENTRY, "handler"), ("steps", ENTRY, "stage"),
)  # fmt: skip
_WITH_EXAMPLES = frozenset(("period", "duration", "limit"))


def complete(project: Project, path: str, lines: Lines, offset: int, day: date) -> types.CompletionList:
    """Return what may stand at an offset of an open file; nothing where the author alone can know."""
    text, fields = project.texts[path], project.fields(path)
    if fields is None:
        return shortened([], "")
    content_type = project.type_of(path)
    block = front_matter(text) if content_type else Span(start=0, end=len(text))
    cursor = look(text, block, offset) if block else None
    if cursor is not None:
        asked = _Asked(project, path, text, fields, cursor, day)
        return shortened([_placed(item, lines, cursor) for item in asked.items()], cursor.typed)
    if content_type is None or (block is not None and offset <= block.end):
        return shortened([], "")
    before = text[max(text.rfind("\n", 0, offset) + 1, offset - _LOOK_BACK) : offset]
    typed = _LINK.search(before) or _ID.search(before)
    return shortened(list(_in_body(project, path, before, lines, offset)), typed["typed"] if typed else "")


def shortened(items: list[types.CompletionItem], typed: str) -> types.CompletionList:
    """Return no more items than an editor shows: if need be those that hold what was typed, and it asks again."""
    if len(items) <= MOST:
        return types.CompletionList(is_incomplete=False, items=items)
    word = typed.strip().casefold()
    found = [item for item in items if word in f"{item.label} {item.filter_text or ''}".casefold()]
    return types.CompletionList(is_incomplete=True, items=found[:MOST])


def _placed(item: types.CompletionItem, lines: Lines, cursor: Cursor) -> types.CompletionItem:
    item.text_edit = types.TextEdit(range=lines.range(cursor.word), new_text=item.insert_text or item.label)
    item.insert_text = None
    return item


class _Asked:
    """One question of an editor, in the fields of a page or in another YAML file."""

    def __init__(self, project: Project, path: str, text: str, fields: Fields, cursor: Cursor, day: date) -> None:
        self._project = project
        self._file = path
        self._text = text
        self._fields = fields
        self._cursor = cursor
        self._day = day
        self._type = project.type_of(path)
        aliases = self._type.aliases if self._type else {}
        # What the author calls a field, and what we do.
        self._ours = aliases
        self._theirs = {ours: theirs for theirs, ours in aliases.items()}
        self._path = tuple(aliases.get(name, name) if not at else name for at, name in enumerate(cursor.path))

    def items(self) -> Iterator[types.CompletionItem]:
        """Yield names or values, whichever may stand here."""
        names = self._cursor.kind is not Kind.VALUE and self._fields.within(self._path)
        if self._file == CONFIG and self._path == ("checks",) and self._cursor.kind is Kind.NAME:
            yield from _checks(self._cursor.given)
        elif names:
            yield from self._names(names)
        elif self._cursor.kind is not Kind.NAME:
            yield from self._values()

    def _names(self, names: Mapping[str, Node]) -> Iterator[types.CompletionItem]:
        given = {self._ours.get(name, name) if not self._path else name for name in self._cursor.given}
        required = self._fields.required(self._path)
        for at, (name, node) in enumerate(names.items()):
            if name in given:
                continue
            shown = self._theirs.get(name, name) if not self._path else name
            is_required = name in required
            yield types.CompletionItem(
                label=shown,
                kind=types.CompletionItemKind.Field,
                detail=str(node.get("title", "")) + (" (required)" if is_required else ""),
                documentation=_markdown(describe(name, node)),
                insert_text=f"{shown}: ",
                sort_text=f"{0 if is_required else 1}{at:04}",
            )

    def _values(self) -> Iterator[types.CompletionItem]:
        nodes = self._fields.at(self._path)
        kinds = {node.get("kind") for node in nodes}
        settings, catalog = self._project.settings, self._project.catalog
        for node in nodes:
            yield from self._plain_values(node, settings)
        if catalog is not None and settings is not None:
            if "owner_id" in kinds or self._is_one_of(self._type.owner_refs if self._type else ()):
                yield from _owners(catalog, self._day)
            if "document_id" in kinds:
                own = catalog.by_path.get(self._file)
                yield from _documents(catalog, own, prefers_sops=bool({"sop", "sops"} & set(self._path)))
            yield from self._of_registries(catalog)
            if self._is_one_of(_USED_AGAIN):
                yield from _used(catalog, self._path)
        if self._path[:1] == ("steps",) and (self._path[-1:] == ("next",) or self._path[-2:-1] == ("outcomes",)):
            yield from _steps(self._text)

    def _plain_values(self, node: Node, settings: Settings | None) -> Iterator[types.CompletionItem]:
        words = [*node.get("enum", ()), *([node["const"]] if "const" in node else ())]
        if node.get("type") == "boolean":
            words += [True, False]
        for at, word in enumerate(words):
            shown = word if isinstance(word, str) else str(word).lower()
            yield types.CompletionItem(
                label=shown, kind=types.CompletionItemKind.EnumMember, sort_text=f"{at:04}",
                insert_text=write_value(word),
            )  # fmt: skip
        if node.get("format") == "date":
            yield types.CompletionItem(label=self._day.isoformat(), kind=types.CompletionItemKind.Value, detail="today")
        if node.get("format") == "date-time" and settings is not None:
            morning = datetime.combine(self._day, time(9), settings.zone)
            yield types.CompletionItem(
                label=morning.isoformat(), kind=types.CompletionItemKind.Value, detail="today, with the project's zone"
            )
        if node.get("kind") in _WITH_EXAMPLES:
            about = self._fields.about(self._path) or {}
            for example in about.get("examples", ()):
                if isinstance(example, str):
                    yield types.CompletionItem(label=example, kind=types.CompletionItemKind.Value, detail="such as")

    def _of_registries(self, catalog: Catalog) -> Iterator[types.CompletionItem]:
        name = self._path[-2] if self._path[-1] == ENTRY and len(self._path) > 1 else self._path[-1]
        if name == "sla" and catalog.sla is not None:
            for policy in catalog.sla.policies.values():
                yield _reference(policy.id, policy.name)
        if name == "channels" and catalog.channels is not None and self._path[-1] == ENTRY:
            for channel in catalog.channels.channels.values():
                yield _reference(channel.id, channel.name)
        if name == "calendar" and catalog.sla is not None:
            for id_ in catalog.sla.calendars:
                yield _reference(id_, "")

    def _is_one_of(self, patterns: Iterable[Path]) -> bool:
        return any(meets(pattern, self._path) for pattern in patterns)


def describe(name: str, node: Node) -> str:
    """Return in Markdown what a field is for, and examples of it."""
    title = str(node.get("title", ""))
    lines = [f"**{name}**" + (f" ({title})" if title and title.lower() != name.replace("_", " ") else "")]
    if node.get("description"):
        lines.append(escaped(str(node["description"])))
    if node.get("x-expects"):
        lines.append(f"Expected: {escaped(str(node['x-expects']))}")
    if node.get("enum"):
        lines.append("One of: " + ", ".join(f"`{each}`" for each in node["enum"]))
    if node.get("examples"):
        lines.append("For example: " + ", ".join(f"`{write_value(each)}`" for each in node["examples"]))
    return "\n\n".join(lines)


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is: what authors write is not to be a link or picture in an editor."""
    return re.sub(r"([\\`*_{}\[\]()<>#!|~&])", r"\\\1", " ".join(text.split()))


def _markdown(text: str) -> types.MarkupContent:
    return types.MarkupContent(kind=types.MarkupKind.Markdown, value=text)


def _reference(id_: str, name: str, *, sort: str = "", is_deprecated: bool = False) -> types.CompletionItem:
    return types.CompletionItem(
        label=id_,
        label_details=types.CompletionItemLabelDetails(description=name or None),
        kind=types.CompletionItemKind.Reference,
        detail=name or None,
        # Whoever does not know the id types the name.
        filter_text=f"{id_} {name}".strip(),
        sort_text=sort or id_,
        insert_text=id_,
        tags=[types.CompletionItemTag.Deprecated] if is_deprecated else None,
    )


def _checks(given: frozenset[str]) -> Iterator[types.CompletionItem]:
    for rule in checks.rules().values():
        if rule.slug not in given and rule.code not in given:
            item = _reference(rule.slug, f"{rule.code}, {rule.severity.word}")
            item.insert_text = f"{rule.slug}: "
            yield item


def _owners(catalog: Catalog, day: date) -> Iterator[types.CompletionItem]:
    for owner in (catalog.owners or {}).values():
        is_active = owner.is_active(day)
        yield _reference(owner.id, owner.name, sort=f"{0 if is_active else 1}{owner.id}", is_deprecated=not is_active)


def _documents(catalog: Catalog, own: Document | None, *, prefers_sops: bool) -> Iterator[types.CompletionItem]:
    for id_, document in sorted(catalog.by_id.items()):
        if own is not None and document.path == own.path:
            continue
        last = document.is_obsolete, prefers_sops and document.type != "sop"
        yield _reference(
            id_, document.title, sort=f"{int(last[1])}{int(last[0])}{id_}", is_deprecated=document.is_obsolete
        )


def _used(catalog: Catalog, path: Path) -> Iterator[types.CompletionItem]:
    counts = Counter(text for document in catalog.documents for _path, text in document.find_texts(path))
    for at, (text, count) in enumerate(counts.most_common(MOST)):
        yield types.CompletionItem(
            label=text,
            kind=types.CompletionItemKind.Value,
            detail=f"on {count} {'page' if count == 1 else 'pages'}",
            insert_text=write_value(text),
            sort_text=f"{at:04}",
        )


def _steps(text: str) -> Iterator[types.CompletionItem]:
    block = front_matter(text)
    written = block.cut(text)[:100_000] if block else ""
    start = max(written.find("\nsteps:"), 0)
    for id_ in dict.fromkeys(match[1] for match in _STEP_ID.finditer(written, start)):
        yield _reference(id_, "")
    yield _reference("end", "the end of the procedure", sort="~")


def _in_body(project: Project, path: str, before: str, lines: Lines, offset: int) -> Iterator[types.CompletionItem]:
    """Yield links to other pages behind `](`, to files behind `![…](`, and whole links in the place of an id."""
    catalog = project.catalog
    document = catalog.by_path.get(path) if catalog else None
    if catalog is None or document is None:
        return
    folder = posixpath.dirname(document.content_path) or "."
    link = _LINK.search(before)
    id_ = _ID.search(before)
    if link:
        word = lines.range(Span(start=offset - len(link["typed"]), end=offset))
        if "#" in link["typed"]:
            yield from _anchors(catalog, document, link["typed"], word)
        elif link["picture"]:
            for asset in catalog.assets:
                yield _link_item(posixpath.relpath(asset.content_path, folder), "", word)
        else:
            for other in catalog.documents:
                if other.path != path:
                    to = posixpath.relpath(other.content_path, folder)
                    yield _link_item(to, f"{other.id} {other.title}".strip(), word)
    elif id_:
        word = lines.range(Span(start=offset - len(id_["typed"]), end=offset))
        for other_id, other in sorted(catalog.by_id.items()):
            if other.path == path or not other_id.startswith(id_["typed"]):
                continue
            item = _reference(other_id, other.title, is_deprecated=other.is_obsolete)
            to = posixpath.relpath(other.content_path, folder)
            shown = re.sub(r"([\\\[\]])", r"\\\1", f"{other_id} {other.title}")
            item.text_edit, item.insert_text = types.TextEdit(range=word, new_text=f"[{shown}]({to})"), None
            yield item


def _anchors(catalog: Catalog, document: Document, typed: str, word: types.Range) -> Iterator[types.CompletionItem]:
    to, _hash, _anchor = typed.partition("#")
    where = posixpath.normpath(posixpath.join(posixpath.dirname(document.content_path), to))
    other = catalog.by_content_path.get(where) if to else document
    for anchor in sorted(plain_anchors(other.raw.body_text)) if other else ():
        yield _link_item(f"{to}#{anchor}", "", word)


def _link_item(to: str, name: str, word: types.Range) -> types.CompletionItem:
    item = _reference(to, name)
    item.kind = types.CompletionItemKind.File
    item.text_edit, item.insert_text = types.TextEdit(range=word, new_text=to), None
    return item
