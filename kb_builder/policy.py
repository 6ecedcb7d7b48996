"""The Content-Security-Policy of a built site: into every page, and into files from which servers take headers.

A page runs the site's own script files and those inline scripts of the theme whose hashes the policy names. The hashes
come from the theme's templates, never from a page. A built page with any other inline script, a handler or a style of
its own would not work as it was meant to, and is a finding.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from kb_builder.model.built_page import BuiltPage
from kb_builder.model.diagnostic import Finding
from kb_builder.model.errors import KbError
from kb_builder.model.paths import address
from kb_builder.model.site_tree import SiteTree

# Server headers that hold for every file of a site, beside the policy.
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
    # Addresses of internal pages, and what somebody searched for, are nobody else's business.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"[\s/\"']src\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
# Data that the theme's bundle reads; a browser does not run it.
_DATA = ' id="__config" type="application/json"'
# A quick look; what it finds may be text, and is then read by a parser.
_SUSPECT = re.compile(r"<style\b|[\s/\"'](?:style|on[a-z]+)\s*=|javascript:", re.IGNORECASE)
_HEAD = re.compile(r"<head>\s*<meta charset=\"utf-8\">")


def directives(sources: Iterable[str]) -> str:
    """Return the policy that lets a page run these inline scripts and the site's own files, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *sorted(sources))),
            "style-src 'self'",
            # The theme's icons are images within its style sheets.
            "img-src 'self' data:",
            # Pages that are swapped in place.
            "connect-src 'self'",
            "object-src 'none'",
            "worker-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def write_policy(tree: SiteTree, site: Path, pages: Mapping[str, BuiltPage]) -> tuple[Finding, ...]:
    """Put the files of headers into a built site whose pages, by address, have one policy; return what it forbids."""
    policy = directives({source for page in pages.values() for source in page.scripts})
    for name, content in header_files(policy, tree.site.audience).items():
        (site / name).write_text(content, encoding="utf-8", newline="\n")
    sources = {address(page.path): page.source or page.path for page in tree.pages}
    return tuple(_finding(sources.get(path, path), what) for path in sorted(pages) for what in pages[path].forbidden)


def scripts_of(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return, as a policy names them, those of the known inline scripts that a page holds."""
    return tuple(sorted(map(_source, set(inline_scripts(text)) & set(known))))


@cache
def _source(script: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def inline_scripts(text: str) -> Iterator[str]:
    """Yield the text of every script that a page holds within it."""
    for attributes, script in _SCRIPT.findall(text):
        if attributes != _DATA and not _SOURCE.search(attributes):
            yield script


def with_policy(text: str, policy: str) -> str:
    """Put the policy before all that it is to govern, but after the encoding, which must be near the top."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    changed, count = _HEAD.subn(lambda match: match[0] + meta, text, count=1)
    if not count:
        raise KbError(
            "a built page does not begin with its encoding, so that no policy can be put into it",
            "install the version of mkdocs-material that constraints.txt names",
        )
    return changed


def forbidden(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return what stands in a page and would not work under a policy that allows for the known inline scripts."""
    return tuple(_forbidden(text, set(inline_scripts(text)) - set(known)))


def _forbidden(text: str, unknown: Collection[str]) -> Iterator[str]:
    for script in sorted(unknown):
        yield f"an inline script that is not one of the theme's: `{' '.join(script.split())[:60]}`"
    for attributes, _script in _SCRIPT.findall(text):
        source = _SOURCE.search(attributes)
        if source and re.match(r"[a-z][a-z0-9+.-]*:|//", source[1], re.IGNORECASE):
            yield f"a script of another host: `{source[1][:60]}`"
    if _SUSPECT.search(text):
        reader = _InlineCode()
        reader.feed(text)
        yield from dict.fromkeys(reader.found)


class _InlineCode(HTMLParser):
    """Collects elements and attributes that carry a style or code within the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "style":
            self.found.append("a `<style>` element")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"the attribute `{name}` of a `<{tag}>`")
            elif "".join((value or "").split()).lower().startswith("javascript:"):
                self.found.append(f"a `javascript:` address in `{name}` of a `<{tag}>`")


def _finding(path: str, what: str) -> Finding:
    return Finding(
        slug="inline-code",
        path=path,
        message=f"the built page holds {what}",
        hint="remove it from the page; if no page holds it, a theme file or an extension brings it: put a script or "
        "a style into a file of the theme",
        key=what,
    )


def header_files(policy: str, audience: str) -> Mapping[str, str]:
    """Return files that set the headers of a site, by name: for static hosts, for nginx and for Caddy."""
    headers = {
        # What only a header can say: that no other site frames the page.
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        **HEADERS,
        **({"X-Robots-Tag": "noindex, nofollow"} if audience == "staff" else {}),
    }
    scope = "public" if audience == "customers" else "private"
    return {
        "_headers": "".join(
            (
                "/*\n",
                *(f"  {name}: {value}\n" for name, value in headers.items()),
                # Names in these folders change with what the files hold.
                *(
                    f"/assets/{folder}/*\n  Cache-Control: {scope}, max-age=31536000, immutable\n"
                    for folder in ("javascripts", "stylesheets")
                ),
            )
        ),
        "_headers.nginx": "".join(f'add_header {name} "{value}" always;\n' for name, value in headers.items()),
        "_headers.caddy": "header {\n" + "".join(f'\t{name} "{value}"\n' for name, value in headers.items()) + "}\n",
    }
