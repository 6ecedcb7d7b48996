"""Builds that are killed: what is published stays whole, and the next build has nothing to complain of."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from kb_builder import pipeline
from kb_builder.publish import NOTE
from tests.faults.conftest import ALL, TIMES
from tests.faults.lab import BUILD, KILL_GROUP, KILL_PROCESS, KINDS, SITES, Lab, other

pytestmark = pytest.mark.xdist_group("faults")

KILLED = -9
# Functions of the pipeline at which a stage begins or ends.
STAGES = (
    "finish", "check", "discover", "parse", "validate", "index", "generate", "stage_tree", "write_search",
    "write_policy", "verify", "prove", "build_site", "publish",
)  # fmt: skip
RANDOM_KILLS = int(os.environ.get("KB_KILLS", 1000 if ALL else 4 * TIMES))
EVERYTHING = sum(KINDS.values())


def kill(lab: Lab, old: str, *, gaps: bool = False, ends: tuple[int, ...] = (KILLED, 0), **how: Any) -> str:
    """Build the other generation, killed on the way unless it `ends` otherwise; return what is published afterwards.

    A pair of two generations, or with `gaps` no site, is there only until any command looks at a site.
    """
    new = other(old)
    lab.write(new)
    ended = lab.run(*BUILD, **how)
    if ended.code == 2:
        # It was a process that the build had started.
        assert how["action"] == KILL_PROCESS, (how, ended.said)
        assert "a process that rendered pages died" in ended.said
        assert lab.generations() == (old, old)
        return old
    assert ended.code in ends, (how, ended.said)
    assert ended.code == KILLED or not ended.hits
    missing = [name for name in SITES if not (lab.project / "site" / name).exists()]
    begun = (lab.project / ".kb" / NOTE).exists()
    if missing:
        assert gaps
        assert begun
    states = {lab.generation(name) for name in SITES if name not in missing}
    if missing or len(states) == 2:
        assert begun, f"{states} and nothing says that this is not done"
        assert lab.run("search", "FAQ-001").code == 0
        assert lab.generations() == (new, new)
        return new
    (state,) = states
    assert state in ((new,) if ended.code == 0 else (old, new))
    return state


def campaign(
    lab: Lab,
    kills: list[dict[str, Any]],
    chance: random.Random,
    *,
    gaps: bool = False,
    ends: tuple[int, ...] = (KILLED, 0),
) -> None:
    """Kill builds in all these ways, some upon what others left, while somebody reads."""
    state = lab.generation("staff")
    with lab.reader(gaps=gaps) as met:
        for how in kills:
            state = kill(lab, state, gaps=gaps, ends=ends, **how)
            if ALL or chance.random() < 0.25:
                state = other(state)
                lab.settle(state)
                for name in SITES:
                    lab.generation(name, previous=True)
        lab.settle(other(state))
    assert met == []
    print(f"{len(kills)} kills")


def test_stages_are_those_of_the_pipeline():
    assert [name for name in STAGES if not callable(getattr(pipeline, name, None))] == []


def test_killed_at_every_stage(settled, chance):
    sides = (False, True) if ALL else (False,)
    names = STAGES if ALL else sorted(chance.sample(STAGES, min(len(STAGES), 5 * TIMES)))
    kills = [{"stage": {"name": name, "after": after}} for name in names for after in sides]
    campaign(settled, kills, chance, ends=(KILLED,))


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "rename"])
def test_killed_at_every_rename_and_sync(settled, chance, exchange):
    kinds = KINDS["rename"] | KINDS["fsync"]
    # Without exchange it takes two more renames.
    calls = settled.usual["rename"] + settled.usual["fsync"] + (0 if exchange else 2)
    assert calls > 10
    # The last of them are those that switch.
    last = range(max(1, calls - 11), calls + 1)
    chosen = range(1, calls + 1) if ALL else sorted(chance.sample(last, min(len(last), 4 * TIMES)))
    kills = [{"kinds": kinds, "at": at, "action": KILL_GROUP, "exchange": exchange} for at in chosen]
    campaign(settled, kills, chance, gaps=not exchange)


def test_killed_at_random_moments(settled, chance):
    calls = sum(settled.usual.values())
    kills: list[dict[str, Any]] = []
    for number in range(RANDOM_KILLS):
        action = chance.choice((KILL_GROUP, KILL_PROCESS))
        if number % 5:
            kills.append({"kinds": EVERYTHING, "at": chance.randint(1, calls), "action": action})
        else:
            kills.append({"seconds": chance.uniform(0, 2)})
    campaign(settled, kills, chance)
