"""Makes random valid flows of a seed: steps as an author writes them, with the roles they name.

5–50 steps, 1–8 lanes, decisions of 2–4 outcomes, loops back, subprocesses, documents and waits; texts all Chinese, all
English or mixed. Every step can be reached and every step leads to the end.
"""

from __future__ import annotations

import random
from typing import Any

from kb_builder.flow.graph import build_flow
from kb_builder.model.flow import Flow, Role

WORDS = {
    "role": "負責：",
    "department": "部門：",
    "handler": "處理：",
    "time_limit": "時限：",
    "expected": "預期：",
    "sop": "流程：",
    "separator": "、",
}
_HAN = "受理並建立工單確認影響範圍與負責人通知主管檢查備份是否完整執行修復驗證結果記錄時間軸回報客戶歸檔教訓修訂程序"
_WORDS = """
open the ticket and confirm scope notify duty lead check backup restore service verify result record timeline to
escalate vendor internationalisation https://status.example.com/incidents/2026-11-20 rollback approve
"""
_LATIN = _WORDS.split()
_HAN_LABELS = ("是", "否", "通過", "不通過", "需要", "A 類", "B 類 / C 類", "需要第三方協助", "資料不足，退回補件")
_LATIN_LABELS = ("yes", "no", "pass", "fail", "A", "needs the vendor", "rolled back", "not reproducible", "timeout")
_LIMITS: tuple[Any, ...] = ("immediately", "30 minutes", "1 hour", "24 hours", {"A": "2 hours", "B": "4 hours"})


def _phrase(rng: random.Random, script: str, low: int, high: int) -> str:
    if script == "mixed":
        return rng.choice((_phrase, _both))(rng, rng.choice(("han", "latin")), low, high)
    if script == "latin":
        return " ".join(rng.choice(_LATIN) for _ in range(max(1, rng.randint(low, high) // 3)))
    start = rng.randrange(len(_HAN))
    text = (_HAN + _HAN)[start : start + rng.randint(low, high)]
    return text[: len(text) // 2] + "，" + text[len(text) // 2 :] if len(text) > 12 else text


def _both(rng: random.Random, _script: str, low: int, high: int) -> str:
    return _phrase(rng, "han", low // 2 + 1, high // 2 + 1) + " " + _phrase(rng, "latin", 3, 6) + "（web-01）"


def make_steps(rng: random.Random, count: int, lanes: int, script: str, *, wild: bool) -> list[dict[str, Any]]:
    """Return `count` steps over at most `lanes` roles; in a wild flow, work jumps between any roles and steps."""
    steps: list[dict[str, Any]] = []
    stages = rng.randint(2, 7) if rng.random() < 0.3 else 0
    lane = 0
    for i in range(count):
        # Work stays with a role for a while, then goes to any other.
        if i and (wild or rng.random() < 0.6):
            lane = rng.randrange(lanes)
        step: dict[str, Any] = {"id": f"t{i}", "name": _phrase(rng, script, 3, 14), "role": f"role-{lane}"}
        if rng.random() < 0.9:
            step["time_limit"] = rng.choice(_LIMITS)
            step["expected"] = _phrase(rng, script, 6, 26)
        if rng.random() < 0.7:
            step["handler"] = _phrase(rng, script, 3, 6)
        if stages:
            step["stage"] = f"{i * stages // count + 1}. " + _HAN[i * stages // count * 4 :][:5]
        kind = rng.random()
        if kind < (0.3 if wild else 0.22) and i < count - 2:
            _add_outcomes(rng, step, i, count, script, wild=wild)
        elif kind < 0.3:
            step["sop"] = f"SOP-{rng.randint(1, 99):03d}"
        elif kind < 0.42:
            step["type"] = rng.choice(("document", "wait"))
        steps.append(step)
    return steps


def _add_outcomes(rng: random.Random, step: dict[str, Any], i: int, count: int, script: str, *, wild: bool) -> None:
    """Make a step a decision: one way on, the others forward by some steps, back, or to the end."""
    ways = rng.choice((2, 2, 2, 3, 3, 4))
    labels = rng.sample({"han": _HAN_LABELS, "latin": _LATIN_LABELS}.get(script, _HAN_LABELS + _LATIN_LABELS), ways)
    targets = [f"t{i + 1}"]
    for _ in range(ways - 1):
        chance = rng.random()
        if wild:
            targets.append(f"t{rng.randrange(count)}")
        elif chance < 0.45 and i:
            targets.append(f"t{rng.randrange(max(0, i - 12), i + 1)}")
        elif chance < 0.95:
            targets.append(f"t{rng.randrange(i + 2, min(count, i + 9))}")
        else:
            targets.append("end")
    rng.shuffle(targets)
    step["outcomes"] = dict(zip(labels, targets, strict=True))


def make_flow(seed: int, count: int | None = None) -> Flow:
    """Return the flow of a seed, with `count` steps if given; every fourth is wild."""
    rng = random.Random(seed)
    script = ("han", "latin", "mixed")[seed % 3]
    steps = make_steps(rng, count or rng.randint(5, 50), rng.randint(1, 8), script, wild=seed % 4 == 3)
    roles = {
        f"role-{i}": Role(
            name=_phrase(rng, script, 3, 7),
            department="" if rng.random() < 0.3 else _phrase(rng, script, 3, 5),
        )
        for i in range(8)
    }
    return build_flow(steps, roles=roles, start="開始", end="結束")
