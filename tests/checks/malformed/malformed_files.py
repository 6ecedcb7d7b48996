"""Names, links, devices and files of a kind that does not belong among pages."""

import os
import socket
import struct
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path

from malformed_case import CASE_PATH, Case, Expected, made, page

FAQ = "content/faq"
NAME = "does not survive in a web address"
NOT_OPENED = "was not opened"
CLASH = "same address as"


def _write(root: Path, path: str | bytes, text: str | bytes) -> None:
    file = root / os.fsdecode(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


def _pages(*paths: str | bytes) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        for number, path in enumerate(paths, start=100):
            _write(root, path, page(id=f"FAQ-{number}", title=f"第 {number} 頁"))

    return make


def _named(name: str, file: str | bytes, shown: str, *says: str) -> Case:
    folder = FAQ.encode() if isinstance(file, bytes) else FAQ
    path = folder + b"/" + file if isinstance(file, bytes) else f"{folder}/{file}"
    return made(name, _pages(path), (f"{FAQ}/{shown}", "KB022", NAME, *says))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


# Files that are what their names say: a picture of one black dot, and the beginning of a PDF.
_CONTENTS = {
    ".png": b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b""),
    ".pdf": b"%PDF-1.4\n",
}


def _files(*paths: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        for path in paths:
            _write(root, path, _CONTENTS.get(Path(path).suffix.lower(), b"x"))

    return make


def _link(path: str, target: str) -> Callable[[Path], None]:
    return lambda root: (root / path).symlink_to(target)


def _socket(root: Path) -> None:
    with socket.socket(socket.AF_UNIX) as each:
        # The path of a socket may have about a hundred characters.
        before = Path.cwd()
        os.chdir(root / FAQ)
        try:
            each.bind("case.md")
        finally:
            os.chdir(before)


def _locked(path: str, mode: int) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        _pages(path if path.endswith(".md") else f"{path}/page.md")(root)
        (root / path).chmod(mode)

    return make


NAMES: list[Case] = [
    _named("name-space", "a b.md", "a b.md", "a space"),
    _named("name-newline", "a\nb.md", r"a\nb.md", "U+000A"),
    _named("name-escape", "a\x1b[2Jb.md", r"a\x1b[2Jb.md", "U+001B"),
    _named("name-tab", "a\tb.md", r"a\tb.md", "U+0009"),
    _named("name-right-to-left", "a\u202edm.b.md", r"a\u202edm.b.md", "RIGHT-TO-LEFT OVERRIDE", "U+202E"),
    _named("name-zero-width", "a\u200bb.md", r"a\u200bb.md", "ZERO WIDTH SPACE"),
    _named("name-percent", "a%2e%2e.md", "a%2e%2e.md", "`%`"),
    _named("name-question", "a?b.md", "a?b.md", "`?`"),
    _named("name-hash", "a#b.md", "a#b.md", "`#`"),
    _named("name-ampersand", "a&b.md", "a&b.md", "`&`"),
    _named("name-quote", "a'b.md", "a'b.md", "`'`"),
    _named("name-angle", "<b>.md", "<b>.md", "`<`"),
    _named("name-backslash", "a\\b.md", "a\\b.md", "`\\`"),
    _named("name-colon", "a:b.md", "a:b.md", "`:`"),
    _named("name-tilde", "a~.md", "a~.md", "`~`"),
    _named("name-picture", "😀.md", "😀.md", "`😀`"),
    _named("name-not-utf-8", b"bad\xff.md", r"bad\xff.md", "not UTF-8"),
    _named(
        "name-decomposed", unicodedata.normalize("NFD", "café.md"), unicodedata.normalize("NFD", "café.md"), "form C"
    ),
    _named("name-compatibility-ideograph", "\uf900.md", "\uf900.md", "form C"),
    _named("name-hyphen-first", "-rf.md", "-rf.md", "begins with a sign"),
    _named("name-plus-first", "+a.md", "+a.md", "begins with a sign"),
    _named("name-too-long", "a" * 198 + ".md", "a" * 198 + ".md", "too long"),
    _named("name-too-long-in-bytes", "字" * 70 + ".md", "字" * 70 + ".md", "too long"),
    made("name-of-folder", _pages(f"{FAQ}/my pages/a.md"), (f"{FAQ}/my pages", "KB022", "a space")),
    made("name-of-asset", _files(f"{FAQ}/my picture.png"), (f"{FAQ}/my picture.png", "KB022", "a space")),
    made(
        "names-that-are-fine", _pages(*(f"{FAQ}/{n}" for n in ("忘記密碼.md", "a.b.md", "a+b.md", "_a.md", "a/b_c.md")))
    ),
    made("names-that-are-hidden", _files(f"{FAQ}/.hidden.md", f"{FAQ}/.git/config", "content/.DS_Store")),
]

CLASHES: list[Case] = [
    made("clash-index-of-type", _pages(f"{FAQ}/index.md"), (f"{FAQ}/index.md", "KB023", "the tool makes this page")),
    made("clash-readme-of-type", _pages(f"{FAQ}/README.md"), (f"{FAQ}/README.md", "KB023", "the tool makes this page")),
    made(
        "clash-case", _pages(f"{FAQ}/Note.md", f"{FAQ}/note.md"), (f"{FAQ}/note.md", "KB023", CLASH, f"{FAQ}/Note.md")
    ),
    made(
        "clash-index-in-folder",
        _pages(f"{FAQ}/a.md", f"{FAQ}/a/index.md"),
        (f"{FAQ}/a/index.md", "KB023", CLASH, f"{FAQ}/a.md"),
    ),
    made(
        "clash-readme-in-folder",
        _pages(f"{FAQ}/a.md", f"{FAQ}/a/README.md"),
        (f"{FAQ}/a/README.md", "KB023", CLASH, f"{FAQ}/a.md"),
    ),
    made("clash-of-folders", _pages(f"{FAQ}/A/x.md", f"{FAQ}/a/x.md"), (f"{FAQ}/a/x.md", "KB023", CLASH)),
    made("clash-sharp-s", _pages(f"{FAQ}/strasse.md", f"{FAQ}/straße.md"), (f"{FAQ}/straße.md", "KB023", CLASH)),
    made("clash-of-assets", _files(f"{FAQ}/p.png", f"{FAQ}/P.png"), (f"{FAQ}/p.png", "KB023", CLASH, f"{FAQ}/P.png")),
    made(
        "twins-of-two-normal-forms",
        _pages(f"{FAQ}/é.md", f"{FAQ}/{unicodedata.normalize('NFD', 'é')}.md"),
        (f"{FAQ}/{unicodedata.normalize('NFD', 'é')}.md", "KB022", "form C"),
    ),
    *(
        made(
            f"reserved-folder-{name}",
            _files(f"content/{name}/a.png"),
            (f"content/{name}", "KB023", "belongs to the site"),
        )
        for name in ("assets", "Assets", "search", "kb", "api")
    ),
    made("reserved-name-elsewhere", _files(f"{FAQ}/assets/a.png")),
]

SPECIAL: list[Case] = [
    made("link-to-page", _link(CASE_PATH, "good.md"), (CASE_PATH, "KB021", "a symbolic link", NOT_OPENED)),
    made("link-to-system-file", _link(CASE_PATH, "/etc/passwd"), (CASE_PATH, "KB021", "a symbolic link", NOT_OPENED)),
    made("link-to-folder", _link(f"{FAQ}/etc", "/etc"), (f"{FAQ}/etc", "KB021", "a symbolic link", NOT_OPENED)),
    made("link-to-itself", _link(f"{FAQ}/loop", "loop"), (f"{FAQ}/loop", "KB021", "a symbolic link")),
    made("link-to-folder-above", _link(f"{FAQ}/up", ".."), (f"{FAQ}/up", "KB021", "a symbolic link")),
    made("link-to-nothing", _link(CASE_PATH, "gone.md"), (CASE_PATH, "KB021", "a symbolic link")),
    made("link-hidden", _link(f"{FAQ}/.secret", "/etc"), (f"{FAQ}/.secret", "KB021", "a symbolic link")),
    made("link-to-picture", _link(f"{FAQ}/a.png", "/etc/hosts"), (f"{FAQ}/a.png", "KB021", "a symbolic link")),
    made("pipe", lambda root: os.mkfifo(root / CASE_PATH), (CASE_PATH, "KB021", "a pipe", NOT_OPENED)),
    made("pipe-without-ending", lambda root: os.mkfifo(root / FAQ / "pipe"), (f"{FAQ}/pipe", "KB021", "a pipe")),
    made("socket", _socket, (CASE_PATH, "KB021", "a socket", NOT_OPENED)),
    made("folder-like-a-page", lambda root: (root / CASE_PATH).mkdir()),
    made("page-unreadable", _locked(CASE_PATH, 0), (CASE_PATH, "KB020", "Permission denied"), unprivileged=True),
    made(
        "folder-unreadable",
        _locked(f"{FAQ}/locked", 0),
        (f"{FAQ}/locked", "KB020", "the folder cannot be read"),
        unprivileged=True,
    ),
]

STRAY: list[Case] = [
    *(
        made(
            f"asset-{suffix}",
            _files(f"{FAQ}/a.{suffix}"),
            (f"{FAQ}/a.{suffix}", "KB025", f"`.{suffix.lower()}`", ".png"),
        )
        for suffix in ("html", "js", "svg", "css", "php", "exe", "SVG", "bak", "yml", "zip")
    ),
    made("asset-without-ending", _files(f"{FAQ}/Makefile"), (f"{FAQ}/Makefile", "KB025", "not published")),
    made("asset-like-a-picture", _files(f"{FAQ}/a.png.html"), (f"{FAQ}/a.png.html", "KB025", "`.html`")),
    made(
        "assets-that-are-fine", _files(*(f"{FAQ}/a{n}.{s}" for n, s in enumerate(("png", "PNG", "pdf", "csv", "txt"))))
    ),
    made("page-outside-types", _pages("content/case.md"), ("content/case.md", "KB026", "no content type", "faq/")),
    made("page-in-unknown-folder", _pages("content/notes/a.md"), ("content/notes/a.md", "KB026", "no content type")),
    made("page-home", _pages("content/index.md"), ("content/index.md", "KB026", "no content type")),
    made("page-with-other-ending", _pages(f"{FAQ}/a.markdown"), (f"{FAQ}/a.markdown", "KB026", "**/*.md")),
    made("page-with-capital-ending", _pages(f"{FAQ}/a.MD"), (f"{FAQ}/a.MD", "KB026", "**/*.md")),
    # Its id and topic are wrong there as well; what counts is that it is read as an SOP.
    Case(
        id="page-in-folder-of-another-type",
        files={"content/sops/a.md": page(status="draft").encode()},
        expected=(
            Expected(code="KB101", says=("`category` is missing",), path="content/sops/a.md"),
            Expected(code="KB105", says=("such as SOP-001",), line=2, column=5, path="content/sops/a.md"),
            Expected(code="KB102", says=("`topic`",), line=7, column=1, path="content/sops/a.md"),
        ),
    ),
]

REGISTRY: list[Case] = [
    Case(
        id="owners-duplicate",
        files={
            "registry/owners.yml": b"web-ops: {name: A, kind: team, deputy: dba}\n"
            b"dba: {name: B, kind: role, deputy: web-ops}\nweb-ops: {name: C, kind: team}\n"
        },
        expected=(Expected(code="KB006", says=("line 1",), line=3, column=1, path="registry/owners.yml"),),
    ),
    Case(
        id="owners-unknown-field",
        files={
            "registry/owners.yml": b"web-ops: {name: A, kind: team, deputy: dba}\n"
            b"dba: {name: B, knid: role, deputy: web-ops}\n"
        },
        expected=(
            Expected(code="KB102", says=("did you mean `kind`",), line=2, column=16, path="registry/owners.yml"),
        ),
    ),
]

CASES = [*NAMES, *CLASHES, *SPECIAL, *STRAY, *REGISTRY]
