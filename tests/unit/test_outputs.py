"""Files for other programs: the list of pages, calendars, llms.txt."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from importlib import resources
from xml.etree import ElementTree

import icalendar
import markdown
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from kb_builder.pages.charts import bars, lines
from kb_builder.pipeline import check, generate

TODAY = date(2026, 11, 20)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def made(sample):
    return {file.path: file.data for file in generate(sample.checked.catalog, "staff").files}


def test_the_list_of_pages_meets_its_schema_and_holds_every_page(sample, made):
    schema = json.loads(made["api/pages.schema.json"])
    assert schema == json.loads(resources.files("kb_builder.pages").joinpath("pages.schema.json").read_text("utf-8"))
    data = json.loads(made["api/pages.json"])
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)
    assert {page["id"] for page in data["pages"]} == set(sample.checked.catalog.by_id)
    for page in data["pages"]:
        file = page["url"].removeprefix("https://kb.example.com/")
        assert (sample.published["staff"] / file).is_file()


def test_a_page_that_breaks_the_schema_would_be_seen(made):
    data = json.loads(made["api/pages.json"])
    data["pages"][0]["state"] = "fine"
    assert not Draft202012Validator(json.loads(made["api/pages.schema.json"])).is_valid(data)


def test_the_calendar_has_a_day_and_alarms_for_every_review(sample, made):
    catalog = sample.checked.catalog
    events = {str(event["uid"]): event for event in icalendar.Calendar.from_ical(made["reviews.ics"]).walk("VEVENT")}
    due = {document.id: day for document in catalog.documents if (day := catalog.review(document).next_review)}
    assert {uid.partition("@")[0] for uid in events} == set(due)
    for id_, day in due.items():
        event = events[f"{id_}@kb_builder.invalid"]
        assert event.decoded("dtstart") == day
        assert event.decoded("dtend") == day + timedelta(days=1)
        (alarm,) = event.walk("VALARM")
        assert alarm.decoded("trigger") == timedelta(days=-14)
        assert (alarm["repeat"], alarm.decoded("duration")) == (2, timedelta(days=7)), "a week before, and on the day"


def test_calendars_are_written_as_the_standard_has_it(made):
    for path, data in made.items():
        if path.endswith(".ics"):
            assert data.endswith(b"END:VCALENDAR\r\n")
            assert all(len(line) <= 75 for line in data.split(b"\r\n")), path
            assert b"\n" not in data.replace(b"\r\n", b"")


def test_every_owner_has_the_reviews_of_its_pages(made):
    def uids(data):
        return sorted(str(event["uid"]) for event in icalendar.Calendar.from_ical(data).walk("VEVENT"))

    per_owner = [uid for path, data in made.items() if path.startswith("owners/") for uid in uids(data)]
    assert sorted(per_owner) == uids(made["reviews.ics"])
    assert len([path for path in made if path.startswith("owners/")]) > 5


def test_the_same_catalog_gives_the_same_bytes(sample, made):
    assert {file.path: file.data for file in generate(sample.checked.catalog, "staff").files} == made


def test_customers_get_their_own_pages_only(sample):
    files = {file.path: file.data.decode() for file in generate(sample.checked.catalog, "customers").files}
    assert set(files) == {"feed.xml", "llms.txt"}
    catalog = sample.checked.catalog
    assert files["llms.txt"].count("https://help.example.com/") == sum(d.is_for_customers for d in catalog.documents)
    assert "SOP" not in files["llms.txt"]


def hostile_files(make_project, audience: str, title: str) -> dict[str, bytes]:
    fields = {"id": "FAQ-001", "title": title, "summary": f"{title} {title}", "owner": "ops", "status": "published"}
    fields |= {"audience": "customers", "last_reviewed": "2026-10-01", "review_interval": "P6M"}
    page = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
    owners = json.dumps({"ops": {"name": title, "kind": "team"}}, ensure_ascii=False)
    sites = (
        "sites:\n  staff: {name: KB, url: 'https://kb.example.com/', out: site/staff}\n"
        "  customers: {name: Help, url: 'https://help.example.com/', out: site/customers}\n"
    )
    settings = make_project(
        {"kb.yml": sites, "content/faq/a.md": f"---\n{page}---\n\nx\n", "registry/owners.yml": owners}
    )
    return {file.path: file.data for file in generate(check(settings, TODAY).catalog, audience).files}


# What a title may hold that means something in one of the files.
HOSTILE = [
    "a](x) [b",
    "a\\\\",
    "![x](https://hurt.invalid/a.png)",
    "<script>window.kbHurt=1</script>",
    "]]></title><script>",
    "&lt;b&gt; &amp; \"quotes\" 'single'",
    "x;y,z:BEGIN\\nEND:VEVENT",
    "https://hurt.invalid/ `code` **strong** _slanted_ snake_case",
    "長" * 120 + "😀é",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_what_an_author_writes_is_text_in_every_file(make_project, title):
    files = hostile_files(make_project, "staff", title)
    for path in ("reviews.ics", "owners/ops.ics"):
        (event,) = icalendar.Calendar.from_ical(files[path]).walk("VEVENT")
        assert str(event["summary"]).endswith(title) and str(event["description"]).endswith(title), path
    assert json.loads(files["api/pages.json"])["pages"][0]["title"] == title
    feed = ElementTree.fromstring(hostile_files(make_project, "customers", title)["feed.xml"])
    (entry,) = feed.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == title
    assert all(element.tag.startswith(ATOM) for element in feed.iter())


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("audience", ["staff", "customers"])
def test_titles_and_summaries_cannot_break_the_list_for_language_models(make_project, title, audience):
    text = hostile_files(make_project, audience, title)["llms.txt"].decode()
    (entry,) = [line for line in text.splitlines() if line.startswith("- ")]
    (item,) = ElementTree.fromstring(markdown.markdown(entry)).iter("li")
    (link,) = item
    url = "https://help.example.com/" if audience == "customers" else "https://kb.example.com/"
    assert (link.tag, link.text, link.get("href")) == ("a", title, "faq/a.html") or link.get(
        "href"
    ) == f"{url}faq/a.html"
    assert (link.text, link.tail) == (title, f": {title} {title}")


@pytest.mark.parametrize("chart", [bars({"一月": 3, "二月": 0}), lines(["a", "b"], [99.95, None], 98)])
def test_a_chart_has_nothing_that_a_strict_policy_refuses(chart):
    for part in ("<script", "<style", "style=", "onclick", "fill=", "font-family", "<!--"):
        assert part not in chart
    assert chart.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_a_bar_is_as_high_as_its_value():
    heights = [
        float(height) for height in re.findall(r'<rect [^>]*height="([\d.]+)"', bars({"a<b": 4, "b": 1, "c": 0}))
    ]
    assert heights[0] == 4 * heights[1]
    assert heights[2] == 0
    assert "a&lt;b" in bars({"a<b": 1})
    assert "NaN" not in bars({"a": 0})


def test_a_line_has_a_point_per_reading_and_a_gap_where_there_is_none():
    chart = lines(["a", "b", "c", "d"], [1.5, None, 3, 2], goal=2.5)
    assert chart.count("<circle") == 3
    drawn = re.search(r'<g class="kb-chart-line">(.*?)</g>', chart)[1]
    assert drawn.count("<path") == 2
    assert 'class="kb-chart-goal"' in chart
    assert "kb-chart-goal" not in lines(["a"], [1])
