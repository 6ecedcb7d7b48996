"""Processes that render: what they are given, and that none outlives who started it."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date

import pytest

from kb_builder import rendering
from kb_builder.cli.run import run


def run_program(text: str) -> str:
    """Return what a program prints; alone, as a worker of the tests has threads, and then nothing is forked."""
    done = subprocess.run([sys.executable, "-c", START + text], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


START = """
import os, signal
from kb_builder.model.errors import KbError
from kb_builder.renderers import processes
from kb_builder.renderers.mkdocs_share import Rendered

def tell(render, share):
    processes.render_share = render
    with processes.standing_by() as run:
        try:
            return run([share])
        except KbError as error:
            return error
"""


def test_who_stands_by_renders_in_a_process_of_its_own():
    text = """
(result,) = tell(lambda share: Rendered(order=(str(os.getpid()), *sorted(share))), {"b", "a"})
print(*result.order[1:], int(result.order[0]) != os.getpid())
"""
    assert run_program(text) == "a b True"


def test_who_was_never_asked_ends():
    text = """
with processes.standing_by():
    pass
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("none")
"""
    assert run_program(text) == "none"


def test_a_process_that_dies_is_told():
    text = "print(tell(lambda share: os.kill(os.getpid(), signal.SIGKILL), set()))"
    assert run_program(text).startswith("a process that rendered pages died")


def test_what_goes_wrong_there_is_raised_here():
    text = """
def fail(share):
    raise KbError("no", "way")
print(repr(tell(fail, set())))
"""
    assert run_program(text).startswith("KbError('no'")


def test_only_the_site_of_customers_is_rendered_apart(make_project, monkeypatch):
    faq = "---\nid: FAQ-{0}\ntitle: 問題 {0}\nsummary: 摘要\nowner: ops\ntopic: 帳號\nstatus: draft\n---\n\nx\n"
    settings = make_project({"content/faq/a.md": faq.format("001"), "content/faq/b.md": faq.format("002")})
    apart = []
    render = rendering.render_shares
    monkeypatch.setattr(rendering, "render_shares", lambda shares, run: apart.append(run) or render(shares, run))
    command = ["--project", str(settings.root), "build", "--no-cache", "--as-of", str(date(2026, 11, 20))]
    assert run(command) == 0
    assert [each is not None for each in apart] == [False, True]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends processes with their parent")
def test_nobody_outlives_a_killed_build(tmp_path):
    program = (
        "import os, time\nfrom kb_builder.renderers import processes\n"
        "def sleep(share):\n    open(share, 'w').write(str(os.getpid()))\n    time.sleep(600)\n"
        "processes.render_share = sleep\n"
        "with processes.standing_by() as render:\n    render(['one', 'two'])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path)
    files = [tmp_path / "one", tmp_path / "two"]
    while not all(file.exists() and file.read_text() for file in files):
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    for file in files:
        while alive(int(file.read_text())):
            time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as status:  # noqa: PTH123
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
