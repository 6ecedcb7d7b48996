"""Measures how long an edit takes to be on screen under `kb serve`: `python benchmarks/serve.py`.

A sentence of one page is changed. Counted are the seconds from its writing until browsers are told of the new page, in
the process that serves; then those until all that follows from the edit, such as the search index, is done as well.
Beside them stands the first build, of all pages.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from corpus import AS_OF, page_count, write_corpus

from kb_builder import checks
from kb_builder.cache import ENVIRONMENT, open_cache
from kb_builder.config.load import load_settings
from kb_builder.preview.builder import Preview
from kb_builder.preview.shown import Shown
from kb_builder.preview.watch import Watch

# Seconds of CPU in which an edit is to be on screen.
MOST = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds: those of the processor in this process, and those on the clock."""

    cpu: float
    wall: float


def now() -> Cost:
    return Cost(cpu=time.process_time(), wall=time.perf_counter())


def between(start: Cost, end: Cost) -> Cost:
    return Cost(cpu=end.cpu - start.cpu, wall=end.wall - start.wall)


class Timed(Shown):
    """Notes when something was shown first."""

    first: Cost | None = None

    def show(self, *, instead: Mapping[str, bytes], pages: Mapping[str, bytes] = {}, site: Path | None = None) -> None:
        super().show(instead=instead, pages=pages, site=site)
        if self.first is None and (pages or site):
            self.first = now()


def measure(count: int, rounds: int) -> tuple[Cost, list[Cost], list[Cost]]:
    """Return what the first build cost, then every edit until it was shown, then until all was done."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name, Watch() as watch:
        folder, project = Path(name), Path(name) / "project"
        write_corpus(project, count)
        file = sorted((project / "content" / "sops").rglob("sop-*.md"))[count // 2]
        shown = Timed(folder / "preview" / "staff")
        shown.root.parent.mkdir()
        preview = Preview(
            load=lambda: (load_settings(project, checks.rules()), date.fromisoformat(AS_OF)),
            audience="staff",
            folder=folder / "preview",
            shown=shown,
            say=lambda _text: None,
            cache=lambda root: open_cache(root, {ENVIRONMENT: str(folder / "cache")}),
        )
        start = now()
        preview.update()
        first = between(start, now())
        watch.at(preview.folders())
        firsts: list[Cost] = []
        whole: list[Cost] = []
        for number in range(rounds):
            text = file.read_text(encoding="utf-8")
            mark = text.index("\n## ")
            shown.first = None
            start = now()
            file.write_text(f"{text[:mark]}\n\n改了第 {number} 次。\n{text[mark:]}", encoding="utf-8")
            watch.wait(10)
            preview.update()
            if shown.first is None:
                raise RuntimeError("the edit was not shown")
            firsts.append(between(start, shown.first))
            whole.append(between(start, now()))
        return first, firsts, whole


def main() -> int:
    """Print figures; return 1 if an edit takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=page_count, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    first, shown, whole = measure(options.pages, options.rounds)
    edit, done = (
        Cost(cpu=median(each.cpu for each in some), wall=median(each.wall for each in some)) for some in (shown, whole)
    )
    print(f"{options.pages:,} documents, median of {options.rounds} edits")
    print(f"  {'':<28}{'CPU s':>8}{'wall s':>8}")
    for what, cost in (("start, all pages", first), ("edit, until it is shown", edit), ("until all is done", done)):
        print(f"  {what:<28}{cost.cpu:>8.2f}{cost.wall:>8.2f}")
    print(f"  CPU of all pages to that of an edit: {first.cpu / edit.cpu:.0f}")
    met = edit.cpu <= MOST
    print(f"  shown within {MOST:.0f} s of CPU: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
