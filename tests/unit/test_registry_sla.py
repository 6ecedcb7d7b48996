"""registry/sla.yml: what is read, what is refused, what the lint says; and the figures of the sample."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.model.calendar import BusinessCalendar
from kb_builder.model.sla import Level, Policy, Shift
from kb_builder.pipeline import check
from tests.conftest import ROOT, TODAY

POLICY = """\
calendars:
  always: {name: 全年無休, hours: always}
  office:
    name: 上班時間
    timezone: Europe/Berlin
    hours: {monday: ["09:00-12:00", "13:00-18:00"], tuesday: ["13:00-18:00", "09:00-12:00"]}
    holidays: {2026-11-23: 假日}
    exceptions: {2026-11-28: ["10:00-11:00"], 2026-11-24: []}
policies:
  ops:
    name: 值班
    owner: ops
    scope: 故障
    calendar: office
    channels: [duty]
    accountability: 組長
    availability: {target: 99.9, critical: 99.99}
    maintenance_window: {days: [tuesday, thursday], from: "22:00", to: "05:00", notice: 3 days}
    levels:
      urgent: {name: 緊急, aliases: [最急], criteria: 中斷, response: 5 minutes, resolution: 2 hours, calendar: always}
      minor: {name: 一般, criteria: 其他, response: 1 hour, resolution: 8 hours}
"""


@pytest.fixture
def checked(make_project, tmp_path):
    """Return a function that checks a project with this sla.yml and gives its catalog and the findings in it."""

    def make(text):
        (tmp_path / "content").mkdir(exist_ok=True)
        result = check(make_project({"registry/sla.yml": text}), TODAY)
        found = [each for each in result.diagnostics if each.path == "registry/sla.yml"]
        return result.catalog, [f"{e.position.line}:{e.position.column} {e.code} {e.message}" for e in found]

    return make


def change(old, new, text=POLICY):
    assert old in text
    return text.replace(old, new, 1)


def test_all_of_it_is_read(checked):
    catalog, found = checked(POLICY)
    assert found == []
    policy = catalog.sla.policies["ops"]
    urgent, minor = policy.levels
    assert [level.minutes("response") for level in policy.levels] == [5, 60]
    assert urgent.minutes("first_solution") is None
    assert urgent.calendar.is_always_open and not minor.calendar.is_always_open
    assert [policy.level(name) for name in ("urgent", "緊急", "最急", "minor")] == [urgent, urgent, urgent, minor]
    assert policy.level("低") is None
    assert catalog.sla.level("ops", "最急") is urgent
    assert catalog.sla.level("none", "最急") is None
    assert policy.availability.error_budget(30) == pytest.approx(43.2)
    window = policy.maintenance_window
    assert (window.days, window.start, window.end, str(window.notice)) == ((1, 3), 22 * 60, 5 * 60, "3 days")
    office = catalog.sla.calendars["office"]
    assert office.zone == ZoneInfo("Europe/Berlin")
    assert catalog.sla.calendars["always"].zone == ZoneInfo("Asia/Taipei")
    assert office.openings(date(2026, 11, 17)) == ((540, 720), (780, 1080))
    assert office.openings(date(2026, 11, 18)) == ()
    assert office.openings(date(2026, 11, 23)) == ()
    assert office.openings(date(2026, 11, 28)) == ((600, 660),)
    assert office.openings(date(2026, 11, 24)) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Europe/Berlin", "Europe/Berlim", "5:15 KB104 there is no time zone `Europe/Berlim`"),
        ("Europe/Berlin", "Europe", "5:15 KB104 there is no time zone `Europe`"),
        ("Europe/Berlin", "/etc/passwd", "5:15 KB104 there is no time zone `/etc/passwd`"),
        ("calendar: office", "calendar: ofice", "14:15 KB104 there is no calendar `ofice`"),
        ('"13:00-18:00"], t', '"11:00-18:00"], t', "6:37 KB105 `11:00-18:00` overlaps with other hours of the day"),
        ('"09:00-12:00", "13', '"09:00-09:00", "13',
         "6:22 KB105 `09:00-09:00` ends when it begins, so it is no time at all"),
        ('"09:00-12:00", "13', '"12:00-09:00", "13', "6:22 KB105 `12:00-09:00` ends before it begins"),
        ('"10:00-11:00"', '"10:00-10:00"', "8:31 KB105 `10:00-10:00` ends when it begins, so it is no time at all"),
        ("response: 5 minutes", "response: 5 min", "20:65 KB105 `policies.ops.levels.urgent.response` is `5 min`, "
         "which has not the form it must have"),
        ("response: 5 minutes", "response: 2 days", "20:65 KB105 `policies.ops.levels.urgent.response` is `2 days`, "
         "which has not the form it must have"),
        ("response: 5 minutes", "respond: 5 minutes", "20:55 KB102 unknown field `policies.ops.levels.urgent.respond`"),
        ("{target: 99.9, critical: 99.99}", "{critical: 99.99}", "17:19 KB101 `policies.ops.availability.target` is "
         "missing"),
        ("{target: 99.9, critical: 99.99}", "{target: 101}", "17:28 KB105 `policies.ops.availability.target` is 101; "
         "the most is 100"),
        ("name: 一般", "name: 最急", "21:21 KB105 `最急` means two levels, `urgent` and `minor`"),
        ("name: 緊急", "name: minor", "21:7 KB105 `minor` means two levels, `urgent` and `minor`"),
        ("    accountability: 組長\n", "", "11:5 KB101 `policies.ops.accountability` is missing"),
        ("    channels: [duty]\n", "", "11:5 KB101 `policies.ops.channels` is missing"),
        ("2026-11-23: 假日", "2026-11-31: 假日", "7:16 KB105 `2026-11-31` cannot be a name here"),
        ("days: [tuesday, thursday]", "days: [tuesdays]", "18:33 KB104 `policies.ops.maintenance_window.days[1]` is "
         "`tuesdays`, which is none of its values"),
        ('from: "22:00"', "from: 22", "18:59 KB103 `policies.ops.maintenance_window.from` is a number (22); it must be "
         "text"),
    ],
)  # fmt: skip
def test_faults_have_their_place(checked, old, new, expected):
    _catalog, found = checked(change(old, new))
    assert expected in found


def test_half_valid_input_gives_the_valid_part(checked):
    text = change("      minor: {", "      odd: 5\n      minor: {", change("Europe/Berlin", "Nowhere"))
    catalog, _found = checked(text)
    policy = catalog.sla.policies["ops"]
    assert [level.id for level in policy.levels] == ["urgent", "minor"]
    assert policy.calendar.zone == ZoneInfo("Asia/Taipei")
    catalog, _found = checked(change("calendar: office", "calendar: none-such"))
    assert catalog.sla.policies["ops"].calendar.is_always_open
    catalog, _found = checked(change("response: 1 hour", "response: 1 day"))
    assert dict(catalog.sla.policies["ops"].levels[1].limits).keys() == {"resolution"}


# --- lint ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # A milder level on another calendar is not compared: its hours are longer.
        ("response: 1 hour", "response: 1 minute", []),
        ("resolution: 2 hours, calendar: always", "resolution: 9 hours",
         ["21:69 KB810 `ops`: resolution of `minor` (8 hours) is shorter than that of the graver `urgent` (9 hours)"]),
        ("resolution: 2 hours", "resolution: 4 minutes",
         ["20:65 KB811 `ops`: in level `urgent`, response (5 minutes) is longer than resolution (4 minutes)"]),
        (", resolution: 8 hours", "", ["21:7 KB812 `ops`: level `minor` gives no resolution, and no reason"]),
        (", resolution: 8 hours", ", reason: 待議",
         ["21:7 KB812 `ops`: level `minor` gives no resolution: 待議"]),
        ("response: 1 hour,", "update_interval: 1 hour, response: 1 hour,",
         ["20:7 KB812 `ops`: level `urgent` gives no update_interval, and no reason"]),
    ],
)  # fmt: skip
def test_what_the_lint_says(checked, old, new, expected):
    _catalog, found = checked(change(old, new))
    assert found == expected


def test_a_figure_that_nobody_is_promised_is_excused_once(checked):
    text = POLICY.replace(", resolution: 2 hours", "").replace(", resolution: 8 hours", "")
    assert [line[:10] for line in checked(text)[1]] == ["20:7 KB812", "21:7 KB812"]
    excused = change("    levels:", "    reasons: {resolution: 只約定接手}\n    levels:", text)
    assert checked(excused)[1] == []


def test_equal_limits_are_in_order(checked):
    assert (
        checked(change("response: 5 minutes, resolution: 2 hours", "response: 2 hours, resolution: 2 hours"))[1] == []
    )


def level(name, **limits):
    return Level(id=name, name=name, criteria="", calendar=ALWAYS, limits=limits)


ALWAYS = BusinessCalendar(id="a", name="", zone=ZoneInfo("UTC"), hours=dict.fromkeys(range(7), ((0, 1440),)))
WEEK = tuple(range(7))


@pytest.mark.parametrize(
    ("shifts", "gaps"),
    [
        ([], ()),
        ([(WEEK, 0, 1440)], ()),
        ([(WEEK, 480, 480)], ()),  # a day and a night
        ([(WEEK, 480, 1200), (WEEK, 1200, 480)], ()),
        # Sunday's night shift ends on Monday.
        ([(WEEK, 480, 1200), ((0, 1, 2, 3, 4, 5), 1200, 480)], ((0, 0, 480), (6, 1200, 1440))),
        ([((0, 1, 2, 3, 4), 0, 1440)], ((5, 0, 1440), (6, 0, 1440))),
        ([(WEEK, 0, 600), (WEEK, 601, 1440)], tuple((day, 600, 601) for day in WEEK)),
    ],
)  # fmt: skip
def test_gaps_in_duty(shifts, gaps):
    duty = tuple(Shift(role="x", days=days, start=start, end=end) for days, start, end in shifts)
    policy = Policy(id="p", name="", owner="", scope="", calendar=ALWAYS, levels=(), duty=duty)
    assert policy.duty_gaps() == gaps


def test_duty_need_not_cover_closed_hours():
    office = BusinessCalendar(id="o", name="", zone=ZoneInfo("UTC"), hours={0: ((540, 720), (780, 1080))})
    duty = (Shift(role="x", days=(0,), start=600, end=1080),)
    policy = Policy(id="p", name="", owner="", scope="", calendar=office, levels=(), duty=duty)
    assert policy.duty_gaps() == ((0, 540, 600),)


# --- the sample: the agreements' figures, in minutes ----------------------------------------------------------------

HOUR = 60
SAMPLE = {
    "ops": {"response": (5, 15, 30)},
    "vendor": {"response": (30, HOUR, None, None), "resolution": (2 * HOUR, 8 * HOUR, None, None)},
    "support": {"response": (2 * HOUR, 24 * HOUR, 72 * HOUR), "resolution": (4 * HOUR, 48 * HOUR, 120 * HOUR)},
    "after-sales": {"response": (24 * HOUR, 24 * HOUR), "resolution": (48 * HOUR, None)},
    "internal": {
        "response": (HOUR, HOUR, HOUR),
        "first_solution": (2 * HOUR, 4 * HOUR, 2 * HOUR),
        "first_handling": (24 * HOUR, 24 * HOUR, 12 * HOUR),
        "resolution": (48 * HOUR, 72 * HOUR, 24 * HOUR),
        "third_party": (2 * HOUR, 2 * HOUR, 2 * HOUR),
    },
    "emergency": {
        "response": (2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR),
        "resolution": (4 * HOUR, 8 * HOUR, 12 * HOUR, 24 * HOUR),
    },
    "maintenance": {"response": (4 * HOUR, 24 * HOUR, 48 * HOUR)},
}


@pytest.fixture(scope="module")
def sample_check():
    return check(load_settings(ROOT, checks.rules()), TODAY)


def test_the_sample_has_every_agreement_with_its_figures(sample_check):
    policies = sample_check.catalog.sla.policies
    assert policies.keys() == SAMPLE.keys()
    for name, figures in SAMPLE.items():
        for figure, minutes in figures.items():
            assert tuple(each.minutes(figure) for each in policies[name].levels) == minutes, (name, figure)
    security = sample_check.catalog.sla.incident_classes["security_breach"]
    assert security.controlled_within.minutes == 72 * HOUR
    assert policies["ops"].duty and not policies["ops"].duty_gaps()


def test_the_contradictions_of_the_sample_are_found(sample_check):
    found = {(each.code, each.severity.word, each.message.partition(" (")[0].partition(":")[2].strip())
             for each in sample_check.diagnostics if each.path == "registry/sla.yml"}  # fmt: skip
    assert found == {
        ("KB810", "warning", "first_solution of `C`"),
        ("KB810", "warning", "first_handling of `C`"),
        ("KB810", "warning", "resolution of `C`"),
        ("KB812", "warning", "level `P4` gives no response, and no reason"),
        ("KB812", "warning", "level `P4` gives no resolution, and no reason"),
        ("KB812", "notice", "level `P3` gives no response: 合約只寫「另行議定」，預計 2027 年續約時談定"),
        ("KB812", "notice", "level `P3` gives no resolution: 合約只寫「另行議定」，預計 2027 年續約時談定"),
        ("KB812", "notice", "level `general` gives no resolution: 依退回品寄達與銀行入帳的時間，與客戶逐案約定"),
    }
    faster = [each for each in sample_check.diagnostics if each.code == "KB810"]
    lines = (ROOT / "registry/sla.yml").read_text(encoding="utf-8").splitlines()
    for each in faster:
        figure = each.message.partition(": ")[2].partition(" ")[0]
        assert lines[each.position.line - 1].strip().startswith(f"{figure}: ")
        assert lines[each.related[0].position.line - 1].strip().startswith(f"{figure}: ")
        assert "graver `B`" in each.message


def test_every_policy_and_level_that_sample_pages_name_exists(sample_check):
    catalog = sample_check.catalog
    named = [(each.text("sla"), each.text("severity")) for each in catalog.documents if each.text("sla")]
    assert len(named) >= 12
    for policy, severity in named:
        assert policy in catalog.sla.policies
        assert not severity or catalog.sla.level(policy, severity)
    assert not [each for each in sample_check.diagnostics if each.code in ("KB210", "KB410", "KB411", "KB514", "KB814")]
