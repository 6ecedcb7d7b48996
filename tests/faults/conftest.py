"""A lab for all tests of faults; its files are in memory where possible: on disk, hundreds of builds are slow."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.lab import GENERATIONS, Lab

# All of it, for the night, or a sample, which may be so many times as large as usual.
_GIVEN = os.environ.get("KB_FAULTS", "1")
ALL = _GIVEN == "all"
TIMES = 1 if ALL else int(_GIVEN)
SEED = int(os.environ.get("KB_FAULTS_SEED", "20261120"))
NEEDED = "faults are let happen by a library that is compiled for Linux; needs `cc`"


def can_compile() -> bool:
    """Whether there is a lab on this machine."""
    return sys.platform == "linux" and shutil.which("cc") is not None


@pytest.fixture(scope="session")
def lab(cache_home: Path) -> Iterator[Lab]:
    """Return a lab in which both generations were built once."""
    if not can_compile():
        pytest.skip(NEEDED)
    memory = Path("/dev/shm")
    base = Path(tempfile.mkdtemp(prefix="kb-faults-", dir=memory if os.access(memory, os.W_OK) else None))
    made = Lab(base)
    try:
        made.learn()
        yield made
    finally:
        made.close()
        shutil.rmtree(base)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Return random choices that are the same in every run, unless KB_FAULTS_SEED says otherwise."""
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture
def settled(lab: Lab) -> Iterator[Lab]:
    """Return the lab, in order before and after the test."""
    if lab.leftovers() or lab.generations() != (GENERATIONS[1],) * 2:
        lab.settle(GENERATIONS[1])
    yield lab
    if lab.leftovers():
        lab.settle(GENERATIONS[1])
