import pytest

from kb_builder.flow.text import HOLD, text_width, wrap

CLOSING = "、，。；：？！）」』】》"
OPENING = "（「『【《"


def test_chinese_is_one_em_and_latin_less() -> None:
    assert text_width("工單", 12) == 24
    assert text_width("ab", 12) < 24
    assert text_width("ab", 12, bold=True) > text_width("ab", 12)
    assert text_width("e\u0301", 12) == text_width("e", 12)


@pytest.mark.parametrize("width", range(24, 200, 7))
@pytest.mark.parametrize(
    "text",
    [
        "工單含客戶編號、問題類型、時間、影響範圍與現象（含截圖）。「完成」之後，通知《值班》！",
        "open the ticket, confirm the scope（web-01）and notify 值班組長",
        "https://status.example.com/incidents/2026-11-20?lang=zh-Hant",
        "internationalisation",
    ],
)
def test_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width, 12)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert text_width(line, 12) <= max(width, 36)
        assert line == line.strip()


@pytest.mark.parametrize("width", range(36, 200, 5))
def test_punctuation_stays_with_its_word(width: int) -> None:
    for line in wrap("工單（含編號）、問題類型，時間。「完成」之後：通知《值班》！可以？好", width, 12)[1:]:
        assert line[0] not in CLOSING
        assert line[-1] not in OPENING


def test_words_break_at_spaces_only() -> None:
    assert wrap("open the ticket", 60, 12) == ["open the", "ticket"]


def test_the_first_line_may_be_shorter() -> None:
    assert wrap("一二三四五六", 36, 12, first=24) == ["一", "二三四", "五六"]
    assert wrap("一二三四", 36, 12, first=36) == ["", "一二三", "四"]


def test_held_text_stays_together() -> None:
    text = f"A{HOLD}8{HOLD}小時、B{HOLD}20{HOLD}小時"
    assert wrap(text, 70, 12) == ["A 8 小時、", "B 20 小時"]
    assert wrap("A 8 小時、B 20 小時", 80, 12) == ["A 8 小時、B", "20 小時"]


def test_an_empty_text_is_one_empty_line() -> None:
    assert wrap("", 50, 12) == [""]
