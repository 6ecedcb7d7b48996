"""From bytes to text: UTF-8 with or without BOM, anything else named with its byte offset."""

from __future__ import annotations

import re

from kb_builder.model.diagnostic import Finding
from kb_builder.model.location import Span

MAX_PAGE_BYTES = 256 * 1024
MAX_LINE_BYTES = 10 * 1024

_ASCII_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# U+0080 to U+009F in UTF-8.
_C1 = re.compile(b"\xc2[\x80-\x9f]")
# They reverse what is read against what is there: embeddings, overrides and isolates of direction.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BIDI_CHARACTERS = tuple(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_CHINESE = (("big5", "Big5"), ("gb18030", "GB 18030"))
# Bytes of one Chinese encoding mostly read as another one too, but then as rare characters.
_FREQUENT = frozenset("的一是不了在有我人中大上下為为會会時时這这個个來来以用後后可如何請请與与，。、：？「」")
# The marks of UTF-32 come first: its little-endian one begins like that of UTF-16.
_OTHER_MARKS = {
    b"\xff\xfe\0\0": "UTF-32 (little endian)",
    b"\0\0\xfe\xff": "UTF-32 (big endian)",
    b"\xff\xfe": "UTF-16 (little endian)",
    b"\xfe\xff": "UTF-16 (big endian)",
}
_LONE_HIGH = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?=[\x00-\x3f]|\Z)|[A-Za-z][\x80-\xff][A-Za-z]")
_PAIR = re.compile(rb"[\x80-\xff]{2}")
_BOM = b"\xef\xbb\xbf"


def decode_page(path: str, data: bytes) -> tuple[str, tuple[Finding, ...]]:
    """Return the text of a page and what was wrong with its bytes.

    With a fault the text is only good for finding lines in: what could not be read is U+FFFD.
    """
    if data[:1] in (b"\xff", b"\xfe", b"\0"):
        for mark, name in _OTHER_MARKS.items():
            if data.startswith(mark):
                return "", (_encoding(path, f"the file is {name}, not UTF-8 (byte 0)"),)
    skipped = len(_BOM) if data.startswith(_BOM) else 0
    if skipped:
        data = data[skipped:]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return data.decode(errors="replace"), (_not_utf8(path, data, error, skipped),)
    if len(data) != len(data.translate(None, _ASCII_CONTROLS)) or (b"\xc2" in data and _C1.search(data)):
        control = _CONTROL.search(text)
        if control:
            return text, (_control(path, data, text, control.start(), skipped),)
    # Looking for one character after the other costs a tenth of looking for all at once.
    if not text.isascii() and any(map(text.__contains__, _BIDI_CHARACTERS)):
        control = _BIDI.search(text)
        if control:
            return text, (_control(path, data, text, control.start(), skipped),)
    return text, ()


def check_size(path: str, data: bytes) -> tuple[Finding, ...]:
    """Refuse a page, or a line of it, that no person wrote."""
    if len(data) > MAX_PAGE_BYTES:
        return (
            Finding(
                slug="page-too-large",
                path=path,
                message=f"the page has {len(data):,} bytes; the limit is {MAX_PAGE_BYTES:,}",
                hint="split it into several pages",
            ),
        )
    if len(data) <= MAX_LINE_BYTES:
        return ()
    start = 0
    for line in data.split(b"\n"):
        if len(line) > MAX_LINE_BYTES:
            at = len(data[:start].decode(errors="replace"))
            return (
                Finding(
                    slug="page-too-large",
                    path=path,
                    message=f"a line has {len(line):,} bytes; the limit is {MAX_LINE_BYTES:,}",
                    hint="break the line",
                    location=Span(start=at, end=at),
                ),
            )
        start += len(line) + 1
    return ()


def _encoding(path: str, message: str, at: int = 0) -> Finding:
    return Finding(
        slug="encoding", path=path, message=message, hint="save the file as UTF-8", location=Span(start=at, end=at)
    )


def _looks_wide(data: bytes) -> bool:
    """Whether so many NULs are among the first bytes that they are halves of characters, or no text at all."""
    head = data[:200]
    return head.count(0) > len(head) // 4


def _not_utf8(path: str, data: bytes, error: UnicodeDecodeError, skipped: int) -> Finding:
    if _looks_wide(data):
        return _wide(path)
    start = error.start
    at = len(data[:start].decode(errors="replace"))
    line = data.count(b"\n", 0, start) + 1
    where = f"byte {start + skipped} (0x{data[start]:02X}, line {line})"
    if error.reason == "unexpected end of data":
        return _encoding(path, f"the file ends in the middle of a UTF-8 character: {where}", at)
    guess = _guess(data)
    return _encoding(path, f"{where} is not UTF-8{f'; it looks like {guess}' if guess else ''}", at)


def _wide(path: str) -> Finding:
    return _encoding(path, "the file is UTF-16 without BOM or binary, not UTF-8 (byte 0)")


def _guess(data: bytes) -> str:
    """Return the encoding in which the bytes make most sense, or an empty text."""
    counts = {
        name: sum(character in _FREQUENT for character in text)
        for codec, name in _CHINESE
        if (text := _decoded(data, codec)) is not None
    }
    best = max(counts, key=counts.__getitem__, default="")
    if best and counts[best]:
        return best
    # A short text may hold none of these. Letters of Europe stand alone among ASCII, Chinese comes in pairs.
    if best and _PAIR.search(data) and not _LONE_HIGH.search(data):
        return " or ".join(counts)
    return "Windows-1252 (Latin-1)" if _decoded(data, "cp1252") is not None else best


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _control(path: str, data: bytes, text: str, at: int, skipped: int) -> Finding:
    if text[at] == "\0" and _looks_wide(data):
        return _wide(path)
    offset = skipped + len(text[:at].encode())
    name = "NUL character" if text[at] == "\0" else f"control character U+{ord(text[at]):04X}"
    return Finding(
        slug="control-character",
        path=path,
        message=f"{name} at byte {offset}",
        hint="delete it",
        location=Span(start=at, end=at + 1),
    )
