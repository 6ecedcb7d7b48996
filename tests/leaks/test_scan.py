"""What the scan of the customer site sees, in every place and form in which a text may hide."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zlib
from urllib.parse import quote

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kb_builder.leaks.index_terms import unexplained_terms
from kb_builder.leaks.needles import Needle
from kb_builder.leaks.scan import Index, Scanner, without_known
from kb_builder.leaks.unpack import search_terms
from kb_builder.search.fold import fold

SECRETS = ("資料庫備份流程", "SOP-017", "dba", "rota@example.com", "Café de la Tâche", "ops/night-shift")


def needle(text: str, kind: str = "title") -> Needle:
    return Needle(kind=kind, text=text, source="content/sops/a.md")


def seen(data: bytes | str, *texts: str, name: str = "a.html", kind: str = "title") -> set[str]:
    """Return which of the texts the scanner sees in a file."""
    scanner = Scanner(Index.of([needle(text, kind) for text in texts]))
    given = data.encode() if isinstance(data, str) else data
    return {each.needle.text for each in scanner.scan(name, given)}


FORMS = {
    "plain": lambda text: f"<p>{text}</p>",
    "upper case": lambda text: f"<p>{text.upper()}</p>",
    "Simplified": lambda text: text.replace("資料庫備份", "资料库备份"),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "decimal references": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "hexadecimal references": lambda text: "".join(f"&#x{ord(c):X};" for c in text),
    "escaped twice": lambda text: "".join(f"&amp;#{ord(c)};" for c in text),
    "address": lambda text: f'<a href="?q={quote(text, safe="")}">',
    "every byte of an address": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "JSON": lambda text: json.dumps({"a": text}),
    "JSON in HTML": lambda text: json.dumps({"a": text}).replace('"', "&quot;"),
    "JavaScript": lambda text: "".join(f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}" for c in text),
    "cut by colours of code": lambda text: "".join(f"<span class='n'>{c}</span>" for c in text),
    "on two lines": lambda text: f"<p>{text.replace(' ', chr(10) + '  ')}</p>",
    "comment": lambda text: f"<!-- {text} -->",
    "attribute": lambda text: f'<img alt="{text}">',
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_seen(form):
    data = f"<html>前{FORMS[form]('/')}<br>" + "\n|\n".join(FORMS[form](text) for text in SECRETS)
    assert seen(data, *SECRETS) == set(SECRETS)


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_is_seen_wherever_it_begins(before, encode):
    for text in SECRETS:
        data = b"data:text/plain;base64," + encode(b"?" * before + text.encode() + b" et cetera")
        assert seen(data, text) == ({text} if len(text.encode()) >= 6 else set()), text
        # Amid other signs of the alphabet, so that the groups of four are others.
        assert seen(b"x" * (before % 4) + encode(text.encode() + b"  "), text) == (
            {text} if len(text.encode()) >= 6 else set()
        )


def test_names_are_seen():
    assert seen("", "night-shift", name="assets/night-shift.png") == {"night-shift"}
    assert seen("", "資料庫", name="%E8%B3%87%E6%96%99%E5%BA%AB.txt") == {"資料庫"}
    assert seen("", "資料庫", name="faq/資料庫.html") == {"資料庫"}


@pytest.mark.parametrize("name", ["sitemap.xml.gz", "a.bin"])
def test_packed_files_are_unpacked_even_twice(name):
    data = gzip.compress(gzip.compress("資料庫備份流程".encode()))
    assert seen(data, "資料庫備份流程", name=name) == {"資料庫備份流程"}


def test_search_files_are_read_and_their_figures_are_not_words():
    file = 'kbSearchPut("0123456789ab","t0",{"備份":"!dba!","sop-17":"a","night":"x 班表"});\n'
    assert seen(file, "dba", "備份", "night", "班表", name="search/t0.js") == {"備份", "night", "班表"}
    rows = 'kbSearchPut("0123456789ab","p0",[["faq/a.html","","資料庫\\u5099份流程"]]);\n'
    assert seen(rows, *SECRETS, name="search/p0.js") == {"資料庫備份流程"}
    # What is not wholly plain data is searched as it stands.
    assert seen(file + "// dba", "dba", name="search/t0.js") == {"dba"}


def png(**texts: str) -> bytes:
    info = PngInfo()
    info.add_text("Author", texts.get("plain", ""))
    info.add_text("Comment", texts.get("packed", ""), zip=True)
    info.add_itxt("Title", texts.get("wide", ""), zip=True)
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = texts.get("exif", "")
    exif[0x9C9D] = texts.get("windows", "").encode("utf-16-le")
    Image.new("RGB", (2, 2)).save(file, "PNG", pnginfo=info, exif=exif)
    return file.getvalue()


def test_what_a_png_says_of_itself_is_read():
    texts = {
        "plain": "dba",
        "packed": "rota@example.com",
        "wide": "資料庫備份流程",
        "exif": "ops-lead",
        "windows": "值班室",
    }
    assert seen(png(**texts), *texts.values(), name="a.png") == set(texts.values())


def test_what_a_jpeg_says_of_itself_is_read():
    exif = Image.Exif()
    exif[0x010E] = "rota@example.com"
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "值班室".encode("utf-16-le")
    file = io.BytesIO()
    xmp = b"<x:xmpmeta><dc:creator>night-shift</dc:creator></x:xmpmeta>"
    Image.new("RGB", (2, 2)).save(file, "JPEG", exif=exif, comment="資料庫備份流程", xmp=xmp)
    wanted = {"rota@example.com", "值班室", "night-shift", "資料庫備份流程"}
    assert seen(file.getvalue(), *wanted, name="a.jpg") == wanted
    assert seen(file.getvalue()[:200], "rota@example.com", name="broken.jpg") == {"rota@example.com"}


def test_iptc_is_read():
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, "JPEG")
    record = b"\x1c\x02\x50" + len(b"dba").to_bytes(2, "big") + b"dba"
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record
    segment = b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block
    data = file.getvalue()
    assert seen(data[:2] + segment + data[2:], "dba", name="a.jpg") == {"dba"}


def test_a_pdf_is_unpacked():
    stream = zlib.compress(b"BT (night-shift) Tj ET")
    data = b"%PDF-1.7\n1 0 obj << /Filter /FlateDecode >>\nstream\r\n" + stream + b"\nendstream\n"
    data += b"2 0 obj << /Author (\xfe\xff" + "值班室".encode("utf-16-be") + b") /Title <FEFF"
    data += "資料庫備份流程".encode("utf-16-be").hex().upper().encode() + b"> >>"
    wanted = {"night-shift", "值班室", "資料庫備份流程"}
    assert seen(data, *wanted, name="a.pdf") == wanted


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "big5", "gb18030"])
def test_tables_in_other_encodings_are_read(encoding):
    text = "名稱,值\n資料庫備份流程,1\n"
    assert seen(text.encode(encoding), "資料庫備份流程", name="a.csv") == {"資料庫備份流程"}


@pytest.mark.parametrize(
    "text",
    [
        "02-5550-0110",
        "(02) 5550 0110",
        "+886 2 5550 0110",
        "+886-2-5550.0110",
        "０２－５５５０－０１１０",
        "0255500110 #12",
    ],
)
def test_a_phone_number_is_known_by_its_digits(text):
    assert seen(f"<p>請撥 {text}。</p>", "02-5550-0110", kind="phone") == {"02-5550-0110"}
    assert seen(f"<p>請撥 {text}。</p>", "02-5550-0111", kind="phone") == set()


@pytest.mark.parametrize("text", ["sandbag", "dba2", "SOP-0171", "XSOP-017", "資料庫備 份流程"])
def test_a_latin_word_is_seen_only_whole(text):
    assert seen(text, "dba", "SOP-017", "資料庫備份流程") == set()


def test_noise_of_a_picture_is_no_short_word():
    data = bytes(range(256)) * 3 + b"\xffdba\xff" + b"\xffrota@example.com\xff"
    assert seen(data, "dba", "rota@example.com", name="a.webp") == {"rota@example.com"}


def test_what_customers_may_know_is_not_looked_for():
    known = fold("請打電話給客服 help@example.com\nSOP 017, web-ops")
    given = [needle(each) for each in ("客服", "help@example.com", "SOP-017", "ops", "op")]
    assert [each.text for each in without_known(given, known)] == ["SOP-017", "op"]
    canary = needle("客服", "canary")
    assert without_known([canary], known) == [canary]


def test_a_term_of_the_index_must_be_on_a_page():
    scanner = Scanner(Index.of([]))
    scanner.scan("a.html", "<html><body><p>備份 night<b>-shift</b></p>".encode())
    terms = {"备份": "!a", "night-shift": "!a", "~0": "!a", "@tag:值班": "!a", "@tag:祕密": "!a", "还原": "!a"}
    file = f'kbSearchPut("0123456789ab","t0",{json.dumps(terms, ensure_ascii=False)});\n'.encode()
    found = unexplained_terms(search_terms("search/t0.js", file), scanner.shown, fold("值班表"))
    assert list(found) == ["@tag:祕密", "还原"]
