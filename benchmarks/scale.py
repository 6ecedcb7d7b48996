"""Measures what is made before and after rendering, for very many pages: `python benchmarks/scale.py`. Takes long.

The staff site of synthetic projects is checked and staged, and its search index written, without rendering a page: the
index holds what authors wrote, not the tables and charts that kb adds. Each corpus is a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from corpus import AS_OF, page_count, write_corpus

COUNTS = (3_000, 10_000, 30_000)
# Neither time nor memory of a page may grow by more than this share from the smallest corpus to the largest.
TARGET = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """CPU seconds of the stages, MB of memory, and what was written: staged MB, files and MB of the index."""

    pages: int
    check: float
    stage: float
    search: float
    memory: float
    staged: float
    files: int
    index: float
    largest: int

    @property
    def page_seconds(self) -> float:
        """CPU seconds a page."""
        return (self.check + self.stage + self.search) / self.pages


def measure(count: int) -> Scale:
    """Check, stage and index a corpus in a folder of its own."""
    from kb_builder import checks
    from kb_builder.audience import project
    from kb_builder.cache import Cache
    from kb_builder.checking import check
    from kb_builder.config.load import load_settings
    from kb_builder.model.paths import address
    from kb_builder.model.search import PackedSections, SearchSection
    from kb_builder.pipeline import generate, stage_tree
    from kb_builder.search_site import write_search

    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        root, out = Path(name) / "project", Path(name) / "site"
        write_corpus(root, count)
        times = [time.process_time()]
        catalog = check(load_settings(root, checks.rules()), date.fromisoformat(AS_OF)).catalog
        times.append(time.process_time())
        tree = generate(catalog, "staff", Cache())
        stage_tree(tree, Path(name) / "staged")
        times.append(time.process_time())
        texts = {each.path: each.raw.body_text for each in catalog.documents}
        sections = {
            address(page.path): PackedSections(
                SearchSection(heading=part.partition("\n")[0], text=part)
                for part in texts.get(page.source, "").split("\n## ")
            )
            for page in tree.pages
        }
        out.mkdir()
        begun = time.process_time()
        write_search(tree, project(catalog, "staff"), out, sections)
        times.append(times[-1] + time.process_time() - begun)
        index = [file.stat().st_size for file in (out / "search").iterdir()]
        staged = sum(file.stat().st_size for file in (Path(name) / "staged").rglob("*.md"))
        return Scale(
            pages=count,
            check=times[1] - times[0],
            stage=times[2] - times[1],
            search=times[3] - times[2],
            memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            staged=staged / 1e6,
            files=len(index),
            index=sum(index) / 1e6,
            largest=max(index),
        )


def main() -> int:
    """Print a row for every corpus; return 1 if pages become dearer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=page_count, nargs="+", default=COUNTS)
    rows: list[Scale] = []
    print(f"{'documents':>9}{'check s':>9}{'stage s':>9}{'index s':>9}{'ms each':>9}{'MB':>7}{'staged MB':>11}", end="")
    print(f"{'index files':>13}{'MB':>7}{'largest':>10}")
    for count in sorted(parser.parse_args().pages):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            row = pool.submit(measure, count).result()
        rows.append(row)
        print(f"{row.pages:>9,}{row.check:>9.1f}{row.stage:>9.1f}{row.search:>9.1f}", end="")
        print(f"{row.page_seconds * 1e3:>9.2f}{row.memory:>7.0f}{row.staged:>11.1f}", end="")
        print(f"{row.files:>13,}{row.index:>7.1f}{row.largest:>10,}", flush=True)
    growth = rows[-1].page_seconds / rows[0].page_seconds
    print(f"cost of a page, {rows[0].pages:,} to {rows[-1].pages:,} documents: {growth:.2f}, at most {TARGET}")
    return 0 if growth <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
