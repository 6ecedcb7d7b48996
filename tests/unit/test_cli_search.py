"""`kb search` asks the index of a built site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from kb_builder.cli.run import run
from kb_builder.model.search import SearchPage, SearchSection
from kb_builder.search.write import write_index

LABELS = {
    "type": {"sop": "標準作業程序"},
    "owner": {"dba": "資料庫組", "ops": "維運組"},
    "state": {"overdue": "審查逾期", "fresh": "審查有效"},
}


def page(number: int, title: str, text: str, **fields: object) -> SearchPage:
    return SearchPage(
        **{
            "url": f"sops/{number}.html",
            "id": f"SOP-00{number}",
            "title": title,
            "language": "zh-Hant",
            "type": "sop",
            "owner": "ops",
            "state": "fresh",
            "sections": (SearchSection(text=text),),
            **fields,
        }
    )


PAGES = (
    page(1, "備份與還原", "每晚備份。", owner="dba", state="overdue", tags=("資料",)),
    page(2, "資料庫升版 \x1b[31m", "升版前先備份。", url="sops/升版.html"),
    page(3, "網站監控", "告警。", id="", type="", owner="", state=""),
)


@pytest.fixture
def project(make_project, monkeypatch) -> Path:
    settings = make_project(
        {"kb.yml": "timezone: Asia/Taipei\nsites:\n  customers: {url: https://help.example.com/a, name: 服務中心}\n"}
    )
    for audience in ("staff", "customers"):
        folder = settings.root / "site" / audience / "search"
        folder.mkdir(parents=True)
        for name, text in write_index(PAGES, labels=LABELS).items():
            (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(settings.root)
    return settings.root


def search(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["search", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_table_in_which_wide_characters_align(capsys, project):
    code, out, _err = search(capsys, "備份")
    assert code == 0
    head, *rows = out.splitlines()
    assert [row.split()[0] for row in rows] == ["SOP-001", "SOP-002"]
    assert head.split() == ["ID", "Title", "Type", "Owner", "State", "Address"]
    assert all(
        each in rows[0] for each in ("備份與還原", "標準作業程序", "資料庫組", "審查逾期", "site/staff/sops/1.html")
    )
    places = {
        cell_len(line[: line.index(word)])
        for line, word in zip([head, *rows], ("Address", *["site/"] * 2), strict=True)
    }
    assert len(places) == 1, out


def test_what_could_act_on_a_terminal_is_escaped(capsys, project):
    _code, out, _err = search(capsys, "升版")
    assert "\x1b" not in out
    assert "\\x1b[31m" in out


def test_words_that_a_page_does_not_hold_are_named(capsys, project):
    _code, out, _err = search(capsys, "備份", "火星")
    assert out.splitlines()[1].endswith("partial match: without 火星")
    assert "partial match" not in search(capsys, "備份")[1]


def test_json_is_what_the_help_says(capsys, project):
    code, out, _err = search(capsys, "備份 火星", "--format", "json", "--limit", "1")
    assert code == 0
    assert json.loads(out) == {
        "query": "備份 火星",
        "audience": "staff",
        "count": 2,
        "results": [
            {
                "id": "SOP-001",
                "title": "備份與還原",
                "url": "sops/1.html",
                "href": "site/staff/sops/1.html",
                "type": {"value": "sop", "label": "標準作業程序"},
                "owner": {"value": "dba", "label": "資料庫組"},
                "state": {"value": "overdue", "label": "審查逾期"},
                "language": "zh-Hant",
                "missing": ["火星"],
            }
        ],
    }


def test_the_address_is_whole_where_the_site_has_one(capsys, project):
    _code, out, _err = search(capsys, "升版", "--audience", "customers", "--format", "json")
    assert json.loads(out)["results"][0]["href"] == "https://help.example.com/a/sops/%E5%8D%87%E7%89%88.html"


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--owner", "dba"], ["SOP-001"]),
        (["--owner", "維運組"], ["SOP-002"]),
        (["--owner", "dba", "--owner", "ops"], ["SOP-001", "SOP-002"]),
        (["--owner", "dba", "--state", "fresh"], []),
        (["--state", "Overdue", "--tag", "資料", "--type", "sop"], ["SOP-001"]),
    ],
)
def test_facets_narrow_the_results(capsys, project, arguments, ids):
    _code, out, _err = search(capsys, "備份", "--format", "json", *arguments)
    assert [each["id"] for each in json.loads(out)["results"]] == ids


def test_more_pages_than_shown_are_counted(capsys, project):
    assert search(capsys, "備份", "--limit", "1")[1].splitlines()[-1] == "1 of 2 pages; --limit shows more"


def test_nothing_found_is_said(capsys, project):
    code, out, _err = search(capsys, "火星\x1b")
    assert (code, out) == (0, "nothing found for `火星\\x1b`; try fewer or other words\n")
    assert json.loads(search(capsys, "火星", "--format", "json")[1])["results"] == []


def test_an_unknown_value_is_refused(capsys, project):
    assert "has the type `sops`; did you mean `sop`?" in search(capsys, "備份", "--type", "sops")[2]
    code, _out, err = search(capsys, "備份", "--state", "xyz")
    assert code == 2
    assert "has the state `xyz`; there are fresh, overdue" in err


def test_a_site_that_was_not_built_has_a_remedy(capsys, make_project, monkeypatch):
    monkeypatch.chdir(make_project({}).root)
    code, _out, err = search(capsys, "備份")
    assert (code, err) == (2, "kb: error: site/staff holds no search index\n  hint: run `kb build` first\n")


@pytest.mark.parametrize(
    ("name", "text"), [("boot.js", ""), ("boot.js", 'kbSearchPut("a","b",{});'), ("t0.js", ""), ("p0.js", "\0")]
)
def test_a_broken_index_has_a_remedy(capsys, project, name, text):
    (project / "site/staff/search" / name).write_text(text, encoding="utf-8")
    code, _out, err = search(capsys, "備份")
    assert code == 2
    assert err == (
        "kb: error: the search index in site/staff cannot be read\n  hint: run `kb build` to write it anew\n"
    )
