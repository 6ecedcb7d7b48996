"""The policy of built sites: what pages may run, and that nothing else stands in them."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kb_builder import pipeline
from kb_builder.built_pages import read_others, with_one_policy
from kb_builder.dialect.theme_scripts import theme_scripts
from kb_builder.model.diagnostic import Finding
from kb_builder.model.settings import Site
from kb_builder.model.site_tree import SiteTree, StagedPage
from kb_builder.pipeline import Built
from kb_builder.policy import HEADERS, directives, header_files, inline_scripts, write_policy
from kb_builder.renderers import mkdocs
from kb_builder.renderers.mkdocs import inline_scripts as scripts_of_theme

HEAD = '<!doctype html>\n<html><head>\n<meta charset="utf-8"><title>t</title></head><body>'
FAQ = """\
---
id: FAQ-001
title: A
summary: B
owner: dba
status: published
audience: staff
topic: T
last_reviewed: 2026-06-01
---
Text.
"""
KNOWN = ("known()", "other()")
# Of the inline scripts that mkdocs-material, in the version of constraints.txt, has for pages of ours.
USED = (
    "'sha256-/8wPdzX9q0NNJXyA5lzsLojXFpkeaXVxhbfkUOQaWy8='",
    "'sha256-DrEMJJ29sL7vIloQzly+VUGMxKcBTMII+OfW7Y8AkG4='",
    "'sha256-exqRXrW/0laiImCrTE8a70vxyyY10FJVIppytLf/dbY='",
)


def site(audience: str = "staff", url: str = "") -> Site:
    return Site(audience=audience, name="n", url=url, out="site/x", language="en")


def tree(audience: str = "staff") -> SiteTree:
    page = StagedPage(path="faq/a.md", title="t", summary="", language="en", body="", source="content/faq/a.md")
    return SiteTree(site=site(audience), pages=(page,), assets=(), nav=())


def write(folder: Path, body: str) -> Path:
    (folder / "faq").mkdir(exist_ok=True)
    file = folder / "faq" / "a.html"
    file.write_text(HEAD + body, encoding="utf-8")
    return file


def settle(folder: Path) -> tuple[Finding, ...]:
    return write_policy(tree(), folder, with_one_policy(folder, read_others(folder, {}, KNOWN)))


def digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_page_gets_the_hashes_of_the_scripts_that_the_site_uses(tmp_path):
    file = write(tmp_path, '<script>known()</script><script id="__config" type="application/json">{}</script>')
    assert settle(tmp_path) == ()
    text = file.read_text(encoding="utf-8")
    policy = f"script-src 'self' {digest('known()')};"
    assert policy in text
    assert digest("other()") not in text
    assert text.index("http-equiv") < text.index("<title>")
    for name in ("_headers", "_headers.nginx", "_headers.caddy"):
        assert policy in (tmp_path / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("<script>evil()</script>", "evil()"),
        ("<SCRIPT type=module>evil()</SCRIPT >", "evil()"),
        ('<script type="application/json">{}</script>', "{}"),
        ("<script>known() </script>", "known()"),
        ('<script src="https://evil.example/x.js"></script>', "https://evil.example/x.js"),
        ("<script src=//evil.example/x.js></script>", "//evil.example/x.js"),
        ("<p onclick=evil()>x</p>", "`onclick` of a `<p>`"),
        ('<img title=">" ONERROR = "evil()">', "`onerror` of a `<img>`"),
        ("<svg/onload=evil()>", "`onload`"),
        ('<td style="text-align: right">1</td>', "`style` of a `<td>`"),
        ("<style>p{}</style>", "`<style>` element"),
        ('<a href="java\nscript:evil()">x</a><a href=" JavaScript:evil()">x</a>', "javascript:"),
    ],
)
def test_what_the_policy_would_forbid_stops_the_build(tmp_path, body, named):
    file = write(tmp_path, body)
    findings = settle(tmp_path)
    assert [(each.slug, each.path) for each in findings] == [("inline-code", "content/faq/a.md")]
    assert named in findings[0].message
    # Even then no page names a hash that is not the theme's.
    assert "sha256" not in file.read_text(encoding="utf-8").split('content="')[1].split('"')[0].replace(
        digest("known()"), ""
    )


@pytest.mark.parametrize("body", ["<p>x &lt;script&gt;evil()&lt;/script&gt; onclick=1</p>", '<p title="a style=b">'])
def test_text_that_only_looks_like_code_is_fine(tmp_path, body):
    write(tmp_path, body)
    assert settle(tmp_path) == ()


def test_the_policy_is_strict():
    rules = dict(each.split(" ", 1) for each in directives([]).split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "worker-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    for content in header_files(directives([]), "customers").values():
        assert "frame-ancestors 'none'" in content
        for name in HEADERS:
            assert name in content
        assert "noindex" not in content
    assert all("noindex" in content for content in header_files("", "staff").values())


def test_scripts_of_the_theme_are_those_of_the_package_alone():
    for scope in ("/", "/kb/"):
        found = theme_scripts(scope)
        assert any(f'new URL("{scope}",location)' in script for script in found)
    assert scripts_of_theme(site(url="https://example.com/kb/")) == theme_scripts("/kb/")
    assert scripts_of_theme(site()) == theme_scripts("/")


def test_the_scripts_of_material_are_those_that_were_looked_at(sample: Built):
    """A new version of the theme may bring others: read them, then put their hashes here."""
    for out in sample.published.values():
        page = (out / "index.html").read_text(encoding="utf-8")
        assert tuple(re.findall(r"'sha256-[^']+'", page)) == USED
    assert set(USED) <= {digest(script) for script in theme_scripts("/")}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.order: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.order.append((tag, dict(attrs)))


def test_every_page_of_both_sites_keeps_to_its_policy(sample: Built):
    for audience, out in sample.published.items():
        pages = sorted(out.rglob("*.html"))
        assert len(pages) > 10
        policies = set()
        for file in pages:
            data = file.read_bytes()
            assert b"charset" in data[:1024]
            reader = _Reader()
            reader.feed(data.decode())
            names = [tag for tag, _attributes in reader.order]
            assert names[:4] == ["html", "head", "meta", "meta"]
            assert reader.order[3][1]["http-equiv"] == "Content-Security-Policy"
            policy = reader.order[3][1]["content"]
            policies.add(policy)
            assert "style" not in names, file
            for tag, attributes in reader.order:
                assert not [name for name in attributes if name == "style" or name.startswith("on")], (file, tag)
            for script in inline_scripts(data.decode()):
                assert digest(script) in policy, file
        assert len(policies) == 1
        (policy,) = policies
        assert f"Content-Security-Policy: {policy}; frame-ancestors 'none'\n" in (out / "_headers").read_text(), (
            audience
        )


def test_an_inline_script_of_a_theme_file_stops_the_build(make_project, monkeypatch):
    """Neither our own overrides nor a page can add a script to the policy."""
    configure = mkdocs.configure

    def with_script(tree, folder):
        configure(tree, folder)
        main = folder / mkdocs.THEME_NAME / "main.html"
        main.write_text(
            main.read_text(encoding="utf-8") + "{% block analytics %}<script>count()</script>{% endblock %}"
        )

    monkeypatch.setattr(mkdocs, "configure", with_script)
    settings = make_project({"content/faq/a.md": FAQ})
    built = pipeline.build(settings, date(2026, 11, 20))
    assert built.published == {}
    assert {each.code for each in built.diagnostics} >= {"KB906"}
    assert any("count()" in each.message for each in built.diagnostics)
