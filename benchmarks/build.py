"""Measures builds against peers on the same staged pages, in one run: `python benchmarks/build.py`. Takes long.

The staff site of a synthetic project is built by `kb build` from nothing, after one edit, and with nothing changed. Its
peers are given the Markdown that kb hands to its own generator: plain MkDocs with Material and its search, and Zensical
and Hugo where they are installed. All run in turns; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from corpus import AS_OF, page_count, write_corpus
from cpu import environment, script

COUNTS = (200, 1_000, 3_000, 10_000)
# Peers take minutes on the largest corpora and grow evenly.
PEERS_UP_TO = 3_000
HUGO = {
    "hugo.toml": 'disableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n',
    "layouts/_default/single.html": "<!doctype html><title>{{ .Title }}</title>{{ .Content }}\n",
    "layouts/_default/list.html": "<!doctype html><title>{{ .Title }}</title>{{ .Content }}\n",
}
BUILD = ("build", "--audience", "staff", "--as-of", AS_OF)
CHECK = ("check", "--as-of", AS_OF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """CPU seconds with children, wall seconds, and the memory of the largest process in MB."""

    cpu: float
    wall: float
    memory: float


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run a command to its end; RuntimeError if it fails."""
    log = folder / "benchmark.log"
    with log.open("w") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=output, stderr=output)
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}:\n{log.read_text()[-2000:]}")
    return Run(cpu=usage.ru_utime + usage.ru_stime, wall=wall, memory=usage.ru_maxrss / 1024)


class Bench:
    """One project with its peers in a folder of its own."""

    def __init__(self, folder: Path, count: int) -> None:
        self.count = count
        self.project = folder / "project"
        self.peer = folder / "peer"
        self.zensical = folder / "zensical"
        self.hugo = folder / "hugo"
        self.environment = {**environment(), "KB_CACHE_DIR": str(folder / "cache")}
        self.cache = folder / "cache"
        self.edits = 0
        write_corpus(self.project, count)
        # In a process of its own: a command that is started counts the memory of who started it.
        with ProcessPoolExecutor(1) as pool:
            pool.submit(stage, self.project, self.peer).result()
        shutil.copytree(self.peer, self.zensical)
        for file in (self.zensical / "docs").rglob("*.md"):
            # Zensical's search takes no longer texts: lists of thousands of pages.
            if file.stat().st_size > 100_000:
                text = file.read_text(encoding="utf-8")
                file.write_text(text.replace("---\n", "---\nsearch:\n  exclude: true\n", 1), encoding="utf-8")
        shutil.copytree(self.peer / "docs", self.hugo / "content")
        for file in sorted(self.hugo.rglob("index.md")):
            # Hugo takes the other pages of a folder with an index.md for its attachments.
            file.rename(file.with_name("_index.md"))
        for name, text in HUGO.items():
            (self.hugo / name).parent.mkdir(parents=True, exist_ok=True)
            (self.hugo / name).write_text(text, encoding="utf-8")

    def forget(self) -> None:
        """Leave nothing of earlier runs."""
        for leftover in (self.cache, self.project / "site", self.project / ".kb"):
            shutil.rmtree(leftover, ignore_errors=True)

    def edit(self) -> None:
        """Change a sentence of one page, in the project and in what its peers were given."""
        self.edits += 1
        for folder in (self.project / "content", self.peer / "docs", self.zensical / "docs", self.hugo / "content"):
            file = sorted((folder / "sops").rglob("sop-*.md"))[self.count // 2]
            text = file.read_text(encoding="utf-8")
            mark = text.index("\n## ")
            file.write_text(f"{text[:mark]}\n\n改了第 {self.edits} 次。\n{text[mark:]}", encoding="utf-8")

    def kb(self, *arguments: str) -> Run:
        """Run kb in the project."""
        return run([script("kb"), *arguments], self.project, self.environment)

    def mkdocs(self) -> Run:
        """Build the staged pages by plain MkDocs with Material."""
        return run([script("mkdocs"), "build", "--quiet"], self.peer, self.environment)

    def warm_zensical(self) -> Run:
        """Build the staged pages by Zensical, which has built them before."""
        return run([script("zensical"), "build"], self.zensical, self.environment)

    def bare_hugo(self) -> Run:
        """Build the staged pages by Hugo, which always builds all; without a theme and without search."""
        return run(["hugo", "--quiet"], self.hugo, self.environment)


def stage(project: Path, out: Path) -> None:
    """Write the staged pages of the staff site, and a plain mkdocs.yml."""
    import yaml

    from kb_builder import checks
    from kb_builder.config.load import load_settings
    from kb_builder.pipeline import check, generate, stage_tree

    catalog = check(load_settings(project, checks.rules()), date.fromisoformat(AS_OF)).catalog
    tree = generate(catalog, "staff")
    stage_tree(tree, out)
    config = yaml.unsafe_load((out / "mkdocs.yml").read_text(encoding="utf-8"))
    del config["theme"]["custom_dir"], config["extra"]["kb"]
    config["markdown_extensions"] = [
        each for each in config["markdown_extensions"] if not next(iter(each)).startswith("kb_builder")
    ]
    for each in config["markdown_extensions"]:
        for options in each.values():
            for name in [name for name, value in options.items() if callable(value)]:
                del options[name]
    config["plugins"] = ["search"]
    del config["validation"]
    (out / "mkdocs.yml").write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")


def measure(count: int, rounds: int) -> dict[str, Run]:
    """Return the medians of all runs with so many documents, by name."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        bench = Bench(Path(name), count)
        with_peers = count <= PEERS_UP_TO
        with_zensical = with_peers and find_spec("zensical") is not None
        steps: list[tuple[str, Callable[[], Run]]] = []

        def cold(command: Sequence[str]) -> Callable[[], Run]:
            return lambda: (bench.forget(), bench.kb(*command))[1]

        def edited(command: Sequence[str]) -> Callable[[], Run]:
            return lambda: (bench.edit(), bench.kb(*command))[1]

        steps += [
            ("check, cold", cold(CHECK)),
            ("check, cached", lambda: bench.kb(*CHECK)),
            ("check, one edit", edited(CHECK)),
            ("build, cold", cold(BUILD)),
            ("build, one edit", edited(BUILD)),
            ("build, nothing changed", lambda: bench.kb(*BUILD)),
        ]
        if with_peers:
            steps.append(("MkDocs + Material", bench.mkdocs))
        if with_zensical:
            bench.warm_zensical()
            steps.append(("Zensical, warm", bench.warm_zensical))
        if with_peers and shutil.which("hugo"):
            steps.append(("Hugo, bare pages", bench.bare_hugo))
        runs: dict[str, list[Run]] = {name: [] for name, _step in steps}
        for _ in range(rounds):
            for name, step in steps:
                runs[name].append(step())
        return {
            name: Run(
                cpu=median(each.cpu for each in every),
                wall=median(each.wall for each in every),
                memory=max(each.memory for each in every),
            )
            for name, every in runs.items()
        }


def show(count: int, runs: Mapping[str, Run], rounds: int) -> None:
    """Print a row for every run."""
    print(f"\n{count:,} documents; median of {rounds}")
    plain = runs.get("MkDocs + Material")
    print(f"  {'':<24}{'CPU s':>9}{'ms a page':>11}{'wall s':>9}{'MB':>7}{'CPU to MkDocs':>15}{'wall':>7}")
    for name, each in runs.items():
        ratios = f"{each.cpu / plain.cpu:>15.3f}{each.wall / plain.wall:>7.2f}" if plain else ""
        print(
            f"  {name:<24}{each.cpu:>9.2f}{each.cpu / count * 1e3:>11.2f}{each.wall:>9.2f}{each.memory:>7.0f}{ratios}"
        )


def judge(results: Mapping[int, Mapping[str, Run]]) -> bool:
    """Print every target that these results can tell; return whether all are met."""
    told: list[tuple[str, float, float]] = []

    def tell(count: int, name: str, other: str, most: float, what: str) -> None:
        runs = results.get(count, {})
        if name in runs and other in runs:
            told.append((f"{what}, {count:,} documents", runs[name].cpu / runs[other].cpu, most))

    for count in results:
        tell(count, "build, cold", "MkDocs + Material", 1.10, "CPU of a cold build to MkDocs")
    tell(3_000, "build, one edit", "MkDocs + Material", 0.1, "CPU after one edit to MkDocs")
    tell(1_000, "build, nothing changed", "MkDocs + Material", 1 / 40, "CPU with nothing changed to MkDocs")
    tell(3_000, "build, nothing changed", "Zensical, warm", 1 / 6, "CPU with nothing changed to Zensical")
    tell(10_000, "check, cached", "check, cold", 1 / 12, "CPU of a cached check to a cold one")
    first, last = min(results), max(results)
    if first != last:
        cost = [results[count]["build, cold"].cpu / count for count in (first, last)]
        told.append((f"cost of a page, {first:,} to {last:,} documents", cost[1] / cost[0], 1.1))
    for count, runs in results.items():
        told.append(
            (
                f"MB of memory, {count:,} documents",
                max(each.memory for name, each in runs.items() if name.startswith(("check", "build"))),
                600,
            )
        )
    for what, value, most in told:
        print(f"  {what}: {value:.3f}, at most {most:.3f}: {'met' if value <= most else 'MISSED'}")
    return all(value <= most for _what, value, most in told)


def main() -> int:
    """Print figures; return 1 if one misses its target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=page_count, nargs="+", default=COUNTS)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    # What Python compiles the first time is no part of what is measured.
    measure(80, 1)
    results: dict[int, dict[str, Run]] = {}
    for count in sorted(options.pages):
        results[count] = measure(count, options.rounds)
        show(count, results[count], options.rounds)
    print()
    met = judge(results)
    print("targets met" if met else "a target is MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
