"""`kb serve` as an author meets it: a running server, edits on disk."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb_builder.cli.serve import _stopped_by_signals
from tests.conftest import ROOT

PATIENCE = 60


def get(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return str(error.code)
    except OSError:
        return ""


def wait_for(condition: Callable[[], bool]) -> bool:
    """Return whether a condition came true before patience ran out."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def page(make_project) -> Path:
    source = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    return make_project({"content/faq/a.md": source}).root / "content/faq/a.md"


@pytest.fixture
def server(page: Path, port: int) -> Iterator[tuple[str, Path]]:
    root = page.parent.parent.parent
    log = root / "log.txt"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "kb_builder", "serve", "--port", str(port), "--as-of", "2026-11-20"],
            cwd=root,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"},
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            assert wait_for(lambda: "kb-hero" in get(url)), log.read_text()
            yield url, log
            process.send_signal(signal.SIGINT)
            try:
                code = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                # Say where it hangs.
                process.send_signal(signal.SIGABRT)
                code = process.wait()
            assert code == 0, log.read_text()
            assert "Traceback" not in log.read_text()
        finally:
            process.kill()
            process.wait()


def test_edits_appear_and_broken_ones_show_what_is_wrong(server, page):
    url, log = server
    assert get(url + "nowhere.html") == "404"
    good = page.read_text(encoding="utf-8")
    page.write_text(good.replace("忘記密碼怎麼辦？", "改過的標題"), encoding="utf-8")
    assert wait_for(lambda: "改過的標題" in get(url + "faq/a.html")), log.read_text()
    assert wait_for(lambda: "改過的標題" in get(url + "search/p0.js"))
    page.write_text(good.replace("owner: ops", "owner: nobody"), encoding="utf-8")
    assert wait_for(lambda: "content/faq/a.md:5:8" in get(url + "faq/a.html")), log.read_text()
    assert "content/faq/a.md:5:8: error KB201 owner-unknown" in log.read_text()
    assert "改過的標題" in get(url + "faq/index.html")
    page.write_text(good, encoding="utf-8")
    assert wait_for(lambda: "忘記密碼怎麼辦？" in get(url + "faq/a.html")), log.read_text()


def test_a_fault_outside_of_pages_leaves_the_last_good_site(server, page):
    url, log = server
    config = page.parent.parent.parent / "kb.yml"
    good = config.read_text(encoding="utf-8")
    config.write_text(good + "colour: red\n", encoding="utf-8")
    assert wait_for(lambda: "still showing the last good site" in log.read_text())
    assert "`colour`" in get(url) and "kb-hero" not in get(url)
    assert "忘記密碼怎麼辦？" in get(url + "faq/a.html")
    config.write_text(good, encoding="utf-8")
    assert wait_for(lambda: "kb-hero" in get(url)), log.read_text()


def test_a_taken_port_is_a_plain_message(page, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "kb_builder", "serve", "--port", str(port)],
            cwd=page.parent.parent.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "another server runs there" in done.stderr
    assert "serving" not in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1", "a..b"])
def test_a_host_that_is_not_here_is_a_plain_message(page, port, host):
    done = subprocess.run(
        [sys.executable, "-m", "kb_builder", "serve", "--host", host, "--port", str(port)],
        cwd=page.parent.parent.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert f"cannot listen on {host}:{port}" in done.stderr and "--host must be an address" in done.stderr
    assert "another server" not in done.stderr


def test_a_page_that_is_broken_from_the_start_shows_its_newest_faults(page, port, tmp_path_factory):
    good = page.read_text(encoding="utf-8")
    page.write_text(good.replace("owner: ops", "owner: nobody"), encoding="utf-8")
    root, temporary = page.parent.parent.parent, tmp_path_factory.mktemp("tmp")
    log, url = root / "log.txt", f"http://127.0.0.1:{port}/"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "kb_builder", "serve", "--port", str(port), "--as-of", "2026-11-20"],
            cwd=root,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(temporary)},
        )
        try:
            assert wait_for(lambda: "`nobody`" in get(url + "faq/a.html")), log.read_text()
            assert "kb-hero" in get(url)
            page.write_text(good.replace("owner: ops", "owner: somebody"), encoding="utf-8")
            assert wait_for(lambda: "`somebody`" in get(url + "faq/a.html")), log.read_text()
            assert "last good site" not in log.read_text()
            page.write_text(good, encoding="utf-8")
            assert wait_for(lambda: "忘記密碼怎麼辦？" in get(url + "faq/a.html")), log.read_text()
            assert list(temporary.glob("kb-serve-*"))
            process.terminate()
            assert process.wait(PATIENCE) == 0, log.read_text()
            assert "Traceback" not in log.read_text()
            assert list(temporary.glob("kb-serve-*")) == []
        finally:
            process.kill()
            process.wait()


def test_an_interrupt_that_is_lost_comes_again():
    with _stopped_by_signals() as stopping:
        before = signal.getsignal(signal.SIGALRM)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        # The first one was caught by somebody who should not have; nobody called `stopping`.
        with pytest.raises(KeyboardInterrupt):
            signal.pause()
        stopping()
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is not before
