"""Reads a Word, HTML or text file and returns it as HTML, with its pictures. Nothing else is opened or fetched."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from kb_builder.authoring.importing.pictures import Pictures
from kb_builder.authoring.importing.plain_text import text_as_html
from kb_builder.model.errors import KbError

KINDS = {".docx": "Word", ".html": "HTML", ".htm": "HTML", ".txt": "text"}
_MAX_BYTES = 100 * 1024 * 1024
_MAX_UNPACKED = 400 * 1024 * 1024
_MAX_TEXT = 8 * 1024 * 1024
# Old Word files and protected new ones are both in this container.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='標題'] => h1.title:fresh
p[style-name='标题'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Code'] => pre:separator('\\n')
p[style-name='Quote'] => blockquote:fresh
r[style-name='Code'] => code
""" + "\n".join(
    f"p[style-name='{word} {level}'] => h{level}:fresh" for word in ("標題", "标题") for level in range(1, 7)
)
_ADVICE = {
    ".doc": "open it in Word and save it as .docx",
    ".odt": "save it as .docx",
    ".rtf": "save it as .docx",
    ".pdf": "a PDF holds no structure; import the file that it was made from",
    ".md": "it is Markdown already: put it into the content folder and give it front matter",
    ".xlsx": "copy the table into a Word file, or save it as HTML",
    ".pptx": "copy the text into a Word file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A file as HTML that nobody has checked yet, its pictures by their names in it, a title if the file says one."""

    html: str
    pictures: Mapping[str, bytes]
    title: str
    notes: tuple[str, ...]


def convert(file: Path) -> Converted:
    """Convert a file by its ending; KbError says what is wrong with it and what to do."""
    suffix = file.suffix.lower()
    if suffix not in KINDS:
        raise KbError(
            f"{file.name}: files ending in `{suffix or file.name}` cannot be imported",
            _ADVICE.get(suffix, "save it as .docx, .html or .txt"),
        )
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise KbError(f"{file.name} is larger than {_MAX_BYTES:,} bytes", "take the large pictures out")
        data = file.read_bytes()
    except OSError as error:
        raise KbError(f"{file.name} cannot be read: {error.strerror}", "look at its name and permissions") from error
    if suffix == ".docx":
        return _word(file, data)
    if len(data) > _MAX_TEXT:
        raise KbError(f"{file.name} is larger than {_MAX_TEXT:,} bytes", "cut it into several files")
    text = _decoded(file, data)
    if suffix == ".txt":
        return Converted(html=text_as_html(text), pictures={}, title="", notes=())
    return _web_page(file, text)


def _word(file: Path, data: bytes) -> Converted:
    try:
        import mammoth
    except ImportError as error:
        raise _missing("mammoth") from error
    if data.startswith(_OLE):
        raise KbError(
            f"{file.name} is an old Word file or protected by a password",
            "open it in Word, take the password away, and save it as .docx",
        )
    _refuse_bomb(file, data)
    pictures = Pictures()

    def keep(image: Any) -> dict[str, str]:
        try:
            with image.open() as stream:
                return {"src": pictures.add(stream.read())}
        except Exception:  # one that is linked to, or missing in the file
            return {"src": pictures.leave_out("it is not in the file but elsewhere; insert it into the document")}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data), convert_image=mammoth.images.img_element(keep), style_map=_STYLES
        )
    except RecursionError as error:
        raise KbError(f"{file.name} nests too deeply", "take tables out of tables, then import it again") from error
    except Exception as error:  # whatever a damaged file does to the parsers of zip and XML
        raise KbError(f"{file.name} is damaged or no Word file", "open it in Word and save it anew") from error
    return Converted(html=result.value, pictures=pictures.files, title="", notes=tuple(pictures.notes))


def _refuse_bomb(file: Path, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(each.file_size for each in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise KbError(f"{file.name} is no Word file, whatever its name says", "save it from Word as .docx") from error
    if "[Content_Types].xml" not in names:
        raise KbError(f"{file.name} is no Word file, whatever its name says", "save it from Word as .docx")
    if size > _MAX_UNPACKED:
        raise KbError(f"{file.name} unpacks to {size:,} bytes", "take the large pictures out")


def _decoded(file: Path, data: bytes) -> str:
    """Return the text: what the file says of its encoding, else UTF-8, else the usual ones of Chinese text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried = ["utf-16"]
    else:
        said = _CHARSET.search(data[:4096])
        tried = ["utf-8-sig", *([said[1].decode("ascii")] if said else []), "big5hkscs", "gb18030"]
    for encoding in tried:
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    raise KbError(f"{file.name}: its encoding is not known", "save it as UTF-8")


def _web_page(file: Path, text: str) -> Converted:
    try:
        from bs4 import BeautifulSoup
    except ImportError as error:
        raise _missing("markdownify") from error
    pictures = Pictures()
    soup = BeautifulSoup(text, "html.parser")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    for each in soup(["script", "style", "nav", "header", "footer", "template", "noscript", "head", "iframe", "form"]):
        each.decompose()
    for image in soup("img"):
        image["src"] = _picture(file, str(image.get("src") or ""), pictures)
    return Converted(html=str(soup), pictures=pictures.files, title=title, notes=tuple(pictures.notes))


def _picture(file: Path, source: str, pictures: Pictures) -> str:
    """Keep a picture that is in the page itself or in a file below its folder."""
    if source.startswith("data:"):
        head, _comma, body = source.partition(",")
        try:
            return pictures.add(base64.b64decode(body, validate=False) if "base64" in head else unquote(body).encode())
        except (binascii.Error, ValueError):
            return pictures.leave_out("its data is damaged")
    path = PurePosixPath(unquote(source.partition("?")[0].partition("#")[0]).replace("\\", "/"))
    if not source or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", source):
        return pictures.leave_out(f"it is at {source[:100] or 'no address'}; download it and put it beside the page")
    folder = file.parent.resolve()
    try:
        target = (folder / path).resolve()
        if path.is_absolute() or not target.is_relative_to(folder) or not target.is_file():
            return pictures.leave_out(f"there is no file {source[:100]} beside the page")
        return pictures.add(target.read_bytes())
    except (OSError, ValueError):
        return pictures.leave_out(f"{source[:100]} cannot be read")


def _missing(library: str) -> KbError:
    return KbError(
        f"`kb import` needs the library {library}, which is not installed", "run `pip install 'kb-builder[import]'`"
    )
