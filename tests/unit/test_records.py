"""Records: their limits, their drills, their action items, and the pages made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from kb_builder import checks
from kb_builder.checks.record_deleted_early import early_deletions
from kb_builder.config.load import load_settings
from kb_builder.content_types.validate import DocumentValidator
from kb_builder.model.dates import parse_period, parse_timestamp
from kb_builder.model.diagnostic import Diagnostic, Severity
from kb_builder.model.errors import ConfigError
from kb_builder.model.history import Deleted
from kb_builder.model.record import ids_in
from kb_builder.model.settings import Settings
from kb_builder.pipeline import check, generate
from kb_builder.sources.front_matter import parse_front_matter
from tests.conftest import ROOT, TODAY

Make = Callable[[Mapping[str, str]], Settings]


def found(settings: Settings, code: str, day: date = TODAY) -> list[Diagnostic]:
    return [each for each in check(settings, day).diagnostics if each.code == code]


def at(day: str) -> date:
    return date.fromisoformat(day)


def record(fields: str, type_: str = "postmortem", status: str = "draft") -> str:
    id_ = {"postmortem": "PM-2026-001", "worklog": "WL-2026-001", "drill": "DR-2026-001"}[type_]
    return f"""\
---
id: {id_}
title: 一筆紀錄
summary: 發生了什麼。
owner: ops
status: {status}
{fields}---

內文。
"""


# --- action items ---------------------------------------------------------------------------------

ITEM = "action_items:\n  - {{id: A1, title: 加入告警, owner: ops, due: 2026-11-20{more}}}\n"


@pytest.mark.parametrize("folder", ["postmortems", "worklogs", "drills"])
@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-11-19", None),
        ("2026-11-20", None),  # it may still be done today
        ("2026-11-21", "action item `A1` was due 2026-11-20, 1 day ago"),
        ("2026-12-20", "action item `A1` was due 2026-11-20, 30 days ago"),
    ],
)
def test_an_action_item_is_overdue_from_the_day_after(
    make_project: Make, folder: str, day: str, message: str | None
) -> None:
    text = record(ITEM.format(more=""), folder.removesuffix("s"))
    messages = [each.message for each in found(make_project({f"content/{folder}/a.md": text}), "KB840", at(day))]
    assert messages == ([message] if message else [])


@pytest.mark.parametrize(
    ("more", "overdue", "unverified"),
    [
        ("", True, False),
        (", status: open", True, False),
        (", status: in_progress", True, False),
        (", status: done", False, True),
        (", status: done, ref: 工單 1", False, True),  # a ticket does not say that it works
        (", status: done, verified_by: dba", False, False),
        (", status: verified", False, False),
        (", status: verified, verified_by: dba", False, False),
        (", status: verified, verified_by: ops", False, True),  # by whoever did it
        (", status: cancelled", False, False),
    ],
)
def test_what_is_done_is_seen_to_work_by_somebody_else(
    make_project: Make, more: str, overdue: bool, unverified: bool
) -> None:
    settings = make_project({"content/postmortems/a.md": record(ITEM.format(more=more))})
    assert bool(found(settings, "KB840", at("2026-12-01"))) is overdue
    assert bool(found(settings, "KB841", at("2026-12-01"))) is unverified


def test_action_items_of_a_type_of_ones_own(make_project: Make) -> None:
    settings = make_project(
        {
            "kb.yml": "types:\n  audit: {folder: audits, schema: audit.json, record: true}\n",
            "audit.json": '{"properties": {"action_items": {"$ref": "#/$defs/action_items"}}}',
            "content/audits/a.md": record(
                "action_items:\n"
                "  - {id: A1, title: 補文件, due: 2026-11-01}\n"
                "  - {id: A2, title: 盤點, owner: nobody, due: 2026-12-31, status: done}\n"
            ),
        }
    )
    codes = sorted(each.code for each in check(settings, TODAY).diagnostics)
    assert codes == ["KB201", "KB801", "KB840", "KB841"]


def test_items_of_a_record_that_was_withdrawn_are_left_alone(make_project: Make) -> None:
    settings = make_project({"content/postmortems/a.md": record(ITEM.format(more=""), status="obsolete")})
    assert found(settings, "KB840", at("2026-12-01")) == []


# --- drills ---------------------------------------------------------------------------------------


def sop(more: str = "drill_interval: 3 months\n", category: str = "routine", status: str = "published") -> str:
    return f"""\
---
id: SOP-001
title: 重新啟動網頁服務
summary: 網站沒有回應時，重新啟動網頁服務。
owner: ops
status: {status}
category: {category}
{more}version: "2.0"
effective_date: 2026-10-01
last_reviewed: 2026-10-01
review_interval: 6 months
reviewers: [dba]
approver: ops
reviews:
  - {{date: 2026-10-01, by: dba, trigger: change, checks: [complete, effective, applicable, operable]}}
  - {{date: 2026-05-31, by: dba, trigger: scheduled, checks: [complete, effective, applicable, operable]}}
steps:
  - {{name: 重新啟動, role: dba, time_limit: 5 minutes, expected: 首頁回應 200}}
---
"""


def drill(held: str = "2026-07-31", status: str = "published", sops: str = "[SOP-001]") -> str:
    return record(
        f"scenario: 主機停擺。\nincident_class: unreachable\nsops: {sops}\nheld_on: {held}\nparticipants: [ops]\n"
        "outcome: passed\nfindings: []\naction_items: []\n",
        "drill",
        status,
    )


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-10-16", None),
        ("2026-10-17", "KB843"),  # 14 days before
        ("2026-10-31", "KB843"),  # three months after the last day of July, and it may still be held today
        ("2026-11-01", "KB842"),
    ],
)
def test_the_next_drill_is_due_an_interval_after_the_last(make_project: Make, day: str, code: str | None) -> None:
    settings = make_project({"content/sops/a.md": sop(), "content/drills/a.md": drill()})
    codes = {each.code for each in check(settings, at(day)).diagnostics} & {"KB842", "KB843", "KB844"}
    assert codes == ({code} if code else set())


def test_the_last_drill_counts_wherever_its_file_stands(make_project: Make) -> None:
    later = drill("2026-10-20").replace("DR-2026-001", "DR-2026-002").replace("一筆紀錄", "另一筆")
    settings = make_project({
        "content/sops/a.md": sop(), "content/drills/b.md": drill(), "content/drills/a.md": later,
    })  # fmt: skip
    assert found(settings, "KB842", at("2026-11-01")) == []
    (only,) = found(settings, "KB842", at("2027-01-21"))
    assert only.message == "the next drill was due 2027-01-20, 1 day ago"
    assert only.related[0].path == "content/drills/a.md"


@pytest.mark.parametrize(
    ("day", "severity"),
    [("2026-08-31", Severity.NOTICE), ("2026-09-01", Severity.ERROR)],
)
@pytest.mark.parametrize("other", [None, drill(status="draft"), drill(sops="[]"), drill(held="2027-01-05")])
def test_never_exercised_counts_from_the_first_day_known(
    make_project: Make, day: str, severity: Severity, other: str | None
) -> None:
    files = {"content/sops/a.md": sop(), **({"content/drills/a.md": other} if other else {})}
    (only,) = found(make_project(files), "KB844", at(day))
    assert (only.severity, only.position.line) == (severity, 8)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (sop(""), []),
        (sop("", "emergency"), ["KB844", "KB845"]),
        (sop("escalation: [dba]\n", "emergency"), ["KB844"]),
        (sop("escalation: dba\ndrill_interval: 1 year\n", "emergency"), ["KB844"]),
        (sop("escalation: []\ndrill_interval: 1 year\n", "emergency"), ["KB844", "KB845"]),
        (sop("", "emergency", "draft"), []),
        (sop(status="obsolete"), []),
    ],
)
def test_who_must_be_exercised_and_name_somebody(make_project: Make, page: str, expected: list[str]) -> None:
    settings = make_project({"content/sops/a.md": page})
    assert sorted({each.code for each in check(settings, TODAY).diagnostics} & {"KB844", "KB845"}) == expected


def test_an_sop_that_a_drill_only_found_something_of_was_not_exercised(make_project: Make) -> None:
    named = drill(sops="[]\nno_sops_reason: 無").replace(
        "findings: []", "findings: [{note: 缺一步, sop: SOP-001, finding: missing}]"
    )
    settings = make_project({"content/sops/a.md": sop(), "content/drills/a.md": named})
    assert len(found(settings, "KB844", at("2026-08-31"))) == 1


def test_where_no_drills_are_kept_none_is_missed(make_project: Make) -> None:
    settings = make_project({"kb.yml": "types: {drill: {enabled: false}}\n", "content/sops/a.md": sop()})
    assert found(settings, "KB844") == []


# --- limits of kb.yml -----------------------------------------------------------------------------

LIMITS = "timezone: Asia/Taipei\nrecords: {postmortem: {recorded_within: 2 hours, archived_within: 72 hours}}\n"
STARTED = "started_at: 2026-11-01T09:50:00+08:00\ndetected_at: 2026-11-01T10:00:00+08:00\n"
OVER = "resolved_at: 2026-11-01T12:00:00+08:00\n"


def late(make_project: Make, fields: str, day: str = "2026-11-20", kb: str = LIMITS) -> list[str]:
    settings = make_project({"kb.yml": kb, "content/postmortems/a.md": record(fields)})
    return [each.message for each in found(settings, "KB846", at(day))]


def said(message: str | None) -> list[str]:
    return [f"the incident was {message}"] if message else []


@pytest.mark.parametrize(
    ("recorded", "message"),
    [
        ("2026-11-01T11:59:59+08:00", None),
        ("2026-11-01T12:00:00+08:00", None),
        ("2026-11-01T04:00:00Z", None),
        ("2026-11-01T12:00:01+08:00", "recorded 2 hours 1 minute after it was noticed; the limit is 2 hours"),
        ("2026-11-01T12:01:00+08:00", "recorded 2 hours 1 minute after it was noticed; the limit is 2 hours"),
        ("2026-11-02T13:00:00+08:00", "recorded 27 hours after it was noticed; the limit is 2 hours"),
    ],
)  # fmt: skip
def test_recorded_within(make_project: Make, recorded: str, message: str | None) -> None:
    assert late(make_project, f"{STARTED}recorded_at: {recorded}\n") == said(message)


@pytest.mark.parametrize(
    ("archived", "message"),
    [
        ("2026-11-04T12:00:00+08:00", None),
        ("2026-11-04T12:00:01+08:00", "filed 72 hours 1 minute after it was over; the limit is 72 hours"),
        ("2026-11-04T13:30:00+08:00", "filed 73 hours 30 minutes after it was over; the limit is 72 hours"),
    ],
)  # fmt: skip
def test_archived_within(make_project: Make, archived: str, message: str | None) -> None:
    assert late(make_project, f"{OVER}archived_at: {archived}\n") == said(message)


@pytest.mark.parametrize(("day", "count"), [("2026-11-03", 0), ("2026-11-04", 0), ("2026-11-05", 1)])
def test_what_is_not_filed_yet_is_late_from_the_day_after(make_project: Make, day: str, count: int) -> None:
    messages = late(make_project, OVER, day)
    assert messages == ["nothing says that the incident was filed; it was due 72 hours after it was over"] * count


def test_the_day_ends_in_the_zone_of_kb_yml(make_project: Make) -> None:
    over = "resolved_at: 2026-11-01T18:00:00Z\n"  # its 72 hours end at 2 in the morning of the 5th in Taipei
    assert late(make_project, over, "2026-11-05") == []
    assert len(late(make_project, over, "2026-11-06")) == 1


def test_limits_that_kb_yml_does_not_give_are_not_checked(make_project: Make) -> None:
    fields = f"{STARTED}{OVER}recorded_at: 2026-11-05T10:00:00+08:00\narchived_at: 2026-11-19T10:00:00+08:00\n"
    assert len(late(make_project, fields)) == 2
    assert late(make_project, fields, kb="timezone: Asia/Taipei\n") == []
    only = LIMITS.replace("recorded_within: 2 hours, ", "").replace("72 hours", "3 weeks")
    assert late(make_project, fields, kb=only) == []


def test_a_reason_makes_it_a_notice(make_project: Make) -> None:
    fields = f"{STARTED}recorded_at: 2026-11-01T18:00:00+08:00\nlate_reason: 紀錄系統同時停擺\n"
    (only,) = found(make_project({"kb.yml": LIMITS, "content/postmortems/a.md": record(fields)}), "KB846")
    assert only.severity is Severity.NOTICE
    assert "(reason: 紀錄系統同時停擺)" in only.message


@pytest.mark.parametrize(
    ("given", "line", "message"),
    [
        ("{postmortm: {retention: 1 year}}", 1, "`postmortm` is no content type"),
        ("{sop: {retention: 1 year}}", 1, "`sop` is no type of record"),
        ("{worklog: {archived_within: 72 hours}}", 1, "`worklog` has no field `archived_at`"),
        ("{drill: {recorded_within: 2 hours}}", 1, "`drill` has no field `recorded_at`"),
        ("\n  postmortem: {recorded_within: 2 h}", 2, "`records.postmortem.recorded_within` is `2 h`"),
        ("\n  postmortem:\n    filed_within: 2 hours", 3, "unknown field `records.postmortem.filed_within`"),
    ],
)
def test_faults_of_the_limits_are_placed_in_kb_yml(make_project: Make, given: str, line: int, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make_project({"kb.yml": f"records: {given}\n"})
    (only,) = caught.value.diagnostics
    assert only.position.line == line
    assert only.message.startswith(message)


def test_the_sample_sets_the_limits_of_the_organisation() -> None:
    policy = load_settings(ROOT, checks.rules()).records["postmortem"]
    assert (str(policy.recorded_within), str(policy.archived_within), str(policy.retention)) == (
        "2 hours", "72 hours", "6 months",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("period", "after"),
    [
        ("2 hours", "2026-01-31T12:30:00+08:00"),
        ("1 day", "2026-02-01T10:30:00+08:00"),
        ("1 month", "2026-02-28T10:30:00+08:00"),
        ("1 year", "2027-01-31T10:30:00+08:00"),
    ],
)
def test_a_period_after_a_moment(period: str, after: str) -> None:
    length, moment = parse_period(period), parse_timestamp("2026-01-31T10:30:00+08:00")
    assert length and moment
    assert length.after_moment(moment) == parse_timestamp(after)
    last = parse_timestamp("9999-12-31T23:00:00Z")
    assert last and length.after_moment(last) >= last


# --- order of times -------------------------------------------------------------------------------

TIMELINE = "timeline: [{{at: 2026-11-01T{}Z, event: 甲}}, {{at: 2026-11-01T{}Z, event: 乙}}]\n"
MOMENTS = ("started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at", "archived_at")


@pytest.mark.parametrize("index", range(1, len(MOMENTS)))
def test_each_time_follows_the_one_before(make_project: Make, index: int) -> None:
    clocks = {name: f"2026-11-01T{10 + hour}:00:00+08:00" for hour, name in enumerate(MOMENTS)}
    right = "".join(f"{name}: {clock}\n" for name, clock in clocks.items())
    assert found(make_project({"content/postmortems/a.md": record(right)}), "KB847") == []
    before, after = MOMENTS[index - 1], MOMENTS[index]
    wrong = right.replace(f"{after}: {clocks[after]}", f"{after}: 2026-11-01T{8 + index:02}:59:59+08:00")
    (only, *_rest) = found(make_project({"content/postmortems/a.md": record(wrong)}), "KB847")
    assert only.message.startswith(f"`{after}` (") and f"lies before `{before}` (" in only.message
    assert (only.position.line, only.related[0].position.line) == (7 + index, 6 + index)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("detected_at: 2026-11-01T10:00:00+08:00\nrecorded_at: 2026-11-01T09:59:00+08:00\n", "`recorded_at`"),
        ("started_at: 2026-11-01T10:00:00+08:00\nresolved_at: 2026-11-01T01:00:00Z\n", "`resolved_at`"),
        ("started_at: 2026-11-01T10:00:00+08:00\nresolved_at: 2026-11-01T02:00:00Z\n", ""),
        (TIMELINE.format("10:00:00", "09:00:00"), "`timeline[2].at`"),
        (TIMELINE.format("10:00:00", "10:00:00"), ""),
        ("started_at: gestern\ndetected_at: 2026-11-01T10:00:00+08:00\n", ""),
    ],
)  # fmt: skip
def test_other_orders_of_times(make_project: Make, fields: str, message: str) -> None:
    messages = [each.message for each in found(make_project({"content/postmortems/a.md": record(fields)}), "KB847")]
    assert [each.partition(" ")[0] for each in messages] == ([message] if message else [])


def test_an_attempt_is_not_made_before_the_work_begins(make_project: Make) -> None:
    text = record(
        "time: 2026-11-01T10:00:00Z\nattempts: [{at: 2026-11-01T09:00:00Z, step: 甲, result: 乙}]\n", "worklog"
    )
    (only,) = found(make_project({"content/worklogs/a.md": text}), "KB847")
    assert "`attempts[1].at`" in only.message and "`time`" in only.message


# --- sops: [] -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "fields", "count"),
    [
        ("postmortem", "sops: []\n", 1),
        ("postmortem", 'sops: []\nno_sops_reason: ""\n', 1),
        ("postmortem", "sops: []\nno_sops_reason: 第三方中斷\n", 0),
        ("postmortem", "tags: []\n", 0),
        ("drill", "scenario: 停擺。\nsops: []\n", 1),
        ("worklog", "sops: []\n", 0),  # work meets no SOP as a rule
    ],
)
def test_an_empty_list_of_sops_needs_a_reason(make_project: Make, type_: str, fields: str, count: int) -> None:
    assert len(found(make_project({f"content/{type_}s/a.md": record(fields, type_)}), "KB848")) == count


# --- fields of the types --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        ("{note: 少一步}", []),
        ("{note: 少一步, sop: SOP-001, finding: missing}", []),
        ("{note: 少一步, sop: SOP-001}", ["KB101 `findings[1].finding` is missing; `sop` needs it"]),
        ("{note: 少一步, finding: missing}", ["KB101 `findings[1].sop` is missing; `finding` needs it"]),
        ("{sop: SOP-001, finding: missing}", ["KB101 `findings[1].note` is missing"]),
        ("{note: 少一步, sop: SOP-009, finding: wrong}", ["KB402 there is no page `SOP-009`"]),
    ],
)
def test_a_finding_names_an_sop_and_what_was_found_of_it(make_project: Make, finding: str, expected: list[str]) -> None:
    text = record(f"scenario: 停擺。\nsops: [SOP-001]\nfindings: [{finding}]\n", "drill")
    files = {"content/sops/a.md": sop("", status="draft"), "content/drills/a.md": text}
    assert [f"{each.code} {each.message}" for each in check(make_project(files), TODAY).diagnostics] == expected


def test_people_who_took_part_are_looked_up(make_project: Make) -> None:
    text = record("scenario: 停擺。\nparticipants: [ops, opps]\n", "drill")
    (only,) = check(make_project({"content/drills/a.md": text}), TODAY).diagnostics
    assert (only.code, only.position.line) == ("KB201", 8)


def test_ids_are_found_in_whatever_an_author_writes() -> None:
    assert {"PM-2025-001", "WL-2026-002"} <= ids_in("PM-2025-001、WL-2026-002（工單 3）")
    assert "PM-2025-001" not in ids_in("PM-2025-0011 XPM-2025-001 PM-2025-001-b")
    assert "notes/a b.md" in ids_in(" notes/a b.md "), "an id may be anything, alone"


# --- retention ------------------------------------------------------------------------------------


def deleted(settings: Settings, text: str, day: str, path: str = "content/postmortems/a.md") -> Deleted:
    name = {"postmortems": "postmortem", "sops": "sop"}[path.split("/")[1]]
    raw = parse_front_matter(path, path.removeprefix("content/"), text)
    document, _findings = DocumentValidator(settings.types[name]).validate(raw)
    return Deleted(document=document, day=at(day))


KEEP = "timezone: Asia/Taipei\nrecords: {postmortem: {retention: 6 months}}\n"


@pytest.mark.parametrize(
    ("fields", "day", "as_of", "kept"),
    [
        (OVER, "2026-12-01", "2026-12-02", "2027-05-01"),
        (OVER, "2027-05-01", "2027-05-01", "2027-05-01"),  # the last day
        (OVER, "2027-05-02", "2027-05-02", None),
        (OVER, "2026-12-01", "2027-05-02", None),  # nothing is left to restore for
        (f"{OVER}retention: 3 years\n", "2027-06-01", "2027-06-02", "2029-11-01"),  # the longer of both
        (f"{OVER}retention: 1 month\n", "2027-01-01", "2027-01-02", "2027-05-01"),
        ("tags: [無日期]\n", "2026-12-01", "2026-12-02", None),
    ],
)
def test_what_is_deleted_before_its_time(
    make_project: Make, fields: str, day: str, as_of: str, kept: str | None
) -> None:
    settings = make_project({"kb.yml": KEEP})
    findings = list(early_deletions([deleted(settings, record(fields), day)], settings, at(as_of), set()))
    if kept is None:
        assert findings == []
    else:
        (only,) = findings
        assert only.message == f"PM-2026-001 (一筆紀錄) was deleted on {day}, but must be kept until {kept}"
        assert (only.slug, only.path) == ("record-deleted-early", "content/postmortems/a.md")


def test_what_was_moved_was_not_deleted(make_project: Make) -> None:
    settings = make_project({"kb.yml": KEEP})
    gone = [deleted(settings, record(OVER), "2026-12-01")]
    assert list(early_deletions(gone, settings, at("2026-12-02"), {"PM-2026-001"})) == []
    assert len(list(early_deletions(gone, settings, at("2026-12-02"), {"PM-2026-002"}))) == 1


def test_without_a_retention_anything_may_go(make_project: Make) -> None:
    settings = make_project({"kb.yml": "timezone: Asia/Taipei\n"})
    assert list(early_deletions([deleted(settings, record(OVER), "2026-11-02")], settings, TODAY, set())) == []


def test_an_sop_is_kept_from_its_last_review(make_project: Make) -> None:
    settings = make_project({"kb.yml": KEEP})
    gone = deleted(settings, sop("retention: 1 year\n"), "2026-11-01", "content/sops/a.md")
    (only,) = early_deletions([gone], settings, TODAY, set())
    assert only.message.endswith("must be kept until 2027-10-01")


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """The staged pages of the sample, by path."""
    checked = check(load_settings(ROOT, checks.rules()), TODAY)
    return {page.path: page.body for page in generate(checked.catalog, "staff").pages}


def test_the_work_log_of_the_source_shows_all_its_fields(site: dict[str, str]) -> None:
    page = site["worklogs/2025-03-11-home-page-500.md"]
    for part in (
        "2025-03-11 10:00", "UTC+00:00", "Web-Server-01", "Ubuntu 20.04", "Nginx 1.18", "PHP 7.4",
        "upstream prematurely closed connection", "134217728 bytes", "無效，首頁仍為 500", "256M",
        "## 現象描述", "## 處理過程", "## 解決方法", "## 驗證方式", "## 原因分析", "## 備註", "## 行動項目",
    ):  # fmt: skip
        assert part in page, part


def test_a_drill_shows_what_was_found_and_of_which_sop(site: dict[str, str]) -> None:
    page = site["drills/2026-10-full-drill.md"]
    for part in ("部分通過", "2026-10-13", "## 演練發現", "../sops/emergency-response.html", "維運主管、值班組長"):
        assert part in page, part


def test_an_sop_lists_the_records_that_name_it_newest_first(site: dict[str, str]) -> None:
    page = site["sops/emergency-response.md"]
    section = page[page.index("{#kb-records}") :].partition("\n## ")[0]
    days = [part[:10] for part in section.split('<time datetime="')[1:]]
    assert len(days) >= 6
    assert days == sorted(days, reverse=True)
    assert section.count("DR-2026-005</span>") == 1, "one entry a record"
    assert "../drills/2026-10-full-drill.html" in page[: page.index("## ")], (
        "the last drill stands in the control block"
    )


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("drills/index.md", ("## 2026", "2026-11-12", "通過", "部分通過")),
        ("worklogs/index.md", ("## 2026", "## 2025", "2025-03-11")),
        ("postmortems/index.md", ("## 2026", "## 2025", "嚴重度", "影響時間")),
    ],
)
def test_records_are_listed_by_year(site: dict[str, str], path: str, parts: tuple[str, ...]) -> None:
    for part in parts:
        assert part in site[path], part
    assert "嚴重度" not in site["drills/index.md"], "no column that nothing fills"
    ids = [line.partition("<")[0] for line in site[path].split('kb-id">')[1:]]
    years = [id_.split("-")[1] for id_ in ids]
    assert years == sorted(years, reverse=True)


def test_the_how_to_for_records_of_ones_own_works_as_it_is_written(make_project: Make) -> None:
    text = (ROOT / "docs/how-to/learn-from-incidents-and-drills.md").read_text(encoding="utf-8")
    files = dict(re.findall(r'^```\w+ title="(.+?)"\n(.*?)^```$', text, re.MULTILINE | re.DOTALL))
    settings = make_project(files)
    assert (settings.types["change"].trigger, settings.types["change"].dated_by) == ("change", ("began_at", "done_at"))
    assert ("sops", "*", "id") in settings.types["change"].document_refs
    limits = re.search(r"^records:\n(?:  .*\n)+", text, re.MULTILINE)
    assert limits
    assert set(make_project({"kb.yml": limits[0]}).records) == {"postmortem", "worklog"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("dated_by: [dune_at]", "`change` has no field `dune_at`"),
        ("trigger: whim", "`types.change.trigger` is `whim`, which is none of its values"),
    ],
)
def test_faults_of_a_type_of_records(make_project: Make, given: str, message: str) -> None:
    schema = '{"properties": {"done_at": {"$ref": "#/$defs/timestamp"}}}'
    kb = f"types:\n  change: {{folder: changes, schema: c.json, record: true, {given}}}\n"
    with pytest.raises(ConfigError) as caught:
        make_project({"kb.yml": kb, "c.json": schema})
    assert [each.message for each in caught.value.diagnostics] == [message]


def test_what_an_author_writes_is_shown_as_text(make_project: Make) -> None:
    # A fence would become a block of code in the middle of a paragraph.
    bad = "<script>alert(1)</script>"
    fence = "甲\\n\\n```html\\n<b>\\n```\\n## 乙"
    work = record(
        f'description: "{fence}"\nenvironment: {{server: "{bad}"}}\n'
        f'attempts: [{{step: "{bad}", result: "{bad}"}}]\nsolution: "{bad}"\n',
        "worklog",
    )
    held = record(
        f'scenario: "{fence}"\nfindings: [{{note: "{fence}"}}]\nsops: []\nno_sops_reason: 無\n'
        f'action_items: [{{id: "{bad}", title: "{bad}", owner: ops, due: 2026-12-31}}]\n',
        "drill",
    )
    settings = make_project({"content/worklogs/a.md": work, "content/drills/a.md": held})
    pages = {page.path: page.body for page in generate(check(settings, TODAY).catalog, "staff").pages}
    for path in ("worklogs/a.md", "drills/a.md"):
        assert "<script" not in pages[path]
        assert "&lt;script&gt;" in pages[path]
        assert "\n```" not in pages[path] and "\n## 乙" not in pages[path]


# --- figures beyond all bounds ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("users: 1e308", "`impact.users` is 1e+308; the most is 10,000,000,000"),
        ("cost: 1e308", "`impact.cost` is 1e+308; the most is 1,000,000,000,000,000"),
        ("duration: 9999 years", "`impact.duration` is `9999 years`, which has not the form it must have"),
    ],
)
def test_what_an_incident_cost_has_bounds(make_project: Make, field: str, message: str) -> None:
    settings = make_project({"content/postmortems/a.md": record(f"{STARTED}impact:\n  {field}\n")})
    (only,) = found(settings, "KB105")
    assert (only.message, only.position.column) == (message, 4 + len(field.split()[0]))
