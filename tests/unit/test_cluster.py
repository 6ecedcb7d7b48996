"""Pages rendered by the workers of a Dask cluster on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb_builder.model.errors import KbError
from kb_builder.renderers import cluster as cluster_module
from kb_builder.renderers.cluster import Cluster

FAQ = """\
---
id: FAQ-{number:03d}
title: 問題 {number}
summary: 摘要
owner: ops
audience: {audience}
status: published
last_reviewed: 2026-10-01
review_interval: 6 months
topic: account
---

## 答案

請見[另一頁](faq-{other}.md#{anchor})。
"""


def start(*command: str, log: Path) -> subprocess.Popen:
    environment = {**os.environ, "DASK_DISTRIBUTED__DASHBOARD__LINK": "", "PYTHONWARNINGS": "ignore"}
    with log.open("w") as output:
        return subprocess.Popen([sys.executable, "-m", *command], stdout=output, stderr=output, env=environment)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Return the address of a scheduler with two workers, each a process of its own."""
    folder = tmp_path_factory.mktemp("cluster")
    place = folder / "scheduler.json"
    file = ("--scheduler-file", str(place))
    options = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(folder))
    processes = [
        start("dask", "scheduler", *file, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", log=folder / "s.log"),
        *(start("dask", "worker", *file, *options, log=folder / f"{number}.log") for number in range(2)),
    ]
    try:
        from distributed import Client

        with Client(scheduler_file=str(place), timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            yield client.scheduler.address
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def tree(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file() and ".previous" not in str(file.relative_to(folder)))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def kb(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kb_builder", "--project", str(root), "build", "--as-of", "2026-11-20", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def project(make_project, count: int, anchor: str = "答案") -> Path:
    pages = {
        f"content/faq/faq-{number}.md": FAQ.format(
            number=number + 1, other=(number + 2) % count, anchor=anchor, audience=("staff", "customers")[number % 2]
        )
        for number in range(count)
    }
    return make_project(pages).root


def test_workers_make_the_same_bytes(make_project, address):
    root = project(make_project, 130)
    done = kb(root, "--no-cache", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    here = tree(root / "site")
    done = kb(root, "--no-cache", "--scheduler", address)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(root / "site") == here
    (file,) = here.keys() & {"staff/faq/faq-129.html"}
    assert "問題 130" in here[file].decode()


def test_all_workers_take_part(make_project, address, monkeypatch):
    from datetime import date

    from kb_builder import checks
    from kb_builder.config.load import load_settings
    from kb_builder.pipeline import build
    from kb_builder.rendering import Surroundings

    seen = []
    render = Cluster.render
    monkeypatch.setattr(Cluster, "render", lambda self, shares: seen.append(len(shares)) or render(self, shares))
    cluster = Cluster(address)
    settings = load_settings(project(make_project, 130), checks.rules())
    built = build(settings, date(2026, 11, 20), ("staff",), Surroundings(cluster=cluster))
    cluster.close()
    assert set(built.published) == {"staff"}, built.diagnostics
    assert seen == [2]


def test_no_scheduler_is_named(monkeypatch):
    monkeypatch.setattr(cluster_module, "_PATIENCE", 0.5)
    with pytest.raises(KbError, match="there is no scheduler at tcp://127"):
        Cluster("tcp://127.0.0.1:1")


def test_a_worker_with_another_version_is_named(address, monkeypatch):
    monkeypatch.setattr(cluster_module, "__version__", "9.9")
    with pytest.raises(KbError, match=r"would make other pages: it has kb-builder 0\."):
        Cluster(address)
