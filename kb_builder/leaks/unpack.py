"""Turns the files of a built site into texts: unpacks what is packed, and reads what images say of themselves."""

from __future__ import annotations

import binascii
import gzip
import html
import io
import json
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from kb_builder.search.postings import ALPHABET

MARKUP = (".html", ".svg", ".xml")
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
# More than any file of a site needs; a packed file that grows beyond it is not one of ours.
_MAX_UNPACKED = 256 * 1024 * 1024
_SEARCH_FILE = re.compile(r'kbSearchPut\("[0-9a-f]{12}","([a-z]+)[0-9]*",(.*)\);\n', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\"'/\\bfnrt]))")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SIGNS = {"b": " ", "f": " ", "n": "\n", "r": " ", "t": " "}
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_STANDARD = str.maketrans("-_", "+/")
# At least so many bytes of text in a row, ASCII or more of UTF-8: less comes by chance.
MIN_NOISY = 6
_READABLE = re.compile(
    rb"(?:[\x09\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){2,}"
)
_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){6,}")
_PDF_STREAM = re.compile(rb"stream\r?\n")
_PDF_WIDE = re.compile(rb"\xfe\xff((?:\\.|[^)\\])*)\)", re.DOTALL)
_PDF_HEX = re.compile(rb"<FEFF([0-9A-F\s]*)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# What ends a word on the screen; other elements, such as those that colour code, do not.
_BLOCK = re.compile(
    r"</?(?:address|article|aside|br|button|caption|dd|details|div|dl|dt|figure|footer|form|h[1-6]|head|header|hr|li|"
    r"link|main|meta|nav|ol|option|p|pre|script|section|style|summary|table|tbody|td|text|tfoot|th|thead|title|tr|ul)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A text of a file. In a `noisy` one, made of bytes that may be anything, short words occur by chance."""

    text: str
    noisy: bool = False


def unpack(name: str, data: bytes) -> Iterator[Part]:
    """Yield all texts of a file. Nothing is left out: what cannot be read as its name says is searched as bytes."""
    suffix = name[name.rfind(".") :].lower()
    if suffix == ".gz" or data[:2] == b"\x1f\x8b":
        inner = _gunzip(data)
        if inner is not None:
            yield from unpack(name.removesuffix(".gz"), inner)
        return
    if suffix in _IMAGES:
        yield from map(Part, _image_texts(data))
        yield from _noisy(data)
    elif suffix == ".pdf" or data[:5] == b"%PDF-":
        yield from _pdf(data)
    else:
        yield from _texts(suffix, data)


def _gunzip(data: bytes) -> bytes | None:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(_MAX_UNPACKED)
    except (OSError, EOFError, zlib.error):
        return data[2:]


def _texts(suffix: str, data: bytes) -> Iterator[Part]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Tables come out of office programs in the encoding of the country.
        for encoding in ("utf-16", "utf-16-le", "big5hkscs", "gb18030"):
            yield Part(data.decode(encoding, errors="replace"))
        yield from _noisy(data)
        return
    if "\0" in text:
        yield Part(data.decode("utf-16-le", errors="replace"))
        yield Part(data.decode("utf-16-be", errors="replace"))
    if suffix == ".js" and (match := _SEARCH_FILE.fullmatch(text)):
        strings = _search_strings(match[1], match[2])
        if strings is not None:
            yield Part("\n".join(strings))
            return
    yield Part(text)
    if suffix in (".json", ".webmanifest", ".map"):
        try:
            yield Part("\n".join(_strings(json.loads(text))))
        except (ValueError, RecursionError):
            return


def _search_strings(kind: str, data: str) -> list[str] | None:
    """Return all texts of a file of the index, None if it is not plain data; figures written as signs are no texts."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if kind == "t" and isinstance(content, dict):
        figures = frozenset(ALPHABET)
        return [*content, *(each for each in _strings(list(content.values())) if not figures.issuperset(each))]
    if kind == "boot" and isinstance(content, dict):
        # Single characters in a row, which make words by chance.
        content = {key: value for key, value in content.items() if key != "alike"}
    return list(_strings(content))


def search_terms(name: str, data: bytes) -> Iterator[str]:
    """Yield the terms in a file of the search index, none if it holds something else."""
    if not name.startswith("search/"):
        return
    match = _SEARCH_FILE.fullmatch(data.decode("utf-8", errors="replace"))
    if match and match[1] == "t":
        try:
            yield from json.loads(match[2])
        except ValueError:
            return


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _noisy(data: bytes) -> Iterator[Part]:
    found = [each for each in _READABLE.findall(data) if len(each) >= MIN_NOISY]
    if found:
        yield Part(b"\n".join(found).decode("utf-8", errors="replace"), noisy=True)
    wide = _WIDE.findall(data)
    if wide:
        yield Part(b"\n".join(each[::2] for each in wide).decode("ascii"), noisy=True)


def _image_texts(data: bytes) -> Iterator[str]:
    """Yield what an image says of itself: text chunks, comments, Exif, XMP and IPTC."""
    from PIL import Image, IptcImagePlugin

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data)) as image:
                # Text chunks may stand behind the picture.
                image.load()
                yield from _meta_strings({**image.info, **getattr(image, "text", {})})
                exif = image.getexif()
                yield from _meta_strings(dict(exif))
                for ifd in (0x8769, 0x8825, 0xA005):
                    yield from _meta_strings(dict(exif.get_ifd(ifd)))
                yield from _meta_strings(IptcImagePlugin.getiptcinfo(image) or {})
        except (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, AttributeError, MemoryError):
            return
        except Image.DecompressionBombError:
            return


def _meta_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, bytes):
        for encoding in ("utf-8", "utf-16-le"):
            yield value.decode(encoding, errors="replace")
    elif isinstance(value, dict):
        for key, each in value.items():
            if isinstance(key, str):
                yield key
            yield from _meta_strings(each)
    elif isinstance(value, (list, tuple)):
        if value and all(isinstance(each, int) and 0 <= each < 256 for each in value):
            yield from _meta_strings(bytes(value))
            return
        for each in value:
            yield from _meta_strings(each)


def _pdf(data: bytes) -> Iterator[Part]:
    """Yield the texts of a PDF: its bytes, its packed streams, and its title, author and so on in UTF-16."""
    pieces = [data]
    for match in _PDF_STREAM.finditer(data):
        try:
            pieces.append(zlib.decompressobj().decompress(data[match.end() :], _MAX_UNPACKED))
        except zlib.error:
            continue
    for piece in pieces:
        yield from _noisy(piece)
        for match in _PDF_WIDE.finditer(piece):
            yield Part(re.sub(rb"\\(.)", rb"\1", match[1]).decode("utf-16-be", errors="replace"))
        for match in _PDF_HEX.finditer(piece):
            digits = re.sub(rb"\s", b"", match[1])
            yield Part(binascii.unhexlify(digits[: len(digits) // 2 * 2]).decode("utf-16-be", errors="replace"))


def visible_text(markup: str) -> list[str]:
    """Return the blocks of markup without tags, with single spaces: words that tags cut in two are whole again."""
    blocks = _BLOCK.sub("\f", markup).split("\f")
    return [text for block in blocks if (text := " ".join(html.unescape(_TAG.sub("", block)).split()))]


def decoded(text: str) -> str:
    """Return a text with the escapes of JSON, HTML and addresses undone, whatever their nesting up to three deep."""
    for _depth in range(3):
        before = text
        if "\\" in text:
            text = _ESCAPE.sub(_unescaped, text)
            if _SURROGATE.search(text):
                text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if "&" in text:
            text = html.unescape(text)
        if "%" in text:
            text = unquote(text)
        if text == before:
            break
    return text


def _unescaped(match: re.Match[str]) -> str:
    if match[3]:
        return _SIGNS.get(match[3], match[3])
    return chr(int(match[1] or match[2], 16))


def from_base64(text: str, seen: set[str]) -> str:
    """Return what reads as text when runs of base64 are decoded, wherever in its three bytes a run begins.

    Runs in `seen` are passed over; those met are added to it.
    """
    found: list[bytes] = []
    for run in _BASE64.findall(text):
        if run in seen:
            continue
        seen.add(run)
        signs = run.translate(_STANDARD)
        for start in range(4):
            # A run may begin amid other signs, and its end need not be that of a group.
            piece = signs[start:]
            piece += "=" * (-len(piece) % 4) if len(piece) % 4 != 1 else ""
            try:
                data = binascii.a2b_base64(piece if len(piece) % 4 == 0 else piece[:-1])
            except binascii.Error:
                continue
            found += (each for each in _READABLE.findall(data) if len(each) >= MIN_NOISY)
    return b"\n".join(found).decode("utf-8", errors="replace")
