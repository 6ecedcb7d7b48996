"""One module and one Markdown page per check.

A check module has a `RULE` and, unless its findings come from an earlier stage, a function
`check(catalog) -> Iterator[Finding]`. Dropping in both files is all it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module, resources
from pkgutil import iter_modules
from types import ModuleType

from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Finding, Rule

Check = Callable[[Catalog], Iterator[Finding]]


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return the check modules, by code."""
    found = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    return tuple(sorted(found, key=lambda module: module.RULE.code))


@cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by slug, in the order of their codes."""
    return {module.RULE.slug: module.RULE for module in modules()}


def run(catalog: Catalog) -> Iterator[Finding]:
    """Run every check over the catalog."""
    for module in modules():
        check: Check | None = getattr(module, "check", None)
        if check is not None:
            yield from check(catalog)


def documentation(slug: str) -> str:
    """Return the Markdown page of a check."""
    name = slug.replace("-", "_") + ".md"
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
