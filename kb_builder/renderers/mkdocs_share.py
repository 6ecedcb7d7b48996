"""Runs MkDocs in this process on a share of the pages of a staged folder.

MkDocs knows all pages, so that links and navigation are what they are in the whole site, and makes some: those outside
the share are excluded from the build once the navigation stands. Only what MkDocs offers to plugins is used.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from kb_builder.model.built_page import BuiltPage
from kb_builder.model.errors import KbError

CONFIG_NAME = "mkdocs.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one process renders: the pages of `paths` in the staged `folder`, all if that is None, into `out`.

    The first share also makes what there is once for a site: sitemap, error page, files of theme and content. Pages
    are finished if `known` is not None: see `built_pages.finish`; `searched` are the paths of those to be found.
    """

    folder: Path
    out: Path
    as_of: date
    paths: frozenset[str] | None = None
    is_first: bool = True
    known: frozenset[str] | None = None
    allowed: frozenset[str] = frozenset()
    searched: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning of MkDocs. Pages are read one after the other, then written: `stage` is 0 or 1. `page` may be empty."""

    message: str
    is_fatal: bool = False
    page: str = ""
    stage: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What came of a share: warnings in their order, and finished pages by address.

    `order` has the paths of all pages of the site, in the share or not, as MkDocs takes them.
    """

    warnings: tuple[Warned, ...] = ()
    pages: Mapping[str, BuiltPage] = field(default_factory=dict)
    order: tuple[str, ...] = ()


def warm_up() -> None:
    """Import what rendering needs, so that forked processes need not."""
    import material.extensions.emoji  # noqa: F401
    import mkdocs.commands.build  # noqa: F401


def render_share(share: Share) -> Rendered:
    """Render a share; what MkDocs and its plugins print is caught. KbError if MkDocs cannot go on."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    from kb_builder.renderers.share_plugin import SharePlugin

    noise = io.StringIO()
    collector = Collector()
    plugin = SharePlugin(share, collector)
    with (
        _warnings_of_mkdocs(collector),
        _fixed_clock(share.as_of),
        contextlib.redirect_stdout(noise),
        contextlib.redirect_stderr(noise),
    ):
        try:
            config = load_config(str(share.folder / CONFIG_NAME), site_dir=str(share.out), strict=True)
            config.plugins["kb-share"] = plugin
            config.plugins.run_event("startup", command="build", dirty=False)
            build(config)
        except Abort:
            if not collector.warnings:
                raise KbError("MkDocs gave up without a reason", noise.getvalue().strip()[-500:]) from None
        except MkDocsException as error:
            raise KbError(f"MkDocs: {error}", noise.getvalue().strip()[-500:]) from error
        except (RecursionError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
            # A page on which the Markdown library gives up: MkDocs has logged which one.
            if not any(warning.is_fatal for warning in collector.warnings):
                raise
        finally:
            with contextlib.suppress(NameError, UnboundLocalError):
                config.plugins.run_event("shutdown")
    return Rendered(warnings=tuple(collector.warnings), pages=plugin.pages, order=plugin.order)


class Collector(logging.Handler):
    """Keeps what is logged from warning up, with the page at which MkDocs is."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[Warned] = []
        self.page = ""
        self.stage = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.warnings.append(
            Warned(
                message=record.getMessage(),
                is_fatal=record.levelno >= logging.ERROR,
                page=self.page,
                stage=self.stage,
            )
        )


@contextlib.contextmanager
def _warnings_of_mkdocs(collector: Collector) -> Iterator[None]:
    """Collect what MkDocs and its plugins log from warning up, and show none of it."""
    logger = logging.getLogger("mkdocs")
    before = (logger.propagate, logger.level, list(logger.handlers))
    logger.handlers[:] = [collector]
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield
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
