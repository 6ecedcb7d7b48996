"""What the server of a preview hands out, and to whom."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb_builder.preview.server import Server
from kb_builder.preview.shown import Shown

FILES = {
    "index.html": "<html><body>home</body></html>",
    "404.html": "<html><body>missing</body></html>",
    "faq/index.html": "<html><body>faq</body></html>",
    "kb/kb.js": "let a;",
    "feed.xml": "<feed/>",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "secret.txt").write_text("secret")
    for name, text in FILES.items():
        file = tmp_path / "new" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "new" / "link.txt").symlink_to(tmp_path / "secret.txt")
    shown = Shown(tmp_path / "site")
    shown.show(instead={"faq/a.html": b"<body>faults</body>"}, site=tmp_path / "new")
    with Server("127.0.0.1", 0, shown) as server:
        server.start()
        yield server


def ask(server: Server, path: str, host: str = "127.0.0.1", method: str = "GET") -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body, {name.lower(): value for name, value in answer.getheaders()}


def test_pages_come_with_the_script_and_files_as_they_are(server: Server) -> None:
    status, body, headers = ask(server, "/")
    assert status == 200 and f'home<script src="/-/reload.js" data-since="{server.shown.state}">' in body
    assert headers["cache-control"] == "no-store" and headers["content-type"] == "text/html; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff" and "python" not in headers["server"].lower()
    assert ask(server, "/kb/kb.js?v=1")[1] == FILES["kb/kb.js"]
    assert ask(server, "/kb/kb.js")[2]["content-type"] == "text/javascript; charset=utf-8"
    assert "faults" in ask(server, "/faq/a.html")[1]
    assert ask(server, "/faq")[2]["location"] == "/faq/"
    assert "faq" in ask(server, "/faq/")[1]
    status, body, _headers = ask(server, "/nowhere.html")
    assert status == 404 and "missing<script" in body
    status, body, headers = ask(server, "/", method="HEAD")
    assert status == 200 and not body and int(headers["content-length"]) > 0
    for name in ("reload.js", "faults.css"):
        assert ask(server, f"/-/{name}")[0] == 200
    assert ask(server, "/", method="POST")[0] == 501


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/kb/..%2f..%2fsecret.txt", "/link.txt", "//etc/passwd", "/%2fetc/passwd",
     "/..\\secret.txt", "/%00", "/-/../server.py", "/-/server.py", "/kb"],
)  # fmt: skip
def test_nothing_else_is_handed_out(server: Server, path: str) -> None:
    status, body, _headers = ask(server, path)
    assert status == 404 and "missing" in body


def test_what_is_no_address_is_refused(server: Server) -> None:
    assert ask(server, "/%ff")[0] == 400
    assert ask(server, "/", host="[x")[0] == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "localhost.evil.example", ""])
def test_other_names_for_this_machine_are_refused(server: Server, host: str) -> None:
    for path in ("/", "/-/changes?since=", "/kb/kb.js"):
        status, body, _headers = ask(server, path, host)
        assert status == 421 and "kb serve" in body


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "192.0.2.7", "kb.localhost", "LOCALHOST"]
)
def test_names_and_addresses_of_this_machine_are_taken(server: Server, host: str) -> None:
    assert ask(server, "/", host)[0] == 200


def test_changes_are_told(server: Server) -> None:
    before = server.shown.state
    server.shown.show(instead={})
    said = json.loads(ask(server, f"/-/changes?since={before}")[1])
    assert said == {"state": server.shown.state, "pages": ["faq/a.html"]}
    assert json.loads(ask(server, "/-/changes")[1])["pages"] is None
