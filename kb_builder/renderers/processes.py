"""Renders shares in several processes at once, and puts their results together as if there had been one."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from kb_builder.model.errors import KbError
from kb_builder.renderers.mkdocs_share import Rendered, Share, Warned, render_share, warm_up

# Renders shares elsewhere.
Runner = Callable[[Sequence[Share]], list[Rendered]]
_PR_SET_PDEATHSIG = 1


def render_shares(shares: Sequence[Share], run: Runner | None = None) -> Rendered:
    """Render all shares, the first in this process, or have `run` do it.

    KbError if a process dies. Nothing that was started goes on when this returns.
    """
    return _together(run(shares) if run else _render(shares))


def _render(shares: Sequence[Share]) -> list[Rendered]:
    warm_up()
    with _started([(_render_one, share) for share in shares[1:]]) as pipes:
        return [render_share(shares[0]), *map(_received, pipes)]


def _render_one(share: Share, _pipe: Connection) -> Rendered:
    return render_share(share)


@contextlib.contextmanager
def standing_by() -> Iterator[Runner]:
    """Start a process and yield a function that has it render shares.

    To be called before anything internal is read: what the process does not know it cannot put on a page. It knows the
    staged folder that the shares name.
    """
    warm_up()
    with _started([(_render_on_demand, None)]) as (pipe,):

        def run(shares: Sequence[Share]) -> list[Rendered]:
            pipe.send(shares)
            results: list[Rendered] = _received(pipe)
            return results

        yield run


def _render_on_demand(_nothing: None, pipe: Connection) -> list[Rendered]:
    shares = pipe.recv()
    return _render(shares)


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
def _started(tasks: Sequence[tuple[Callable[[Any, Connection], Any], Any]]) -> Iterator[list[Connection]]:
    """Start a process for every function with its argument and yield pipes to them; end them all afterwards."""
    # A copy of a process with threads may wait for ever for a lock that one of them held.
    forks = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("fork" if forks else "spawn")
    running: list[BaseProcess] = []
    pipes: list[Connection] = []
    if tasks and forks:
        # What is there already is not looked through, and so not copied, in every process.
        gc.collect()
        gc.freeze()
    try:
        for function, argument in tasks:
            ours, theirs = context.Pipe()
            # Not a daemon, which may have no processes of its own: it ends with this one by itself.
            process = context.Process(target=_work, args=(theirs, function, argument, os.getpid()))
            process.start()
            running.append(process)
            pipes.append(ours)
            theirs.close()
        yield pipes
    finally:
        for pipe in pipes:
            pipe.close()
        for process in running:
            process.terminate()
            process.join()
        if tasks and forks:
            gc.unfreeze()


def _work(pipe: Connection, function: Callable[[Any, Connection], Any], argument: Any, parent: int) -> None:
    """Do the work of a process of its own and send what came of it, or the exception."""
    # Ctrl+C reaches every process of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    _end_with(parent)
    try:
        pipe.send(function(argument, pipe))
    except EOFError:
        # Nothing was to be done.
        return
    except Exception as error:
        error.add_note(traceback.format_exc())
        pipe.send(error)


def _end(_number: int, _frame: object) -> None:
    # By an exception, so that processes of this one are ended too.
    raise SystemExit(1)


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent is killed and can end nothing itself; Linux knows how."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _received(pipe: Connection) -> Any:
    try:
        result = pipe.recv()
    except (EOFError, ConnectionError):
        raise KbError(
            "a process that rendered pages died",
            "nothing was published; if memory ran short, build with `--jobs 1`",
        ) from None
    if isinstance(result, Exception):
        raise result
    return result
