"""The digest for an owner: what it says and when, and that no title can act in a chat."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb_builder.pipeline import check
from kb_builder.reporters.text import printable
from kb_builder.reports.digest import digest, nothing, plain
from kb_builder.reports.owners import assignments
from tests.conftest import TODAY

ENGLISH = "timezone: Asia/Taipei\nlanguage: en\nreview: {due_soon: 14 days, grace: 0 days, after_incident: 14 days}\n"
WITH_URL = ENGLISH + "sites: {staff: {name: KB, url: https://kb.example.com}}\n"
KPIS = """\
speed:
  {name: Speed, unit: s, target: 1, direction: at_most, owner: dba, readings: {2026-08: 1}, reported_within: 5 days}
"""


def faq(id_, reviewed="2026-01-01", interval="12 months", owner="dba", title="", status="published"):
    day = f"last_reviewed: {reviewed}\n" if reviewed else ""
    return (
        f"---\nid: {id_}\ntitle: {title or f'Page {id_}'}\nsummary: x\nowner: {owner}\nstatus: {status}\ntopic: x\n"
        f"{day}review_interval: {interval}\n---\n\nText.\n"
    )


def sop(id_, effective):
    return (
        f"---\nid: {id_}\ntitle: Procedure {id_}\nsummary: x\nowner: dba\nstatus: published\ncategory: routine\n"
        f"effective_date: {effective}\nlast_reviewed: 2026-11-01\nreview_interval: 6 months\n"
        "drill_interval: 3 months\n---\n\nText.\n"
    )


def drill(id_, held="2026-11-12", findings="", items=""):
    return (
        f"---\nid: {id_}\ntitle: Drill {id_}\nsummary: x\nowner: ops\nstatus: published\nscenario: x\n"
        f"held_on: {held}\nfindings:\n  - {{note: x}}\n{findings}action_items:\n{items or '  []'}\n---\n\nText.\n"
    )


@pytest.fixture
def digests(make_project):
    """Return a function that makes a project of some pages and returns the digest of each owner who has one."""

    def make(pages, kb=WITH_URL, as_of=TODAY, **registries):
        files = {f"content/{name}.md": text for name, text in pages.items()}
        files |= {f"registry/{name}.yml": text for name, text in registries.items()}
        catalog = check(make_project({"kb.yml": kb, **files}), as_of).catalog
        found = assignments(catalog)
        return {owner: text for owner, each in found.items() if (text := digest(catalog, owner, each))}

    return make


def test_it_says_what_is_late_who_asks_and_what_comes(digests):
    found = digests(
        {
            "faq/late": faq("FAQ-001", "2025-08-14"),
            "faq/later": faq("FAQ-002", "2025-11-19", title="Restore a * backup"),
            "faq/asked": faq("FAQ-003", "2026-10-01"),
            "faq/never": faq("FAQ-004", ""),
            "faq/soon": faq("FAQ-005", "2025-12-20"),
            "faq/far": faq("FAQ-006", "2025-12-21"),
            "faq/other": faq("FAQ-007", "2025-01-01", owner="ops"),
            "faq/draft": faq("FAQ-008", "2025-01-01", status="draft"),
            "sops/a": sop("SOP-001", "2026-06-01"),
            "sops/b": sop("SOP-002", "2026-08-25"),
            "drills/a": drill(
                "DR-2026-001",
                findings="  - {note: x, sop: FAQ-003, finding: wrong}\n",
                items="  - {id: A1, title: Call the vendor, owner: dba, due: 2026-11-19}\n"
                "  - {id: A2, title: Buy a disk, owner: dba, due: 2026-11-20, status: in_progress}\n"
                "  - {id: A3, title: Some day, owner: dba}\n"
                "  - {id: A4, title: Over, owner: dba, due: 2026-01-01, status: done}\n",
            ),
        },
        kpis=KPIS,
    )
    assert found["dba"] == (
        "**資料庫組** · 2026-11-20\n"
        "\n"
        "**Reviews overdue (2)**\n"
        "\n"
        "- [Page FAQ-001](https://kb.example.com/faq/late.html) FAQ-001 · stale since 2026-08-15 (98 days)\n"
        "- [Restore a \\* backup](https://kb.example.com/faq/later.html) FAQ-002 · stale since 2026-11-20 (1 day)\n"
        "\n"
        "**Reviews asked for (1)**\n"
        "\n"
        "- [Page FAQ-003](https://kb.example.com/faq/asked.html) FAQ-003 · stale since 2026-11-12 (8 days)"
        " · [DR-2026-001](https://kb.example.com/drills/a.html) asks for a review by 2026-11-26\n"
        "\n"
        "**Never reviewed (1)**\n"
        "\n"
        "- [Page FAQ-004](https://kb.example.com/faq/never.html) FAQ-004\n"
        "\n"
        "**Drills overdue (1)**\n"
        "\n"
        "- [Procedure SOP-001](https://kb.example.com/sops/a.html) SOP-001 · drill due 2026-09-01 (80 days ago)\n"
        "\n"
        "**Action items overdue (1)**\n"
        "\n"
        "- [Call the vendor](https://kb.example.com/drills/a.html#kb-actions) DR-2026-001 A1"
        " · due 2026-11-19 (yesterday)\n"
        "\n"
        "**Readings missing (1)**\n"
        "\n"
        "- [Speed](https://kb.example.com/kpis.html) · 2026-09, 2026-10\n"
        "\n"
        "**Due within 30 days (2)**\n"
        "\n"
        "- [Procedure SOP-002](https://kb.example.com/sops/b.html) SOP-002 · drill due 2026-11-25 (in 5 days)\n"
        "- [Page FAQ-005](https://kb.example.com/faq/soon.html) FAQ-005 · review due 2026-12-20 (in 30 days)\n"
        "\n"
        "**Open action items (2)**\n"
        "\n"
        "- [Buy a disk](https://kb.example.com/drills/a.html#kb-actions) DR-2026-001 A2 · due 2026-11-20 (today)\n"
        "- [Some day](https://kb.example.com/drills/a.html#kb-actions) DR-2026-001 A3 · no day agreed\n"
    )
    assert set(found) == {"dba", "ops"}


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (date(2026, 12, 1), None),
        (date(2026, 12, 2), "review due 2027-01-01 (in 30 days)"),
        (date(2026, 12, 31), "review due 2027-01-01 (tomorrow)"),
        (date(2027, 1, 1), "review due 2027-01-01 (today)"),
        (date(2027, 1, 2), "stale since 2027-01-02 (1 day)"),
    ],
)
def test_a_page_is_announced_for_thirty_days_and_stale_the_day_after(digests, as_of, said):
    found = digests({"faq/a": faq("FAQ-001")}, as_of=as_of)
    assert found == {} if said is None else found["dba"].endswith(f"FAQ-001 · {said}\n")


def test_days_of_grace_count_as_in_date(digests):
    kb = ENGLISH.replace("grace: 0 days", "grace: 7 days")
    day = {"faq/a": faq("FAQ-001")}
    assert "review due 2027-01-01 (7 days ago)" in digests(day, kb, date(2027, 1, 8))["dba"]
    assert "stale since 2027-01-09 (1 day)" in digests(day, kb, date(2027, 1, 9))["dba"]


def test_an_overdue_page_is_stale_from_when_a_record_asked_for_it(digests):
    asked = drill("DR-2026-001", "2026-10-01", "  - {note: x, sop: FAQ-001, finding: wrong}\n")
    found = digests({"faq/a": faq("FAQ-001", "2025-11-10"), "drills/a": asked}, ENGLISH)
    assert found["dba"].endswith(
        "**Reviews overdue (1)**\n\n"
        "- **Page FAQ-001** FAQ-001 · stale since 2026-10-01 (50 days)"
        " · **DR-2026-001** asks for a review by 2026-10-15\n"
    )


def test_it_is_in_the_language_of_the_project(digests):
    found = digests({"faq/a": faq("FAQ-001", "2025-08-14")}, "timezone: Asia/Taipei\nlanguage: zh-Hans\n")
    assert "**逾期的审查 (1)**" in found["dba"] and "自 2026-08-15 起须重新审查（已 98 天）" in found["dba"]


def test_without_an_address_there_are_no_links(digests):
    found = digests({"faq/a": faq("FAQ-001", "2025-08-14")}, ENGLISH)
    assert "- **Page FAQ-001** FAQ-001 · stale since" in found["dba"]
    assert "](" not in found["dba"]


def test_a_message_stays_short(digests):
    found = digests({f"faq/{n}": faq(f"FAQ-{n:03}", "2025-01-01") for n in range(1, 13)})
    assert "**Reviews overdue (12)**" in found["dba"]
    assert found["dba"].count("\n- [Page") == 10
    assert found["dba"].endswith("\n- and 2 more\n")


def test_what_nobody_answers_for_is_said_too(digests):
    found = digests({"drills/a": drill("DR-2026-001", items="  - {id: A1, title: Call, due: 2026-11-01}\n")})
    assert found[""].startswith("**nobody** · 2026-11-20\n\n**Action items overdue (1)**\n")


def test_nothing_to_say_is_said(digests, make_project):
    assert digests({"faq/a": faq("FAQ-001", "2026-11-01")}) == {}
    catalog = check(make_project({"kb.yml": ENGLISH, "content/faq/a.md": faq("FAQ-001", "2026-11-01")}), TODAY).catalog
    said = "Nothing is late, nothing is due within 30 days.\n"
    assert nothing(catalog) == said
    assert nothing(catalog, "dba") == f"**資料庫組** · 2026-11-20\n\n{said}"


def test_the_last_day_there_is_does_no_harm(digests):
    assert "stale since" in digests({"faq/a": faq("FAQ-001")}, as_of=date.max)["dba"]


# --- nothing acts in a chat --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@everyone @here", "@\u200beveryone @\u200bhere"),
        ("<!channel> <@U024BE7LH>", "&lt;!channel&gt; &lt;@\u200bU024BE7LH&gt;"),
        ("*a* _b_ ~c~ `d` ||e|| $f$", "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\|\\|e\\|\\| \\$f\\$"),
        ("[x](https://evil.example) ![y](z)", "\\[x\\](https://evil.example) !\\[y\\](z)"),
        ("a\n# b\r\n- c", "a # b - c"),
        ("\x1b[31m\u202e", "\\\\x1b\\[31m\\\\u202e"),
        ("備份　還原", "備份 還原"),
    ],
)
def test_a_title_is_shown_as_it_is(text, shown):
    assert plain(text) == shown


def test_titles_names_and_ids_are_all_plain(make_project):
    owners = "dba: {name: '@channel *x*', kind: role}\n"
    item = '  - {id: "@here", title: "[x](y)", owner: dba, due: 2026-11-01}\n'
    files = {
        "kb.yml": ENGLISH,
        "registry/owners.yml": owners,
        "content/faq/a.md": faq("FAQ-001", "2025-01-01", title="'@all `x`'"),
        "content/drills/a.md": drill("DR-2026-001", items=item),
        "registry/kpis.yml": KPIS.replace("Speed", "'@team'"),
    }
    catalog = check(make_project(files), TODAY).catalog
    text = digest(catalog, "dba", assignments(catalog)["dba"])
    for name in ("channel", "here", "all", "team"):
        assert f"@\u200b{name}" in text
    assert not re.search(r"@\w", text)
    assert "\\*x\\*" in text and "\\`x\\`" in text and "\\[x\\](y)" in text


ANY = st.text(alphabet=st.one_of(st.sampled_from("*_`[]()<>!#~|$\\&@:-+.=\"' \n1a備"), st.characters()), max_size=40)


@given(text=ANY)
def test_markdown_shows_any_title_as_it_is_written(text):
    """By the reference rules of CommonMark: in a list, in bold and in a link, whatever the title."""
    reader = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    shown = printable(" ".join(text.split())).replace("@", "@\u200b")
    made = reader.render(f"- [{plain(text)}](https://kb.example.com/a.html) x\n")
    match = re.fullmatch(r'<ul>\n<li><a href="https://kb\.example\.com/a\.html">(.*)</a> x</li>\n</ul>\n', made)
    assert match and html.unescape(match[1]) == shown
