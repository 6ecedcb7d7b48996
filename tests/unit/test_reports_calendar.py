"""Calendars of what is due: action items and readings of key figures. Those of reviews are in test_outputs.py."""

from __future__ import annotations

from datetime import date, timedelta

import icalendar
import pytest

from kb_builder.messages import messages
from kb_builder.pipeline import check
from kb_builder.reports.actions import all_actions
from kb_builder.reports.calendar import Entry, action_entries, calendar, due_reviews, reading_entries, review_entries
from tests.conftest import TODAY

RECORD = """\
---
id: WL-2026-001
title: Work
summary: x
owner: ops
status: published
time: 2026-11-10T10:00:00+08:00
action_items:
  - {id: A1, title: "Call, then; write", owner: dba, due: 2026-12-01}
  - {id: A2, title: No day, owner: dba}
---

Text.
"""
KPIS = "speed: {name: 速度, unit: s, target: 1, direction: at_most, owner: dba, readings: {2026-09: 1}}\n"
PAGE = "---\nid: FAQ-001\ntitle: x\nsummary: x\nowner: ops\nstatus: published\nlast_reviewed: {}\n---\n\nText.\n"


@pytest.fixture
def catalog(make_project):
    return check(
        make_project({"content/worklogs/a.md": RECORD, "registry/kpis.yml": KPIS}),
        TODAY,
    ).catalog


def events(data: bytes) -> dict[str, icalendar.Event]:
    return {str(event["uid"]): event for event in icalendar.Calendar.from_ical(data).walk("VEVENT")}


def test_an_action_item_with_a_day_is_on_that_day(catalog):
    words = messages("en")
    entries = list(action_entries(catalog, all_actions(catalog), words, "https://kb.example.com/"))
    found = events(calendar("KB", TODAY, entries))
    assert list(found) == ["WL-2026-001/A1@kb_builder.invalid"]
    event = found["WL-2026-001/A1@kb_builder.invalid"]
    assert event.decoded("dtstart") == date(2026, 12, 1) and event.decoded("dtend") == date(2026, 12, 2)
    assert str(event["summary"]) == "Action item due: WL-2026-001 A1 Call, then; write"
    assert str(event["description"]) == "Owner: 資料庫組"
    assert str(event["url"]) == "https://kb.example.com/worklogs/a.html#kb-actions"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-14)


def test_without_an_address_of_the_site_there_is_none_in_the_calendar(catalog):
    entries = list(action_entries(catalog, all_actions(catalog), messages("en"), ""))
    assert [entry.url for entry in entries] == [""]
    assert b"URL" not in calendar("KB", TODAY, entries)


def test_readings_that_are_missing_and_the_one_that_comes_next(catalog):
    entries = list(reading_entries(catalog, catalog.kpis.values(), messages("zh-Hant")))
    assert [(entry.id, entry.day) for entry in entries] == [
        ("speed/2026-10", date(2026, 10, 31)),
        ("speed/2026-11", date(2026, 11, 30)),
    ]
    assert entries[0].summary == "指標填報期限：速度 2026-10"


def test_what_could_act_does_not_get_into_a_calendar():
    entry = Entry(id="a\x1b\nb", day=TODAY, summary="red\x1b[31m\u202e\ud800\r\nATTENDEE:x", description="\x00")
    data = calendar("KB\nX:1\x07", TODAY, [entry])
    (uid,) = events(data)
    assert uid == "a  b@kb_builder.invalid"
    assert not {chr(byte) for byte in data if byte < 32} - {"\r", "\n"}
    assert "\u202e".encode() not in data
    assert not any(line.startswith((b"ATTENDEE", b"X:1")) for line in data.split(b"\r\n"))


def test_the_last_day_there_is_has_an_entry(make_project):
    catalog = check(make_project({"content/faq/a.md": PAGE.format("9999-06-01")}), date.max).catalog
    entries = list(review_entries(catalog, due_reviews(catalog), messages("en"), ""))
    assert [entry.day for entry in entries] == [date.max]
    (event,) = events(calendar("KB", TODAY, entries)).values()
    assert event.decoded("dtstart") == date.max


def test_the_same_entries_give_the_same_bytes(catalog):
    def make() -> bytes:
        return calendar("KB", TODAY, action_entries(catalog, all_actions(catalog), messages("en"), ""))

    assert make() == make()
