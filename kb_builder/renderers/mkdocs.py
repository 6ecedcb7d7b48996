"""MkDocs 1.x with the Material theme: what a site is configured to be."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kb_builder.cache import digest
from kb_builder.dialect.theme_scripts import theme_scripts
from kb_builder.model.diagnostic import Finding
from kb_builder.model.dialect import EXTENSIONS, SITE_EXTENSIONS
from kb_builder.model.settings import Site
from kb_builder.model.site_tree import NavEntry, SiteTree
from kb_builder.renderers.mkdocs_share import CONFIG_NAME, Share, Warned, render_share
from kb_builder.search_box import search_box
from kb_builder.sources.yaml_write import write_yaml

DOCS_NAME = "docs"
THEME_NAME = "theme"
# Extensions of Markdown that only the site needs: what is kept from the parsers, and what authors may not write.
OURS = ("kb_builder.dialect.own_html", "kb_builder.dialect.sanitise")
_PAGE = re.compile(r"'([^'\n]+\.md)'")


def configure(tree: SiteTree, folder: Path) -> None:
    """Write mkdocs.yml and the theme beside the staged pages, so that a bare generator could build the folder."""
    shutil.copytree(
        str(resources.files("kb_builder").joinpath("theme")),
        folder / THEME_NAME,
        ignore=shutil.ignore_patterns("__pycache__", "*.py", *_other_sites(tree.site.audience)),
        dirs_exist_ok=True,
    )
    (folder / CONFIG_NAME).write_text(write_yaml(configuration(tree)), encoding="utf-8")


def _other_sites(audience: str) -> Iterator[str]:
    return (f"{other}.*" for other in ("staff", "customers") if other != audience)


def configuration(tree: SiteTree) -> Mapping[str, Any]:
    """Return the whole configuration of a site, with nothing left to defaults that a reader would notice."""
    site = tree.site
    return {
        "site_name": html.escape(site.name),
        **({"site_url": site.url} if site.url else {}),
        **({"site_description": html.escape(site.description)} if site.description else {}),
        "docs_dir": DOCS_NAME,
        # MkDocs leaves folders of this name out by itself, and an author's page with them.
        "exclude_docs": "!/templates/\n",
        # Addresses of files, so that the site also works without a server.
        "use_directory_urls": False,
        "theme": {
            "name": "material",
            "custom_dir": THEME_NAME,
            "language": site.language if site.language != "zh-Hans" else "zh",
            "font": False,
            "favicon": f"kb/{site.audience}.svg",
            "logo": f"kb/{site.audience}.svg",
            "features": [
                "content.code.copy",
                "navigation.instant",
                # One tab alone would lead nowhere.
                *(["navigation.tabs"] if len(tree.nav) > 1 else []),
                "navigation.top",
            ],
            "palette": _palette(site.language),
        },
        "extra_css": ["kb/kb.css", "kb/flow.css", "kb/search.css", f"kb/{site.audience}.css"],
        "extra_javascript": ["kb/kb.js", "kb/tables.js", "kb/search.js"],
        "extra": {
            "generator": False,
            "homepage": "index.html",
            # Under which Material keeps a reader's settings. Left to itself it takes the way from a page to the root,
            # and its inline script, whose hash is in the policy, differs from folder to folder.
            "scope": _scope(site),
            "kb": {"audience": site.audience, "language": site.language, "search": search_box(site)},
        },
        "nav": _nav(tree.nav),
        # An empty list, or MkDocs takes its own search.
        "plugins": [],
        "markdown_extensions": _extensions(site.language),
        "validation": {
            "nav": {"omitted_files": "ignore", "not_found": "warn", "absolute_links": "warn"},
            # Verify looks for anchors in the built pages: MkDocs would not see those in HTML of ours.
            "links": {"not_found": "warn", "anchors": "ignore", "absolute_links": "warn", "unrecognized_links": "warn"},
        },
    }


def _scope(site: Site) -> str:
    return html.escape(urlsplit(site.url).path or "/")


def inline_scripts(site: Site) -> frozenset[str]:
    """Return the inline scripts that the theme has for a site."""
    return theme_scripts(_scope(site))


def _nav(entries: Iterable[NavEntry]) -> list[dict[str, Any]]:
    return [{html.escape(entry.label): _nav(entry.children) or entry.path} for entry in entries]


def _extensions(language: str) -> list[dict[str, Any]]:
    from kb_builder.messages import messages

    words = messages(language)
    options = {name: dict(given) for name, given in {**EXTENSIONS, **SITE_EXTENSIONS}.items()}
    options["toc"]["permalink_title"] = words("Link to this section")
    return [{name: given} for name, given in {**options, **{name: {} for name in OURS}}.items()]


def _palette(language: str) -> list[dict[str, Any]]:
    """Return the three choices of the light switch: as the system has it, light, dark."""
    from kb_builder.messages import messages

    words = messages(language)
    return [
        {
            "media": "(prefers-color-scheme)",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": "material/brightness-auto", "name": words("Switch to light mode")},
        },
        {
            "media": "(prefers-color-scheme: light)",
            "scheme": "default",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": "material/weather-sunny", "name": words("Switch to dark mode")},
        },
        {
            "media": "(prefers-color-scheme: dark)",
            "scheme": "slate",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": "material/weather-night", "name": words("Switch to system preference")},
        },
    ]


def render(folder: Path, out: Path, as_of: date, sources: Mapping[str, str]) -> tuple[Finding, ...]:
    """Build the staged folder into `out`, all of it in this process; every warning of the generator is a finding.

    `sources` maps staged paths to content files, to name the page at fault.
    """
    return findings(render_share(Share(folder=folder, out=out, as_of=as_of)).warnings, sources)


def findings(warnings: Iterable[Warned], sources: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what the generator warned of as findings."""
    return tuple(_finding(warning.message, sources) for warning in warnings)


def _finding(message: str, sources: Mapping[str, str]) -> Finding:
    message = " ".join(message.split())
    page = _PAGE.search(message)
    path = sources.get(page[1], page[1]) if page else CONFIG_NAME
    return Finding(
        slug="build-warning",
        path=path or CONFIG_NAME,
        message=message,
        hint="correct the page; the site was not published",
        key=message,
    )


def state(folder: Path) -> str:
    """Return a hash of all that every page of a staged folder depends on: the configuration and the theme."""
    files = sorted(file for file in (folder / THEME_NAME).rglob("*") if file.is_file())
    return digest(
        (folder / CONFIG_NAME).read_bytes(),
        *(part for file in files for part in (file.relative_to(folder).as_posix(), file.read_bytes())),
    )
