"""What the tool makes: pages, each by one module and one Jinja template, and files for other programs.

A page module has a function `pages(view) -> Iterator[StagedPage]`; a module may also, or only, have
`files(view) -> Iterator[StagedFile]`. Dropping in the module is all it takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

from kb_builder.cache import digest

if TYPE_CHECKING:
    from kb_builder.model.site_tree import StagedFile, StagedPage
    from kb_builder.pages.view import View

# Modules whose pages show fields of documents and registries and nothing else: no text of a page, nothing of Git.
FROM_FIELDS = frozenset(
    (
        "actions",
        "alerts",
        "channels",
        "coverage",
        "duties",
        "forms",
        "gallery",
        "incidents",
        "kpis",
        "owners",
        "process_map",
        "references",
        "sla",
        "synonyms",
        "tags",
        "type_index",
    )
)


def modules() -> tuple[ModuleType, ...]:
    """Return the modules that make something, by name."""
    found = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return tuple(module for module in found if hasattr(module, "pages") or hasattr(module, "files"))


def generate(view: View) -> Iterator[StagedPage]:
    """Yield every page of a site."""
    for module in modules():
        if hasattr(module, "pages"):
            yield from _pages(view, module)


def _pages(view: View, module: ModuleType) -> Iterable[StagedPage]:
    """Return the pages of a module, from an earlier run if no field of any document has changed since."""
    from kb_builder.pages.page_keys import fields_key

    name = module.__name__.rpartition(".")[2]
    if view.cache is None or name not in FROM_FIELDS or not view.is_staff:
        made: Iterable[StagedPage] = module.pages(view)
        return made
    key = digest(name, fields_key(view))

    def make() -> str:
        return json.dumps([asdict(page) for page in module.pages(view)])

    found = _read_pages(view.cached(f"pages: {name}", {key: make})[key])
    return module.pages(view) if found is None else found


def _read_pages(text: str) -> list[StagedPage] | None:
    """Return the pages that an entry holds, None if it cannot be read."""
    from kb_builder.model.site_tree import StagedPage

    try:
        return [StagedPage(**{**fields, "hide": tuple(fields["hide"])}) for fields in json.loads(text)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def generate_files(view: View) -> Iterator[StagedFile]:
    """Yield every other file of a site that the tool makes."""
    for module in modules():
        if hasattr(module, "files"):
            yield from module.files(view)
