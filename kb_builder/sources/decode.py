"""From bytes to text: UTF-8 with or without BOM, anything else named with its byte offset."""

from __future__ import annotations

from kb_builder.model.diagnostic import Finding
from kb_builder.model.location import Span

MAX_PAGE_BYTES = 256 * 1024
MAX_LINE_BYTES = 10 * 1024

_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
_GUESSES = (("big5", "Big5"), ("gb18030", "GB 18030"), ("cp1252", "Windows-1252 (Latin-1)"))
_UTF16 = {b"\xff\xfe": "UTF-16 (little endian)", b"\xfe\xff": "UTF-16 (big endian)"}
_BOM = b"\xef\xbb\xbf"


def decode_page(path: str, data: bytes) -> tuple[str, tuple[Finding, ...]]:
    """Return the text of a page and what was wrong with its bytes.

    With a fault the text is only good for finding lines in: what could not be read is U+FFFD.
    """
    if data[:2] in _UTF16:
        return "", (_encoding(path, f"the file is {_UTF16[data[:2]]}, not UTF-8 (byte 0)"),)
    if data.startswith(_BOM):
        data = data[len(_BOM) :]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return data.decode(errors="replace"), (_not_utf8(path, data, error.start),)
    if len(data) != len(data.translate(None, _CONTROLS)):
        return text, (_control(path, data, text),)
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


def _not_utf8(path: str, data: bytes, start: int) -> Finding:
    if data[:200].count(0) > len(data[:200]) // 4:
        return _encoding(path, "the file is UTF-16 without BOM or binary, not UTF-8 (byte 0)")
    guess = next((name for codec, name in _GUESSES if _decodes(data, codec)), "")
    line = data.count(b"\n", 0, start) + 1
    looks = f"; it looks like {guess}" if guess else ""
    at = len(data[:start].decode(errors="replace"))
    return _encoding(path, f"byte {start} (0x{data[start]:02X}, line {line}) is not UTF-8{looks}", at)


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _control(path: str, data: bytes, text: str) -> Finding:
    at = next(index for index, character in enumerate(text) if ord(character) < 128 and ord(character) in _CONTROLS)
    offset = len(text[:at].encode())
    name = "NUL character" if text[at] == "\0" else f"control character U+{ord(text[at]):04X}"
    return Finding(
        slug="control-character",
        path=path,
        message=f"{name} at byte {offset}",
        hint="delete it",
        location=Span(start=at, end=at + 1),
    )
