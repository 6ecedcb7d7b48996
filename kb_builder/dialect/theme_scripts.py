"""The inline scripts that Material itself puts into its pages, read from the templates of the installed package."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from kb_builder.model.errors import KbError

_FOLDER = "partials/javascripts"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def theme_scripts(scope: str) -> frozenset[str]:
    """Return the text of every inline script of the theme, for a site whose settings are kept under the path `scope`.

    Only the package's own templates are read, neither our overrides nor any page: what an author writes cannot become
    part of it. Its inline scripts deserve the trust that its bundle, loaded by every page, has anyway.
    """
    return frozenset(found for template in _templates() for found in _SCRIPT.findall(_render(template, scope)))


@cache
def _templates() -> tuple[str, ...]:
    folder = resources.files("material").joinpath("templates", *_FOLDER.split("/"))
    if not folder.is_dir():
        raise KbError(
            f"mkdocs-material has no folder {_FOLDER} among its templates",
            "install the version that constraints.txt names",
        )
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".html")), key=lambda file: file.name)
    return tuple(file.read_text(encoding="utf-8") for file in files)


def _render(template: str, scope: str) -> str:
    from jinja2 import Environment

    # No template of this folder takes anything of a page but the way to the site's root, which `scope` replaces.
    config = {"extra": {"scope": scope}}
    return Environment().from_string(template).render(config=config, base_url=scope, features=[])
