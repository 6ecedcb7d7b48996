"""Measures how long an edit takes to be judged by `kb lsp`: `python benchmarks/lsp.py`.

A client starts the server as an editor does, opens pages of a project and changes them: a value that is none, an owner
and a page that do not exist. Counted are the seconds on the clock from sending the edit until the findings of that page
arrive; then those until another page, which is not open, has the finding that the edit causes there. Edits follow each
other at any distance up to a second, so that many of them meet a check of all pages that is under way.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median, quantiles

from corpus import AS_OF, page_count, write_corpus

from kb_builder.cache import ENVIRONMENT

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/lsp"))
from editor import Editor

# Seconds within which an edit is to be judged.
MOST = 0.3
_PAGES = 5
_ID = re.compile(r"^id: (.+)$", re.MULTILINE)
_RELATED = re.compile(r"^related: \[(.+)\]$", re.MULTILINE)
_MISTAKES: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("\nstatus: published", "\nstatus: publishd", 1),
    lambda text: text.replace("\nowner: ", "\nowner: no-", 1),
    lambda text: text.replace("\nrelated: [", "\nrelated: [SOP-99999, ", 1),
)


def measure(count: int, rounds: int) -> tuple[list[float], list[float]]:
    """Return the seconds until a page's own findings came, for every edit, and those until another page's did."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        os.environ[ENVIRONMENT] = str(Path(name) / "cache")
        project = Path(name) / "project"
        write_corpus(project, count)
        files = sorted((project / "content" / "sops").rglob("sop-*.md"))[:: count // (_PAGES + 1)][:_PAGES]
        texts = {file: file.read_text(encoding="utf-8") for file in files}
        editor = Editor([project], as_of=AS_OF)
        for file, text in texts.items():
            editor.open(file, text)
        own = [_edit(editor, file, text) for file, text in _sample(texts, rounds)]
        far = [_take_away(editor, *some) for some in _named(project, max(rounds // 10, 1))]
        editor.end()
        return [each for some in own for each in some], far


def _sample(texts: dict[Path, str], rounds: int) -> list[tuple[Path, str]]:
    chance = Random(8)
    return [chance.choice(list(texts.items())) for _round in range(rounds)]


def _edit(editor: Editor, file: Path, text: str) -> tuple[float, float]:
    """Make a mistake in a page, and mend it; return the seconds until either was known."""
    chance = Random(text + str(time.monotonic_ns()))
    times = []
    for new, is_wrong in ((chance.choice(_MISTAKES)(text), True), (text, False)):
        time.sleep(chance.random())
        start = time.perf_counter()
        editor.change(file.as_uri(), new)
        editor.wait(file, lambda found, is_wrong=is_wrong: bool(found) == is_wrong)
        times.append(time.perf_counter() - start)
    return times[0], times[1]


def _named(project: Path, most: int) -> list[tuple[Path, Path, str]]:
    """Return pages that others name, each with one that does, and the id."""
    texts = {file: file.read_text(encoding="utf-8") for file in sorted((project / "content").rglob("*.md"))}
    ids = {match[1]: file for file, text in texts.items() if (match := _ID.search(text))}
    named = {
        target: file
        for file, text in texts.items()
        if (match := _RELATED.search(text))
        for target in match[1].split(", ")
    }
    return [(ids[target], file, target) for target, file in sorted(named.items())][:most]


def _take_away(editor: Editor, file: Path, other: Path, id_: str) -> float:
    """Give a page another id; return the seconds until one that names it is found to lead nowhere."""
    text = file.read_text(encoding="utf-8")
    uri = editor.open(file, text)
    start = time.perf_counter()
    editor.change(uri, text.replace(f"\nid: {id_}\n", "\nid: SOP-77777\n", 1))
    editor.wait(other, bool)
    passed = time.perf_counter() - start
    editor.close(uri)
    editor.wait(other, lambda found: not found)
    return passed


def main() -> int:
    """Print figures; return 1 if one edit of twenty takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=page_count, default=1_000)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    own, far = measure(options.pages, options.rounds)
    late = quantiles(own, n=20)[-1]
    print(f"{options.pages:,} documents, {len(own)} edits, seconds on the clock")
    print(f"  findings of the edited page:  median {median(own):.3f}  95th percentile {late:.3f}  most {max(own):.3f}")
    print(f"  findings in pages not open:   median {median(far):.3f}  most {max(far):.3f}")
    met = late <= MOST
    print(f"  findings within {MOST} s: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
