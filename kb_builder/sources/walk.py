"""Finds the pages and assets of a project and refuses what may not be in a content folder."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb_builder.model.catalog import Asset
from kb_builder.model.content_type import ContentType
from kb_builder.model.diagnostic import Finding
from kb_builder.model.globs import glob_regex

ASSET_SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".csv", ".txt"))
# Names the built site uses itself: the theme's folder, the search index, the project's own files.
RESERVED_FOLDERS = frozenset(("assets", "search", "kb", "api"))
_NAME = re.compile(r"[\w][\w.+-]*")
_MAX_NAME_BYTES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """A page that was found: its file, its paths and the name of its content type."""

    file: Path
    path: str
    content_path: str
    type: str


@dataclass(slots=True)
class Discovery:
    """What a walk found, in the order of the paths."""

    pages: list[PageFile] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)


def discover(root: Path, content: str, types: Mapping[str, ContentType], reserved: frozenset[str]) -> Discovery:
    """Walk the content folder. `reserved` are content paths of pages that the tool makes itself.

    Nothing is followed and nothing is opened: links, devices and pipes are named and left alone. Hidden files
    (leading dot) are not content.
    """
    found = Discovery()
    folders = sorted(types.values(), key=lambda each: -_depth(each.folder))
    prefix = content.rstrip("/") + "/" if content not in ("", ".") else ""
    for content_path, entry in _walk(root / content, "", prefix, folders, found):
        _classify(content_path, prefix + content_path, entry, folders, found)
    found.pages.sort(key=lambda page: page.path)
    found.assets.sort(key=lambda asset: asset.path)
    _find_clashes(found, reserved)
    return found


def type_of(content_path: str, types: Iterable[ContentType]) -> ContentType | None:
    """Return the type that claims a path as a page, the one with the deepest folder first."""
    for content_type in sorted(types, key=lambda each: _depth(each.folder), reverse=True):
        inside = _inside(content_path, content_type.folder)
        if inside is None:
            continue
        if _matches(inside, content_type.exclude):
            return None
        if _matches(inside, content_type.include):
            return content_type
    return None


def _depth(folder: str) -> int:
    return 0 if folder in ("", ".") else folder.count("/") + 1


def _walk(
    folder: Path, inside: str, prefix: str, types: list[ContentType], found: Discovery
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield content path and entry of every regular file."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        shown = _shown(prefix + inside).rstrip("/") or "."
        found.faults.append(
            Finding(
                slug="unreadable",
                path=shown,
                message=f"the folder cannot be read: {error.strerror}",
                hint="mend its permissions: pages in it would be missing from the site",
            )
        )
        return
    for entry in entries:
        content_path = inside + entry.name
        path = _shown(prefix + content_path)
        if entry.is_symlink():
            found.faults.append(_refused(path, "a symbolic link", "put the file itself here"))
        elif entry.name.startswith("."):
            continue
        elif entry.is_dir(follow_symlinks=False):
            if _is_lenient(content_path, types) or (
                _name_is_fit(entry.name, path, found) and _not_reserved(content_path, path, found)
            ):
                yield from _walk(Path(entry.path), content_path + "/", prefix, types, found)
        elif not entry.is_file(follow_symlinks=False):
            found.faults.append(_refused(path, f"{_kind(entry)}, not a file", "remove it"))
        elif _is_lenient(content_path, types) or _name_is_fit(entry.name, path, found):
            yield content_path, entry


def _is_lenient(content_path: str, types: list[ContentType]) -> bool:
    """Whether a path lies in the folder of a lenient type: such pages are checked where they are, not published."""
    return any(each.lenient and _inside(content_path, each.folder) is not None for each in types)


def _classify(
    content_path: str, path: str, entry: os.DirEntry[str], types: list[ContentType], found: Discovery
) -> None:
    owner: ContentType | None = None
    for content_type in types:
        inside = _inside(content_path, content_type.folder)
        if inside is None:
            continue
        owner = owner or content_type
        if _matches(inside, content_type.exclude):
            return
        if _matches(inside, content_type.include):
            found.pages.append(
                PageFile(file=Path(entry.path), path=path, content_path=content_path, type=content_type.name)
            )
            return
    suffix = os.path.splitext(content_path)[1].lower()  # noqa: PTH122 - a name, not a file
    if suffix in ASSET_SUFFIXES:
        found.assets.append(Asset(path=path, content_path=content_path, size=entry.stat(follow_symlinks=False).st_size))
    elif _is_lenient(content_path, types):
        return
    elif suffix in (".md", ".markdown"):
        found.faults.append(
            Finding(
                slug="page-without-type",
                path=path,
                message="no content type claims this page, so it is neither checked nor published",
                hint=f"pages of `{owner.name}` are " + ", ".join(owner.include)
                if owner
                else "move it into " + ", ".join(sorted(each.folder + "/" for each in types)),
            )
        )
    else:
        found.faults.append(
            Finding(
                slug="asset-not-allowed",
                path=path,
                message=f"files ending in `{suffix or entry.name}` are not published",
                hint=("save the drawing as .png, as one in SVG may hold scripts; " if suffix == ".svg" else "")
                + "allowed are "
                + ", ".join(sorted(ASSET_SUFFIXES)),
            )
        )


def _inside(content_path: str, folder: str) -> str | None:
    """Return the path within a type's folder, or None if it lies elsewhere."""
    if folder in ("", "."):
        return content_path
    return content_path[len(folder) + 1 :] if content_path.startswith(folder + "/") else None


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(glob_regex(pattern).fullmatch(path) for pattern in patterns)


def _name_is_fit(name: str, path: str, found: Discovery) -> bool:
    if _NAME.fullmatch(name) and unicodedata.is_normalized("NFC", name) and len(name.encode()) <= _MAX_NAME_BYTES:
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        why = "is not UTF-8"
    else:
        bad = next((character for character in name if not re.match(r"[\w.+-]", character)), "")
        if not unicodedata.is_normalized("NFC", name):
            why = "is not in Unicode normal form C"
        elif bad:
            why = f"holds {_character(bad)}"
        else:
            why = "begins with a sign" if len(name.encode()) <= _MAX_NAME_BYTES else "is too long"
    found.faults.append(
        Finding(
            slug="unsafe-name",
            path=path,
            message=f"the name {why}, which does not survive in a web address",
            hint="rename it: letters, digits, hyphen, underscore and dot only",
        )
    )
    return False


def _character(character: str) -> str:
    if character == " ":
        return "a space"
    name = unicodedata.name(character, "a control character")
    return f"`{character}`" if character.isprintable() else f"{name} (U+{ord(character):04X})"


def _not_reserved(content_path: str, path: str, found: Discovery) -> bool:
    if content_path.lower() in RESERVED_FOLDERS:
        found.faults.append(
            Finding(
                slug="path-clash",
                path=path,
                message=f"the folder `{content_path}/` belongs to the site itself",
                hint="put assets beside the pages that use them",
            )
        )
        return False
    return True


def _shown(path: str) -> str:
    """Return a path that is safe to print: what cannot be shown is escaped."""
    if path.isprintable():
        return path
    return "".join(
        c
        if c.isprintable()
        else c.encode("unicode_escape", "surrogateescape").decode("ascii", "replace")
        if not 0xD800 <= ord(c) <= 0xDFFF
        else f"\\x{ord(c) & 0xFF:02x}"
        for c in path
    )


def _refused(path: str, what: str, hint: str) -> Finding:
    return Finding(slug="unsafe-file", path=path, message=f"this is {what}; it was not opened", hint=hint)


def _kind(entry: os.DirEntry[str]) -> str:
    mode = entry.stat(follow_symlinks=False).st_mode
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device" if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) else "a special file"


def _find_clashes(found: Discovery, reserved: frozenset[str]) -> None:
    """Report sources that would become the same address, on file systems that fold case too."""
    first: dict[str, str] = {_address(path): "" for path in reserved}
    items: list[PageFile | Asset] = [*found.pages, *found.assets]
    for item in sorted(items, key=lambda each: each.path):
        address = _address(item.content_path) if isinstance(item, PageFile) else _fold(item.content_path)
        if address not in first:
            first[address] = item.path
        elif first[address] == "":
            found.faults.append(_clash(item.path, "the tool makes this page itself", "give the page another name"))
        else:
            other = first[address]
            found.faults.append(_clash(item.path, f"it has the same address as {other}", "rename one of them"))


def _clash(path: str, why: str, hint: str) -> Finding:
    return Finding(slug="path-clash", path=path, message=why, hint=hint, key=why)


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _address(content_path: str) -> str:
    """Return the folded address of a page: `a.md`, `a/index.md` and `a/README.md` are all `a/`."""
    stem = re.sub(r"\.(?:md|markdown|html\.md\.erb|html\.md)$", "", _fold(content_path))
    folder, _slash, name = stem.rpartition("/")
    if name in ("index", "readme"):
        return folder + "/"
    return stem + "/"
