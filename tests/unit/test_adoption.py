"""A documentation repository of others is checked in place, with the kb.yml of the how-to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from kb_builder import checks
from kb_builder.cli.run import run
from kb_builder.config.load import load_settings
from kb_builder.model.settings import Settings
from kb_builder.pipeline import check
from kb_builder.reports.reviews import review_rows
from tests.conftest import ROOT, TODAY

HOW_TO = ROOT / "docs" / "how-to" / "check-an-existing-repository.md"


def block(start: str) -> str:
    """Return the first fenced block of the how-to that begins like this."""
    text = HOW_TO.read_text(encoding="utf-8")
    at = text.index(f"\n```{start}\n") + len(start) + 5
    return text[at : text.index("\n```", at) + 1]


KB_YML = block('yaml title="kb.yml"')

# Pages as the tech docs template has them: no id, links by address, Ruby in the text.
PAGES = {
    "source/index.html.md.erb": """\
---
title: Developer documentation
layout: core
weight: 10
owner_slack: "#docs"
last_reviewed_on: 2026-10-01
review_in: 12 months
---

# Developer documentation

<% data.sections.each do |section| %>
  <%= link_to section.title, section.path %>
<% end %>
""",
    "source/manual/deploy.html.md.erb": """\
---
title: Deploy an application
section: Deployment
layout: manual_layout
parent: "/manual.html"
owner_slack: ["#platform", "#on-call"]
last_reviewed_on: 2026-01-10
review_in: 6 months
old_paths: [/deploying.html]
important: true
---

See [on call](/manual/on-call.html), [rollback](rollback.html#top), [all](/manual/) and ![a picture](images/none.png).

<%= partial 'partials/links', locals: { title: "[x](y.md)" } %>

<script>track("deploy")</script>

##

1. `kubectl`{:.command}
""",
    "source/manual/on-call.html.md": """\
---
title: On call
section: Incidents
type: learn
owner_slack: "#on-call"
last_reviewed_on: 2026-11-01
review_in: 3 months
---

Follow [deploying](/manual/deploy.html). Then [rollback](/manual/rollback.html), [alerts](/manual/alerts.html).
""",
    "source/manual/access.html.md.erb": """\
---
title: Get access
section: Accounts
owner_slack: "#platform"
review_in: 6 months
---

Ask in `#platform`.
""",
    "source/manual/alerts/cpu.md": """\
---
title: CPU is high
owner_slack: #on-call
last_reviewed_on: 2026-09-01
review_in: 6 months
---

See [the dashboard](https://grafana.example.com/).
""",
    "source/manual/alerts/disk.md": """\
---
title: Disk is full
owner_slack: "#on-call"
last_reviewed_on: 2026-02-30
review_in: 6 months
---

Delete `/tmp`.
""",
    "source/manual/alerts/memory.md": """\
---
title: Memory is low
section: Alerts
owner_slack: "#on-call"
last_reviewed_on: 2026-09-01
review_in: 6 months
---
""",
    "source/manual/alerts/index.html.md.erb": """\
---
title: Memory is low
section: Alerts
owner_slack: "#on-call"
last_reviewed_on: 2026-05-20
review_in: 1 year
---

<%= partial 'partials/links' %>
""",
}
OTHERS = {
    "README.md": "# Developer documentation\n\n[Deploy](source/manual/deploy.html)\n",
    "Gemfile": "gem 'govuk_tech_docs'\n",
    "config.rb": "GovukTechDocs.configure(self)\n",
    "config/tech-docs.yml": "host: https://docs.example.com\n",
    "source/partials/_links.md": "[on call]: /manual/on-call.html\n",
    "source/manual/_common.html.md.erb": "<%= 1 %>\n",
    "source/layouts/manual_layout.erb": "<%= yield %>\n",
    "source/stylesheets/screen.css.scss": "body {}\n",
    "source/javascripts/application.js": "alert(1)\n",
    "source/images/diagram.svg": "<svg/>\n",
    "source/images/Screenshot 2026-01-01 at 10.00.00.png": "x",
    "source/feed.xml.erb": "<feed/>\n",
}
EXPECTED = [
    ("notice", "KB108", "kb.yml", 5),
    ("error", "KB303", "source/manual/access.html.md.erb", 1),
    ("error", "KB010", "source/manual/alerts/cpu.md", 3),
    ("error", "KB106", "source/manual/alerts/disk.md", 4),
    ("error", "KB301", "source/manual/deploy.html.md.erb", 7),
]


@pytest.fixture
def repository(tmp_path: Path):
    """Return a function that writes the repository with some pages added, and loads it."""

    def make(pages: dict[str, str] | None = None, kb_yml: str = KB_YML) -> Settings:
        for name, text in {**PAGES, **OTHERS, **(pages or {}), "kb.yml": kb_yml}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return load_settings(tmp_path, checks.rules())

    return make


def found(settings: Settings, day: date = TODAY) -> list[tuple[str, str, str, int]]:
    return [(each.severity.word, each.code, each.path, each.position.line) for each in check(settings, day).diagnostics]


def more(settings: Settings) -> list[str]:
    """Return code, place and message of what is found besides the expected."""
    return [
        f"{each.code} {each.path}:{each.position.line}:{each.position.column} {each.message}"
        for each in check(settings, TODAY).diagnostics
        if (each.severity.word, each.code, each.path, each.position.line) not in EXPECTED
    ]


def page(**fields: str) -> str:
    given = {"title": "A page", "owner_slack": '"#docs"', "last_reviewed_on": "2026-11-01", "review_in": "6 months"}
    lines = [f"{name}: {value}" for name, value in {**given, **fields}.items() if value]
    return "\n".join(("---", *lines, "---", "", "Text.", ""))


def test_the_kb_yml_of_the_how_to_has_ten_lines():
    assert len(KB_YML.splitlines()) <= 10
    assert all(len(line) <= 100 for line in KB_YML.splitlines())


def test_exactly_the_expected_is_found(repository):
    assert found(repository()) == EXPECTED


def test_the_report_in_the_how_to_is_what_the_tool_prints(repository, capsys):
    settings = repository()
    assert run(["--project", str(settings.root), "check", "--as-of", TODAY.isoformat()]) == 1
    printed = capsys.readouterr().out.splitlines()
    shown = block("text").splitlines()
    assert [line for line in printed if not line.startswith("  hint:")] == [
        line for line in shown if not line.startswith("  hint:")
    ]
    assert {line for line in shown if line.startswith("  hint:")} <= set(printed)


def test_the_page_in_the_how_to_is_clean(repository):
    front_matter = block("yaml")
    assert front_matter.startswith("---\ntitle: Deploy an application\n")
    fresh = front_matter.replace("2026-01-10", "2026-11-10") + "\nText.\n"
    assert more(repository({"source/new.html.md.erb": fresh})) == more(repository())


def test_one_notice_tells_of_all_foreign_fields(repository):
    notice = check(repository(), TODAY).diagnostics[0]
    assert notice.message.endswith(": section (5), important (1), old_paths (1), type (1)")
    assert "types.manual.aliases" in notice.hint and "types.manual.ignore" in notice.hint


def test_without_foreign_fields_there_is_no_notice(repository):
    text = KB_YML.replace("ignore: [", "ignore: [section, important, old_paths, type, ")
    assert found(repository(kb_yml=text)) == EXPECTED[1:]


def test_the_path_is_the_id_and_the_first_of_a_list_the_owner(repository):
    catalog = check(repository(), TODAY).catalog
    deploy = catalog.by_id["manual/deploy.html.md.erb"]
    assert deploy.text("owner") == "#platform"
    assert deploy.texts("reviewers") == ("#on-call",)
    assert [row.state for row in review_rows(catalog)] == [
        "fresh", "never", "fresh", "never", "fresh", "fresh", "overdue", "fresh",
    ]  # fmt: skip


def test_owners_are_looked_up_once_there_is_a_registry(repository):
    settings = repository({"registry/owners.yml": "platform: {name: Platform, kind: team}\n"})
    unknown = [each for each in more(settings) if each.startswith("KB201")]
    assert len(unknown) == 8
    # Both entries of the list are pointed at where they stand.
    assert "KB201 source/manual/deploy.html.md.erb:6:15 `#platform` is not in registry/owners.yml" in unknown
    assert "KB201 source/manual/deploy.html.md.erb:6:28 `#on-call` is not in registry/owners.yml" in unknown


FAULTS = {
    "no owner": ({"owner_slack": ""}, ["KB101 source/x.md:1:1 `owner_slack` is missing"]),
    "empty owner": ({"owner_slack": "[]"}, ["KB103 source/x.md:3:14 `owner_slack` is empty*"]),
    "no interval": (
        {"review_in": ""}, ["KB101 source/x.md:1:1 `review_in` is missing; a published page needs it"],
    ),
    "interval in words": ({"review_in": "half a year"}, ["KB105 source/x.md:5:12 `review_in` is `half a year`*"]),
    "date in the future": ({"last_reviewed_on": "2026-11-21"}, ["KB304 source/x.md:4:19 2026-11-21 *future*"]),
    "date in another form": ({"last_reviewed_on": "1 May 2026"}, ["KB106 source/x.md:4:19 `last_reviewed_on` is*"]),
    "review due soon": ({"last_reviewed_on": "2026-06-01"}, ["KB302 source/x.md:4:1 *2026-12-01, in 11 days"]),
    "both names": (
        {"owner": "docs"}, ["KB006 source/x.md:3:1 `owner_slack` stands for `owner`, which is given as well"],
    ),
    "syntax": ({"title": "Rollback: how"}, ["KB011 source/x.md:2:*"]),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_as_the_author_wrote_it(repository, fields, expected):
    unexpected = more(repository({"source/x.md": page(**fields)}))
    assert len(unexpected) == len(expected), unexpected
    for each, pattern in zip(unexpected, expected, strict=True):
        assert re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), each), each


def test_two_names_for_one_field_are_one_too_many(repository):
    text = KB_YML.replace("owner_slack: owner", "owner_slack: owner, owner_team: owner")
    settings = repository({"source/x.md": page(owner_team="docs")}, text)
    assert more(settings) == ["KB006 source/x.md:6:1 `owner_team` stands for `owner`, as does `owner_slack`"]


def test_either_of_two_names_will_do(repository):
    text = KB_YML.replace("owner_slack: owner", "owner_slack: owner, owner_team: owner")
    assert more(repository({"source/x.md": page(owner_slack="", owner_team="docs")}, text)) == []


FOREIGN = {
    "a status of their own": {"status": "live"},
    "ids of their own": {"id": "42"},
    "a page for an audience of theirs": {"audience": "developers"},
    "related pages by address": {"related": "[/manual/on-call.html]"},
    "reviewers in words": {"reviewers": "Ann and Ben"},
    "a field of a type of ours": {"steps": "3", "severity": "high", "action_items": "[{title: x}]"},
    "computed fields": {"next_review": "2027-01-01"},
}


@pytest.mark.parametrize("fields", FOREIGN.values(), ids=FOREIGN)
def test_a_field_with_another_meaning_is_foreign(repository, fields):
    settings = repository({"source/x.md": page(**fields)})
    assert more(settings) == []
    counted = check(settings, TODAY).diagnostics[0].message
    assert all(re.search(rf"\b{name} \([12]\)", counted) for name in fields), counted


@pytest.mark.parametrize(
    ("fields", "title", "reviewers"),
    [
        ({"title": "x" * 200}, "x" * 200, ()),
        ({"title": ""}, "x.md", ()),
        ({"title": "[a]"}, "x.md", ()),
        ({"reviewers": '["#a", "Ann B"]'}, "A page", ("#a", "Ann B")),
        ({"owner_slack": '["#docs", "#a"]', "reviewers": '["#b"]'}, "A page", ("#b",)),
    ],
)
def test_titles_and_reviewers_are_read_where_they_can_be(repository, fields, title, reviewers):
    settings = repository({"source/x.md": page(**fields)})
    assert more(settings) == []
    document = check(settings, TODAY).catalog.by_id["x.md"]
    assert (document.title, document.texts("reviewers")) == (title, reviewers)


def test_the_text_of_the_pages_is_not_rendered(repository):
    # It is written for another Markdown, and there may be thousands of them.
    catalog = check(repository(), TODAY).catalog
    assert {len(body.links) for body in catalog.bodies.values()} == {0}
    assert len(catalog.bodies) == len(PAGES)


@pytest.mark.parametrize("status", ["live", "[published]", "Published"])
def test_a_status_that_is_none_of_ours_does_not_hide_a_stale_page(repository, status):
    stale = page(status=status, last_reviewed_on="2026-01-01")
    assert [each.split()[0] for each in more(repository({"source/x.md": stale}))] == ["KB301"]


@pytest.mark.parametrize("status", ["draft", "in_review", "obsolete"])
def test_a_page_that_is_not_in_force_need_not_be_reviewed(repository, status):
    assert more(repository({"source/x.md": page(status=status, last_reviewed_on="2026-01-01", review_in="")})) == []


def test_no_page_of_another_system_reaches_customers(repository):
    # Not even under a type whose pages may.
    text = KB_YML.replace("  manual:", "  faq:")
    settings = repository({"source/x.md": page(id="FAQ-001", audience="customers", topic="x", summary="x")}, text)
    catalog = check(settings, TODAY).catalog
    assert catalog.settings.types["faq"].audiences == ("staff", "customers")
    assert catalog.by_id["FAQ-001"].is_published
    assert not any(document.is_for_customers for document in catalog.documents)


def test_defaults_stand_in_for_what_no_page_says(repository):
    text = KB_YML.replace("    schema:", '    defaults: {owner: "#docs", review_interval: 1 month}\n    schema:')
    pages = {"source/a.md": page(owner_slack="", review_in=""), "source/b.md": page(review_in="")}
    catalog = check(repository(pages, text), TODAY).catalog
    rows = {row.id: row for row in review_rows(catalog)}
    assert (rows["a.md"].owner, rows["a.md"].next_review) == ("#docs", "2026-12-01")
    assert rows["b.md"].next_review == "2026-12-01"
    assert [each.split(" ", 1)[0] for each in more(repository(pages, text))] == ["KB302", "KB302"]


def test_the_type_of_an_sop_can_be_lent_to_them(repository):
    text = KB_YML.replace("  manual:", "  sop:")
    assert found(repository(kb_yml=text)) == EXPECTED


@pytest.mark.parametrize("path", ["source/my page.md", "source/api/a.md", "source/old files/assets/x.md"])
def test_a_page_whose_name_is_no_address_is_read_all_the_same(repository, path):
    assert more(repository({path: page()})) == []
    assert [each.split()[0] for each in more(repository({path: page(last_reviewed_on="2020-01-01")}))] == ["KB301"]


def test_a_page_without_front_matter_is_named(repository):
    assert [each.split()[:2] for each in more(repository({"source/x.md": "# Only text\n"}))] == [
        ["KB003", "source/x.md:1:1"]
    ]


def test_strict_pages_beside_them_stay_strict(repository):
    strict = (
        "---\nid: FAQ-001\ntitle: 問題？\nsummary: 摘要\nowner: ops\nstatus: published\n---\n\n[x](/manual/y.html)\n"
    )
    codes = {each.split()[0] for each in more(repository({"source/faq/x.md": strict}))}
    assert codes == {"KB101", "KB303", "KB403"}


def test_nothing_of_theirs_is_changed(repository):
    settings = repository()

    def state() -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in sorted(settings.root.rglob("*")) if file.is_file()}

    before = state()
    check(settings, TODAY)
    assert state() == before


LENIENT_FAQ = KB_YML.replace("  manual:", "  faq:")


def test_a_page_meant_for_customers_is_told_that_it_reaches_none(repository):
    for text in (KB_YML, LENIENT_FAQ):
        settings = repository({"source/x.md": page(audience="customers")}, text)
        found = [each for each in check(settings, TODAY).diagnostics if each.path == "source/x.md"]
        assert [(each.code, each.severity.word, each.position.line) for each in found] == [("KB104", "warning", 6)]
        assert "reaches customers" in found[0].message and "schema: lenient" in found[0].hint
        assert "audience" not in check(settings, TODAY).diagnostics[0].message, "nobody is advised to ignore it"


def test_an_audience_that_is_none_is_an_error_where_the_type_has_customers(repository):
    settings = repository({"source/x.md": page(audience="customer")}, LENIENT_FAQ)
    found = [each for each in check(settings, TODAY).diagnostics if each.path == "source/x.md"]
    assert [(each.code, each.severity.word) for each in found] == [("KB104", "error")]


@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_an_audience_that_is_ignored_or_ours_is_fine(repository, audience):
    text = LENIENT_FAQ.replace("ignore: [", "ignore: [audience, ") if audience == "customers" else LENIENT_FAQ
    assert more(repository({"source/x.md": page(audience=audience)}, text)) == []


def test_an_audience_under_another_name_is_read_as_well(repository):
    text = LENIENT_FAQ.replace("aliases: {", "aliases: {readers: audience, ")
    assert [each.split(" ")[:2] for each in more(repository({"source/x.md": page(readers="customers")}, text))] == [
        ["KB104", "source/x.md:6:10"]
    ]


def test_the_how_to_for_plain_mkdocs_works_as_it_is_written(make_project, tmp_path_factory):
    faq = (ROOT / "kb_builder/content_types/faq/example.md").read_text(encoding="utf-8").replace("web-ops", "ops")
    root = make_project({"content/faq/a.md": faq}).root
    text = (ROOT / "docs/how-to/use-with-plain-mkdocs.md").read_text(encoding="utf-8")
    for name, content in re.findall(r'^```\w+ title="(.+?)"\n(.*?)^```$', text, re.MULTILINE | re.DOTALL):
        (root / name).write_text(content, encoding="utf-8")
    environment = {
        **os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "SOURCE_DATE_EPOCH": "1795132800",
    }  # fmt: skip

    def sh(command: str, folder: Path) -> str:
        done = subprocess.run(
            ["sh", "-ec", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    sh("git init -q -b main; git add kb.yml content registry", root)
    commands = re.findall(r"^\$ (.+)$", text, re.MULTILINE)
    assert commands[-1] == "mkdocs build"
    for command in commands:
        sh(command, root)
    assert (root / "site/mkdocs/faq/a.html").is_file()
    # A clone has what is needed, and nothing that was staged.
    sh("git add -A; git -c user.name=A -c user.email=a@example.com commit -q -m first", root)
    staged = [name for name in sh("git ls-files", root).splitlines() if name.startswith((".kb", "site"))]
    assert staged == [".kb/staged/staff/docs/.gitkeep"]
    clone = tmp_path_factory.mktemp("clone") / "kb"
    sh(f"git clone -q '{root}' '{clone}'", root)
    sh("mkdocs build", clone)
    assert (clone / "site/mkdocs/faq/a.html").is_file()
