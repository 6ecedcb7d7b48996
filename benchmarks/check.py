"""Measures `kb check` and `kb --version` against peers in one run: `python benchmarks/check.py`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import ANCHOR_SHARE, AS_OF, page_count, write_corpus
from cpu import best_of, cpu_seconds, script

CHECK_TARGET = 0.25
KNOWN_TARGET = 1 / 12
START_TARGET = 0.5
# Folder of the pages in content/, and the type that `kb schema` knows.
_TYPES = {"sops": "sop", "faq": "faq"}
_PEER = Path(__file__).with_name("front_matter_peer.py")


def compare_check(count: int, anchor_share: float, rounds: int) -> bool:
    """Print what checking a page costs `kb` and the peer; return whether the ratios meet the targets."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        project = Path(name) / "project"
        schemas = Path(name) / "schemas"
        size = write_corpus(project, count, anchor_share)
        _write_schemas(schemas, project)
        print(
            f"{count:,} pages of {size / count:,.0f} bytes, {anchor_share:.0%} of them with a link to a heading;"
            f" best of {rounds}"
        )
        rows = [_round(project, schemas, Path(name) / f"cache-{number}") for number in range(rounds)]
    seconds = {command: min(row[command] for row in rows) for command in rows[0]}
    for command, each in seconds.items():
        print(f"  {command:<32} {each:7.2f} s CPU  {each / count * 1e6:7.0f} µs a page")
    cold, unchanged, edited, peer = seconds.values()
    print(f"  one page edited costs {edited / cold:.2f} of the first run")
    met = [_judge({"kb": cold, "peer": peer}, CHECK_TARGET), _judge({"nothing": unchanged, "all": cold}, KNOWN_TARGET)]
    return all(met)


def _round(project: Path, schemas: Path, cache: Path) -> dict[str, float]:
    """Return the CPU seconds of each command, run once; the first one begins with an empty cache."""
    check = [script("kb"), "check", "--as-of", AS_OF, "--fail-on", "notice"]
    environment = {"KB_CACHE_DIR": str(cache)}
    cold = cpu_seconds(check, project, environment)
    # What changed a moment ago is not yet known for certain.
    time.sleep(2.1)
    cpu_seconds(check, project, environment)
    unchanged = cpu_seconds(check, project, environment)
    page = next(iter(sorted(project.glob("content/**/*.md"))))
    page.write_text(page.read_text(encoding="utf-8") + "\n再確認一次。\n", encoding="utf-8")
    return {
        "kb check, empty cache": cold,
        "kb check, nothing changed": unchanged,
        "kb check, one page edited": cpu_seconds(check, project, environment),
        "python-frontmatter + jsonschema": cpu_seconds([sys.executable, str(_PEER), "content", str(schemas)], project),
    }


def compare_start(rounds: int) -> bool:
    """Print what starting `kb` and MkDocs costs; return whether the ratio meets the target."""
    print(f"start-up; best of {rounds}")
    seconds = best_of(
        rounds,
        {"kb --version": [script("kb"), "--version"], "mkdocs --version": [script("mkdocs"), "--version"]},
        Path.cwd(),
    )
    for command, each in seconds.items():
        print(f"  {command:<32} {each * 1e3:7.0f} ms CPU")
    return _judge(seconds, START_TARGET)


def _write_schemas(folder: Path, project: Path) -> None:
    folder.mkdir()
    for name, content_type in _TYPES.items():
        done = subprocess.run([script("kb"), "schema", content_type], cwd=project, capture_output=True, check=True)
        (folder / f"{name}.json").write_bytes(done.stdout)


def _judge(seconds: dict[str, float], target: float) -> bool:
    ours, theirs = seconds.values()
    ratio = ours / theirs
    print(f"  ratio {ratio:.3f}, target {target:.3f}: {'met' if ratio <= target else 'MISSED'}")
    return ratio <= target


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure kb check and kb --version against peers.")
    parser.add_argument("--pages", type=page_count, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--anchors", type=float, default=ANCHOR_SHARE, help="share of pages that link to a heading")
    arguments = parser.parse_args()
    met = [compare_check(arguments.pages, arguments.anchors, arguments.rounds), compare_start(3 * arguments.rounds)]
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
