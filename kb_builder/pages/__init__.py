"""What the tool makes: pages, each by one module and one Jinja template, and files for other programs.

A page module has a function `pages(view) -> Iterator[StagedPage]`; a module may also, or only, have
`files(view) -> Iterator[StagedFile]`. Dropping in the module is all it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb_builder.model.site_tree import StagedFile, StagedPage
    from kb_builder.pages.view import View


def modules() -> tuple[ModuleType, ...]:
    """Return the modules that make something, by name."""
    found = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return tuple(module for module in found if hasattr(module, "pages") or hasattr(module, "files"))


def generate(view: View) -> Iterator[StagedPage]:
    """Yield every page of a site."""
    for module in modules():
        if hasattr(module, "pages"):
            yield from module.pages(view)


def generate_files(view: View) -> Iterator[StagedFile]:
    """Yield every other file of a site that the tool makes."""
    for module in modules():
        if hasattr(module, "files"):
            yield from module.files(view)
