"""Measures flowcharts: steps to SVG against Mermaid reading the same flows as text: `python benchmarks/flow.py`.

Mermaid is only made to parse: it lays nothing out and draws nothing, which would need a browser.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cpu import cpu_seconds

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "property"))

from flows import WORDS, make_flow  # noqa: E402

from kb_builder.flow.layout import lay_out  # noqa: E402
from kb_builder.flow.mermaid import write_mermaid  # noqa: E402
from kb_builder.flow.svg import write_svg  # noqa: E402
from kb_builder.model.flow import Flow  # noqa: E402

# Targets: CPU milliseconds of a chart of 12 steps; seconds of 1,000 charts; bytes of the SVG of 12 steps.
CHART_MS, THOUSAND_S, BYTES = 5.0, 8.0, 20_000
_JUDGE = ROOT / "tests" / "contract" / "node" / "install.sh"


def draw_all(flows: list[Flow], rounds: int) -> tuple[float, int]:
    """Return the least CPU seconds of drawing all flows, and the size of the largest picture in bytes."""
    best, largest = float("inf"), 0
    for _ in range(rounds):
        before = time.process_time()
        pictures = [write_svg(lay_out(flow, WORDS), prefix="f", title="flow") for flow in flows]
        best = min(best, time.process_time() - before)
        largest = max(len(picture.encode()) for picture in pictures)
    return best, largest


def parse_all(flows: list[Flow]) -> float:
    """Return the CPU seconds in which Mermaid parses all flows; starting node and loading Mermaid is taken off."""
    folder = Path(subprocess.run(["sh", str(_JUDGE)], capture_output=True, text=True, check=True).stdout.strip())
    texts = [{"format": "mermaid", "text": write_mermaid(flow, WORDS)} for flow in flows]
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        seconds = []
        for items in ([], texts):
            path = Path(name) / f"{len(items)}.json"
            path.write_text(json.dumps(items), encoding="utf-8")
            seconds.append(cpu_seconds(["sh", "-c", f"node judge.mjs < '{path}'"], folder))
    return seconds[1] - seconds[0]


def main() -> int:
    """Print figures; return 1 if one misses its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--charts", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    met = True
    for name, steps in (("12 steps", 12), ("5–50 steps", None)):
        flows = [make_flow(seed, steps) for seed in range(options.charts)]
        seconds, largest = draw_all(flows, options.rounds)
        each = seconds / options.charts * 1e3
        print(f"{name:<11} {each:6.2f} ms CPU a chart, {each:5.1f} s for 1,000; largest SVG {largest:,} bytes")
        met &= each <= THOUSAND_S
        if steps:
            met &= each <= CHART_MS and largest <= BYTES
        if not options.no_peer:
            peer = parse_all(flows)
            print(f"{'':<11} {seconds / peer:6.2f} of the CPU that Mermaid takes to parse the same flows")
    print("targets met" if met else "a target is MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
