"""What may not stand on the customer site, and the words that customers may know anyway."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from kb_builder.model.catalog import Catalog
from kb_builder.model.document import Document
from kb_builder.model.paths import address, page_path
from kb_builder.search.fold import fold

# What is internal whoever else uses the word: the words of the theme do not excuse it.
STRICT = frozenset(("canary", "e-mail", "id", "path", "phone"))
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9(][0-9 ().#~/-]*")
_LATIN = re.compile(r"[a-z0-9]")
_OTHER = re.compile(r"[^\x00-\x7f]")
# Shorter ones occur by chance. A character that is not Latin says as much as two that are.
_MIN_WEIGHT = 4
_MIN_ID = 3
MIN_DIGITS = 7
_TEXTS = (".css", ".html", ".j2", ".js", ".json", ".po", ".py", ".svg", ".xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """A text that customers may not read: its kind, the text as it is written, and the file that says so."""

    kind: str
    text: str
    source: str
    folded: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Set `folded`: the text as search compares it, with single spaces."""
        object.__setattr__(self, "folded", fold(" ".join(self.text.split())))


def readable(path: str) -> str:
    """Return a path as UTF-8 has it, also where the environment knows ASCII alone and Python holds the bytes apart."""
    return os.fsencode(path).decode("utf-8", "replace")


def phone_digits(text: str) -> str:
    """Return the digits of a phone number without what depends on where one calls from."""
    digits = "".join(c for c in text if c in "0123456789")
    return digits.removeprefix("886" if text.lstrip().startswith("+") else "").lstrip("0")


def needles(catalog: Catalog) -> list[Needle]:
    """Return everything that is internal in the whole catalog, one entry for each kind and text, sorted."""
    found: dict[tuple[str, str], Needle] = {}
    for each in _all(catalog):
        found.setdefault((each.kind, each.folded), each)
    return sorted(
        (each for each in found.values() if _is_telling(each)), key=lambda each: (each.kind, each.folded, each.source)
    )


def _is_telling(needle: Needle) -> bool:
    """Whether a text is long enough to say something where it occurs."""
    folded = needle.folded
    if needle.kind == "phone":
        return len(phone_digits(folded)) >= MIN_DIGITS
    latin, other = len(_LATIN.findall(folded)), len(_OTHER.findall(folded))
    if needle.kind in ("id", "owner id"):
        return latin + other >= _MIN_ID
    # 2026 or 80 is no secret.
    return latin + 2 * other >= _MIN_WEIGHT and not folded.replace(" ", "").isdecimal()


def _all(catalog: Catalog) -> Iterator[Needle]:
    settings = catalog.settings
    for document in catalog.documents:
        yield from _of_document(document)
    for deleted in catalog.deleted:
        yield from _of_document(deleted.document)
    shown = _open_assets(catalog)
    for asset in catalog.assets:
        if asset.content_path not in shown:
            yield from _paths(asset.content_path, asset.path, (posixpath.basename(asset.content_path),))
    yield from _of_registries(catalog)
    yield Needle(kind="path", text=readable(str(settings.root)), source=settings.path)
    staff = settings.sites["staff"]
    for url in (staff.url, staff.edit_url, staff.report_url):
        scheme, _colon, rest = url.partition("{")[0].partition("?")[0].partition(":")
        yield Needle(kind="e-mail" if scheme == "mailto" else "address", text=rest.strip("/"), source=settings.path)
    for text in settings.sites["customers"].canaries:
        yield Needle(kind="canary", text=text, source=settings.path)


def _is_open(document: Document) -> bool:
    """Whether customers may read a page.

    Said here again on purpose: if who makes the site were wrong about it, the search would not be wrong as well.
    """
    authored = document.fields
    return document.valid and authored.get("audience") == "customers" and authored.get("status") == "published"


def _open_assets(catalog: Catalog) -> frozenset[str]:
    """Return the files that pages for customers show."""
    links = (link for each in filter(_is_open, catalog.documents) for link in catalog.body(each).links)
    return catalog.asset_paths.intersection(link.target for link in links)


def _of_document(document: Document) -> Iterator[Needle]:
    """Yield what is internal of a page: of those for customers the id and the other words to find it by."""

    def of(kind: str, *texts: str) -> Iterator[Needle]:
        return (Needle(kind=kind, text=text, source=document.path) for text in texts)

    yield from of("id", document.id)
    yield from of("alias", *document.texts("aliases"))
    if _is_open(document):
        return
    yield from of("title", document.text("title"))
    yield from of("summary", document.text("summary"))
    yield from of("tag", *document.texts("tags"))
    yield from of("topic", document.text("topic"))
    stem = posixpath.splitext(posixpath.basename(page_path(document.content_path)))[0]
    yield from _paths(document.content_path, document.path, (f"{stem}.md", f"{stem}.html"))


def _paths(content_path: str, source: str, names: tuple[str, ...]) -> Iterator[Needle]:
    if "/" in content_path:
        yield Needle(kind="path", text=posixpath.splitext(page_path(content_path))[0], source=source)
    for name in names:
        # A name such as index.html is everywhere.
        if name.partition(".")[0] not in ("index", "README"):
            yield Needle(kind="path", text=name, source=source)


def _of_registries(catalog: Catalog) -> Iterator[Needle]:
    def of(file: str, kind: str, *texts: str) -> Iterator[Needle]:
        return (Needle(kind=kind, text=text, source=catalog.registry_path(file)) for text in texts if text)

    for owner in (catalog.owners or {}).values():
        yield from of("owners.yml", "owner id", owner.id)
        yield from of("owners.yml", "owner name", owner.name, owner.department)
        for contact in owner.channels.values():
            yield from of("owners.yml", _kind_of_contact(contact), contact)
    channels = catalog.channels.channels.values() if catalog.channels else ()
    for channel in channels:
        yield from of("channels.yml", "channel", channel.id)
        yield from of("channels.yml", _kind_of_contact(channel.name), channel.name)
        yield from of("channels.yml", "registry", channel.purpose)
    for alert in (catalog.alerts or {}).values():
        yield from of("alerts.yml", "registry", alert.id, alert.name)
    for kpi in (catalog.kpis or {}).values():
        yield from of("kpis.yml", "registry", kpi.id, kpi.name)
    for policy in catalog.sla.policies.values() if catalog.sla else ():
        yield from of("sla.yml", "registry", policy.name)
    for group in catalog.synonyms or ():
        if group.staff_only:
            yield from of("synonyms.yml", "synonym", *group.asked, *group.found)


def _kind_of_contact(text: str) -> str:
    if _MAIL.fullmatch(text):
        return "e-mail"
    return "phone" if _PHONE.fullmatch(text) else "channel"


def said_to_customers(catalog: Catalog) -> str:
    """Return all that customers may read by the word of the authors: of pages, kb.yml and open synonyms; folded."""
    site = catalog.settings.sites["customers"]
    texts = [site.name, site.description, site.url, *site.known_words]
    for document in filter(_is_open, catalog.documents):
        texts += [document.id] if site.report_names_ids else []
        texts += (document.content_path, address(page_path(document.content_path)))
        texts += (document.text(name) for name in ("title", "summary", "topic"))
        texts += document.texts("tags")
        texts.append(document.raw.body_text)
    texts += sorted(_open_assets(catalog))
    for group in catalog.synonyms or ():
        if not group.staff_only:
            texts += (*group.asked, *group.found)
    return fold("\n".join(" ".join(text.split()) for text in texts))


@cache
def words_of_theme() -> str:
    """Return every word that the theme, our templates, the translations and the tables of search bring along, folded.

    They are the same for every project, so nobody learns anything from them.
    """
    package = resources.files("kb_builder")
    folders = [package.joinpath(name) for name in ("locale", "pages", "renderers", "search", "theme")]
    theme = resources.files("material").joinpath("templates")
    texts = [text for folder in folders for text in _texts(folder)]
    texts += _texts(theme, frozenset(("assets", ".icons")))
    # The names of files that these modules write, and the like.
    texts += (each.read_text(encoding="utf-8") for each in package.iterdir() if each.name.endswith(".py"))
    return fold("\n".join(texts))


def _texts(folder: Traversable, without: frozenset[str] = frozenset()) -> Iterator[str]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            if entry.name not in without:
                yield from _texts(entry, without)
        elif entry.name.endswith(_TEXTS):
            yield entry.read_text(encoding="utf-8")
