"""Bytes to text, and files that cannot be read at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb_builder.model.location import Span
from kb_builder.sources.decode import MAX_LINE_BYTES, MAX_PAGE_BYTES, check_size, decode_page
from kb_builder.sources.read import read_document, read_yaml


def only(data: bytes) -> tuple[str, str, int]:
    """Return slug, message and offset of the single finding."""
    _text, findings = decode_page("a.md", data)
    [finding] = findings
    assert isinstance(finding.location, Span)
    assert finding.hint
    return finding.slug, finding.message, finding.location.start


@pytest.mark.parametrize("text", ["", "a", "字\r\n字\t😀", "a·b\u00a0c\u2028"])
def test_utf_8_is_read_with_and_without_mark(text: str) -> None:
    assert decode_page("a.md", text.encode()) == (text, ())
    assert decode_page("a.md", b"\xef\xbb\xbf" + text.encode()) == (text, ())


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16 (little endian)"),
        ("utf-32", "UTF-32 (little endian)"),
        ("utf-16-le", "UTF-16 without BOM"),
        ("utf-16-be", "UTF-16 without BOM"),
        ("big5", "Big5"),
    ],
)
def test_other_encodings_are_named(encoding: str, name: str) -> None:
    slug, message, _at = only("---\nid: FAQ-001\n---\n在登入頁選「忘記密碼」。\n".encode(encoding))
    assert slug == "encoding"
    assert name in message


def test_simplified_chinese_is_told_from_traditional() -> None:
    assert "GB 18030" in only("在登录页选择“忘记密码”，如何重设？\n".encode("gb18030"))[1]


def test_western_text_is_told_from_chinese() -> None:
    assert "Latin-1" in only("Café, déjà vu, naïve\n".encode("latin-1"))[1]


def test_offsets_count_bytes_of_the_file_and_places_count_characters() -> None:
    before = "字é\n字"
    for mark in (b"", b"\xef\xbb\xbf"):
        _slug, message, at = only(mark + before.encode() + b"\xff\n")
        assert f"byte {len(mark) + len(before.encode())} (0xFF, line 2)" in message
        assert at == len(before)
        _slug, message, at = only(mark + before.encode() + b"\x07\n")
        assert message == f"control character U+0007 at byte {len(mark) + len(before.encode())}"
        assert at == len(before)


@pytest.mark.parametrize("code", [*range(9), 11, 12, *range(14, 32), *range(127, 160)])
def test_control_characters_are_refused(code: int) -> None:
    slug, _message, at = only(f"字·{chr(code)}".encode())
    assert (slug, at) == ("control-character", 2)


@pytest.mark.parametrize("code", [9, 10, 13, 160, 0xAD, 0x200B, 0x2028])
def test_other_characters_pass(code: int) -> None:
    assert decode_page("a.md", f"a{chr(code)}b".encode())[1] == ()


def test_limits_are_the_last_that_pass() -> None:
    line = b"a" * MAX_LINE_BYTES
    assert check_size("a.md", line + b"\n" + line) == ()
    assert check_size("a.md", (b"a" * 99 + b"\n") * (MAX_PAGE_BYTES // 100)) == ()
    assert check_size("a.md", (b"a\n" * (MAX_PAGE_BYTES // 2)) + b"a")[0].message.startswith(
        "the page has 262,145 bytes"
    )
    [finding] = check_size("a.md", "字\n".encode() + line + b"a")
    assert finding.location == Span(start=2, end=2)


# --- Reading ----------------------------------------------------------------


def test_pipe_in_place_of_a_page_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    document = read_document(tmp_path / "a.md", "a.md", "a.md")
    assert [(each.slug, each.message) for each in document.faults] == [
        ("unreadable", "the file cannot be read: it is not a regular file")
    ]
    assert document.block is None


def test_link_in_place_of_a_page_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("---\nid: FAQ-001\n---\n")
    (tmp_path / "a.md").symlink_to("secret")
    document = read_document(tmp_path / "a.md", "a.md", "a.md")
    assert [each.slug for each in document.faults] == ["unreadable"]
    assert not document.text


def test_file_that_went_away_is_a_finding(tmp_path: Path) -> None:
    document = read_document(tmp_path / "a.md", "a.md", "a.md")
    assert "No such file" in document.faults[0].message


def test_yaml_file_of_ours_is_read_by_the_same_rules(tmp_path: Path) -> None:
    file = tmp_path / "owners.yml"
    file.write_bytes(b"\xef\xbb\xbf---\r\nops: {name: no}\r\n")
    text, block, faults = read_yaml(file, "owners.yml")
    assert (block.values, faults) == ({"ops": {"name": "no"}}, ())
    assert text.startswith("---")
    file.write_bytes(b"ops: 1\nops: 2\n")
    assert [each.slug for each in read_yaml(file, "owners.yml")[2]] == ["duplicate-key"]
    file.write_bytes(b"\xff\xfe")
    assert [each.slug for each in read_yaml(file, "owners.yml")[2]] == ["encoding"]
    file.unlink()
    os.mkfifo(file)
    assert [each.slug for each in read_yaml(file, "owners.yml")[2]] == ["unreadable"]
    file.unlink()
    assert [each.slug for each in read_yaml(file, "owners.yml")[2]] == ["unreadable"]


@pytest.mark.parametrize(
    ("title", "codec", "guess"),
    [
        ("退款", "big5", "Big5 or GB 18030"),
        ("密码", "gbk", "Big5 or GB 18030"),
        ("如何退款", "big5", "Big5"),
        ("café", "cp1252", "Windows-1252 (Latin-1)"),
        ("Ça va", "cp1252", "Windows-1252 (Latin-1)"),
    ],
)
def test_short_text_of_another_encoding_is_guessed(title: str, codec: str, guess: str) -> None:
    assert only(f"---\ntitle: {title}\n---\n".encode(codec))[1].endswith(f"it looks like {guess}")


@pytest.mark.parametrize("code", [0x202A, 0x202E, 0x2066, 0x2069])
def test_direction_is_not_turned_round_unseen(code: int) -> None:
    assert only(f"字{chr(code)}x".encode()) == ("control-character", f"control character U+{code:04X} at byte 3", 1)


def test_dashes_and_quotes_are_no_controls() -> None:
    text = "\u2014\u2026\u201c\u201d\u2060\u200d"
    assert decode_page("a.md", text.encode()) == (text, ())
