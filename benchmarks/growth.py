"""Measures whether a page grows with the number of pages: `python benchmarks/growth.py`. Takes minutes of CPU."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from corpus import AS_OF, page_count, write_corpus
from cpu import cpu_seconds, script

COUNTS = (200, 1_000, 3_000)
# Neither size nor time of a page may grow by more than this share from the smallest corpus to the largest.
TARGET = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A staff site that was built: its pages, CPU seconds, and the bytes of its median SOP."""

    pages: int
    seconds: float
    page_bytes: float

    @property
    def page_seconds(self) -> float:
        """CPU seconds a page."""
        return self.seconds / self.pages


def measure(count: int) -> Build:
    """Build the staff site of a corpus in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        project = Path(name)
        write_corpus(project, count)
        seconds = cpu_seconds([script("kb"), "build", "--audience", "staff", "--as-of", AS_OF], project)
        sizes = [file.stat().st_size for file in (project / "site/staff/sops").rglob("sop-*.html")]
        return Build(pages=count, seconds=seconds, page_bytes=median(sizes))


def report(builds: Sequence[Build]) -> bool:
    """Print a row for every build; return whether the last one meets the target."""
    first, last = builds[0], builds[-1]
    print("  pages    CPU s   ms a page   ratio   one page more, ms   bytes a page   ratio")
    before: Build | None = None
    for each in builds:
        more = f"{(each.seconds - before.seconds) / (each.pages - before.pages) * 1e3:.1f}" if before else "-"
        time_ratio, size_ratio = each.page_seconds / first.page_seconds, each.page_bytes / first.page_bytes
        print(
            f"{each.pages:7,} {each.seconds:8.1f} {each.page_seconds * 1e3:11.1f} {time_ratio:7.2f}"
            f" {more:>19} {each.page_bytes:14,.0f} {size_ratio:7.3f}"
        )
        before = each
    worst = max(last.page_seconds / first.page_seconds, last.page_bytes / first.page_bytes)
    print(f"target {TARGET}: {'met' if worst <= TARGET else 'MISSED'}")
    return worst <= TARGET


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure size and build time of a page as the number of pages grows.")
    parser.add_argument("--pages", type=page_count, nargs="+", default=COUNTS)
    arguments = parser.parse_args()
    sys.exit(0 if report([measure(count) for count in sorted(arguments.pages)]) else 1)


if __name__ == "__main__":
    main()
