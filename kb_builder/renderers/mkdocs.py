"""MkDocs 1.x with the Material theme, run in this process."""

from __future__ import annotations

import contextlib
import html
import io
import logging
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kb_builder.dialect.theme_scripts import theme_scripts
from kb_builder.model.diagnostic import Finding
from kb_builder.model.dialect import EXTENSIONS, SITE_EXTENSIONS
from kb_builder.model.errors import KbError
from kb_builder.model.settings import Site
from kb_builder.model.site_tree import NavEntry, SiteTree
from kb_builder.search_box import search_box
from kb_builder.sources.yaml_write import write_yaml

CONFIG_NAME = "mkdocs.yml"
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
    """Build the staged folder into `out`; every warning of the generator is a finding.

    `sources` maps staged paths to content files, to name the page at fault. What the generator and its plugins
    print is caught.
    """
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    noise = io.StringIO()
    with (
        _warnings_of_mkdocs() as records,
        _fixed_clock(as_of),
        contextlib.redirect_stdout(noise),
        contextlib.redirect_stderr(noise),
    ):
        try:
            config = load_config(str(folder / CONFIG_NAME), site_dir=str(out), strict=True)
            config.plugins.run_event("startup", command="build", dirty=False)
            build(config)
        except Abort:
            if not records:
                raise KbError("MkDocs gave up without a reason", noise.getvalue().strip()[-500:]) from None
        except MkDocsException as error:
            raise KbError(f"MkDocs: {error}", noise.getvalue().strip()[-500:]) from error
        except (RecursionError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
            # A page on which the Markdown library gives up: MkDocs has logged which one.
            if not any(record.levelno >= logging.ERROR for record in records):
                raise
        finally:
            with contextlib.suppress(NameError, UnboundLocalError):
                config.plugins.run_event("shutdown")
    return tuple(_finding(record, sources) for record in records)


def _finding(record: logging.LogRecord, sources: Mapping[str, str]) -> Finding:
    message = " ".join(record.getMessage().split())
    page = _PAGE.search(message)
    path = sources.get(page[1], page[1]) if page else CONFIG_NAME
    return Finding(
        slug="build-warning",
        path=path or CONFIG_NAME,
        message=message,
        hint="correct the page; the site was not published",
        key=message,
    )


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextlib.contextmanager
def _warnings_of_mkdocs() -> Iterator[list[logging.LogRecord]]:
    """Collect what MkDocs and its plugins log from warning up, and show none of it."""
    logger = logging.getLogger("mkdocs")
    collector = _Collector()
    before = (logger.propagate, logger.level, list(logger.handlers))
    logger.handlers[:] = [collector]
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield collector.records
    finally:
        logger.propagate, logger.level = before[0], before[1]
        logger.handlers[:] = before[2]


@contextlib.contextmanager
def _fixed_clock(as_of: date) -> Iterator[None]:
    """Let MkDocs take the build's day for now, so that the same input gives the same bytes."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    # What is packed bears the day as well, and there no moment is before 1970.
    os.environ[name] = str(max(0, int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
