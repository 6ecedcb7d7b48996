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
  - {name: 重建索引, role: sysadmin}
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
        ("{complete: pass, effective: fail, applicable: pass, operable: pass}", set()),
        ("{complete: pass}", {"KB306"}),
        ("[]", {"KB306"}),
    ],
)
def test_evidence_may_be_a_list_or_a_mapping(tmp_path: Path, value: str, expected: set[str]) -> None:
    assert codes(tmp_path, "content/sops/a.md", SOP.replace("CHECKS", value)) == expected


@pytest.mark.parametrize("severity", ["warning", "off"])
@pytest.mark.parametrize("check_name", ["build-warning", "site-incomplete"])
def test_what_stops_a_build_cannot_be_softened(tmp_path: Path, check_name: str, severity: str) -> None:
    text = f"checks:\n  {check_name}: {{severity: {severity}, reason: 佈景主題改版中}}\n"
    with pytest.raises(ConfigError) as caught:
        codes(tmp_path, "kb.yml", text)
    assert [each.code for each in caught.value.diagnostics] == ["KB090"]
