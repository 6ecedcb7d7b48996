"""Lets plain `mkdocs build` and `mkdocs serve` run the pipeline first.

The plugin stages a site and hands MkDocs the staged configuration. A generator that ignores plugins builds what was
staged last, or nothing: it never sees the content folder.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.config_options import Choice
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin

from kb_builder import checks
from kb_builder.audience import project
from kb_builder.cli.context import today
from kb_builder.config.load import load_settings
from kb_builder.model.catalog import Catalog
from kb_builder.model.diagnostic import Severity
from kb_builder.model.errors import ConfigError, KbError
from kb_builder.model.site_tree import SiteTree
from kb_builder.pipeline import AUDIENCES, check, generate, stage_tree
from kb_builder.renderers.mkdocs_share import CONFIG_NAME
from kb_builder.reporters.text import diagnostic_lines
from kb_builder.search_site import write_search

_log = logging.getLogger("mkdocs.plugins.kb")


class KbPluginConfig(Config):
    """Options of the plugin in mkdocs.yml."""

    audience = Choice(AUDIENCES, default="staff")


class _Search(BasePlugin[KbPluginConfig]):
    """Writes the search index of the staged site once MkDocs has built it."""

    def __init__(self, tree: SiteTree, catalog: Catalog) -> None:
        self._tree = tree
        self._catalog = catalog

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Put index and client into the folder `search`."""
        write_search(self._tree, self._catalog, Path(config.site_dir))


class KbPlugin(BasePlugin[KbPluginConfig]):
    """Runs the stages up to `stage` and replaces the configuration by that of the staged site."""

    def __init__(self) -> None:
        self._command = "build"
        self._dirty = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Remember how MkDocs was started; its presence keeps the plugin alive between rebuilds of `serve`."""
        self._command, self._dirty = command, dirty

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Check the content, stage it and return the configuration of the staged site."""
        try:
            folder, search = self._stage(Path(config.config_file_path).parent)
        except ConfigError as error:
            for each in error.diagnostics:
                _log.error("%s", "\n".join(diagnostic_lines(each)))
            raise PluginError(f"{error}. {error.hint}".strip()) from error
        except KbError as error:
            raise PluginError(f"{error}. {error.hint}".strip()) from error
        staged = load_config(str(folder / CONFIG_NAME), site_dir=config.site_dir, strict=config.strict)
        staged.plugins["kb-search"] = search
        staged.site_url = config.site_url or staged.site_url
        staged.plugins.run_event("startup", command=self._command, dirty=self._dirty)
        prepared: MkDocsConfig = staged.plugins.on_config(staged)
        return prepared

    def on_serve(self, server: Any, *, config: MkDocsConfig, builder: Any) -> Any:  # noqa: ARG002
        """Watch the sources instead of the staged tree, which every build rewrites."""
        root = Path(config.config_file_path).parent
        settings = load_settings(root, checks.rules())
        server.unwatch(config.docs_dir)
        for path in (settings.content_dir, settings.registry_dir, root / settings.path):
            if path.exists():
                server.watch(str(path))
        return server

    def _stage(self, root: Path) -> tuple[Path, _Search]:
        """Return the staged folder, and what is left to do when it has been built."""
        settings = load_settings(root, checks.rules())
        checked = check(settings, today(settings, None))
        for each in checked.diagnostics:
            level = logging.ERROR if each in checked.blockers else logging.INFO
            _log.log(level, "%s", "\n".join(diagnostic_lines(each)))
        if checked.blockers:
            raise PluginError(f"{len(checked.blockers)} errors in the content; nothing was built")
        overdue = sum(each.severity is Severity.ERROR for each in checked.diagnostics)
        if overdue:
            _log.info("%d pages say at their top that their review is overdue", overdue)
        folder = root / ".kb" / "staged" / self.config.audience
        tree = generate(checked.catalog, self.config.audience)
        stage_tree(tree, folder)
        return folder, _Search(tree, project(checked.catalog, self.config.audience))
