"""The documentation is built without a warning, asks no other host for anything, and its links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import ROOT

# Pages that are read where the repository lies, and are no part of the site.
BESIDE = ["README.md", "CHANGELOG.md", "deploy/README.md"]
PAGES = [*BESIDE, *(page.relative_to(ROOT).as_posix() for page in sorted((ROOT / "docs").rglob("*.md")))]
_CODE = re.compile(r"^( *)(```+|~~~+).*?^\1\2[ \t]*$|`+[^`\n]+`+", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
# The parts of a page that make a browser fetch something by itself.
_FETCHED = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=\"?(?:https?:)?//[^\s\">]+")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the documentation as `make docs` does."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", "tools/docs_site/mkdocs.yml", "-d", str(folder)],
        cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    # Not `--quiet`: with it, warnings are not counted.
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_there_and_can_be_reached(site: Path) -> None:
    built = {page.relative_to(site).with_suffix(".md").as_posix() for page in site.rglob("*.html")}
    wanted = {page.removeprefix("docs/").replace("README", "index") for page in PAGES if page.startswith("docs/")}
    assert built - {"404.md"} == wanted
    nav = (site / "index.html").read_text(encoding="utf-8")
    for page in sorted(wanted):
        if not page.startswith("reference/checks/"):
            assert re.search(rf'href="?{re.escape(page.removesuffix(".md"))}\.html', nav) or page == "index.md", page


def test_the_site_asks_no_other_host(site: Path) -> None:
    found = [(page.name, each) for page in site.rglob("*.html") for each in _FETCHED.findall(page.read_text("utf-8"))]
    assert found == []
    styles = "".join(sheet.read_text(encoding="utf-8") for sheet in site.rglob("*.css"))
    assert re.findall(r"url\([\"']?(?:https?:)?//[^)]*", styles) == []


def test_what_a_page_loads_is_there(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    loaded = re.findall(r"<(?:link|script|img)\b[^>]*?\b(?:src|href)=\"?([^\s\">]+)", page)
    assert "docs.css" in loaded
    assert [each for each in loaded if not (site / each.partition("?")[0]).is_file()] == []


def test_pages_are_called_by_their_titles(site: Path) -> None:
    nav = re.sub(r"\s+", " ", (site / "reference/cli.html").read_text(encoding="utf-8"))
    assert re.search(r'<span class="?md-ellipsis"?> Commands </span>', nav)


def test_a_file_of_the_repository_is_shown_as_its_name(site: Path) -> None:
    page = (site / "architecture.html").read_text(encoding="utf-8")
    assert "<code>checking.py</code> holds the stages" in page


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Also where the repository is read as it lies, with anchors as forges make them."""
    assert [target for target in links(page) if not leads_somewhere(page, target)] == []


def test_dead_links_are_seen() -> None:
    dead = ["no-such.md", "#no-such", "how-to/ci.md#no-such", "../no-such/"]
    assert [target for target in dead if leads_somewhere("docs/index.md", target)] == []
    alive = ["how-to/ci.md", "#where-to-go", "how-to/ci.md#formats", "../deploy/ci/", "https://example.com/"]
    assert [target for target in alive if not leads_somewhere("docs/index.md", target)] == []


def links(page: str) -> Iterator[str]:
    """Yield the targets of all links of a page that are not in code."""
    text = (ROOT / page).read_text(encoding="utf-8")
    yield from _LINK.findall(_CODE.sub(lambda match: "`x`" if "\n" not in match[0] else "", text))


def leads_somewhere(page: str, target: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme:
        return parts.scheme in ("https", "http", "mailto")
    file = (ROOT / page).parent / unquote(parts.path) if parts.path else ROOT / page
    return file.exists() and (not parts.fragment or unquote(parts.fragment) in anchors(file))


@cache
def anchors(file: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as GitHub and GitLab name them."""
    text = _CODE.sub(lambda match: match[0].strip("`") if "\n" not in match[0] else "", file.read_text("utf-8"))
    found: set[str] = set()
    for heading in _HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number = 0
        while (name := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(name)
    return frozenset(found)
