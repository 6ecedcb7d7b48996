"""What registries and pages refer to in each other: channels, alerts, owners, policies, step limits."""

from __future__ import annotations

import pytest

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.pipeline import check
from tests.conftest import ROOT, TODAY

SLA = """\
calendars:
  always: {name: 全年無休, hours: always}
policies:
  ops:
    name: 值班
    owner: ops
    scope: 故障
    calendar: always
    channels: [duty, alerts]
    accountability: 組長
    availability: {target: 99.9}
    maintenance_window: {reason: 不停機}
    duty:
      - {role: ops, days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday], from: "00:00", to: "24:00"}
    levels:
      I: {name: 緊急, criteria: 中斷, response: 1 hour, resolution: 2 hours, channels: [duty]}
      II: {name: 一般, aliases: [次要], criteria: 其他, response: 1 hour, resolution: 8 hours}
"""
CHANNELS = """\
naming:
  chat: {pattern: "^#[a-z]+(-[a-z]+)*$", rule: 小寫英文與連字號}
channels:
  duty: {name: "555", kind: phone, purpose: 值班, urgency: urgent, posting: 先說現象, response: 5 minutes, owner: ops}
  alerts: {name: "#website-alerts", kind: chat, purpose: 告警, urgency: any, posting: [a, b], response: 5 minutes}
"""
ALERTS = (
    "down: {name: 無法連線, threshold: 兩次, sla: ops, severity: I, sop: SOP-001, channels: [alerts], owner: dba}\n"
)
PAGE = "content/sops/a.md"
SOP = """\
---
id: SOP-001
title: 重新啟動
summary: 沒有回應時重新啟動。
owner: ops
status: {status}
category: routine
sla: ops
steps:
{steps}
---

說明
"""
STEP = "  - {{name: 步驟 {n}, role: ops, time_limit: {limit}, expected: 完成{rest}}}"


def sop(*limits, status="draft", rests=()):
    steps = [
        STEP.format(n=number, limit=limit, rest=rests[number] if number < len(rests) else "")
        for number, limit in enumerate(limits)
    ]
    return SOP.format(status=status, steps="\n".join(steps))


def files(**changed):
    """Return a project in which everything fits, with some files changed."""
    given = {
        "registry/sla.yml": SLA, "registry/channels.yml": CHANNELS, "registry/alerts.yml": ALERTS,
        "content/sops/a.md": sop("1 hour"),
    }  # fmt: skip
    return {**given, **{name: text for name, text in changed.items() if text is not None}}


def place(text, part):
    """Return line and column of a part of a text."""
    before = text[: text.index(part)]
    return f"{before.count(chr(10)) + 1}:{len(before) - (before.rfind(chr(10)) + 1) + 1}"


@pytest.fixture
def found(make_project):
    """Return a function that checks a project and gives the findings as text."""

    def run(changed=None, without=()):
        project = {name: text for name, text in files(**(changed or {})).items() if name not in without}
        return [
            f"{each.path}:{each.position.line}:{each.position.column} {each.code} {each.message}"
            for each in check(make_project(project), TODAY).diagnostics
        ]

    return run


def test_all_in_order(found):
    assert found() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "expected"),
    [
        # owners
        ("sla.yml", "owner: ops", "owner: opps", "opps", "KB210 `opps` is not in registry/owners.yml"),
        ("sla.yml", "role: ops", "role: nobody", "nobody", "KB210 `nobody` is not in registry/owners.yml"),
        ("channels.yml", "owner: ops", "owner: opps", "opps", "KB210 `opps` is not in registry/owners.yml"),
        ("alerts.yml", "owner: dba", "owner: db", "db}", "KB210 `db` is not in registry/owners.yml"),
        # channels
        ("sla.yml", "[duty, alerts]", "[duty, alarms]", "alarms",
         "KB410 there is no channel `alarms` in registry/channels.yml"),
        ("sla.yml", "channels: [duty]}", "channels: [phone]}", "phone",
         "KB410 there is no channel `phone` in registry/channels.yml"),
        ("alerts.yml", "[alerts]", "[nowhere]", "nowhere",
         "KB410 there is no channel `nowhere` in registry/channels.yml"),
        ("channels.yml", "#website-alerts", "#Website", '"#Website',
         "KB815 `#Website` is not named as the rule for chat asks: 小寫英文與連字號"),
        ("channels.yml", "^#[a-z]+(-[a-z]+)*$", "^#[a-z", '"^#[a-z', "KB105 `^#[a-z` is no regular expression"),
        ("channels.yml", "purpose: 值班, ", "", '{name: "555"', "KB101 `channels.duty.purpose` is missing"),
        ("channels.yml", "posting: 先說現象, ", "", '{name: "555"', "KB101 `channels.duty.posting` is missing"),
        ("channels.yml", "kind: phone", "kind: pager", "pager",
         "KB104 `channels.duty.kind` is `pager`, which is none of its values"),
        # alerts
        ("alerts.yml", "sop: SOP-001, ", "", "down:", "KB814 `down` (無法連線) has no SOP"),
        ("alerts.yml", "SOP-001", "SOP-002", "SOP-002", "KB814 there is no page `SOP-002`"),
        ("alerts.yml", "SOP-001", "[SOP-001, SOP-009]", "SOP-009", "KB814 there is no page `SOP-009`"),
        ("alerts.yml", "SOP-001", "[]", "sop:", "KB814 `down` (無法連線) has no SOP"),
        ("alerts.yml", "sla: ops", "sla: opps", "opps", "KB411 there is no SLA policy `opps` in registry/sla.yml"),
        ("alerts.yml", "severity: I,", "severity: V,", "V,", "KB411 `V` is no level of the SLA policy `ops`"),
        # pages
        (PAGE, "sla: ops", "sla: opps", "opps", "KB411 there is no SLA policy `opps` in registry/sla.yml"),
        (PAGE, "1 hour", "{I: 1 hour, III: 2 hours}", "III:", "KB411 `III` is no level of the SLA policy `ops`"),
    ],
)  # fmt: skip
def test_every_reference_is_looked_up(found, file, old, new, at, expected):
    path = file if file == PAGE else f"registry/{file}"
    assert old in files()[path]
    text = files()[path].replace(old, new, 1)
    assert f"{path}:{place(text, at)} {expected}" in found({path: text})


def test_names_and_aliases_of_levels_are_known(found):
    assert found({"content/sops/a.md": sop("{I: 1 hour, 一般: 2 hours}")}) == []
    assert found({"content/sops/a.md": sop("{緊急: 1 hour, 次要: 2 hours}")}) == []


@pytest.mark.parametrize("missing", ["registry/sla.yml", "registry/channels.yml", "registry/alerts.yml"])
def test_without_a_registry_nothing_is_looked_up_in_it(found, missing):
    text = sop("9 hours") if missing == "registry/sla.yml" else sop("1 hour")
    assert found({"content/sops/a.md": text}, without=[missing]) == []


def test_without_owners_no_owner_is_looked_up(make_project, tmp_path):
    settings = make_project(files(**{"registry/sla.yml": SLA.replace("owner: ops", "owner: nobody")}))
    (tmp_path / "registry/owners.yml").unlink()
    assert [each.code for each in check(settings, TODAY).diagnostics] == ["KB090"]


def test_an_owner_who_has_left(found):
    owners = (
        "ops: {name: 維運組, kind: team, deputy: dba}\ndba: {name: 高杉, kind: role, until: 2026-11-19, deputy: ops}\n"
    )
    lines = [line for line in found({"registry/owners.yml": owners}) if "KB210" in line]
    assert lines == [f"registry/alerts.yml:{place(ALERTS, 'dba')} KB210 `dba` (高杉) is inactive since 2026-11-19"]


def test_an_alert_that_leads_to_an_obsolete_page_or_none_with_steps(found):
    old = sop("1 hour", status="obsolete")
    lines = found({"content/sops/a.md": old})
    there = f"registry/alerts.yml:{place(ALERTS, 'SOP-001')} KB814"
    assert f"{there} `SOP-001` (重新啟動) is obsolete" in lines
    faq = "---\nid: FAQ-001\ntitle: 問\nsummary: 答\nowner: ops\nstatus: draft\ntopic: 題\n---\n\n答\n"
    changed = {"content/faq/a.md": faq, "registry/alerts.yml": ALERTS.replace("SOP-001", "FAQ-001")}
    assert f"{there} `FAQ-001` (問) is no SOP" in found(changed)


def test_channels_of_owners_are_looked_up_where_their_kind_has_a_rule(found):
    owners = (
        'ops: {name: A, kind: team, deputy: dba, channels: {chat: "#website-alerts", mail: a@example.com}}\n'
        'dba: {name: B, kind: role, deputy: ops, channels: {chat: "#website-alert", phone: "1"}}\n'
    )
    assert found({"registry/owners.yml": owners}) == [
        f"registry/owners.yml:{place(owners, chr(34) + '#website-alert' + chr(34))} KB410 there is no channel "
        "`#website-alert` in registry/channels.yml"
    ]


def test_a_pattern_that_explodes_in_other_engines_does_no_harm(found):
    name = "#" + "a" * 100 + "!"
    text = CHANNELS.replace("^#[a-z]+(-[a-z]+)*$", "^#(a+)+$").replace("#website-alerts", name)
    assert [line.split()[1] for line in found({"registry/channels.yml": text})] == ["KB815"]


# --- limits of steps --------------------------------------------------------------------------------------------------


FORK = [", outcomes: {a: x, b: y}", ", id: x, next: end", ", id: y"]


@pytest.mark.parametrize(
    ("limits", "rests", "over"),
    [
        (["1 hour", "1 hour"], [], None),  # exactly two hours
        (["1 hour", "61 minutes"], [], "I 2 h 1 min of 2 hours"),
        (["4 hours", "5 hours"], [], "I 9 h of 2 hours, II 9 h of 8 hours"),
        (["{I: 1 hour, II: 7 hours}", "1 hour"], [], None),
        (["{I: 1 hour, II: 7 hours}", "61 minutes"], [], "I 2 h 1 min of 2 hours, II 8 h 1 min of 8 hours"),
        (["{緊急: 3 hours}", "1 hour"], [], "I 4 h of 2 hours"),
        # After the step with which the clock stops, nothing counts.
        (["1 hour", "1 hour", "5 days"], ["", ", meets: resolution"], None),
        (["1 hour", "2 hours", "5 days"], ["", ", meets: resolution"], "I 3 h of 2 hours"),
        # A loop counts once: one hour, another, back to the first or on.
        (["30 minutes", "30 minutes"], [", id: first", ", outcomes: {yes: end, no: first}"], None),
        # Of two ways the longer one counts.
        (["10 minutes", "1 minute", "110 minutes"], FORK, None),
        (["10 minutes", "1 minute", "111 minutes"], FORK, "I 2 h 1 min of 2 hours"),
    ],
)  # fmt: skip
def test_limits_beyond_the_agreement(found, limits, rests, over):
    lines = [line for line in found({"content/sops/a.md": sop(*limits, rests=rests)}) if "KB514" in line]
    expected = f"content/sops/a.md:8:6 KB514 the steps may take longer than `ops` allows for resolution: {over}"
    assert lines == ([expected] if over else [])


def test_other_clocks_count_where_a_step_stops_them(found):
    text = sop("50 minutes", "11 minutes", "1 minute", rests=["", ", meets: response", ", meets: resolution"])
    lines = [line for line in found({"content/sops/a.md": text}) if "KB514" in line]
    assert lines == [
        "content/sops/a.md:8:6 KB514 the steps may take longer than `ops` allows for response: I 1 h 1 min of 1 hour, "
        "II 1 h 1 min of 1 hour"
    ]


def test_sample_alerts_lead_to_procedures():
    catalog = check(load_settings(ROOT, checks.rules()), TODAY).catalog
    assert len(catalog.alerts) >= 12
    for alert in catalog.alerts.values():
        assert all(catalog.by_id[sop].type == "sop" for sop in alert.sops)
        assert catalog.sla.level(alert.sla, alert.severity)
    chats = {owner.channels["chat"] for owner in catalog.owners.values() if "chat" in owner.channels}
    assert chats <= catalog.channels.names("chat")
    assert {"#general", "#website-alerts", "#project-a", "#security"} <= catalog.channels.names("chat")


def test_two_channels_of_one_kind_have_different_names(make_project):
    twins = (
        CHANNELS
        + '  twin: {name: "#website-alerts", kind: chat, purpose: x, urgency: any, posting: a, response: 5 minutes}\n'
    )
    twins += '  sms: {name: "555", kind: sms, purpose: x, urgency: any, posting: a, response: 5 minutes}\n'
    settings = make_project({"content/.keep": "", "registry/channels.yml": twins})
    (only,) = [each for each in check(settings, TODAY).diagnostics if each.path == "registry/channels.yml"]
    assert (only.position.line, only.position.column, only.code) == (6, 16, "KB105")
    assert only.message == "`#website-alerts` is the name of two channels, `alerts` and `twin`"
    assert only.related[0].position.line == 5


def test_a_level_without_its_policy_is_the_level_of_nothing(make_project):
    settings = make_project(
        {"content/.keep": "", "registry/alerts.yml": "a: {name: x, threshold: y, severity: urgent}\n"}
    )
    found = [f"{e.code} {e.message}" for e in check(settings, TODAY).diagnostics if e.path == "registry/alerts.yml"]
    assert "KB101 `a.sla` is missing; `severity` needs it" in found


@pytest.mark.parametrize(
    ("agreed", "count"),
    [
        ("{target: 99.9, critical: 50}", 1),
        ("{target: 99.9, critical: 99.9}", 0),
        ("{target: 99.9, critical: 99.99}", 0),
    ],
)
def test_critical_systems_are_up_no_less_than_others(make_project, agreed, count):
    settings = make_project({"content/.keep": "", "registry/sla.yml": SLA.replace("{target: 99.9}", agreed)})
    found = [each.message for each in check(settings, TODAY).diagnostics if each.code == "KB105"]
    assert found == ["critical systems are to be up 50 % of the time, less than others with 99.9 %"] * count


@pytest.mark.parametrize("severity", ["I", "一般"])
def test_an_empty_registry_of_policies_gives_a_hint_that_ends(make_project, severity):
    alert = f"a: {{name: x, threshold: y, sla: ops, severity: {severity}, sop: SOP-001}}\n"
    settings = make_project({"content/.keep": "", "registry/sla.yml": "", "registry/alerts.yml": alert})
    (only,) = [each for each in check(settings, TODAY).diagnostics if each.code == "KB411"]
    assert only.hint == "none is known: add it there, or take the name out here"
