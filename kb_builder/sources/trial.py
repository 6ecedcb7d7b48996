"""Tries pages that might take forever in a process of their own, with limits, before anything else renders them.

Markdown is read in time that grows with the cube of certain signs. Counting signs tells which pages are beyond doubt,
and that is nearly all; what the others really cost is known only by rendering them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

from kb_builder.model.location import Span
from kb_builder.sources.link_scan import scan
from kb_builder.sources.lost_links import find_lost
from kb_builder.sources.markdown_structure import MarkdownFailure, render_structure
from kb_builder.sources.raw_html import find_unsafe

SECONDS = 5
MEGABYTES = 256
# Up to these a page takes about a second at most, whatever is in it: with brackets, tags and quotes the time grows
# with their square or cube, with all other signs little faster than with the length.
_MANY_CHARACTERS = 20_000
_LIMITS = (("[", 200), ("<", 200), (">", 600))
_DEEP = "\n" + " " * 40
_TOO_BIG = f"it takes more than {MEGABYTES} MB of memory"


def may_be_costly(text: str) -> bool:
    """Whether a page holds so much of what is costly that it should be tried first."""
    return len(text) > _MANY_CHARACTERS or _DEEP in text or any(text.count(sign) > limit for sign, limit in _LIMITS)


def failures(texts: Mapping[str, str], seconds: int = SECONDS) -> dict[str, str]:
    """Try pages, given by any name, each for so many seconds; return by name why some cannot be rendered."""
    found: dict[str, str] = {}
    waiting = list(texts)
    # What a page costs before it ends the process is paid again by none of the others.
    while waiting:
        answers = _try([texts[name] for name in waiting], seconds)
        found.update((name, answer) for name, answer in zip(waiting, answers, strict=False) if answer)
        waiting = waiting[len(answers) :]
    return found


def _try(texts: Sequence[str], seconds: int) -> list[str]:
    """Return for the pages up to the first that ends the process why they failed, nothing if they did not."""
    # -P: nothing is imported from the folder in which the tool runs, which holds what authors wrote.
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "kb_builder.sources.trial", str(seconds)],
        input=json.dumps(texts).encode(),
        capture_output=True,
        check=False,
    )
    answers = [str(json.loads(line)) for line in ended.stdout.splitlines()]
    if len(answers) < len(texts):
        answers.append(
            f"it takes more than {seconds} seconds"
            if ended.returncode in _OUT_OF_TIME
            else "the Markdown library broke off"
        )
    return answers


# SIGXCPU, and SIGKILL where that was not heeded.
_OUT_OF_TIME = (-24, -9)


def main() -> None:
    """Render the pages given as JSON on standard input; one line of JSON for each."""
    texts = json.load(sys.stdin)
    # What is loaded once is none of the first page's cost.
    render_structure("# a\n\n```python\n1\n```\n")
    for text in texts:
        _limit(int(sys.argv[1]))
        try:
            answer = _attempt(text)
        except MemoryError:
            answer = _TOO_BIG
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _attempt(text: str) -> str:
    body = Span(start=0, end=len(text))
    try:
        render_structure(text)
        scan(text, 0)
        find_lost(text, 0)
        find_unsafe(text, body)
    except MarkdownFailure as failure:
        return str(failure)
    return ""


def _limit(allowed: int) -> None:
    """Give the next page its share of time and memory, where the system can."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + allowed
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    megabytes = used.ru_maxrss // 1024 + MEGABYTES
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, resource.getrlimit(resource.RLIMIT_DATA)[1]))


if __name__ == "__main__":
    main()
