"""An incident, a change or a drill asks for a review: from which day, until when, and what settles it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kb_builder.audience import project
from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.model.review import ReviewState
from kb_builder.model.settings import Settings
from kb_builder.pipeline import Checked, check, generate
from kb_builder.renderers.mkdocs import configuration
from kb_builder.reports.reviews import review_rows
from kb_builder.staging import page_text

Make = Callable[[Mapping[str, str]], Settings]

SCHEDULED = ("2026-10-01", "scheduled", "")


def sop(*reviews: tuple[str, str, str], last: str = "2026-10-01", status: str = "published") -> str:
    """Return an SOP with reviews as (date, trigger, ref)."""
    entries = "".join(
        f"  - {{date: {day}, by: dba, trigger: {trigger}, checks: [complete, effective, applicable, operable]"
        + (f', ref: "{ref}"' if ref else "")
        + "}\n"
        for day, trigger, ref in reviews or [SCHEDULED]
    )
    return f"""\
---
id: SOP-001
title: 重新啟動網頁服務
summary: 網站沒有回應時，重新啟動網頁服務。
owner: ops
status: {status}
category: routine
version: "1.0"
effective_date: 2026-09-01
last_reviewed: {last}
review_interval: 6 months
reviewers: [dba]
approver: ops
reviews:
{entries}steps:
  - {{name: 重新啟動, role: dba, time_limit: 5 minutes, expected: 首頁回應 200}}
---
"""


def postmortem(
    sops: str = "[{id: SOP-001, finding: wrong}]",
    resolved: str = "2026-11-01T18:00:00+08:00",
    status: str = "published",
    id_: str = "PM-2026-001",
) -> str:
    resolved_at = f"resolved_at: {resolved}\n" if resolved else ""
    return f"""\
---
id: {id_}
title: 首頁回應 500 {id_}
summary: 記憶體上限太低。
owner: ops
status: {status}
severity: urgent
sla: ops
incident_class: unreachable
started_at: 2026-10-30T10:00:00+08:00
detected_at: 2026-10-30T10:03:00+08:00
acknowledged_at: 2026-10-30T10:05:00+08:00
mitigated_at: 2026-10-30T10:40:00+08:00
{resolved_at}impact: {{users: 1200, duration: 40 minutes, data_loss: false, cost: 0}}
root_causes: [記憶體上限沒有隨流量調整]
timeline: [{{at: 2026-10-30T10:00:00+08:00, event: 首頁開始回應 500}}]
sops: {sops}
action_items: []
---

活動開始後流量是平日的三倍。
"""


def drill(findings: str, held: str = "2026-11-01", status: str = "published") -> str:
    return f"""\
---
id: DR-2026-001
title: 主機停擺演練
summary: 演練重新啟動。
owner: ops
status: {status}
scenario: 主要主機沒有回應。
incident_class: unreachable
sops: [SOP-001]
held_on: {held}
participants: [ops, dba]
outcome: partly
findings: {findings}
action_items: []
---
"""


WORK_LOG = """\
---
id: WL-2026-001
title: 換成新的網頁伺服器
summary: Nginx 升級，重新啟動的指令不同了。
owner: ops
status: published
time: 2026-11-01T09:00:00+08:00
description: 升級 Nginx。
environment: {server: web-01, os: Ubuntu 22.04}
attempts: [{step: 升級套件, result: 完成}]
solution: 升級到 1.24。
verification: 首頁回應 200。
analysis: 計畫中的變更。
sops: [{id: SOP-001, finding: wrong, note: 服務名稱改了}]
---
"""


def triggered(settings: Settings, day: str = "2026-11-10") -> list[Diagnostic]:
    return [each for each in check(settings, date.fromisoformat(day)).diagnostics if each.code == "KB307"]


def state(settings: Settings, day: str = "2026-11-10", path: str = "content/sops/a.md") -> ReviewState:
    catalog = check(settings, date.fromisoformat(day)).catalog
    return catalog.reviews[path].state


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-10-31", None),  # it is not over yet
        ("2026-11-01", (Severity.WARNING, "it is due in 14 days")),
        ("2026-11-14", (Severity.WARNING, "it is due in 1 day")),
        ("2026-11-15", (Severity.WARNING, "today is the last day for it")),
        ("2026-11-16", (Severity.ERROR, "it was due 1 day ago")),
        ("2027-03-01", (Severity.ERROR, "it was due 106 days ago")),
    ],
)
def test_a_warning_within_after_incident_then_an_error(make_project: Make, day: str, found: Any) -> None:
    settings = make_project({"content/sops/a.md": sop(), "content/postmortems/a.md": postmortem()})
    diagnostics = triggered(settings, day)
    assert state(settings, day) is (ReviewState.TRIGGERED if found else ReviewState.FRESH)
    if found is None:
        assert diagnostics == []
        return
    (only,) = diagnostics
    severity, words = found
    assert only.severity is severity
    assert only.message == f"PM-2026-001 of 2026-11-01 says that the page was wrong; no review cites it, and {words}"
    assert "`kb review SOP-001 --trigger incident --ref PM-2026-001`" in only.hint
    assert (only.path, only.position.line) == ("content/sops/a.md", 10), "at the key `last_reviewed`"
    (related,) = only.related
    assert (related.path, related.position.line) == ("content/postmortems/a.md", 18), "at `sops[1].id`"


@pytest.mark.parametrize(
    ("period", "last_day"), [("0 days", "2026-11-01"), ("1 day", "2026-11-02"), ("1 month", "2026-12-01")]
)
def test_the_time_comes_from_kb_yml(make_project: Make, period: str, last_day: str) -> None:
    last = date.fromisoformat(last_day)
    settings = make_project(
        {
            "kb.yml": f"timezone: Asia/Taipei\nreview: {{after_incident: {period}}}\n",
            "content/sops/a.md": sop(),
            "content/postmortems/a.md": postmortem(),
        }
    )
    severities = [
        triggered(settings, day.isoformat())[0].severity for day in (last, date.fromordinal(last.toordinal() + 1))
    ]
    assert severities == [Severity.WARNING, Severity.ERROR]


@pytest.mark.parametrize(
    ("resolved", "zone", "day"),
    [
        ("2026-11-01T15:59:59Z", "Asia/Taipei", "2026-11-01"),
        ("2026-11-01T16:00:00Z", "Asia/Taipei", "2026-11-02"),
        ("2026-11-01T16:00:00Z", "UTC", "2026-11-01"),
        ("2026-11-02T01:00:00+08:00", "America/New_York", "2026-11-01"),
        ("", "Asia/Taipei", "2026-10-30"),  # nobody says when it was over: the day it began
    ],
)
def test_the_day_of_an_incident_in_the_zone_of_kb_yml(make_project: Make, resolved: str, zone: str, day: str) -> None:
    settings = make_project(
        {
            "kb.yml": f"timezone: {zone}\n",
            "content/sops/a.md": sop(),
            "content/postmortems/a.md": postmortem(resolved=resolved),
        }
    )
    assert [each.message.split()[2] for each in triggered(settings)] == [day]


@pytest.mark.parametrize("finding", ["used", "missing", "wrong", "not_followed"])
def test_every_finding_asks_for_a_review(make_project: Make, finding: str) -> None:
    named = postmortem(f"[{{id: SOP-001, finding: {finding}}}]")
    assert triggered(make_project({"content/sops/a.md": sop(), "content/postmortems/a.md": named}))


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (("content/postmortems/a.md", postmortem()), "incident"),
        (("content/worklogs/a.md", WORK_LOG), "change"),
        (("content/drills/a.md", drill("[{note: 少一步, sop: SOP-001, finding: missing}]")), "drill"),
    ],
)
def test_what_asks_for_a_review(make_project: Make, record: tuple[str, str], kind: str) -> None:
    path, text = record
    (only,) = triggered(make_project({"content/sops/a.md": sop(), path: text}))
    assert f"--trigger {kind} --ref" in only.hint
    assert only.related[0].path == path


def test_a_drill_that_finds_nothing_of_an_sop_asks_for_none(make_project: Make) -> None:
    files = {"content/sops/a.md": sop(), "content/drills/a.md": drill("[{note: 通訊錄過期}]")}
    settings = make_project(files)
    assert triggered(settings) == []
    assert state(settings) is ReviewState.FRESH


def test_a_record_that_lands_makes_the_page_triggered_and_a_review_settles_it(make_project: Make) -> None:
    before = make_project({"content/sops/a.md": sop()})
    assert state(before) is ReviewState.FRESH
    landed = make_project({"content/postmortems/a.md": postmortem()})
    assert state(landed) is ReviewState.TRIGGERED
    reviewed = sop(SCHEDULED, ("2026-11-05", "incident", "PM-2026-001"), last="2026-11-05")
    settled = make_project({"content/sops/a.md": reviewed})
    assert (state(settled), triggered(settled)) == (ReviewState.FRESH, [])


@pytest.mark.parametrize(
    ("review", "settles"),
    [
        (("2026-11-01", "incident", "PM-2026-001"), True),  # on the day itself
        (("2026-10-31", "incident", "PM-2026-001"), False),  # before it was over
        (("2026-11-05", "scheduled", "PM-2026-001"), True),  # what counts is that it is cited
        (("2026-11-05", "incident", ""), False),
        (("2026-11-05", "incident", "PM-2026-002"), False),
        (("2026-11-05", "incident", "PM-2026-0010"), False),
        (("2026-11-05", "incident", "XPM-2026-001"), False),
        (("2026-11-05", "incident", "工單 20261105-02（PM-2026-001）"), True),
        (("2026-11-05", "incident", "PM-2025-009、PM-2026-001"), True),
        (("2026-11-05", "incident", "見PM-2026-001的教訓"), True),
    ],
)
def test_only_a_review_of_that_day_or_later_that_cites_the_record_settles_it(
    make_project: Make, review: tuple[str, str, str], settles: bool
) -> None:
    settings = make_project(
        {
            "content/sops/a.md": sop(SCHEDULED, review, last=review[0]),
            "content/postmortems/a.md": postmortem(),
        }
    )
    assert (triggered(settings) == []) is settles
    assert state(settings) is (ReviewState.FRESH if settles else ReviewState.TRIGGERED)


def test_a_review_that_the_page_did_not_pass_settles_nothing(make_project: Make) -> None:
    passed = sop(SCHEDULED, ("2026-11-05", "incident", "PM-2026-001"), last="2026-11-05")
    head, _all, tail = passed.rpartition("[complete, effective, applicable, operable]")
    failed = head + "{complete: pass, effective: fail, applicable: pass, operable: fail}" + tail
    settings = make_project({"content/sops/a.md": failed})
    assert state(settings) is ReviewState.TRIGGERED, "though no record asks for anything"
    checked = check(settings, date(2026, 11, 10))
    assert checked.blockers == ()
    assert [(each.code, each.position.line) for each in checked.diagnostics if each.path == "content/sops/a.md"] == [
        ("KB310", 16)
    ]
    pages = {page.path: page.body for page in generate(checked.catalog, "staff").pages}
    assert "2026-11-05 的審查結果：成效不足、無法照做。" in " ".join(pages["sops/a.md"].split())
    assert "2026-11-05 的審查結果：成效不足、無法照做。" in " ".join(pages["reviews.md"].split())
    assert len(triggered(make_project({"content/postmortems/a.md": postmortem()}))) == 1
    again = failed.replace("steps:\n", "  - {date: 2026-11-06, by: dba, trigger: change, ref: PM-2026-001, "
                           "checks: [complete, effective, applicable, operable]}\nsteps:\n", 1)  # fmt: skip
    again = again.replace("last_reviewed: 2026-11-05", "last_reviewed: 2026-11-06")
    settled = make_project({"content/sops/a.md": again})
    assert (state(settled), triggered(settled)) == (ReviewState.FRESH, [])


def test_reviews_may_stand_in_any_order(make_project: Make) -> None:
    late, early = ("2026-11-05", "incident", "PM-2026-001"), ("2026-10-30", "incident", "PM-2026-001")
    for reviews in ((late, early), (early, late)):
        files = {"content/sops/a.md": sop(*reviews, last="2026-11-05"), "content/postmortems/a.md": postmortem()}
        assert triggered(make_project(files)) == []


def test_of_two_records_each_is_settled_by_itself(make_project: Make) -> None:
    settings = make_project(
        {
            "content/sops/a.md": sop(("2026-11-05", "incident", "PM-2026-001"), last="2026-11-05"),
            "content/postmortems/a.md": postmortem(),
            "content/postmortems/b.md": postmortem(id_="PM-2026-002"),
        }
    )
    assert [each.message.split()[0] for each in triggered(settings)] == ["PM-2026-002"]


def test_two_findings_of_one_record_are_one_matter(make_project: Make) -> None:
    both = "[{id: SOP-001, finding: used}, {id: SOP-001, finding: missing}]"
    (only,) = triggered(make_project({"content/sops/a.md": sop(), "content/postmortems/a.md": postmortem(both)}))
    assert "was used and had gaps" in only.message
    assert len(only.related) == 2


def test_a_finding_that_there_is_not_is_quoted(make_project: Make) -> None:
    bad = "[{id: SOP-001, finding: bad}]"
    (only,) = triggered(make_project({"content/sops/a.md": sop(), "content/postmortems/a.md": postmortem(bad)}))
    assert "PM-2026-001 of 2026-11-01 says `bad` of the page; no review cites it" in only.message


@pytest.mark.parametrize("status", ["draft", "in_review", "obsolete"])
def test_a_record_that_is_not_published_asks_for_nothing(make_project: Make, status: str) -> None:
    settings = make_project({"content/sops/a.md": sop(), "content/postmortems/a.md": postmortem(status=status)})
    assert (triggered(settings), state(settings)) == ([], ReviewState.FRESH)


@pytest.mark.parametrize("status", ["draft", "in_review", "obsolete"])
def test_a_page_that_is_not_in_force_is_not_asked(make_project: Make, status: str) -> None:
    settings = make_project({"content/sops/a.md": sop(status=status), "content/postmortems/a.md": postmortem()})
    assert (triggered(settings), state(settings)) == ([], ReviewState.EXEMPT)


def test_an_unknown_id_is_a_broken_reference_and_nothing_else(make_project: Make) -> None:
    settings = make_project(
        {
            "content/sops/a.md": sop(),
            "content/postmortems/a.md": postmortem("[{id: SOP-404, finding: wrong}]"),
        }
    )
    found = check(settings, date(2026, 11, 10))
    assert {each.code for each in found.diagnostics} == {"KB402"}
    assert state(settings) is ReviewState.FRESH


@pytest.mark.parametrize(
    ("last", "day", "expected"),
    [
        ("2026-05-10", "2026-11-10", ReviewState.TRIGGERED),  # it would be due soon
        ("2026-05-09", "2026-11-10", ReviewState.OVERDUE),
        ("", "2026-11-10", ReviewState.NEVER),
    ],
)
def test_what_is_overdue_stays_so_and_its_triggers_are_reported(
    make_project: Make, last: str, day: str, expected: ReviewState
) -> None:
    page = sop((last, "scheduled", ""), last=last) if last else sop().replace("last_reviewed: 2026-10-01\n", "")
    settings = make_project({"content/sops/a.md": page, "content/postmortems/a.md": postmortem()})
    assert state(settings, day) is expected
    assert len(triggered(settings, day)) == 1


def test_readers_and_reports_are_told(make_project: Make) -> None:
    settings = make_project({"content/sops/a.md": sop(), "content/postmortems/a.md": postmortem()})
    checked = check(settings, date(2026, 12, 1))
    assert checked.blockers == (), "a page that waits for its review is built, and says so"
    rows = {row.id: row for row in review_rows(checked.catalog)}
    assert (rows["SOP-001"].state, rows["SOP-001"].next_review) == ("triggered", "2027-04-01")
    pages = {page.path: page.body for page in generate(checked.catalog, "staff").pages}
    assert "待重新審查" in pages["sops/a.md"]
    assert "PM-2026-001 首頁回應 500 PM-2026-001</a> 要求在 2026-11-15 以前完成審查。" in pages["sops/a.md"]
    assert "The review was due" not in pages["sops/a.md"] and "到期" not in pages["sops/a.md"]
    assert "SOP-001 · 維運組 · 2026-11-15" in pages["index.md"], "among what is due, by the day that counts"


def test_customers_do_not_learn_that_a_record_names_a_page(make_project: Make) -> None:
    faq = sop().replace("SOP-001", "FAQ-001").replace("category: routine", "topic: 帳號\naudience: customers")
    faq = faq[: faq.index("version:")] + "last_reviewed: 2026-10-01\n---\n\n請重新整理。\n"

    def site(files: Mapping[str, str]) -> tuple[dict[str, str], object, Checked]:
        checked = check(make_project(files), date(2026, 11, 10))
        tree = generate(checked.catalog, "customers")
        return {page.path: page_text(page) for page in tree.pages}, configuration(tree), checked

    alone, config, _checked = site({"content/faq/a.md": faq})
    named, same_config, checked = site({"content/postmortems/a.md": postmortem("[{id: FAQ-001, finding: wrong}]")})
    assert checked.catalog.reviews["content/faq/a.md"].state is ReviewState.TRIGGERED
    assert (alone, config) == (named, same_config)
    projected = project(checked.catalog, "customers")
    assert projected.reviews == {} and projected.mentions == {}


def test_a_type_of_ones_own_asks_for_reviews(make_project: Make) -> None:
    schema = '{"properties": {"done_on": {"$ref": "#/$defs/date"}, "sops": {"$ref": "#/$defs/sop_findings"}}}'
    change = """\
---
id: CR-001
title: 換掉負載平衡
summary: 換成新的。
owner: ops
status: published
done_on: 2026-11-03
sops: [{id: SOP-001, finding: wrong}]
---

說明。
"""
    given = "types:\n  change: {folder: changes, schema: change.json, record: true"
    files = {"change.json": schema, "content/sops/a.md": sop(), "content/changes/a.md": change}
    quiet = make_project({**files, "kb.yml": f"{given}, dated_by: [done_on]}}\n"})
    assert triggered(quiet) == []
    asking = make_project({"kb.yml": f"{given}, dated_by: [done_on], trigger: change}}\n"})
    (only,) = triggered(asking)
    assert only.message.startswith("CR-001 of 2026-11-03")


def test_act_by_is_the_first_of_all_days(make_project: Make) -> None:
    settings = make_project({"content/sops/a.md": sop(), "content/postmortems/a.md": postmortem()})
    review = check(settings, date(2026, 11, 10)).catalog.reviews["content/sops/a.md"]
    assert review.act_by == date(2026, 11, 15)
    assert replace(review, triggers=()).act_by == review.next_review == date(2027, 4, 1)
    assert replace(review, next_review=date(2026, 11, 12)).act_by == date(2026, 11, 12)
    assert replace(review, next_review=None, triggers=()).act_by is None
