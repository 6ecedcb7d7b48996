"""What an author must have meant: forms that can be read in one way, and those that are left alone."""

from __future__ import annotations

import pytest

from kb_builder.model.diagnostic import Remedy
from kb_builder.schema.meant import date_meant, name_meant, period_meant, time_meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-2-18", "2024-02-18"), ("2024/02/18", "2024-02-18"), ("2024.2.18", "2024-02-18"),
        ("２０２４-０２-１８", "2024-02-18"), ("2024年2月18日", "2024-02-18"), ("2024 年 2 月 18 號", "2024-02-18"),
        ("2024年2月18", "2024-02-18"), ("20240218", "2024-02-18"), (" 2024-02-18\u200b", "2024-02-18"),
        ("2024－02－18", "2024-02-18"),
        ("02/03/2024", None), ("18.2.2024", None), ("24-02-18", None), ("113-02-18", None), ("2024/02-18", None),
        ("2024-02-30", None), ("2024-13-01", None), ("2024-02", None), ("18022024", None), ("2024-2-18日", None),
        ("2024-02-18T10:00:00Z", None), ("2月18日", None), ("", None),
    ],
)  # fmt: skip
def test_date_meant(text: str, meant: str | None) -> None:
    assert date_meant(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-02-18T10:00+08:00", "2024-02-18T10:00:00+08:00"), ("2024/2/18 9:05 +0800", "2024-02-18T09:05:00+08:00"),
        ("2024-02-18T10:00:00.5+08", "2024-02-18T10:00:00.5+08:00"), ("2024-02-18T10:00z", "2024-02-18T10:00:00Z"),
        ("2024-02-18T10:00", None), ("2024-02-18 25:00Z", None), ("10:00+08:00", None), ("2024-02-18T10Z", None),
        ("2024-02-18T10:00 CST", None),
    ],
)  # fmt: skip
def test_time_meant(text: str, meant: str | None) -> None:
    assert time_meant(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("6months", "6 months"), ("6 Months", "6 months"), ("6個月", "6 months"), ("6 个月", "6 months"),
        ("六個月", "6 months"), ("兩年", "2 years"), ("１２ months", "12 months"),
        ("P6M", "6 months"), ("P1Y", "1 year"), ("PT30M", "30 minutes"), ("30 min", "30 minutes"), ("4 hrs", "4 hours"),
        ("2 小時", "2 hours"),
        ("06 months", "6 months"),
        ("6月", None), ("6", None), ("6 m", None), ("1.5 months", None), ("P1Y6M", None), ("1 year 6 months", None),
        ("six months", None), ("0 days", None), ("半年", None), ("99999 days", None),
    ],
)  # fmt: skip
def test_period_meant(text: str, meant: str | None) -> None:
    assert period_meant(text) == meant


def test_name_meant_is_the_only_one_near() -> None:
    known = ["title", "tags", "owner", "note", "name", "audience", "last_reviewed"]
    assert name_meant("tag", known, ()) == Remedy(value="tags")
    assert name_meant("Last-Reviewed", known, ()) == Remedy(value="last_reviewed")
    assert name_meant("last_revewd", known, ()) == Remedy(value="last_reviewed")
    assert name_meant("nake", ["note", "name", "nave"], ()) is None
    assert name_meant("tag", known, ("tags",)) is None
    assert name_meant("xyzzy", known, ()) is None


def test_who_may_read_a_page_is_not_guessed() -> None:
    assert name_meant("audiance", ["audience"], ()) is None
