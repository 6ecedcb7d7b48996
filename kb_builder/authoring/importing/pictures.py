"""Pictures of an imported file: kept as files that pages may show, or left out with the reason."""

from __future__ import annotations

import hashlib
import io
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from kb_builder.model.catalog import Asset
from kb_builder.sources.pictures import MAX_BYTES, MAX_PIXELS, asset_faults

_KEPT = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}
# What browsers do not show, and can be saved as PNG without loss.
_CONVERTED = ("BMP", "TIFF")


@dataclass(slots=True)
class Pictures:
    """The pictures of one file, by the name that they have in its HTML; `notes` says what was left out, and why."""

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def add(self, data: bytes) -> str:
        """Keep a picture and return its name; nothing if it cannot be kept. The same picture is kept once."""
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._known:
            self._known[digest] = self._keep(data)
        return self._known[digest]

    def leave_out(self, why: str) -> str:
        """Note that a picture is missing."""
        self.notes.append(f"a picture is left out: {why}")
        return ""

    def _keep(self, data: bytes) -> str:
        if len(data) > MAX_BYTES:
            return self.leave_out(f"it has {len(data):,} bytes; the limit is {MAX_BYTES:,}; save it smaller")
        suffix, data = _as_shown(data)
        if not suffix:
            return self.leave_out(
                "its format is none that browsers show (a drawing of Office, say); save it as PNG and put it in"
            )
        name = f"picture-{len(self.files) + 1}{suffix}"
        faults = _faults(name, data)
        for fault in faults:
            if fault[0] == "asset-unfit":
                return self.leave_out(fault[1])
            self.notes.append(f"{fault[1]}; {fault[2]}")
        self.files[name] = data
        return name


def _as_shown(data: bytes) -> tuple[str, bytes]:
    """Return the ending and the bytes of a picture as browsers show it; no ending if they cannot."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=(*_KEPT, *_CONVERTED)) as picture:
                if picture.format in _KEPT:
                    return _KEPT[picture.format], data
                if picture.width * picture.height > MAX_PIXELS:
                    return "", data
                target = io.BytesIO()
                picture.convert("RGBA" if "A" in picture.getbands() else "RGB").save(target, "PNG")
                return ".png", target.getvalue()
    except Exception:  # Pillow raises nearly anything for a file made to confuse it
        return "", data


def _faults(name: str, data: bytes) -> list[tuple[str, str, str]]:
    """Return slug, message and hint of what the check of files beside pages says of a picture."""
    with tempfile.TemporaryDirectory(prefix="kb-import-") as folder:
        Path(folder, name).write_bytes(data)
        asset = Asset(path=name, content_path=name, size=len(data))
        return [(each.slug, each.message, each.hint) for each in asset_faults(Path(folder), [asset])]
