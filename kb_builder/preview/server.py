"""Hands out what a preview shows, on this machine, to browsers that asked for this machine.

Every page gets a script, a file of this server, that loads the page again when it changed: the policy of the pages
allows for that, and stays as it is.
"""

from __future__ import annotations

import ipaddress
import json
import mimetypes
import socket
import socketserver
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from kb_builder.policy import HEADERS
from kb_builder.preview.shown import Shown

# Seconds after which a browser that waits for a change is told that there is none.
_PATIENCE = 25.0
# Seconds after which a connection that nothing comes through is closed.
_SILENCE = 60.0
_OURS = "/-/"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".ics": "text/calendar"}


class Server(ThreadingHTTPServer):
    """A server of what is `shown`. It listens as soon as it is made; OSError or UnicodeError if it cannot."""

    daemon_threads = True

    def __init__(self, host: str, port: int, shown: Shown) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.shown = shown
        self._names = {host.lower(), socket.gethostname().lower()}
        self._thread: threading.Thread | None = None
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """The address to be opened."""
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if self.address_family == socket.AF_INET6 else str(host)
        return f"http://{name}:{port}/"

    def server_bind(self) -> None:
        """Bind without asking the network for the name of this machine."""
        socketserver.TCPServer.server_bind(self)

    def start(self) -> None:
        """Answer from now on until the server is closed."""
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()

    def server_close(self) -> None:
        """Stop answering."""
        if self._thread:
            self.shutdown()
        super().server_close()

    def is_meant(self, host: str) -> bool:
        """Whether a browser that asks for this host means this server.

        A page of another site may point a name of its own at this machine to read from it; it has no address to do that
        with, and not the names that this machine has.
        """
        name = urlsplit(f"//{host}").hostname or ""
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of browsers that went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SILENCE
    server: Server

    def do_GET(self) -> None:
        """Answer with a file of the site, or with one of ours."""
        try:
            is_meant = self.server.is_meant(self.headers.get("Host", ""))
            url = urlsplit(self.path)
            name = unquote(url.path, errors="strict").removeprefix("/")
        except ValueError:
            self._send(HTTPStatus.BAD_REQUEST, b"This is no address.\n", ".txt")
            return
        if not is_meant:
            text = b"This preview is not shown under that name: open it at the address that `kb serve` says.\n"
            self._send(HTTPStatus.MISDIRECTED_REQUEST, text, ".txt")
        elif url.path == f"{_OURS}changes":
            since = parse_qs(url.query).get("since", [""])[0]
            state, pages = self.server.shown.wait(since, _PATIENCE)
            self._send(HTTPStatus.OK, json.dumps({"state": state, "pages": pages}).encode(), ".json")
        elif url.path in (f"{_OURS}reload.js", f"{_OURS}faults.css"):
            file = url.path.removeprefix(_OURS)
            self._send(HTTPStatus.OK, resources.files("kb_builder.preview").joinpath(file).read_bytes(), file)
        else:
            self._send_file(name)

    do_HEAD = do_GET

    def _send_file(self, name: str) -> None:
        shown = self.server.shown
        # Before the file is read: a change in between is then noticed, if need be once more than needed.
        state = shown.state
        page = f"{name}index.html" if name == "" or name.endswith("/") else name
        data = shown.read(page)
        if data is not None:
            self._send(HTTPStatus.OK, _with_script(data, state) if page.endswith(".html") else data, page)
        elif page == name and shown.read(f"{name}/index.html") is not None:
            self._send(HTTPStatus.FOUND, b"", ".txt", {"Location": f"/{quote(name)}/"})
        else:
            missing = shown.read("404.html") or b"<!doctype html><title>404</title><p>There is no such page.</body>"
            self._send(HTTPStatus.NOT_FOUND, _with_script(missing, state), ".html")

    def _send(self, status: HTTPStatus, data: bytes, name: str, more: dict[str, str] | None = None) -> None:
        suffix = f".{name.rpartition('.')[2].lower()}"
        kind = _TYPES.get(suffix) or mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"
        is_text = kind.startswith("text/") or kind.endswith(("json", "xml"))
        self.send_response(status)
        headers = {
            "Content-Type": f"{kind}; charset=utf-8" if is_text else kind,
            "Content-Length": str(len(data)),
            "Cache-Control": "no-store",
            **HEADERS,
            **(more or {}),
        }
        for each, value in headers.items():
            self.send_header(each, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def version_string(self) -> str:
        """Return what the server calls itself."""
        return "kb"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is for what is wrong with pages."""


def _with_script(page: bytes, state: str) -> bytes:
    """Put the script at the end of a page, where the theme leaves it alone when it swaps pages in place."""
    script = f'<script src="{_OURS}reload.js" data-since="{state}"></script>'.encode()
    before, end, after = page.rpartition(b"</body>")
    return before + script + end + after if end else page + script
