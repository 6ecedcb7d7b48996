"""Runs `kb` again and again, each time in a process forked from this one, in which all is imported already.

Reads orders from standard input, one JSON object a line: `arguments` of kb, the file `said` for what it prints, and
`stage`: `name` of a function of the pipeline, whether `after` it or before, at which call of it (`time`, from 1), and
`edits`: contents of files by path, null to remove one, that somebody writes there; without, the process kills itself.
Answers with two lines: the process, and how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any


def serve(project: str) -> None:
    """Take orders until there are no more."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for line in sys.stdin:
        order = json.loads(line)
        process = os.fork()
        if not process:
            _be_kb(project, order)
        print(process, file=answers)
        print(os.waitpid(process, 0)[1], file=answers)


def _be_kb(project: str, order: dict[str, Any]) -> None:
    code = 70
    try:
        os.setsid()
        said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for handle in (1, 2):
            os.dup2(said, handle)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(project)
        sys.argv = ["kb", *order["arguments"]]
        if order.get("stage"):
            _at_stage(**order["stage"])
        from kb_builder.cli import main

        main()
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1 if error.code else 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _at_stage(name: str, after: bool, edits: dict[str, str | None] | None = None, time: int = 0) -> None:
    """Let something happen when a function of the pipeline is called, or when it has done all."""
    from kb_builder import checking, pipeline

    original = getattr(pipeline, name)
    calls = count(1)

    @wraps(original)
    def disturbed(*arguments: Any, **options: Any) -> Any:
        call = next(calls)
        if not after and time in (0, call):
            _disturb(edits, call)
        result = original(*arguments, **options)
        if after and time in (0, call):
            _disturb(edits, call)
        return result

    for module in (pipeline, checking):
        if hasattr(module, name):
            setattr(module, name, disturbed)


def _disturb(edits: dict[str, str | None] | None, call: int) -> None:
    if edits is None:
        os.kill(os.getpid(), signal.SIGKILL)
    for path, text in (edits or {}).items():
        if text is None:
            Path(path).unlink(missing_ok=True)
        else:
            Path(path).write_text(text.replace("CALL", str(call)), encoding="utf-8")


def _remember_the_theme() -> None:
    """Compile the theme's templates once; that takes most of the time that a small site needs."""
    from jinja2 import Environment, FileSystemLoader

    compiled: dict[Any, Any] = {}
    listed: dict[Any, Any] = {}
    compile_, list_ = Environment.compile, FileSystemLoader.list_templates

    def compile_once(self: Any, source: Any, name: Any = None, *more: Any, **options: Any) -> Any:
        key = (source, name)
        if key not in compiled:
            compiled[key] = compile_(self, source, name, *more, **options)
        return compiled[key]

    def list_once(self: Any) -> Any:
        if not any("site-packages" in path for path in self.searchpath):
            return list_(self)
        key = tuple(self.searchpath)
        if key not in listed:
            listed[key] = list_(self)
        return listed[key]

    Environment.compile = compile_once
    FileSystemLoader.list_templates = list_once


if __name__ == "__main__":
    import kb_builder.cli.build
    import kb_builder.cli.search
    import kb_builder.pipeline
    import kb_builder.reporters.text  # noqa: F401

    _remember_the_theme()
    serve(sys.argv[1])
