"""deploy/nginx.conf as it stands, run by a real nginx on loopback, but for places, names and port."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kb_builder.pipeline import Built
from kb_builder.policy import HEADERS
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("site")
USER, PASSWORD = "staff", "只有自己人知道"
NAMES = {"staff": "staff.localhost", "customers": "customers.localhost"}
CREDENTIALS = {"Authorization": "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
IMMUTABLE = "max-age=31536000, immutable"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    port: int
    sites: dict[str, Path]

    def get(self, audience: str, path: str, headers: dict[str, str] | None = None) -> Reply:
        """Ask as a person who is allowed in."""
        return self.ask(NAMES[audience], path, {**(CREDENTIALS if audience == "staff" else {}), **(headers or {})})

    def ask(self, host: str, path: str, headers: dict[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": host, **(headers or {})})
            reply = connection.getresponse()
            return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()


@pytest.fixture(scope="session")
def sites(sample: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return copies of both sites with packed files, as the Dockerfile makes them."""
    folder = tmp_path_factory.mktemp("served")
    found = {audience: shutil.copytree(out, folder / audience) for audience, out in sample.published.items()}
    subprocess.run([ROOT / "deploy" / "precompress.sh", folder], check=True)
    return found


@pytest.fixture(scope="session")
def server(sites: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "nginx is missing: run `make test`, or sh tests/deploy/install-nginx.sh"
    folder = tmp_path_factory.mktemp("nginx")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=PASSWORD, capture_output=True, text=True, check=True
    )
    (folder / "htpasswd").write_text(f"{USER}:{secret.stdout}", encoding="utf-8")
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "/srv/kb/site/staff": str(sites["staff"]),
        "/srv/kb/site/customers": str(sites["customers"]),
        "/etc/nginx/kb-staff.htpasswd": str(folder / "htpasswd"),
        "/run/nginx.pid": str(folder / "pid"),
        "listen 8080": f"listen 127.0.0.1:{port}",
        "kb.example.com": NAMES["staff"],
        "help.example.com": NAMES["customers"],
        "http {": "http {\n"
        + "".join(
            f"{name}_temp_path {folder / name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        ),
    }.items():
        assert old in text, f"deploy/nginx.conf says nothing of {old}"
        text = text.replace(old, new)
    # Its workers must be able to read what a test has written.
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(user + text, encoding="utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [nginx, "-p", folder, "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"], stderr=log
        )
    try:
        for _attempt in range(200):
            assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(port=port, sites=sites)
        assert not [line for line in (folder / "log").read_text(encoding="utf-8").splitlines() if "[emerg]" in line]
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_the_staff_site_asks_who_is_there(server):
    for path in ("/", "/index.html", "/sops/index.html", "/search/boot.js", "/api/pages.json", "/404.html", "/nothing"):
        refused = server.ask(NAMES["staff"], path)
        assert refused.status == 401, path
        assert refused.headers["www-authenticate"].startswith("Basic")
        assert refused.headers["x-robots-tag"] == "noindex, nofollow"
    wrong = {"Authorization": "Basic " + b64encode(b"staff:guessed").decode()}
    assert server.ask(NAMES["staff"], "/", wrong).status == 401
    assert server.get("staff", "/").status == 200
    assert server.get("staff", "/sops/emergency-response.html").status == 200


def test_the_customer_site_is_open_and_has_no_page_of_staff(server):
    for path in ("/", "/faq/site-unreachable.html"):
        assert server.get("customers", path).status == 200
    for path in ("/sops/index.html", "/api/pages.json", "/../staff/index.html", "/%2e%2e/staff/index.html"):
        assert server.get("customers", path).status in (400, 404), path


def test_another_name_gets_nothing(server):
    with pytest.raises(http.client.RemoteDisconnected):
        server.ask("elsewhere.example", "/")


@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_headers_are_those_that_the_build_wrote(server, audience):
    wanted = dict(
        line.strip().split(": ", 1)
        for line in (server.sites[audience] / "_headers").read_text(encoding="utf-8").split("\n/")[0].splitlines()[1:]
    )
    assert set(HEADERS) < set(wanted)
    for path in ("/index.html", "/nothing.html", "/kb/kb.css", "/sitemap.xml"):
        reply = server.get(audience, path)
        assert {name: reply.headers.get(name.lower()) for name in wanted} == wanted, path
        assert reply.headers["server"] == "nginx"


def test_what_has_its_hash_in_its_address_is_kept_and_the_rest_is_asked_for_again(server):
    (bundle,) = server.sites["staff"].glob("assets/javascripts/bundle.*.min.js")
    assert server.get("staff", f"/assets/javascripts/{bundle.name}").headers["cache-control"] == f"private, {IMMUTABLE}"
    for audience, scope in (("staff", "private"), ("customers", "public")):
        assert server.get(audience, "/search/t0.js?9431c5e0c6f4").headers["cache-control"] == f"{scope}, {IMMUTABLE}"
        for path in ("/", "/index.html", "/kb/kb.css", "/search/boot.js", "/index.html?9431c5e0c6f4"):
            reply = server.get(audience, path)
            assert reply.headers["cache-control"] == f"{scope}, no-cache", path
            again = server.get(audience, path, {"If-None-Match": reply.headers["etag"]})
            assert again.status == 304, path
    assert "cache-control" not in server.get("staff", "/nothing.html").headers


def test_packed_files_are_sent_as_they_lie_there(server):
    page = server.sites["customers"] / "index.html"
    reply = server.get("customers", "/index.html", {"Accept-Encoding": "gzip"})
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.body == page.with_name("index.html.gz").read_bytes()
    assert gzip.decompress(reply.body) == page.read_bytes()
    assert reply.headers["vary"] == "Accept-Encoding"
    assert server.get("customers", "/index.html").body == page.read_bytes()


def test_packing_twice_gives_the_same_bytes(sites):
    packed = sites["customers"] / "index.html.gz"
    before = packed.read_bytes()
    os.utime(sites["customers"] / "index.html", (1, 1))
    subprocess.run([ROOT / "deploy" / "precompress.sh", sites["customers"]], check=True)
    assert packed.read_bytes() == before


def test_types_are_right(server):
    for audience, path, wanted in (
        ("staff", "/index.html", "text/html; charset=utf-8"),
        ("staff", "/owners/dba.ics", "text/calendar; charset=utf-8"),
        ("staff", "/api/pages.json", "application/json; charset=utf-8"),
        ("staff", "/kb/kb.js", "application/javascript; charset=utf-8"),
        ("staff", "/kb/staff.svg", "image/svg+xml"),
        ("customers", "/feed.xml", "application/atom+xml; charset=utf-8"),
        ("customers", "/sitemap.xml", "text/xml; charset=utf-8"),
        ("customers", "/llms.txt", "text/plain; charset=utf-8"),
    ):
        assert server.get(audience, path).headers["content-type"] == wanted, path


@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_what_is_not_there_is_answered_with_the_sites_own_page(server, audience):
    own = (server.sites[audience] / "404.html").read_bytes()
    for path in ("/nothing.html", "/_headers", "/_headers.nginx", "/404.html", "/.kb", "/index.html/x"):
        reply = server.get(audience, path)
        assert reply.status == 404, path
        assert reply.body == own, path


def test_a_folder_leads_to_its_page_whatever_the_port(server):
    reply = server.get("staff", "/sops")
    assert (reply.status, reply.headers["location"]) == (301, "/sops/")
    assert server.get("staff", "/sops/").status == 200


def watch(page: Page) -> list[str]:
    """Return a list that fills with what goes wrong on a page."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    return wrong


def test_search_and_a_flowchart_work_in_a_browser(server, browser):
    base = f"http://{NAMES['staff']}:{server.port}/"
    context = browser.new_context(http_credentials={"username": USER, "password": PASSWORD})
    page = context.new_page()
    wrong = watch(page)
    page.goto(base)
    page.keyboard.press("/")
    page.keyboard.type("redis")
    page.locator(".kb-box [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/redis-memory-alert.html*")
    link = page.locator(" .kb-flow__link").nth(1)
    assert link.bounding_box()["height"] > 20
    link.click()
    page.locator("tr:target").wait_for()
    assert link.get_attribute("href").endswith(f"#{page.locator('tr:target').get_attribute('id')}")
    context.close()
    assert not wrong


def test_customers_search_in_a_browser(server, browser):
    page = browser.new_page()
    wrong = watch(page)
    page.goto(f"http://{NAMES['customers']}:{server.port}/")
    page.keyboard.press("/")
    page.keyboard.type("密碼")
    page.locator(".kb-box [role=option]").first.click()
    page.locator("article h1").wait_for()
    page.wait_for_url("**/faq/*.html*")
    page.close()
    assert not wrong
