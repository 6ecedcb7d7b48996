"""Mermaid and bpmn-moddle themselves read what kb writes for them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "property"))
from flows import WORDS, make_flow

from kb_builder.flow.bpmn import write_bpmn
from kb_builder.flow.compare import compare
from kb_builder.flow.graph import build_flow
from kb_builder.flow.layout import lay_out
from kb_builder.flow.mermaid import write_mermaid

HERE = Path(__file__).parent
NASTY = '1. a "quoted" `code` <b>&amp;</b> #35; {x} [y] |z| end; %% graph\\n - [ ] **文字** $$x$$ -->'


@pytest.fixture(scope="session")
def judge() -> Path:
    """Return the folder in which the npm packages are installed."""
    done = subprocess.run(["sh", str(HERE / "node" / "install.sh")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def faults(judge: Path, items: list[tuple[str, str]]) -> list[list[str]]:
    done = subprocess.run(
        ["node", "judge.mjs"],
        cwd=judge,
        input=json.dumps([{"format": format_, "text": text} for format_, text in items]),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def both(flow: object) -> list[tuple[str, str]]:
    return [
        ("mermaid", write_mermaid(flow, WORDS)),
        ("bpmn", write_bpmn(flow, lay_out(flow, WORDS), title=NASTY, words=WORDS)),
    ]


@pytest.mark.xdist_group("node")
def test_random_flows_are_read_without_warnings(judge: Path) -> None:
    items = [item for seed in range(30) for item in both(make_flow(seed))]
    assert faults(judge, items) == [[] for _ in items]


@pytest.mark.xdist_group("node")
def test_texts_of_authors_do_no_harm(judge: Path) -> None:
    step = {"name": NASTY, "role": NASTY, "handler": NASTY, "expected": NASTY, "time_limit": NASTY, "sop": NASTY}
    kinds = [{}, {"type": "document"}, {"type": "wait"}, {"outcomes": {NASTY: "s1", "no": "end"}}]
    items = both(build_flow([{**step, **kind} for kind in kinds]))
    assert faults(judge, items) == [[], []]


@pytest.mark.xdist_group("node")
def test_marks_of_changes_are_read_without_warnings(judge: Path) -> None:
    words = {**WORDS, "new": "新增", "changed": NASTY, "removed": "Removed"}
    found = [compare(make_flow(seed), make_flow(seed + 1)) for seed in range(20)]
    items = [("mermaid", write_mermaid(each.flow, words, each.steps, each.ways)) for each in found]
    for sign in ("newStep", "changedStep", "removedStep", "==>", "-.->"):
        assert any(sign in text for _format, text in items)
    assert faults(judge, items) == [[] for _ in items]


@pytest.mark.xdist_group("node")
def test_the_judge_finds_faults(judge: Path) -> None:
    """A judge that is content with everything would be none."""
    (_name, bpmn) = both(make_flow(1))[1]
    broken = [("mermaid", "flowchart TB\n n0[x"), ("mermaid", "pie\n"), ("bpmn", "<a/>")]
    broken.append(("bpmn", bpmn.replace('targetRef="Node_2"', 'targetRef="Node_none"', 1)))
    assert all(faults(judge, broken))
