"""The link by which readers report a problem: what it says, for whom, and that it tells customers nothing internal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from kb_builder.audience import project
from kb_builder.authoring import issue_forms
from kb_builder.model.history import Commit, FileChange, History
from kb_builder.model.report_address import fill, placeholders
from kb_builder.model.settings import Site
from kb_builder.pages.page_keys import page_keys
from kb_builder.pages.report_link import report_link, version_of
from kb_builder.pages.view import View
from kb_builder.pipeline import build, check
from tests.conftest import ROOT, TODAY
from tests.unit.test_audience import page

ALL = "".join(f"&{name}={{{name}}}" for name in placeholders("staff"))
KB = """\
timezone: Asia/Taipei
sites:
  staff: {{name: 內部, url: https://kb.example.com/, report_url: "{staff}"}}
  customers: {{name: 說明, url: https://help.example.org/, report_url: "{customers}"}}
"""
TITLE = "標題 FAQ-001"


@pytest.fixture
def view_of(make_project):
    """Return a function that gives a site of a project with one page, and that page as the site has it."""

    def make(audience="staff", kb="timezone: Asia/Taipei\n", text=None, history=None):
        settings = make_project({"content/faq/open.md": text or page("FAQ-001", related="FAQ-001"), "kb.yml": kb})
        checked = check(settings, TODAY)
        catalog = replace(checked.catalog, history=history or History())
        projected = project(catalog, audience)
        return View(catalog=projected, site=projected.settings.sites[audience]), projected.documents[0]

    return make


def commit(id_, day):
    changed = FileChange(path="content/faq/open.md", before="a", after="b")
    return Commit(id=id_, day=day, subject="s", changes=(changed,))


def query(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def test_everything_is_filled_in_and_encoded(view_of):
    kb = KB.format(staff=f"https://git.example.com/new?x=1{ALL}", customers="https://a.example/")
    text = (
        page("FAQ-001", related="FAQ-001")
        .replace(TITLE, '"50% & {heading}/#頁"')
        .replace("owner:", "version: V1.2\nowner:")
    )
    link = report_link(*view_of(kb=kb, text=text))
    assert query(link.href) == {
        "x": "1",
        "id": "FAQ-001",
        "title": "50% & {heading}/#頁",
        "version": "V1.2",
        "heading": "",
        "url": "https://kb.example.com/faq/open.html",
        "path": "content/faq/open.md",
    }
    assert re.findall(r"\{\w*\}", link.pattern) == ["{heading}", "{url}"], "no value is taken for a name"
    assert "/new?x=1&id=FAQ-001&title=50%25%20%26%20%7Bheading%7D%2F%23%E9%A0%81&" in link.href


def test_without_an_address_staff_write_to_the_owner_and_customers_to_nobody(view_of):
    link = report_link(*view_of())
    assert link.href.startswith("mailto:ops@example.com?")
    mail = query(link.href)
    assert mail["subject"] == f"FAQ-001 {TITLE}"
    assert mail["body"].split("\r\n") == [f"頁面: FAQ-001 {TITLE}", "版本: 2026-06-01", "章節: ", "網址: ", ""]
    assert "+" not in link.href, "a mail takes it for a plus"
    assert report_link(*view_of("customers")) is None
    ownerless = page("FAQ-001", related="FAQ-001").replace("owner: ops", "owner: dba")
    assert report_link(*view_of(text=ownerless)) is None, "who has no mail gets none"


def test_the_version_is_the_best_that_is_known(view_of):
    commits = (commit("0123456789abcdef" * 2, date(2026, 11, 1)), commit("f" * 40, date(2026, 1, 1)))
    assert version_of(*view_of()) == "2026-06-01"
    assert version_of(*view_of(history=History(commits=commits))) == "0123456789"
    text = page("FAQ-001", related="FAQ-001").replace("owner:", 'version: "2.0"\nowner:')
    assert version_of(*view_of(history=History(commits=commits), text=text)) == "2.0"
    assert version_of(*view_of("customers", history=History(commits=commits), text=text)) == "2026-06-01"


def test_customers_get_what_they_may_know(view_of):
    kb = KB.format(
        staff="", customers="https://www.example.org/contact?s={id}&t={title}&v={version}&h={heading}&u={url}"
    )
    kb = kb.replace(', report_url: ""', "")
    link = report_link(*view_of("customers", kb=kb))
    url = "https://help.example.org/faq/open.html"
    assert query(link.href) == {"s": "FAQ-001", "t": TITLE, "v": "2026-06-01", "h": "", "u": url}
    _view, document = view_of("customers", kb=kb.replace("s={id}&", ""))
    assert "FAQ-001" not in repr(document.fields["topic"]) and "report_id" not in document.fields


@pytest.mark.parametrize("value", ["a b", "a&b=c", "\"'<>", "備份#1", "100%", "{url}", "a/b", "x\r\ny"])
def test_no_value_breaks_out_of_its_place(value):
    filled = fill("https://a.example/?x={title}&y={none}", {"title": value})
    assert filled == f"https://a.example/?x={quote(value, safe='')}&y={{none}}"
    assert parse_qs(urlsplit(filled.partition("&y")[0]).query)["x"] == [value]


def test_a_page_is_made_anew_for_another_commit_unless_it_names_its_version(view_of):
    def key(id_, text=None):
        view, document = view_of(history=History(commits=(commit(id_, TODAY),)), text=text)
        return page_keys(view)(document, "text")

    assert key("a" * 40) == key("a" * 40) != key("b" * 40)
    text = page("FAQ-001", related="FAQ-001").replace("owner:", "version: V2\nowner:")
    assert key("a" * 40, text) == key("b" * 40, text)


# --- the whole way -------------------------------------------------------------------------------------------------

CONTACT = "https://www.example.org/contact?about={id}%20{title}&section={heading}&page={url}"
FILES = {
    "content/faq/open.md": page("FAQ-001", body="文字"),
    "content/faq/inside.md": page("FAQ-900", audience="staff", topic="祕密主題", related="FAQ-001"),
}


def test_the_customer_site_has_the_link_and_its_search_box_the_address(make_project):
    # Nothing but the link says the id.
    text = FILES["content/faq/open.md"]
    for written, instead in ((TITLE, "怎麼登入？"), ("摘要 FAQ-001", "用信箱登入。"), ("[faq-001]", "[登入]")):
        text = text.replace(written, instead)
    kb = KB.format(staff="mailto:docs@example.com", customers=CONTACT)
    settings = make_project({**FILES, "kb.yml": kb, "content/faq/open.md": text})
    assert set(build(settings, TODAY).published) == {"staff", "customers"}
    html = (settings.root / "site/customers/faq/open.html").read_text("utf-8")
    link = re.search(r'<p class="kb-report"[^>]*><a href="([^"]+)" data-kb-report="([^"]+)">.*?</svg>(\w+)</a>', html)
    href, pattern, name = map(unescape, link.groups())
    assert query(href)["about"] == "FAQ-001 怎麼登入？"
    assert pattern.endswith("&section={heading}&page={url}") and name == "回報問題"
    assert CONTACT in unescape(re.search(r'data-kb-box="([^"]*)"', html)[1])
    assert "docs@example.com" not in html


@pytest.mark.parametrize(
    ("site", "found"),
    [
        ("https://kb.example.com/report?p={url}", "kb.example.com"),
        ("https://git.internal/kb/issues/new", "git.internal"),
        ("https://go.example.org/?to=https%3A%2F%2Fgit.internal%2Fkb", "git.internal"),
        ("mailto:ops@example.com?subject={title}", "ops@example.com"),
        ("mailto:OPS%40example.com", "ops@example.com"),
        ("mailto:help@example.org?cc=ops@example.com", "ops@example.com"),
        ("https://help.example.org/contact", ""),
        ("mailto:devops@example.com", ""),
        ("mailto:ops@example.com.tw", ""),
    ],
)
def test_an_internal_address_is_named_at_its_line(make_project, site, found):
    kb = KB.format(staff="https://git.internal/kb/issues/new?title={id}", customers=site)
    checked = check(make_project({**FILES, "kb.yml": kb}), TODAY)
    said = [each for each in checked.diagnostics if each.code == "KB603"]
    assert [re.search(r"would read `(.+?)`", each.message)[1] for each in said] == ([found] if found else [])
    assert all((each.path, each.position.line) == ("kb.yml", 4) for each in said)
    assert all("stands on every page of the customer site" in each.message for each in said)


def test_a_contact_that_customers_know_is_none(make_project):
    kb = KB.format(staff="", customers="mailto:ops@example.com").replace(', report_url: ""', "")

    def codes(**files):
        return {each.code for each in check(make_project({**FILES, "kb.yml": kb, **files}), TODAY).blockers}

    assert codes() == {"KB603"}
    known = kb.replace('example.com"}', 'example.com", known_words: [ops@example.com]}')
    assert codes(**{"kb.yml": known}) == set()
    said = page("FAQ-001", body="請寫信到 ops@example.com。")
    assert codes(**{"content/faq/open.md": said}) == set()
    assert set(build(make_project({**FILES, "kb.yml": kb, "content/faq/open.md": said}), TODAY).published) == {
        "staff", "customers",
    }  # fmt: skip


def test_what_no_check_knows_is_found_in_the_built_site(make_project):
    """The title of an internal page in the address: nobody reads addresses, but the scan does."""
    secret = quote("標題 FAQ-900")
    kb = KB.format(staff="mailto:docs@example.com", customers=f"https://www.example.org/contact?about={secret}")
    built = build(make_project({**FILES, "kb.yml": kb}), TODAY)
    assert built.published == {}
    assert any("`標題 FAQ-900`: title" in each.message for each in built.diagnostics if each.code == "KB910")
    kb = KB.format(staff="mailto:docs@example.com?subject=x", customers=CONTACT)
    said = page("FAQ-001", body="請寫信到 docs@example.com。")
    built = build(make_project({**FILES, "kb.yml": kb, "content/faq/open.md": said}), TODAY)
    assert set(built.published) == {"staff", "customers"}, "a page for customers may say it"


def test_the_mail_of_the_staff_site_is_looked_for(make_project):
    from kb_builder.leaks.needles import needles

    kb = KB.format(staff="mailto:docs@example.com?subject=x", customers=CONTACT)
    catalog = check(make_project({**FILES, "kb.yml": kb}), TODAY).catalog
    assert ("e-mail", "docs@example.com") in {(each.kind, each.text) for each in needles(catalog)}
    kb = KB.format(staff="https://github.com/a/b/issues/new?template=problem.yml&title={id}", customers=CONTACT)
    catalog = check(make_project({**FILES, "kb.yml": kb}), TODAY).catalog
    assert ("address", "github.com/a/b/issues/new") in {(each.kind, each.text) for each in needles(catalog)}


def test_names_of_the_site_say_whether_ids_are_public():
    site = Site(audience="customers", name="N", url="", out="o", language="en", report_url=unquote("mailto:a@b.c"))
    assert not site.report_names_ids
    assert replace(site, report_url="mailto:a@b.c?subject={id}").report_names_ids


# --- the how-to ------------------------------------------------------------------------------------------------------

HOW_TO = (ROOT / "docs/how-to/reports-from-readers.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kb", re.findall(r'```yaml title="kb.yml"\n(.*?)```', HOW_TO, re.DOTALL))
def test_the_settings_of_the_how_to_work(make_project, kb):
    settings = make_project({**FILES, "kb.yml": kb})
    assert list(check(settings, TODAY).blockers) == []
    for audience, site in settings.sites.items():
        if site.report_url:
            catalog = project(check(settings, TODAY).catalog, audience)
            link = report_link(View(catalog=catalog, site=catalog.settings.sites[audience]), catalog.documents[0])
            assert "{" not in link.href and urlsplit(link.href).scheme in ("https", "mailto")


def test_the_how_to_names_every_placeholder_and_the_line_of_init():
    table = HOW_TO[HOW_TO.index("| In braces") : HOW_TO.index("All of it is")]
    assert set(re.findall(r"`\{(\w+)\}`", table)) == set(placeholders("staff"))
    assert issue_forms.new_issue("github", "https://github.com/acme/knowledge", "zh-Hant") in HOW_TO
    for forge, path in issue_forms.PATHS.items():
        assert f"$ kb schema ticket --format {forge} > {path}" in HOW_TO
