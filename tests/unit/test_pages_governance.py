"""Dashboards of the staff site: reviews, action items, coverage, duties, references; home and navigation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.messages import messages
from kb_builder.model.history import Commit, FileChange, History
from kb_builder.model.site_tree import StagedPage
from kb_builder.pages import actions, home, reviews
from kb_builder.pages.navigation import navigation
from kb_builder.pages.view import View
from kb_builder.pages.words import clock_words, days_words, percent_words
from kb_builder.pipeline import check, generate
from tests.conftest import TODAY

STEPS = "steps:\n  - {name: 重新啟動, role: dba, time_limit: 5 minutes, expected: 首頁回應 200}\n"


def sop(id_: str, last: str = "2026-10-01", *, status: str = "published", more: str = "", title: str = "") -> str:
    """Return an SOP that is reviewed every six months; `more` are further lines of front matter."""
    category = "" if "category:" in more else "category: routine\n"
    return f"""\
---
id: {id_}
title: {title or f"程序 {id_}"}
summary: 說明
owner: ops
status: {status}
{category}version: "1.0"
effective_date: 2026-06-01
last_reviewed: {last}
review_interval: 6 months
reviewers: [dba]
approver: ops
reviews:
  - {{date: {last}, by: dba, trigger: scheduled, checks: [complete, effective, applicable, operable]}}
{STEPS}{more}---
"""


def postmortem(id_: str = "PM-2026-001", sops: str = "[]", items: str = "[]", resolved: str = "2026-11-01") -> str:
    return f"""\
---
id: {id_}
title: 首頁回應 500
summary: 記憶體上限太低。
owner: ops
status: published
severity: urgent
sla: ops
incident_class: unreachable
started_at: {resolved}T10:00:00+08:00
detected_at: {resolved}T10:03:00+08:00
acknowledged_at: {resolved}T10:05:00+08:00
mitigated_at: {resolved}T10:40:00+08:00
resolved_at: {resolved}T18:00:00+08:00
impact: {{users: 1200, duration: 40 minutes, data_loss: false, cost: 0}}
root_causes: [記憶體上限沒有隨流量調整]
timeline: [{{at: {resolved}T10:00:00+08:00, event: 首頁開始回應 500}}]
sops: {sops}
{"no_sops_reason: 沒有相關的程序" if sops == "[]" else ""}
action_items: {items}
---
"""


def drill(id_: str, held_on: str, sops: str, classes: str = "[slowdown]") -> str:
    return f"""\
---
id: {id_}
title: 主機停擺演練
summary: 假設主機沒有回應。
owner: ops
status: published
scenario: 主要主機沒有回應。
incident_class: {classes}
sops: {sops}
held_on: {held_on}
participants: [ops]
outcome: passed
findings: []
action_items: []
---
"""


def made(settings, today: date = TODAY, audience: str = "staff") -> dict[str, StagedPage]:
    return {page.path: page for page in generate(check(settings, today).catalog, audience).pages}


def tiles(body: str) -> list[tuple[str, str]]:
    """Return figure and place of every tile."""
    found = re.findall(r'<li class="kb-tile[^>]*>(?:<a href="([^"]*)">)?<strong>(?:<svg.*?</svg>)?([^<]*)', body)
    return [(figure, href) for href, figure in found]


def section(body: str, anchor: str) -> str:
    return body.split(f"{{#{anchor}}}")[1].split("\n## ")[0]


def rows(table: str) -> list[list[str]]:
    """Return the texts of the cells of every row with cells, one line each."""
    found = [
        re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", table, re.S)
    ]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in found]


# ---- reviews ---------------------------------------------------------------------


@pytest.fixture
def reviewed(make_project):
    return make_project(
        {
            "content/sops/late.md": sop("SOP-001", "2026-03-01"),
            "content/sops/later.md": sop("SOP-002", "2026-04-10", more="category: emergency\n"),
            "content/sops/asked.md": sop("SOP-003", "2026-09-01", title="<i>斜</i> & *星*"),
            "content/sops/soon.md": sop("SOP-004", "2026-05-28"),
            "content/sops/fresh.md": sop("SOP-005", "2026-10-01"),
            "content/sops/draft.md": sop("SOP-006", "2020-01-01", status="draft"),
            "content/postmortems/pm.md": postmortem(sops="[{id: SOP-003, finding: wrong}]"),
        }
    )


def test_the_most_urgent_page_stands_first_with_its_reason(reviewed):
    table = section(made(reviewed)["reviews.md"].body, "kb-now")
    found = rows(table)[1:]
    assert [row[1].split()[-1] for row in found] == ["SOP-001", "SOP-002", "SOP-003", "SOP-004"]
    assert found[0][2] == "應於 2026-09-01 前完成審查。"
    assert found[0][4] == "2026-09-01 已過 80 天"
    assert found[2][2] == "首頁回應 500 PM-2026-001 要求在 2026-11-15 以前完成審查。"
    assert found[3][4] == "2026-11-28 還有 8 天"
    assert 'href="postmortems/pm.html"' in table
    assert "&lt;i&gt;斜&lt;/i&gt; &amp; *星*" in table
    assert "<i>" not in table


def test_every_figure_of_reviews_leads_to_its_pages(reviewed):
    body = made(reviewed)["reviews.md"].body
    assert tiles(body) == [
        ("40 %", "#kb-year"),
        ("2", "#kb-overdue"),
        ("1", "#kb-triggered"),
        ("0", ""),
        ("1", "#kb-due_soon"),
    ]
    assert "2 / 5 頁：審查有效（含即將到期）÷ 應審查的頁面" in body
    assert re.findall(r'<tr id="kb-(\w+)">', body) == ["overdue", "triggered", "due_soon"]


@pytest.mark.parametrize(("today", "share"), [(date(2026, 11, 28), "40 %"), (date(2026, 11, 29), "20 %")])
def test_a_review_may_be_done_on_its_last_day(reviewed, today, share):
    assert tiles(made(reviewed, today)["reviews.md"].body)[0][0] == share


def test_every_page_in_date_is_listed_once_by_the_month_of_its_review(reviewed):
    catalog = check(reviewed, TODAY).catalog
    months = reviews.due_by_month(catalog, catalog.documents)
    assert [month.first for month in months[:3]] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert len(months) == 12
    assert {month.first: [each.id for each in month.documents] for month in months if month.documents} == {
        date(2026, 11, 1): ["SOP-004"],
        date(2027, 4, 1): ["SOP-005"],
    }


def test_a_review_due_after_a_year_is_listed_as_later(make_project):
    long = sop("SOP-001", "2026-11-19").replace("6 months", "2 years")
    catalog = check(make_project({"content/sops/a.md": long}), TODAY).catalog
    months = reviews.due_by_month(catalog, catalog.documents)
    assert [each.id for month in months if month.first is None for each in month.documents] == ["SOP-001"]


def test_reviews_are_told_by_owner_with_a_calendar_and_by_type_and_category(reviewed):
    tree = generate(check(reviewed, TODAY).catalog, "staff")
    body = next(page.body for page in tree.pages if page.path == "reviews.md")
    owner = rows(section(body, "kb-owners"))[1]
    assert owner[:7] == ["維運組", "5", "40 %", "2", "1", "—", "1"]
    (calendar,) = re.findall(r'href="(owners/\w+\.ics)"', section(body, "kb-owners"))
    assert calendar in {file.path for file in tree.files}
    types = rows(section(body, "kb-types"))[1:]
    assert [row[:3] for row in types] == [
        ["標準作業程序", "5", "40 %"],
        ["緊急應變", "1", "0 %"],
        ["日常維護", "4", "50 %"],
    ]
    index = next(page.body for page in tree.pages if page.path == "sops/index.md")
    for number, name in re.findall(r'index\.html#kb-group-(\d)">([^<]+)</a>', section(body, "kb-types")):
        assert f"## {name} {{#kb-group-{number}}}" in index


def test_a_page_without_a_day_of_a_review_was_never_reviewed(make_project):
    settings = make_project(
        {
            "kb.yml": "types: {faq: {schema: lenient}}\n",
            "content/faq/a.md": "---\ntitle: 問\nowner: ops\nstatus: published\n---\n答\n",
        }
    )
    body = made(settings)["reviews.md"].body
    assert tiles(body)[3] == ("1", "#kb-never")
    assert rows(section(body, "kb-now"))[1][2:] == ["沒有審查日期。", "維運組", "—"]


def test_with_all_in_date_there_is_no_table_of_what_to_do(make_project):
    body = made(make_project({"content/sops/a.md": sop("SOP-001")}))["reviews.md"].body
    assert tiles(body)[0] == ("100 %", "#kb-year")
    assert "<table" not in section(body, "kb-now")


def test_pages_whose_date_moved_alone_are_told_with_the_share(make_project):
    twice = sop("SOP-001").replace("reviews:\n", "reviews:\n  - {date: 2026-04-01, by: dba, trigger: scheduled}\n")
    settings = make_project({"content/sops/a.md": twice, "content/sops/b.md": twice.replace("SOP-001", "SOP-002")})
    catalog = check(settings, TODAY).catalog
    paths = ("content/sops/a.md", "content/sops/b.md")
    commit = Commit(
        id="1" * 40,
        day=date(2026, 3, 1),
        subject="x",
        changes=tuple(FileChange(path=path, before="", after=path) for path in paths),
    )
    known = replace(
        catalog,
        unchanged={paths[0]: date(2026, 4, 1)},
        history=History(commits=(commit,), contents=dict.fromkeys(paths, b"x")),
    )
    body = {page.path: page.body for page in generate(known, "staff").pages}["reviews.md"]
    assert tiles(body)[-1] == ("50 %", "#kb-unchanged")
    assert "2026-10-01 審查，內文自 2026-04-01 審查後未改" in section(body, "kb-unchanged")
    without = {page.path: page.body for page in generate(catalog, "staff").pages}["reviews.md"]
    assert "kb-unchanged" not in without


def test_a_long_list_is_cut_and_says_so(reviewed, monkeypatch):
    monkeypatch.setattr(reviews, "_ROWS", 2)
    table = section(made(reviewed)["reviews.md"].body, "kb-now")
    assert len(rows(table)) == 3
    assert "另有 2 頁" in table


# ---- action items ----------------------------------------------------------------

ITEMS = """
  - {id: A1, title: '<b>記憶體</b>告警', kind: technical, owner: ops, due: 2026-11-20, status: open, ref: 工單 7}
  - {id: A2, title: 寫程序, kind: process, owner: dba, due: 2026-11-19, status: in_progress}
  - {id: A3, title: 訓練, kind: people, owner: ops, due: 2026-06-01, status: verified, verified_by: dba}
  - {id: A4, title: 換主機, kind: 其他, owner: ops, due: 2026-06-02, status: done}
  - {id: A5, title: 不做了, kind: technical, owner: dba, due: 2026-06-03, status: cancelled}
  - {id: A6, title: 早該做, owner: ops, due: 2026-10-01, status: open}"""


def test_overdue_actions_come_first_and_a_due_day_is_no_delay(make_project):
    body = made(make_project({"content/postmortems/pm.md": postmortem(items=ITEMS)}))["actions.md"].body
    found = rows(section(body, "kb-unfinished"))[1:]
    assert [(row[0], row[5].split()[1]) for row in found] == [("逾期", "A6"), ("逾期", "A2"), ("未開始", "A1")]
    assert found[0][4] == "2026-10-01 已過 50 天"
    assert found[2][1:3] == ["&lt;b&gt;記憶體&lt;/b&gt;告警 工單 7", "技術"]
    assert 'href="postmortems/pm.html#kb-actions"' in body
    finished = rows(section(body, "kb-finished"))[1:]
    assert [row[5].split()[1] for row in finished] == ["A5", "A4", "A3"]
    assert finished[2][0] == "已驗證 由資料庫組確認"
    assert finished[1][2] == "其他"


def test_completion_leaves_cancelled_actions_out(make_project):
    body = made(make_project({"content/postmortems/pm.md": postmortem(items=ITEMS)}))["actions.md"].body
    assert tiles(body) == [
        ("2", "#kb-unfinished"),
        ("1", "#kb-unfinished"),
        ("2", "#kb-finished"),
        ("40 %", "#kb-owners"),
        ("1", "#kb-finished"),
    ]
    assert "2 / 5：已完成 ÷ 全部（不含取消）" in body
    assert rows(section(body, "kb-owners"))[1:] == [
        ["維運組", "1", "1", "2", "—", "50 %"],
        ["資料庫組", "1", "—", "—", "1", "0 %"],
    ]


def test_many_actions_are_cut_and_say_so(make_project, monkeypatch):
    monkeypatch.setattr(actions, "_ROWS", 1)
    body = made(make_project({"content/postmortems/pm.md": postmortem(items=ITEMS)}))["actions.md"].body
    assert len(rows(section(body, "kb-unfinished"))) == 2
    assert "另有 2" in section(body, "kb-unfinished")


def test_without_actions_there_is_no_register(make_project):
    pages = made(make_project({"content/postmortems/pm.md": postmortem()}))
    assert "actions.md" not in pages
    assert "actions.html" not in pages["index.md"].body


# ---- coverage --------------------------------------------------------------------


def test_gaps_of_the_coverage_stand_out(make_project):
    settings = make_project(
        {
            "content/sops/a.md": sop("SOP-001", more="incident_class: unreachable\n"),
            "content/sops/b.md": sop("SOP-002", status="draft", more="category: emergency\n"),
        }
    )
    body = made(settings)["coverage.md"].body
    assert tiles(body)[:2] == [("1 / 6", "#kb-categories"), ("1 / 5", "#kb-classes")]
    categories = {row[0]: row[1:] for row in rows(section(body, "kb-categories"))[1:]}
    assert categories["緊急應變"][0] == "沒有程序 準備中 1 份"
    assert categories["日常維護"][:3] == ["程序 SOP-001 SOP-001", "維運組", "資料庫組"]
    classes = {row[0]: row[1:] for row in rows(section(body, "kb-classes"))[1:]}
    assert classes["網站無法連線"][0] == "程序 SOP-001 SOP-001"
    assert classes["資安事件"][0] == "沒有程序"
    gaps = section(body, "kb-classes").count("沒有程序</span>")
    assert gaps == 4, "an icon and a word each, in a badge"


def test_drills_are_told_as_never_held_held_or_overdue(make_project):
    files = {
        "content/sops/a.md": sop("SOP-001", more="drill_interval: 6 months\nincident_class: unreachable\n"),
        "content/sops/b.md": sop("SOP-002", more="category: emergency\n"),
        "content/drills/d.md": drill("DR-2026-001", "2026-05-19", "[SOP-001]"),
    }
    body = made(make_project(files))["coverage.md"].body
    assert tiles(body)[2] == ("1 / 2", "#kb-categories")
    categories = {row[0]: row[1:] for row in rows(section(body, "kb-categories"))[1:]}
    assert categories["日常維護"][3:5] == ["2026-05-19 DR-2026-001", "2026-11-19 已逾期"]
    assert categories["緊急應變"][0] == "程序 SOP-002 SOP-002 從未演練"
    assert categories["緊急應變"][3] == "從未演練"
    assert categories["版本發布"][3:5] == ["—", "—"]
    classes = {row[0]: row[1:] for row in rows(section(body, "kb-classes"))[1:]}
    assert classes["網站無法連線"][2] == "從未演練", "the drill was about another class"
    assert classes["急遽變慢"][2] == "2026-05-19 DR-2026-001"
    on_the_day = made(make_project(files), date(2026, 11, 19))["coverage.md"].body
    assert "已逾期" not in on_the_day


def test_the_last_incident_of_a_category_names_one_of_its_procedures(make_project):
    settings = make_project(
        {
            "content/sops/a.md": sop("SOP-001"),
            "content/postmortems/old.md": postmortem(
                "PM-2026-001", "[{id: SOP-001, finding: used}]", resolved="2026-01-02"
            ),
            "content/postmortems/new.md": postmortem(
                "PM-2026-002", "[{id: SOP-001, finding: used}]", resolved="2026-02-03"
            ),
            "content/postmortems/other.md": postmortem("PM-2026-003", resolved="2026-03-04"),
        }
    )
    body = made(settings)["coverage.md"].body
    categories = {row[0]: row[-1] for row in rows(section(body, "kb-categories"))[1:]}
    assert categories["日常維護"] == "2026-02-03 PM-2026-002"
    classes = {row[0]: row[-1] for row in rows(section(body, "kb-classes"))[1:]}
    assert classes["網站無法連線"] == "2026-03-04 PM-2026-003"


def test_a_role_that_must_review_and_does_not_is_named_with_the_pages(make_project):
    settings = make_project(
        {
            "kb.yml": "review: {reviewers: {routine: [ops, web], emergency: [web]}}\n",
            "registry/owners.yml": "ops: {name: 維運組, kind: team, members: [dba], deputy: dba}\n"
            "dba: {name: 資料庫組, kind: role, deputy: ops}\nweb: {name: 網站組, kind: team, deputy: ops}\n",
            "content/sops/a.md": sop("SOP-001"),
        }
    )
    categories = {row[0]: row[1:] for row in rows(section(made(settings)["coverage.md"].body, "kb-categories"))[1:]}
    assert categories["日常維護"][2] == "維運組 網站組 缺 SOP-001", "a member speaks for its team"


@pytest.mark.parametrize(("today", "new"), [(date(2026, 8, 31), True), (date(2026, 9, 1), False)])
def test_the_training_list_names_versions_and_people(make_project, today, new):
    settings = make_project({"content/sops/a.md": sop("SOP-001", "2026-08-01", more="training_for: [dba]\n")})
    training = section(made(settings, today)["coverage.md"].body, "kb-training")
    assert "版本 1.0" in training
    assert ('<span class="kb-chip">新版</span>' in training) is new
    assert 'href="owners/dba.html"' in training


def test_without_procedures_there_is_no_matrix(make_project):
    pages = made(make_project({"content/postmortems/pm.md": postmortem()}))
    assert "coverage.md" not in pages
    assert "coverage.html" not in pages["index.md"].body


# ---- duties ----------------------------------------------------------------------

SLA = """
policies:
  ops:
    name: 值班<協議>
    owner: ops
    scope: 線上故障
    channels: [phone]
    accountability: 維運組
    availability: {reason: 不約定}
    maintenance_window: {reason: 不約定}
    duty:
      - {role: dba, days: [monday, tuesday, wednesday, friday], from: "20:00", to: "08:00"}
    levels:
      urgent: {name: 緊急, criteria: 網站中斷, response: 5 minutes, resolution: 4 hours}
"""


def test_the_duty_list_names_contacts_and_shifts(make_project):
    settings = make_project({"content/sops/a.md": sop("SOP-001"), "registry/sla.yml": SLA})
    body = made(settings)["duties.md"].body
    (shift,) = rows(section(body, "kb-shifts"))[1:]
    assert shift == [
        "值班&lt;協議&gt;",
        "週一–週三、週五",
        "20:00–08:00（隔日）",
        "資料庫組",
        "維運組",
        "經由維運組 電子郵件 ops@example.com",
    ]
    assert "無人值班的時段：" in body
    found = {row[0].split()[0]: row for row in rows(section(body, "kb-duties"))[1:]}
    assert found["資料庫組"][3] == "經由維運組 電子郵件 ops@example.com"
    assert found["資料庫組"][4] == "值班 週一–週三、週五 20:00–08:00（隔日） 值班&lt;協議&gt; 程序 SOP-001 1 個步驟"
    assert found["維運組"][2:] == ["資料庫組", "電子郵件 ops@example.com", "負責 1 頁"]
    assert 'href="owners/dba.html#kb-steps"' in body


def test_without_owners_or_duties_there_is_no_duty_list(make_project, tmp_path):
    assert "duties.md" not in made(make_project({"content/postmortems/pm.md": postmortem()}))
    settings = make_project({"content/sops/a.md": sop("SOP-001")})
    (tmp_path / "registry/owners.yml").unlink()
    assert "duties.md" not in made(settings)


def test_an_owner_who_has_left_has_no_duties(make_project):
    owners = (
        "ops: {name: 維運組, kind: team, deputy: dba}\ndba: {name: 前任, kind: role, until: 2026-11-19, deputy: ops}\n"
    )
    body = made(make_project({"registry/owners.yml": owners, "content/sops/a.md": sop("SOP-001")}))["duties.md"].body
    assert [row[0] for row in rows(section(body, "kb-duties"))[1:]] == ["維運組"]


def test_days_are_told_as_spans():
    words = messages("en")
    assert days_words(range(7), words) == "every day"
    assert days_words([4, 0, 1, 6], words) == "Mon–Tue, Fri, Sun"
    assert (clock_words(0), clock_words(1440)) == ("00:00", "24:00")


def test_a_share_is_rounded_down():
    assert [percent_words(share) for share in (None, 0.0, 66.66, 99.99, 100.0)] == [
        "—",
        "0 %",
        "66.6 %",
        "99.9 %",
        "100 %",
    ]


# ---- references ------------------------------------------------------------------

REFERENCES = """references:
  - {title: 'nginx <文件>', url: 'https://www.nginx.org/en/docs/?a=1&b="', note: 第 3 章}
  - {title: 內部手冊}
"""


def test_references_are_registered_once_with_the_pages_that_cite_them(make_project):
    clean = REFERENCES.replace('="', "=2")
    settings = make_project(
        {
            "content/sops/a.md": sop("SOP-001", more=clean),
            "content/sops/b.md": sop("SOP-002", more=clean.replace("<文件>", "docs")),
            "content/sops/c.md": sop("SOP-003", status="obsolete", more="references: [{title: 舊手冊}]\n"),
        }
    )
    pages = made(settings)
    found = rows(pages["references.md"].body)[1:]
    assert found == [
        ["nginx &lt;文件&gt;", "nginx.org", "程序 SOP-001 SOP-001 第 3 章 程序 SOP-002 SOP-002 第 3 章"],
        ["內部手冊", "—", "程序 SOP-001 SOP-001 程序 SOP-002 SOP-002"],
    ]
    address = 'href="https://www.nginx.org/en/docs/?a=1&amp;b=2" rel="noopener noreferrer"'
    assert address in pages["references.md"].body
    assert address in section(pages["sops/a.md"].body, "kb-references")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.com/a",
        "//example.com",
        "https://user:secret@example.com/",
        'https://example.com/"onclick=x',
        "https://example.com/a b",
        "https://",
        "data:text/html,x",
    ],
)
def test_an_address_that_is_not_one_of_the_web_is_refused_where_it_stands(make_project, url):
    more = f"references:\n  - {{title: 手冊, url: '{url}'}}\n"
    checked = check(make_project({"content/sops/a.md": sop("SOP-001", more=more)}), TODAY)
    (found,) = [each for each in checked.diagnostics if each.slug == "invalid-value"]
    assert (found.path, found.position.line) == ("content/sops/a.md", 19)
    assert "https://" in found.hint


def test_an_address_that_slipped_through_is_no_link(make_project):
    catalog = check(make_project({"content/sops/a.md": sop("SOP-001")}), TODAY).catalog
    (document,) = catalog.documents
    entry = {"title": "手冊", "url": "javascript:alert(1)"}
    known = replace(catalog, documents=(replace(document, fields={**document.fields, "references": [entry, "x", {}]}),))
    pages = {page.path: page.body for page in generate(known, "staff").pages}
    for path in ("references.md", "sops/a.md"):
        assert "手冊" in pages[path]
        assert "javascript:" not in pages[path]


def test_customers_see_neither_references_nor_dashboards(sample):
    tree = generate(sample.checked.catalog, "customers")
    paths = {page.path for page in tree.pages}
    assert not paths & {"reviews.md", "actions.md", "coverage.md", "duties.md", "references.md"}
    assert not any("kb-references" in page.body or "kb-tile" in page.body for page in tree.pages)


# ---- home, navigation, the sample as a whole ---------------------------------------


def test_home_shows_what_is_due_and_counts_what_is_overdue(reviewed):
    body = made(reviewed)["index.md"].body
    due = body.split('id="kb-due"')[1].split("</ul>")[0]
    assert re.findall(r"<small>(SOP-\d+) ", due) == ["SOP-001", "SOP-002", "SOP-003", "SOP-004"]
    assert tiles(body) == [("40 %", "reviews.html")]


def test_home_cuts_what_is_due_and_leads_to_the_rest(reviewed, monkeypatch):
    monkeypatch.setattr(home, "_DUE_SHOWN", 1)
    assert '<a href="reviews.html#kb-now">另有 3 頁</a>' in made(reviewed)["index.md"].body


def test_home_shows_overdue_actions_and_recent_changes(make_project):
    settings = make_project({"content/postmortems/pm.md": postmortem(items=ITEMS), "content/sops/a.md": sop("SOP-001")})
    body = made(settings)["index.md"].body
    assert ("2", "actions.html") in tiles(body)
    changes = body.split('id="kb-changes"')[1].split("</ul>")[0]
    assert re.findall(r'<time datetime="([^"]+)"', changes) == ["2026-11-01", "2026-10-01", "2026-06-01"]


def test_the_procedure_that_most_records_name_comes_first_in_an_emergency(make_project):
    emergency = "category: emergency\n"
    files = {f"content/sops/{n}.md": sop(f"SOP-00{n}", more=emergency) for n in (1, 2, 3)}
    files["content/postmortems/pm.md"] = postmortem(sops="[{id: SOP-003, finding: used}]")
    catalog = check(make_project(files), TODAY).catalog
    assert [each.id for each in home.emergency(catalog)] == ["SOP-003", "SOP-001", "SOP-002"]


def test_the_tabs_fit_into_one_row_and_sections_show_their_pages(sample):
    tree = generate(sample.checked.catalog, "staff")
    assert len(tree.nav) == 8
    pages = {page.path: page for page in tree.pages}
    ours = ("reviews.md", "actions.md", "coverage.md", "duties.md", "references.md", "owners.md", "changes.md")
    in_sections = {child.path for entry in tree.nav for child in entry.children}
    for path in (*ours, "tags.md", "postmortems/index.md"):
        assert path in in_sections
        assert "navigation" not in pages[path].hide, path


def test_a_section_of_one_page_is_that_page(make_project):
    settings = make_project({"content/sops/a.md": sop("SOP-001")})
    view = View(catalog=check(settings, TODAY).catalog, site=settings.sites["staff"])
    page = StagedPage(path="tags.md", title="", summary="", language="en", body="")
    assert [(entry.label, entry.path) for entry in navigation(view, [page])] == [("標籤", "tags.md")]
    assert list(navigation(view, [])) == []


def test_links_within_and_between_generated_pages_meet_an_anchor(sample):
    pages = {page.path.replace(".md", ".html"): page.body for page in generate(sample.checked.catalog, "staff").pages}
    for path in ("index.html", "reviews.html", "actions.html", "coverage.html", "duties.html", "references.html"):
        for target, anchor in re.findall(r'href="([^"#:]*)#(kb-[^"]+)"', pages[path]):
            body = pages[target or path]
            assert f"{{#{anchor}}}" in body or f'id="{anchor}"' in body, (path, target, anchor)


def test_pages_stay_small_with_many_documents(make_project):
    files = {f"content/sops/{n}.md": sop(f"SOP-{n:03}", "2026-01-01") for n in range(1, 451)}
    for n in range(5):
        items = "".join(f"\n  - {{id: A{i}, title: 做, owner: ops, due: 2026-01-01, status: open}}" for i in range(90))
        files[f"content/postmortems/{n}.md"] = postmortem(f"PM-2026-10{n}", items=items)
    pages = made(make_project(files))
    for path in ("index.md", "reviews.md", "actions.md", "coverage.md"):
        assert len(pages[path].body) < 200_000, path


def test_the_order_of_files_on_disk_is_of_no_account(sample_root):
    settings = load_settings(sample_root, checks.rules())
    catalog = check(settings, TODAY).catalog
    turned = replace(catalog, documents=tuple(reversed(catalog.documents)))
    for path in ("reviews.md", "references.md"):
        one, other = (
            next(page.body for page in generate(each, "staff").pages if page.path == path) for each in (catalog, turned)
        )
        assert one == other, path
