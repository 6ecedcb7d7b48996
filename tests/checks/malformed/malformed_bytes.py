"""Bytes that are no UTF-8, and pages of a size that no person writes."""

from malformed_case import BODY, Case, case, fine, page

GOOD = page(body=BODY + "在登入頁選「忘記密碼」，再依信件裡的連結重設。\n")
SIMPLIFIED = page(title="忘记密码怎么办", topic="登录", summary="在登录页重设。", body="\n在登录页选择忘记密码。\n")
ASCII = page(title="Password", topic="Login", summary="Reset it.", body="\nText.\n")


def _broken(before: str, bad: bytes, after: str = "\n") -> bytes:
    return before.encode() + bad + after.encode()


def _offset(source: str) -> int:
    return len(source.encode())


TITLE = ASCII[: ASCII.index("Password")]
REST = ASCII[ASCII.index("Password") :]

CASES: list[Case] = [
    case("utf-16-little-endian", GOOD.encode("utf-16"), ("KB001", 1, 1, "UTF-16 (little endian)", "byte 0", "UTF-8")),
    case("utf-16-big-endian", b"\xfe\xff" + GOOD.encode("utf-16-be"), ("KB001", 1, 1, "UTF-16 (big endian)")),
    case("utf-16-without-bom", GOOD.encode("utf-16-le"), ("KB001", 1, 1, "UTF-16 without BOM", "byte 0")),
    case("utf-16-big-without-bom", GOOD.encode("utf-16-be"), ("KB001", 1, 1, "UTF-16 without BOM")),
    case("utf-16-of-ascii-without-bom", ASCII.encode("utf-16-le"), ("KB001", 1, 1, "UTF-16 without BOM")),
    case("utf-32", GOOD.encode("utf-32"), ("KB001", 1, 1, "UTF-32 (little endian)")),
    case("utf-32-big-endian", b"\0\0\xfe\xff" + GOOD.encode("utf-32-be"), ("KB001", 1, 1, "UTF-32 (big endian)")),
    case(
        "latin-1",
        page(title="Café", topic="a", summary="b", body="\nText.\n").encode("latin-1"),
        ("KB001", 3, 11, "byte 26 (0xE9, line 3)", "Windows-1252 (Latin-1)"),
    ),
    case("big5", GOOD.encode("big5"), ("KB001", 3, 8, "byte 23 (0xA7, line 3)", "Big5")),
    case("gb18030", SIMPLIFIED.encode("gb18030"), ("KB001", 3, 8, "byte 23 (0xCD, line 3)", "GB 18030")),
    case("one-byte-of-latin-1", _broken(TITLE, b"Caf\xe9", REST), ("KB001", 3, 11, f"byte {_offset(TITLE) + 3} (0xE9")),
    case(
        "one-byte-behind-bom",
        b"\xef\xbb\xbf" + _broken(TITLE, b"Caf\xe9", REST),
        ("KB001", 3, 11, f"byte {_offset(TITLE) + 6} (0xE9"),
    ),
    case(
        "quotes-of-word", _broken(ASCII, b"\x93quoted\x94"), ("KB001", 12, 1, f"byte {_offset(ASCII)} (0x93, line 12)")
    ),
    case("column-counts-characters", _broken(page(body="\n忘記"), b"\xff"), ("KB001", 11, 3, "(0xFF, line 11)")),
    case(
        "truncated-at-end",
        _broken(page(body="\n忘記"), "密".encode()[:2], ""),
        ("KB001", 11, 3, "ends in the middle", f"byte {_offset(page(body='忘記')) + 1} (0xE5"),
    ),
    case(
        "truncated-in-the-middle",
        _broken(TITLE, "密".encode()[:2], REST),
        ("KB001", 3, 8, f"byte {_offset(TITLE)} (0xE5"),
    ),
    case("continuation-byte-alone", _broken(TITLE, b"\x80", REST), ("KB001", 3, 8, "0x80")),
    case("surrogate", _broken(TITLE, "\ud800".encode("utf-8", "surrogatepass"), REST), ("KB001", 3, 8, "0xED")),
    case("overlong", _broken(TITLE, b"\xc0\xaf", REST), ("KB001", 3, 8, "0xC0")),
    case("beyond-unicode", _broken(TITLE, b"\xf4\x90\x80\x80", REST), ("KB001", 3, 8, "0xF4")),
    case("two-bad-bytes-one-finding", _broken(TITLE, b"\xe9\n\xe9\n", REST), ("KB001", 3, 8, "line 3")),
    case("picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, ("KB001", 1, 1, "byte 0 (0x89")),
    case("zeros", bytes(4000), ("KB001", 1, 1, "binary")),
    case("nul-behind-bom", b"\xef\xbb\xbf" + ASCII.encode() + b"a\0", ("KB002", 12, 2, f"byte {_offset(ASCII) + 4}")),
    case(
        "page-too-large", page(body="\n" + ("內" * 30 + "\n") * 3000), ("KB024", 1, 1, "the limit is 262,144", "split")
    ),
    case("page-of-nine-megabytes", page(body="\n" + ("a" * 90 + "\n") * 100_000), ("KB024", 1, 1, "262,144")),
    case("line-too-long", page(body="\n內文。\n" + "a" * 10_241 + "\n"), ("KB024", 12, 1, "a line has 10,241 bytes")),
    case("line-too-long-in-bytes", page(body="\n" + "字" * 3_414 + "\n"), ("KB024", 11, 1, "10,242 bytes")),
    case("large-and-not-utf-8", GOOD.encode("big5") + b"\xa4\xe5" * 200_000, ("KB001", 3, 8, "byte 23")),
    fine("bom", b"\xef\xbb\xbf" + GOOD.encode()),
    fine("crlf", GOOD.replace("\n", "\r\n")),
    fine("bom-and-crlf", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()),
    fine("line-ends-mixed", GOOD.replace("\n", "\r\n", 4)),
    fine("no-line-end-at-end", GOOD.rstrip()),
    fine("line-of-ten-kilobytes", page(body="\n" + "a" * 10_240 + "\n")),
    case("crlf-keeps-places", page(status="▸publishd").replace("\n", "\r\n"), ("KB104", "publishd")),
    case("bom-keeps-places", b"\xef\xbb\xbf" + page(status="publishd").encode(), ("KB104", 6, 9, "publishd")),
]
