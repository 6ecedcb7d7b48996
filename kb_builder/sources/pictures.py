"""Looks into the files beside the pages: whether they are what their names say, and whether photos say where."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kb_builder.model.catalog import Asset
from kb_builder.model.diagnostic import Finding, Severity

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
# The format that Pillow has to find for each ending.
_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".webp": "WEBP"}
_SIGNATURES = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "GIF": b"GIF8", "WEBP": b"RIFF"}
# What browsers might take for a page if it came without its kind.
_PAGE = (b"<!", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe", b"<img", b"<a ", b"<div")
_GPS = 0x8825


def asset_faults(root: Path, assets: Iterable[Asset]) -> Iterator[Finding]:
    """Yield what is wrong with the files; `root` is the folder that their paths begin at."""
    for asset in assets:
        suffix = Path(asset.path).suffix.lower()
        if asset.size > MAX_BYTES:
            yield _unfit(
                asset,
                f"the file has {asset.size:,} bytes; the limit is {MAX_BYTES:,}",
                "make it smaller, or link to it",
            )
            continue
        try:
            data = (root / asset.path).read_bytes()
        except OSError as error:
            yield _unfit(asset, f"the file cannot be read: {error.strerror}", "mend its permissions, or remove it")
            continue
        if suffix in _FORMATS:
            yield from _picture_faults(asset, root / asset.path, data, _FORMATS[suffix])
        elif suffix == ".pdf" and not data[:1024].lstrip().startswith(b"%PDF-"):
            yield _unfit(asset, "this is no PDF, whatever its name says", "export it again, or remove it")
        elif suffix in (".csv", ".txt") and (b"\0" in data or _is_page(data)):
            yield _unfit(asset, "this is no plain text, whatever its name says", "save it as text, or remove it")


def _picture_faults(asset: Asset, file: Path, data: bytes, wanted: str) -> Iterator[Finding]:
    if not data.startswith(_SIGNATURES[wanted]):
        found = _unfit(
            asset, f"this is no {wanted} picture, whatever its name says", "save it again from a picture program"
        )
        # What is markup could be shown as a page; anything else is merely not shown.
        yield found if _is_page(data) else replace(found, severity=Severity.WARNING)
        return
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # Only the head is read: a picture that would fill the memory is not unpacked.
            with Image.open(file, formats=(wanted,)) as picture:
                width, height = picture.size
                if width * height <= MAX_PIXELS:
                    picture.verify()
            # A picture that was verified is used up.
            with Image.open(file, formats=(wanted,)) as picture:
                has_place = b"GPSLatitude" in data or _place(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        yield _unfit(asset, f"the picture has more than {MAX_PIXELS:,} pixels", "make it smaller")
    except Exception:  # Pillow raises nearly anything for a file made to confuse it
        damaged = _unfit(asset, "the picture is damaged", "save it again from a picture program")
        yield replace(damaged, severity=Severity.WARNING)
    else:
        if width * height > MAX_PIXELS:
            yield _unfit(asset, f"the picture has {width:,} × {height:,} pixels", "make it smaller")
        if has_place:
            yield Finding(
                slug="photo-location",
                path=asset.path,
                message="the photo says where it was taken",
                hint=f"remove the place: `exiftool -gps:all= -xmp:geotag= {asset.path}`, or save it as PNG",
            )


def _is_page(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower().startswith(_PAGE)


def _place(picture: Any) -> bool:
    return any(tag in picture.getexif().get_ifd(_GPS) for tag in (2, 4))


def _unfit(asset: Asset, message: str, hint: str) -> Finding:
    return Finding(slug="asset-unfit", path=asset.path, message=message, hint=hint)
