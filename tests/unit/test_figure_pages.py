"""Pages made of registries and records: service levels, key figures, incidents, alerts, channels, templates."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape

import pytest
from jsonschema import Draft202012Validator

from kb_builder import checks
from kb_builder.messages import messages
from kb_builder.model.diagnostic import Severity
from kb_builder.model.sla_lint import OddityKind
from kb_builder.pages import computed, forms, incidents, kpis
from kb_builder.pages.view import View, anchor
from kb_builder.pages.words import hours_words
from kb_builder.pipeline import check, generate
from kb_builder.registry.file import registry_schema
from kb_builder.reports.figures import mean_times_to_resolve
from kb_builder.reports.incidents import incidents as incident_figures
from tests.conftest import TODAY

KB = """\
timezone: Asia/Taipei
language: en
records:
  postmortem: {recorded_within: 2 hours, archived_within: 72 hours}
"""
SLA = """\
calendars:
  always: {name: Round the clock, hours: always}
  office:
    name: Office hours
    hours:
      monday: ["09:00-12:00", "13:00-18:00"]
      tuesday: ["09:00-12:00", "13:00-18:00"]
      friday: ["09:00-12:00"]
    holidays: {2026-11-23: Founders, 2026-01-01: New Year}
policies:
  inner:
    name: <b>Inner</b> & *stars*
    owner: ops
    scope: for | us
    provider: support
    recipient: staff
    calendar: always
    channels: [hotline]
    accountability: "<script>x</script>"
    availability: {target: 99.9, critical: 99.99}
    maintenance_window: {days: [monday, tuesday, wednesday, friday], from: "02:00", to: "05:00", notice: 3 days}
    reasons: {}
    duty:
      - {role: ops, days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday], from: "08:00", to: "07:00"}
    levels:
      A: {name: Class A, criteria: all, response: 1 hour, resolution: 4 hours}
      B: {name: Class B, criteria: some, response: 8 hours, resolution: 6 hours}
      C: {name: Class C, criteria: one, response: 1 hour}
      D: {name: Class D, criteria: none, response: 30 minutes, reason: agreed case by case, calendar: office}
  outer:
    name: Outer
    owner: ops
    scope: x
    calendar: office
    channels: [mailbox]
    accountability: x
    availability: {reason: people}
    maintenance_window: {reason: never closed}
    reasons: {resolution: measured otherwise}
    levels:
      only: {name: Only, criteria: x, response: 2 hours, channels: [mailbox]}
incident_classes:
  security_breach: {controlled_within: 72 hours}
feedback: {routed_within: 24 hours}
"""
CHANNELS = """\
naming: {chat: {pattern: "^#[a-z]+$", rule: "a hash, then letters"}}
channels:
  hotline: {name: 02-5550-0111, kind: phone, purpose: x, urgency: urgent, posting: [say what], response: 5 minutes}
  mailbox: {name: desk@example.com, kind: mail, purpose: "<i>p</i>", urgency: ordinary, posting: x, response: 8 hours}
  tickets: {name: "https://tickets.example.com/", kind: ticket, purpose: x, urgency: any, posting: x, response: 1 hour}
"""
ALERTS = """\
down: {name: Down, threshold: 2 times, sla: inner, severity: A, sop: SOP-001, channels: [hotline], owner: ops}
slow: {name: "<u>Slow</u>", threshold: 3 s}
lost: {name: Lost, threshold: 1, sop: [SOP-001, SOP-404, SOP-002, PM-2026-001]}
"""
KPIS = """\
uptime:
  {name: "Uptime <x>", unit: "%", target: 99.9, direction: at_least, owner: ops, group: Service, source: probe,
   readings: {2026-08: 99.95, 2026-10: 99.8, 2026-12: 1}}
events:
  {name: Events, unit: cases, target: {change: -50}, direction: at_most, owner: dba, aggregate: sum,
   baseline: {value: 8, period: "2025"}, readings: {2026-01: 2, 2026-02: 1, 2026-03: 0}, reported_within: 12 months}
repair:
  {name: Repair, unit: hours, target: 2, direction: at_most, owner: ops, computed: mttr, group: Service}
"""
SOP = """\
---
id: {id}
title: Procedure {id}
summary: x
owner: ops
status: {status}
category: routine
review_interval: 6 months
steps: [{{name: Do, role: ops, time_limit: 1 hour, expected: done}}]
---

text
"""
PM = """\
---
id: {id}
title: "Incident {id} <b>"
summary: x
owner: ops
status: draft
sla: inner
severity: {level}
incident_class: {kind}
started_at: {day}T10:00:00+08:00
detected_at: {day}T10:10:00+08:00
detected_by: {by}
acknowledged_at: {day}T10:30:00+08:00
mitigated_at: {day}T12:00:00+08:00
resolved_at: {day}T{hour}:10:00+08:00
impact: {{users: {users}, duration: 90 minutes, data_loss: false, cost: 1000}}
cause: "{cause}"
---

text
"""


def pm(id_, *, level="A", day="2026-10-05", hour=13, by="monitoring", users=10, cause="full-disk", kind="slowdown"):
    return PM.format(id=id_, level=level, day=day, hour=hour, by=by, users=users, cause=cause, kind=kind)


FILES = {
    "kb.yml": KB,
    "registry/sla.yml": SLA,
    "registry/channels.yml": CHANNELS,
    "registry/alerts.yml": ALERTS,
    "registry/kpis.yml": KPIS,
    "content/sops/a.md": SOP.format(id="SOP-001", status="draft"),
    "content/sops/b.md": SOP.format(id="SOP-002", status="obsolete"),
    "content/postmortems/1.md": pm("PM-2026-001"),
    # Solved after six hours, where four are allowed.
    "content/postmortems/2.md": pm("PM-2026-002", hour=16, by="users", users=5, kind="security_breach"),
    "content/postmortems/3.md": pm("PM-2025-003", level="B", day="2025-06-03", cause="<hr>", by="staff"),
}
PAGES = {"sla.md", "kpis.md", "incidents.md", "alerts.md", "channels.md", "ticket-template.md", "report-template.md"}


@pytest.fixture
def make(make_project):
    def make(files=FILES, as_of=TODAY, audience="staff"):
        checked = check(make_project(files), as_of)
        tree = generate(checked.catalog, audience)
        return checked, {page.path: page for page in tree.pages}, tree

    return make


def rows(body):
    """Return the cells of every row of a page, without markup."""
    found = []
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL):
        cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        found.append([" ".join(unescape(re.sub("<[^>]*>", " ", cell)).split()) for cell in cells])
    return found


def row_of(body, *first):
    """Return the one row that begins so."""
    (found,) = [row for row in rows(body) if row[: len(first)] == list(first)]
    return found


def section(body, start, end="\n## "):
    part = body[body.index(start) :]
    return part[: part.index(end)] if end in part[1:] else part


# --- service levels ---------------------------------------------------------------------------------------------


def test_what_is_odd_stands_beside_its_figure_as_the_checks_find_it(make):
    checked, pages, _tree = make()
    body = section(pages["sla.md"].body, "{#kb-sla-inner}")
    levels = {row[0].split(" ")[1]: row for row in rows(body) if len(row) == 4 and row[0].startswith("Class")}
    assert levels["A"][1:3] == ["1 hour", "4 hours"]
    assert levels["B"][1:3] == ["8 hours longer than Resolution (6 hours)", "6 hours"]
    assert levels["C"][1:3] == ["1 hour shorter than the graver Class B (8 hours)", "— no figure, and no reason"]
    # Hours of an office are not compared with hours of the clock.
    assert levels["D"][1:3] == ["30 minutes", "— agreed case by case"]
    # One warning of the checks for every mark, and a notice for what has a reason.
    slugs = {kind.value for kind in OddityKind} | {"duty-gap"}
    found = [each.severity.word for each in checked.diagnostics if each.slug in slugs]
    assert sorted(found) == ["notice", "warning", "warning", "warning", "warning"]
    assert body.count('<small class="kb-odd">') + body.count('<p class="kb-odd">') == found.count("warning")
    overview = row_of(pages["sla.md"].body, "<b>Inner</b> & *stars* inner")
    assert overview[-1] == "4 1 with a reason"


@pytest.mark.parametrize(
    ("override", "is_allowed"),
    [
        ("{severity: notice, reason: by contract}", True),
        ("{severity: notice, reason: by contract, paths: [registry/*.yml], until: 2026-11-20}", True),
        ("{severity: error, reason: by contract}", False),
        ("{severity: notice, reason: by contract, until: 2026-11-19}", False),
        ("{severity: notice, reason: by contract, paths: [content/**]}", False),
    ],
)
def test_what_kb_yml_allows_has_its_reason_beside_the_figure(make, override, is_allowed):
    kb = KB + f"checks: {{sla-clocks-out-of-order: {override}, duty-gap: {override}}}\n"
    checked, pages, _tree = make(FILES | {"kb.yml": kb})
    body = section(pages["sla.md"].body, "{#kb-sla-inner}")
    said = row_of(body, "Class B B some")[1]
    assert said == "8 hours longer than Resolution (6 hours)" + " (allowed: by contract)" * is_allowed
    assert ("(allowed: by contract)</p>" in body) == is_allowed
    slugs = {kind.value for kind in OddityKind} | {"duty-gap"}
    warned = [each for each in checked.diagnostics if each.slug in slugs and each.severity >= Severity.WARNING]
    assert body.count('<small class="kb-odd">') + body.count('<p class="kb-odd">') == len(warned) == 4 - 2 * is_allowed
    assert row_of(pages["sla.md"].body, "<b>Inner</b> & *stars* inner")[-1] == (
        "2 3 with a reason" if is_allowed else "4 1 with a reason"
    )


def test_what_no_record_can_measure_is_named(make):
    promised = SLA.replace("{name: Only, criteria: x,", "{name: Only, criteria: x, third_party: 1 hour,")
    body = make(FILES | {"registry/sla.yml": promised})[1]["sla.md"].body
    said = "as records do not tell when it happens: Third party called</p>"
    assert said in section(body, "{#kb-sla-outer}") and said not in section(body, "{#kb-sla-inner}")


@pytest.mark.parametrize(
    ("time", "shown"), [("10:30:01", "20 minutes"), ("10:30:59", "20 minutes"), ("10:31:00", "21 minutes")]
)
def test_a_mean_is_to_the_nearest_minute(make, time, shown):
    """One was taken after 20 minutes, the other after 20 to 21."""
    files = FILES | {"content/postmortems/2.md": pm("PM-2026-002").replace("T10:30:00", f"T{time}")}
    del files["content/postmortems/3.md"]
    body = make(files)[1]["incidents.md"].body
    assert set(re.findall(r'data-label="MTTA">([^<]*)<', body)) == {shown}


def test_every_kind_of_oddity_is_a_check():
    assert {kind.value for kind in OddityKind} <= set(checks.rules())


def test_a_policy_says_when_it_holds_and_how_long_the_service_may_be_down(make):
    _checked, pages, _tree = make()
    body = pages["sla.md"].body
    overview = row_of(body, "<b>Inner</b> & *stars* inner")
    assert overview[1:7] == [
        "維運組",
        "support → staff",
        "Round the clock",
        "99.9% 99.99% critical systems",
        "Mon–Wed, Fri 02:00–05:00",
        "4",
    ]
    inner, outer = section(body, "{#kb-sla-inner}"), section(body, "{#kb-sla-outer}")
    assert "43.2 minutes<br>4.32 minutes" in inner, "30 days of 1,440 minutes, of which 0.1 % and 0.01 %"
    assert "Mon 07:00–08:00" in inner
    assert "Measured" not in inner
    assert "measured otherwise" in outer
    assert "never closed" in outer
    assert "No incident was judged by this policy yet." in outer
    assert row_of(body, "Office hours")[2:] == [
        "Mon–Tue 09:00–12:00, 13:00–18:00 Fri 09:00–12:00",
        "2026-11-23 Founders",
    ]


def test_how_a_policy_was_kept_is_told_with_the_records(make):
    _checked, pages, _tree = make()
    body = section(pages["sla.md"].body, "{#kb-sla-inner}")
    assert row_of(body, "Class A", "Response")[2:] == ["2 PM-2026-001 PM-2026-002", "—", "—"]
    assert row_of(body, "Class A", "Resolution")[2:] == ["1 PM-2026-001", "1 PM-2026-002", "—"]
    assert 'href="postmortems/2.html"' in body
    always = section(pages["sla.md"].body, "{#kb-always}")
    assert row_of(always, "Security breach", "Under control")[2:] == ["72 hours", "1 PM-2026-002", "—", "—"]
    assert row_of(always, "Postmortems", "Recorded")[3:5] == ["—", "3 PM-2026-001 PM-2026-002 PM-2025-003"]


def test_a_postmortem_tells_its_times_and_clocks_and_leads_to_its_level(make):
    _checked, pages, _tree = make()
    body = pages["postmortems/2.md"].body
    assert '<a href="../sla.html#kb-sla-inner--A">Class A</a>' in body
    assert f'id="{anchor("sla", "inner", "A")}"' in pages["sla.md"].body
    assert row_of(body, "Resolution") == ["Resolution", "Breached", "6 hours", "4 hours", "day and night"]
    assert row_of(body, "Response")[1:3] == ["Met", "20 minutes"]
    assert "<dt>Time to detect</dt><dd>10 minutes</dd>" in body
    assert "<dt>Time to resolve</dt><dd>6 hours</dd>" in body


def test_a_time_over_a_limit_reads_as_longer_than_the_limit():
    words = messages("en")
    assert hours_words(240, words) == "4 hours"
    assert hours_words(240.01, words) == "4 hours 1 minute"
    assert hours_words(60 * 48 + 30, words) == "48 hours 30 minutes"
    assert hours_words(0, words) == "0 minutes"


# --- key figures -------------------------------------------------------------------------------------------------


def test_key_figures_stand_with_target_value_and_change(make):
    _checked, pages, _tree = make()
    body = pages["kpis.md"].body
    assert row_of(body, "Uptime <x> Service")[1:] == [
        "at least 99.9 %",
        "99.8 % 2026-10",
        "Target missed missing: 2026-09",
        "Worse",
        "—",
        "維運組",
        "probe",
    ]
    assert row_of(body, "Events")[1:6] == [
        "at most 4 cases −50 % against the baseline",
        "3 cases sum of 2026-01 – 2026-03",
        "Target met",
        "Better",
        "−5 cases −62.5 % · 8 cases 2025",
    ]
    assert row_of(body, "Repair Service")[2:5] == ["—", "No data", "—"]
    headings = re.findall(r'<h3 class="kb-sub" id="kb-kpi-(\w+)">', body)
    assert headings == ["uptime", "repair", "events"], "a group stands together"


def test_readings_are_told_month_by_month_up_to_today(make):
    _checked, pages, _tree = make()
    months = row_of(pages["kpis.md"].body, "2026", "", "", "", "", "", "", "")
    assert months[8:] == ["99.95", "missing", "99.8", "", ""], "neither November, which is not over, nor December"
    assert make(as_of=date(2026, 12, 1))[1]["kpis.md"].body.count(">missing</td>") == 2


def test_a_chart_needs_two_readings_and_adds_up_where_the_target_does(make, monkeypatch):
    drawn = []
    monkeypatch.setattr(kpis, "lines", lambda *given: drawn.append(given) or "CHART")
    _checked, pages, _tree = make()
    assert pages["kpis.md"].body.count("CHART") == 2
    assert drawn == [
        (["2026-08", "09", "10"], [99.95, None, 99.8], 99.9),
        (["2026-01", "02", "03"], [2, 3, 3], 4),
    ]


def test_records_give_figures_of_their_own(make):
    _checked, pages, _tree = make()
    body = pages["kpis.md"].body
    table = section(body, "{#kb-computed}")
    # Of the last twelve months: three hours and six.
    assert row_of(table, "Mean time to resolve sum of the times from detection to resolution ÷ incidents that give "
                  "both, of the last 12 months")[1:] == [
        "4 hours 30 minutes 2 incidents",
        "at most 2 hours Repair",
        "PM-2026-001 PM-2026-002",
    ]  # fmt: skip
    (warned,) = [row for row in rows(table) if row[0].startswith("Noticed by monitoring first")]
    assert warned[1:] == ["50 % 1 of 2", "—", "against: PM-2026-002 for: PM-2026-001"]
    assert '<a href="#kb-computed-mttr">4 hours 30 minutes</a> (2 incidents)' in body


def test_every_figure_that_a_kpi_may_name_is_computed():
    schema = registry_schema("kpis.yml")
    assert sorted(computed.NAMES) == schema["$defs"]["kpi"]["properties"]["computed"]["enum"]


# --- incidents -----------------------------------------------------------------------------------------------------


def test_mean_times_are_those_of_the_report(make):
    checked, pages, _tree = make()
    body = section(pages["incidents.md"].body, "{#kb-months}")
    shown = [(row[0], row[2].split(" ", 1)[1], row[5]) for row in rows(body)[1:]]
    words = messages("en")
    expected = [
        (f"{each.month:%Y-%m}", " ".join(sorted(each.records, reverse=True)), hours_words(each.minutes, words))
        for each in mean_times_to_resolve(incident_figures(checked.catalog))
    ]
    assert shown == expected[::-1]
    assert rows(body)[1] == [
        "2026-10",
        "Class A <b>Inner</b> & *stars*",
        "2 PM-2026-002 PM-2026-001",
        "10 minutes",
        "20 minutes",
        "4 hours 30 minutes",
    ]


def test_incidents_are_summed_up_by_year_and_class(make):
    _checked, pages, _tree = make()
    body = pages["incidents.md"].body
    years = section(body, "{#kb-years}")
    assert row_of(years, "2026")[5:] == ["50 %", "44.4 %", "15", "2,000", "3 hours"], (
        "of nine clocks four were met: nobody wrote when they were recorded and filed, and one took too long"
    )
    assert row_of(section(body, "{#kb-classes}"), "Security breach")[1] == "1 PM-2026-002"
    (repeat,) = rows(section(body, "{#kb-repeats}"))[1:]
    assert repeat == ["full-disk", "2 PM-2026-001 PM-2026-002"]
    assert re.findall(r'<a href="postmortems/(\d).html">', section(body, "{#kb-all}")) == ["2", "1", "3"]


def test_long_lists_of_incidents_are_cut(make, monkeypatch):
    monkeypatch.setattr(incidents, "_ROWS", 2)
    _checked, pages, _tree = make()
    body = section(pages["incidents.md"].body, "{#kb-all}")
    assert len(rows(body)) == 3
    assert "1 more" in body


# --- alerts and channels ----------------------------------------------------------------------------------------


def test_alerts_lead_to_procedures_and_gaps_stand_first(make):
    checked, pages, _tree = make()
    body = pages["alerts.md"].body
    assert [row[0] for row in rows(body)[1:]] == ["<u>Slow</u> slow", "Lost lost", "Down down"]
    assert row_of(body, "Down down")[1:] == [
        "Class A <b>Inner</b> & *stars*",
        "2 times",
        "Procedure SOP-001 SOP-001 Draft",
        "02-5550-0111 Phone",
        "維運組",
    ]
    gaps = [unescape(re.sub("<[^>]*>", "", gap)).strip() for gap in re.findall(r'<li class="kb-gap">(.*?)</li>', body)]
    assert gaps == [
        "no procedure answers it",
        "SOP-404 there is no such page",
        "Procedure SOP-002 SOP-002 this page is obsolete",
        "Incident PM-2026-001 <b> PM-2026-001 this page is no procedure",
    ]
    assert len(gaps) == sum(each.slug == "alert-without-sop" for each in checked.diagnostics)
    assert "2 of 3 alerts lead to no procedure in force" in body


def test_a_procedure_names_the_alerts_that_lead_to_it(make):
    _checked, pages, _tree = make()
    body = pages["sops/a.md"].body
    assert re.findall(r'href="\.\./alerts\.html#kb-alert-(\w+)"', body) == ["down", "lost"]
    assert 'id="kb-alert-down"' in pages["alerts.md"].body
    assert "Alerts that lead here" not in pages["postmortems/2.md"].body


def test_channels_stand_by_urgency_with_who_uses_them(make):
    _checked, pages, _tree = make()
    body = pages["channels.md"].body
    assert re.findall(r"^## .*\{#kb-(\w+)\}", body, re.MULTILINE) == ["urgent", "ordinary", "any", "naming"]
    assert row_of(body, "02-5550-0111 Phone")[2:] == ["5 minutes", "say what", "<b>Inner</b> & *stars* Down", "—"]
    for address in ("tel:02-5550-0111", "mailto:desk%40example.com", "https://tickets.example.com/"):
        assert f'href="{address}"' in body
    assert "a hash, then letters" in body


# --- templates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.schema)
def test_a_template_is_what_its_schema_says(form):
    schema = forms.schema_of(form)
    Draft202012Validator.check_schema(schema)
    assert list(form.words) == list(schema["properties"])
    fields = forms.fields_of(form, messages("en"))
    parts = re.findall(r"^## (.+?)( \*)?\n\n<!-- (.+) -->$", forms.template("T", fields), re.MULTILINE)
    by_label = {label: name for name, (label, _hint) in form.words.items()}
    assert [by_label[label] for label, _star, _hint in parts] == list(schema["properties"])
    required = {*schema["required"], *schema.get("else", {}).get("required", ())}
    assert {by_label[label] for label, star, _hint in parts if star} == required
    assert [hint for _label, _star, hint in parts] == [hint for _label, hint in form.words.values()]


def test_a_ticket_asks_for_all_that_helps():
    """What a good ticket says, after the facts that the organisation collected."""
    schema = forms.schema_of(forms.FORMS[0])
    ticket = {
        "summary": "Checkout stays blank",
        "url": "https://shop.example.com/checkout",
        "browser": "Chrome 131",
        "os": "Windows 11",
        "version": "V1.2.0",
        "evidence": ["screen.png"],
        "occurred_at": "2026-11-18 21:00 +08:00",
        "frequency": "three times of three",
        "tried": [{"step": "another phone", "effect": "works"}],
    }
    validator = Draft202012Validator(schema)
    assert validator.is_valid(ticket)
    for name in ticket:
        assert not validator.is_valid({key: value for key, value in ticket.items() if key != name}), name
    # Who reports a mistake in a page need not say which browser it was read with.
    about_page = {"summary": "Step 3 names the wrong host", "page": "SOP-003 V2.1", "heading": ""}
    assert validator.is_valid(about_page)
    assert not validator.is_valid({"page": "SOP-003 V2.1"})


def test_schemas_are_published_with_the_words_of_the_site(make):
    _checked, pages, tree = make(FILES | {"kb.yml": KB.replace("en", "zh-Hant")})
    published = {file.path: json.loads(file.data) for file in tree.files if file.path.endswith(".schema.json")}
    ticket = published["api/ticket.schema.json"]
    assert ticket["properties"]["browser"]["title"] == "瀏覽器"
    assert ticket["required"] == forms.schema_of(forms.FORMS[0])["required"]
    assert "## 瀏覽器 *" in pages["ticket-template.md"].body
    assert "&lt;!-- 名稱與版本，例如 Chrome 131 --&gt;" in pages["ticket-template.md"].body


# --- for whom, and from what -----------------------------------------------------------------------------------------


def test_what_authors_write_stays_text(make):
    _checked, pages, _tree = make()
    for path in PAGES:
        for written in ("<b>Inner", "<script>x", "<u>Slow", "<i>p", "<x>", "<hr>"):
            assert written not in pages[path].body, (path, written)
    assert "&lt;script&gt;x&lt;/script&gt;" in pages["sla.md"].body
    assert re.search(r"^## &#60;b&#62;Inner", pages["sla.md"].body, re.MULTILINE)


def test_pages_need_their_registry(make):
    files = {name: text for name, text in FILES.items() if not name.startswith("registry/")}
    _checked, pages, tree = make(files)
    assert PAGES & set(pages) == {"incidents.md"}
    assert not [file.path for file in tree.files if "ticket" in file.path]


def test_a_small_project_has_none_of_it(make):
    _checked, pages, _tree = make({"content/sops/a.md": FILES["content/sops/a.md"], "kb.yml": KB})
    assert not PAGES & set(pages)
    assert "Alerts that lead here" not in pages["sops/a.md"].body


def test_customers_get_none_of_it(make):
    faq = "---\nid: FAQ-001\ntitle: Why?\nsummary: So.\nowner: ops\nstatus: published\naudience: customers\n" \
        "last_reviewed: 2026-11-01\nreview_interval: 1 year\ntopic: t\n---\n\ntext\n"  # fmt: skip
    _checked, pages, tree = make(FILES | {"content/faq/a.md": faq}, audience="customers")
    assert set(pages) == {"index.md", "faq/a.md"}
    everything = "".join(page.body for page in pages.values()) + "".join(file.data.decode() for file in tree.files)
    for word in ("02-5550-0111", "desk@example.com", "tickets.example.com", "Inner", "Uptime", "PM-2026"):
        assert word not in everything


def test_the_sample_leads_somewhere_everywhere(sample):
    view = View(catalog=sample.checked.catalog, site=sample.checked.catalog.settings.sites["staff"])
    pages = {page.path: page.body for page in generate(view.catalog, "staff").pages}
    for path in PAGES:
        for target in re.findall(r'href="([\w/.-]+)\.html#([\w-]+)"', pages[path]):
            page, where = pages[f"{target[0]}.md"], target[1]
            assert f'id="{where}"' in page or f"{{#{where}}}" in page, (path, target)
        for where in re.findall(r'href="#([\w-]+)"', pages[path]):
            assert f'id="{where}"' in pages[path] or f"{{#{where}}}" in pages[path], (path, where)
