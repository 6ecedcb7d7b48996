"""What a page of a check does not show: values of the wrong kind, and findings that come later."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from example_page import Block, write_project

from kb_builder import checks
from kb_builder.config.load import load_settings
from kb_builder.model.errors import ConfigError
from kb_builder.pipeline import check

SOP = """\
---
id: SOP-101
title: 重建查詢索引
summary: 查詢變慢、索引損壞時重建索引。
owner: web-ops
status: published
category: routine
version: "1.0"
effective_date: 2026-06-01
reviewers: [sysadmin]
approver: web-ops
last_reviewed: 2026-10-01
reviews:
  - date: 2026-10-01
    by: sysadmin
    trigger: scheduled
    checks: CHECKS
steps:
  - {name: 重建索引, role: sysadmin, time_limit: 1 hour, expected: 完成}
---

先確認備份完成。
"""


def codes(root: Path, title: str, text: str) -> set[str]:
    write_project(root, [Block(language="", words={"title": title}, text=text)])
    found = check(load_settings(root, checks.rules()), date(2026, 11, 20)).diagnostics
    return {each.code for each in found}


@pytest.mark.parametrize("value", ["", "5", "true", "complete"])
def test_evidence_of_the_wrong_kind_is_left_to_the_schema(tmp_path: Path, value: str) -> None:
    assert codes(tmp_path, "content/sops/a.md", SOP.replace("CHECKS", value)) == {"KB103"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{complete: pass, effective: pass, applicable: pass, operable: pass}", set()),
        ("{complete: pass, effective: fail, applicable: pass, operable: pass}", {"KB310"}),
        ("{complete: pass}", {"KB306"}),
        ("[]", {"KB306"}),
    ],
)
def test_evidence_may_be_a_list_or_a_mapping(tmp_path: Path, value: str, expected: set[str]) -> None:
    assert codes(tmp_path, "content/sops/a.md", SOP.replace("CHECKS", value)) == expected


@pytest.mark.parametrize("severity", ["warning", "off"])
@pytest.mark.parametrize("check_name", ["build-warning", "inline-code", "site-incomplete"])
def test_what_stops_a_build_cannot_be_softened(tmp_path: Path, check_name: str, severity: str) -> None:
    text = f"checks:\n  {check_name}: {{severity: {severity}, reason: 佈景主題改版中}}\n"
    with pytest.raises(ConfigError) as caught:
        codes(tmp_path, "kb.yml", text)
    assert [each.code for each in caught.value.diagnostics] == ["KB090"]


FAQ = """\
---
id: FAQ-101
title: 收不到驗證信怎麼辦？
summary: 先看垃圾郵件匣。
owner: customer-service
status: published
topic: 帳號與登入
last_reviewed: 2026-10-01
audience: customers
---

"""
KB = """\
timezone: Asia/Taipei
sites:
  staff:
    name: 內部
    url: https://kb.internal/
    edit_url: https://github.com/acme/kb/edit/main/{path}
    report_url: https://tickets.internal/new?page={id}
  customers: {name: 說明, url: https://help.example.com/}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](https://kb.internal/sops/s.html)", {"KB601"}),
        ("[a](http://KB.INTERNAL:8080)", {"KB601"}),
        ("<https://tickets.internal>", {"KB601"}),
        ("[a](https://github.com/acme/x)", {"KB601"}),
        ("[a](https://github.com/other/x)", set()),
        ("[a](https://kb.internal.example.com/) [b](https://help.example.com/x) kb.internal", set()),
    ],
)
def test_addresses_of_the_staff_site_are_internal(tmp_path: Path, text: str, expected: set[str]) -> None:
    write_project(tmp_path, [Block(language="", words={"title": "content/faq/a.md"}, text=FAQ + text + "\n")])
    (tmp_path / "kb.yml").write_text(KB, encoding="utf-8")
    found = check(load_settings(tmp_path, checks.rules()), date(2026, 11, 20)).diagnostics
    assert {each.code for each in found} == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<!-- TODO -->", {"KB602", "KB701"}),
        ("***", {"KB701"}),
        ("## x", {"KB701"}),
        ("\u3000\u200b&nbsp;", {"KB701"}),
        ("```\n# ls\n```", set()),
        ("- x", set()),
        ("## x\n\ny", set()),
        ("# x\n\ny", {"KB704"}),
        ("y\n\n```sh\n# ls\n```\n\n~~~\n# ls\n~~~", set()),
        ("y\n\n```sh\n# ls\n```\n\n# x", {"KB704"}),
        ("y `<!-- x -->`", set()),
        ("y <!-- x", {"KB602"}),
    ],
)
def test_what_is_text_and_what_is_none(tmp_path: Path, body: str, expected: set[str]) -> None:
    assert codes(tmp_path, "content/faq/a.md", FAQ + body + "\n") == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("owner: customer-service", "owner: customer-service\u3000", {"KB105"}),
        ("owner: customer-service", "owner: nobody-at-all", {"KB201"}),
        ("title: 收不到驗證信怎麼辦？", "title: \u200b\u200b", {"KB705"}),
        ("title: 收不到驗證信怎麼辦？", "title: \u202e收", {"KB002"}),
    ],
)
def test_one_fault_is_one_finding(tmp_path: Path, old: str, new: str, expected: set[str]) -> None:
    assert codes(tmp_path, "content/faq/a.md", FAQ.replace(old, new) + "文\n") == expected


def test_interval_of_nothing_is_one_finding(tmp_path: Path) -> None:
    text = SOP.replace("CHECKS", "[complete, effective, applicable, operable]")
    text = text.replace("last_reviewed:", "review_interval: 0 days\nlast_reviewed:")
    found = codes(tmp_path, "content/sops/a.md", text)
    assert {each for each in found if not each.startswith("KB5")} == {"KB105"}
