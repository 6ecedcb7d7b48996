"""Builds in which a call to the system fails: they say so, and what is published stays whole."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest

from kb_builder.publish import NOTE
from tests.faults.conftest import ALL, TIMES
from tests.faults.lab import BUILD, KINDS, Lab, other

pytestmark = pytest.mark.xdist_group("faults")

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)
# So many calls of each kind are tried where not all are.
SAMPLE = {"read": 2, "open": 2, "write": 2, "fsync": 2, "rename": 4, "link": 1, "mkdir": 1, "unlink": 1}
WRITING = sum(KINDS[name] for name in ("open", "write", "fsync", "rename", "link", "mkdir", "unlink"))


def fail(lab: Lab, old: str, action: int, **how: Any) -> str:
    """Build the other generation with a fault; return the generation that is published afterwards."""
    new = other(old)
    lab.write(new)
    ended = lab.run(*BUILD, action=action, **how)
    where = f"{how} {errno.errorcode[action]}: exit {ended.code}, {ended.said}"
    assert ended.code in (0, 1, 2), where
    assert "Traceback" not in ended.said
    assert "a bug of kb" not in ended.said
    begun = (lab.project / ".kb" / NOTE).exists()
    if ended.code:
        assert os.strerror(action) in ended.said, where
        assert "/" in ended.said or "kb.yml" in ended.said, where
    if "only some of the sites" in ended.said:
        assert begun, where
        lab.settle(new)
    expected = new if ended.code == 0 or "only some of the sites" in ended.said else old
    assert lab.generations() == (expected, expected), where
    if lab.leftovers():
        # The fault met the cleaning.
        lab.settle(new)
        return new
    return expected


@pytest.mark.parametrize("kind", KINDS)
def test_any_call_may_fail(settled, chance, kind):
    state = settled.generation("staff")
    calls = settled.usual[kind]
    numbers = (
        range(1, calls + 1) if ALL else sorted(chance.sample(range(1, calls + 1), min(SAMPLE[kind] * TIMES, calls)))
    )
    if not calls:
        return  # a build makes no such call
    cases = [(at, action) for at in numbers for action in (ERRORS if ALL else [chance.choice(ERRORS)])]
    with settled.reader() as met:
        for at, action in cases:
            state = fail(settled, state, action, kinds=KINDS[kind], at=at)
    assert met == []
    print(f"{len(cases)} faults of {kind}")


@pytest.mark.parametrize("action", [errno.ENOSPC, errno.EROFS], ids=["full disk", "read-only"])
def test_from_some_moment_on_nothing_can_be_written(settled, chance, action):
    state = settled.generation("staff")
    calls = sum(settled.usual.values()) - settled.usual["read"]
    # Nearly at the end, sites are switched.
    numbers = [
        1,
        chance.randint(1, calls),
        *(calls - chance.randint(0, 300) for _time in range(200 if ALL else TIMES)),
    ]
    with settled.reader() as met:
        for at in numbers:
            state = fail(settled, state, action, kinds=WRITING, at=at, sticky=True)
    assert met == []


def test_without_exchange_a_rename_that_fails_is_taken_back(settled, chance):
    state = settled.generation("staff")
    calls = settled.usual["rename"] + 2
    with settled.reader(gaps=True) as met:
        for at in range(1, calls + 1) if ALL else range(max(1, calls - 7), calls + 1, 3):
            state = fail(settled, state, chance.choice(ERRORS), kinds=KINDS["rename"], at=at, exchange=False)
    assert met == []
