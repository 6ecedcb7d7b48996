"""Renders shares in several processes at once, and puts their results together as if there had been one."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from kb_builder.model.errors import KbError
from kb_builder.renderers.cluster import Cluster
from kb_builder.renderers.mkdocs_share import Rendered, Share, Warned, render_share, warm_up


def render_shares(shares: Sequence[Share], *, is_apart: bool = False, cluster: Cluster | None = None) -> Rendered:
    """Render all shares, the first in this process, or all by the workers of a cluster.

    `is_apart` has a new process render them that knows nothing but the staged folder. KbError if a process dies.
    Nothing that was started goes on when this returns.
    """
    if cluster is not None:
        return _together(cluster.render(shares))
    if is_apart:
        with _started(shares, is_apart=True) as pipes:
            return _together(list(map(_received, pipes)))
    warm_up()
    with _started(shares[1:]) as pipes:
        return _together([render_share(shares[0]), *map(_received, pipes)])


def _together(results: Sequence[Rendered]) -> Rendered:
    pages = {name: page for result in results for name, page in result.pages.items()}
    order = results[0].order
    return Rendered(warnings=in_order([each.warnings for each in results], order), pages=pages, order=order)


def in_order(warnings: Sequence[Sequence[Warned]], order: Sequence[str]) -> tuple[Warned, ...]:
    """Return the warnings of shares as one process would have given them, which stops at the first fatal one.

    `order` has the paths of all pages as MkDocs takes them.
    """
    # What is not about a page is said by every process.
    every = [each for number, share in enumerate(warnings) for each in share if number == 0 or each.page]
    places = {path: number for number, path in enumerate(order)}
    every.sort(key=lambda each: (each.stage, places.get(each.page, -1)))
    for number, each in enumerate(every):
        if each.is_fatal:
            return tuple(every[: number + 1])
    return tuple(every)


@contextlib.contextmanager
def _started(shares: Sequence[Share], *, is_apart: bool = False) -> Iterator[list[Connection]]:
    """Start a process for every share and yield where their results come from; end them all afterwards."""
    # A copy of a process with threads may wait for ever for a lock that one of them held.
    forks = not is_apart and threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("fork" if forks else "spawn")
    running: list[BaseProcess] = []
    pipes: list[Connection] = []
    if shares and forks:
        # What is there already is not looked through, and so not copied, in every process.
        gc.collect()
        gc.freeze()
    try:
        for share in shares:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(sender, share), daemon=True)
            process.start()
            running.append(process)
            pipes.append(receiver)
            sender.close()
        yield pipes
    finally:
        for process in running:
            process.terminate()
            process.join()
        for pipe in pipes:
            pipe.close()
        if shares and forks:
            gc.unfreeze()


def _work(sender: Connection, share: Share) -> None:
    """Render a share in a process of its own and send what came of it, or the exception."""
    # Ctrl+C reaches every process of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        sender.send(render_share(share))
    except Exception as error:
        error.add_note(traceback.format_exc())
        sender.send(error)


def _received(pipe: Connection) -> Rendered:
    try:
        result = pipe.recv()
    except EOFError:
        raise KbError(
            "a process that rendered pages died",
            "nothing was published; if memory ran short, build with `--jobs 1`",
        ) from None
    if isinstance(result, Exception):
        raise result
    rendered: Rendered = result
    return rendered
