"""Pages the tool makes: one module and one Jinja template each.

A page module has a function `pages(view) -> Iterator[StagedPage]`. Dropping in both files is all it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb_builder.model.site_tree import StagedPage
    from kb_builder.pages.view import View


def modules() -> tuple[ModuleType, ...]:
    """Return the page modules, by name."""
    found = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return tuple(module for module in found if hasattr(module, "pages"))


def generate(view: View) -> Iterator[StagedPage]:
    """Yield every page of a site."""
    for module in modules():
        yield from module.pages(view)
