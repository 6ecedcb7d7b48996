"""The plugin by which MkDocs builds no more than a share of its pages; it is handed over, not named in mkdocs.yml."""

from __future__ import annotations

import os
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel

from kb_builder.built_pages import finish
from kb_builder.model.built_page import BuiltPage
from kb_builder.model.packed import pack, unpack
from kb_builder.renderers.mkdocs_share import Collector, Share


class _NoOptions(Config):
    pass


class _Compiled(BytecodeCache):
    """Templates that this process has compiled. Doing so costs as much as rendering dozens of pages."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        # Jinja's own is a hash, which a path that is not UTF-8 in this environment has none of.
        return f"{name}\0{filename}"

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()


class SharePlugin(BasePlugin[_NoOptions]):
    """Excludes what is not in the share, finishes what is, and tells the collector at which page MkDocs is."""

    def __init__(self, share: Share, collector: Collector) -> None:
        self.pages: dict[str, BuiltPage] = {}
        self.order: tuple[str, ...] = ()
        self._share = share
        self._collector = collector
        self._others: list[File] = []
        self._contents: dict[str, bytes] = {}
        self._parent = 0 if share.is_first else os.getppid()

    def on_nav(self, nav: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Exclude pages now that every link to them can be resolved."""
        share = self._share
        self.order = tuple(file.src_uri for file in files.documentation_pages())
        if share.paths is not None:
            self._others = [file for file in files.documentation_pages() if file.src_uri not in share.paths]
            for page in nav.pages:
                # The theme may show of an entry what only the page itself says.
                if page.file.src_uri not in share.paths:
                    page.read_source(config)
        if not share.is_first:
            self._others += [file for file in files if not file.is_documentation_page()]
            config.theme.static_templates = set()
        self._include(False)
        return nav

    def _include(self, included: bool) -> None:
        for file in self._others:
            file.inclusion = InclusionLevel.INCLUDED if included else InclusionLevel.EXCLUDED

    def on_pre_template(self, template: Any, *, template_name: str, config: MkDocsConfig) -> Any:  # noqa: ARG002
        """Show all pages to what is made of them once, such as the sitemap."""
        self._include(True)
        return template

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str:  # noqa: ARG002
        """Go back to the share."""
        self._include(False)
        return self._finish(output, template_name, False) if template_name.endswith(".html") else output

    def on_pre_page(self, page: Any, *, config: MkDocsConfig, files: Files) -> Any:  # noqa: ARG002
        """Note that a page is read."""
        if self._parent and os.getppid() != self._parent:
            # Whoever wanted the pages is gone; the lock on the project ends with this process.
            os._exit(1)
        self._collector.page = page.file.src_uri
        return page

    def on_page_content(self, html: str, *, page: Any, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002
        """Put the text of a page aside until the page is written: MkDocs first reads all of them."""
        page.markdown = ""
        self._contents[page.file.src_uri] = pack(html)
        return ""

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:  # noqa: ARG002
        """Note that all pages have been read."""
        self._collector.page, self._collector.stage = "", 1
        env.bytecode_cache = _compiled
        return env

    def on_page_context(self, context: Any, *, page: Any, config: MkDocsConfig, nav: Any) -> Any:  # noqa: ARG002
        """Note that a page is written, and give it its text."""
        self._collector.page = page.file.src_uri
        page.content = unpack(self._contents.pop(page.file.src_uri))
        return context

    def on_post_page(self, output: str, *, page: Any, config: MkDocsConfig) -> str:  # noqa: ARG002
        """Finish a page."""
        page.content = page.toc = None
        return self._finish(output, page.file.dest_uri, page.file.src_uri in self._share.searched)

    def _finish(self, output: str, name: str, searched: bool) -> str:
        share = self._share
        if share.known is None or not output.strip():
            return output
        text, self.pages[name] = finish(output, share.known, share.allowed, searched=searched)
        return text
