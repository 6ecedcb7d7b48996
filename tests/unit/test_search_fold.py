import json
from importlib import resources

import pytest

from kb_builder.search.fold import alike, fold


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("備份還原", "备份还原"),
        ("資料庫遷移", "资料库迁移"),
        ("怎麼", "怎么"),
        ("接著", "接着"),
        ("妳", "你"),
        ("ＲＥＤＩＳ　５００", "redis 500"),
        ("Café ﬁle №", "cafe file no"),
        ("cafe\u0301", "café"),
        ("裡面／裏面", "里面/里面"),
        ("臺灣", "台湾"),
        ("瞭解", "了解"),
        ("計畫", "计划"),
        ("回覆", "回复"),
        ("İSTANBUL", "istanbul"),
    ],
)
def test_what_readers_take_for_the_same_is_the_same(typed: str, written: str) -> None:
    assert fold(typed) == fold(written)


def test_the_commoner_simplified_form_is_kept() -> None:
    assert fold("資訊網站軟體硬體開關學習管理") == "资讯网站软体硬体开关学习管理"
    assert fold("著妳麼") == "着你么"


def test_different_words_stay_different() -> None:
    assert len({fold(word) for word in ("備份", "備用", "待", "呆", "か", "が", "backup", "back-up")}) == 8


def test_table_says_where_it_is_from_and_no_character_is_in_two_groups() -> None:
    table = json.loads(resources.files("kb_builder.search").joinpath("data/fold.json").read_text(encoding="utf-8"))
    assert "OpenCC" in table["source"] and "Apache-2.0" in table["source"]
    characters = [character for line in table["groups"] for group in line.split() for character in group]
    assert len(characters) == len(set(characters)) > 4000
    assert not set(alike().values()) & set(alike())
